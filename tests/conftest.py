"""What every test stands on: its own PostgreSQL, scratch folders, a running suite, a browser.

What keeps more than five thousand of them short, so that nobody takes it away unawares: the
cluster waits for no disk; one small demo company serves all tests that ask for ``running_suite``,
which go to one worker first while the other takes the rest one by one; a story that many addresses
are asked about is lived once for its file (``tests/pages``); everybody has one password that is
hashed once; the proof after each test is one statement, planned once (``tests/sound.py``); and
garbage is not looked for among what was loaded before the first test, a fifth of the processor's
time.
"""

import contextlib
import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import environ
import hypothesis
import pytest
from django.conf import settings
from django.contrib.contenttypes.management import create_contenttypes
from django.core.cache import cache
from django.db import connection
from django.db.models.signals import post_migrate
from playwright.sync_api import Browser, Playwright, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from o2c.local.postgres import temporary_cluster
from tests import standstill
from tests.sound import unsound
from tests.suite import Suite

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_TRANSACTIONAL = {
    "transactional_db",
    "live_server",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
}
_STAY = {"django_content_type", "auth_permission"}
_AS_MIGRATED = ("catalog_vatexemption", "catalog_vatrate")
"""What migrations write and tests may change: every test finds it as it was."""
_until_the_end = contextlib.ExitStack()
# How fast a busy machine draws examples says nothing about the code under test.
hypothesis.settings.register_profile(
    "o2c", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("o2c")


# --- Database and folders: before the first test ------------------------------------------------
def pytest_configure(config: pytest.Config) -> None:
    """Start a temporary cluster unless DATABASE_URL names one; xdist's workers inherit it."""
    standstill.keep_terminal()
    if "DATABASE_URL" not in os.environ:
        cluster = _until_the_end.enter_context(temporary_cluster())
        os.environ["DATABASE_URL"] = cluster.url
        # pytest-django has read the settings by now; connections share this dictionary.
        found = environ.Env.db_url_config(cluster.url)
        options = settings.DATABASES["default"]["OPTIONS"] | found.pop("OPTIONS")
        settings.DATABASES["default"].update(found, OPTIONS=options)
    scratch = Path(_until_the_end.enter_context(tempfile.TemporaryDirectory(prefix="o2c-files-")))
    settings.DATA_DIR = scratch
    settings.STORAGES["default"]["OPTIONS"]["location"] = str(scratch / "documents")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let go of the cluster (its keeper removes it) and the scratch folders."""
    _until_the_end.close()


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share the running suite go to one xdist worker (``--dist loadgroup``)."""
    for item in items:
        if "running_suite" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("running_suite"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays; looking through all of it again and again finds nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


# --- Transactional tests -------------------------------------------------------------------------
@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database, with what its migrations wrote kept beside it for after a flush."""
    keep = "".join(
        f"CREATE TABLE IF NOT EXISTS as_migrated.{name} AS TABLE {name};" for name in _AS_MIGRATED
    )
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS as_migrated; {keep}")


@pytest.fixture(autouse=True)
def _flush_passes_triggers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the flush after a transactional test through the triggers that refuse it.

    Tables of money and events refuse UPDATE, DELETE and TRUNCATE. The role is set on the very
    connection that flushes; the test case closes it afterwards, so the next test has triggers.
    """
    marker = request.node.get_closest_marker("django_db")
    asked = set(request.fixturenames)
    if marker is None and not {"db", *_TRANSACTIONAL} & asked:
        yield
        return
    # Set up before us, so taken down after us and after those that depend on us.
    request.getfixturevalue("_django_db_helper")
    yield
    if not (_TRANSACTIONAL & asked or (marker is not None and marker.kwargs.get("transaction"))):
        return
    cache.clear()  # core_cache is no model's table, so no flush reaches it
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    # What Django writes after a flush stays: kinds of things and the rights to them.
    connection.ops.sql_flush = _emptied
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


def _emptied(style: Any, tables: list[str], **options: Any) -> list[str]:
    """Instead of TRUNCATE, which makes a hundred tables anew: delete where there is something."""
    assert not options["reset_sequences"]
    deletes = " ".join(
        f"IF EXISTS (SELECT FROM {name}) THEN DELETE FROM {name}; END IF;"
        for name in map(connection.ops.quote_name, sorted(set(tables) - _STAY))
    )
    brings = "".join(f"INSERT INTO {name} TABLE as_migrated.{name};" for name in _AS_MIGRATED)
    return [f"DO $flush$ BEGIN {deletes} {brings} END $flush$"] if tables else []


# --- Invariants after every database test (domain.md) --------------------------------------------
@pytest.fixture(autouse=True)
def _invariants_hold(
    request: pytest.FixtureRequest, _flush_passes_triggers: None
) -> Iterator[None]:
    """Prove every company after each database test, before its rows are gone.

    A test that breaks a rule on purpose, by taking the database's triggers away, says so with the
    mark ``breaks_invariants``.
    """
    is_database_test = {"db", "transactional_db"} & set(request.fixturenames) or (
        request.node.get_closest_marker("django_db")
    )
    if is_database_test:
        request.getfixturevalue("_django_db_helper")  # up before us, so down after us
    yield
    if not is_database_test or request.node.get_closest_marker("breaks_invariants"):
        return
    if connection.needs_rollback:
        return
    found = unsound()
    assert not found, "\n".join(found)


# --- A running suite and a browser ---------------------------------------------------------------
@pytest.fixture
def scratch_suite() -> Iterator[Suite]:
    """A suite on empty data that is not started yet; stopped and removed after the test."""
    suite = Suite.make()
    yield suite
    suite.remove()


@pytest.fixture(scope="session")
def running_suite() -> Iterator[Suite]:
    """The whole suite with the demo company, started once: ``manage.py up --demo``."""
    suite = Suite.make()
    try:
        suite.start("--demo", "--size", "small")
        yield suite
    finally:
        suite.remove()


@pytest.fixture(scope="session")
def _playwright() -> Iterator[Playwright]:
    # Playwright's event loop runs in this thread, where Django would refuse its ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def chromium(_playwright: Playwright) -> Iterator[Browser]:
    """Headless Chromium; a machine without it fails, as ``make test`` installs it.

    One for each file of tests: where a test stood still and lost its browser, only that file feels
    it.
    """
    browser = _playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def browser_options() -> dict[str, Any]:
    """Options of a new browser context; a test may change its own copy."""
    return {"locale": "en-GB", "viewport": {"width": 1280, "height": 900}}
