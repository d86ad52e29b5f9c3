"""Every phase of a browser test has a limit; see ``tests.standstill``."""

from collections.abc import Generator

import pytest

from tests.standstill import watched

SET_UP_SECONDS, CALL_SECONDS, TAKE_DOWN_SECONDS = 330, 300, 150
"""Far above what a loaded machine needs; setting up may have to fill the demo company first."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Fixtures: the running suite, a browser, pages."""
    with watched(item, "setting up", SET_UP_SECONDS):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """The test itself."""
    with watched(item, "the test", CALL_SECONDS):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Closing windows, emptying the database, stopping the suite."""
    with watched(item, "taking down", TAKE_DOWN_SECONDS):
        return (yield)
