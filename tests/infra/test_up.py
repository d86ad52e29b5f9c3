"""``manage.py up``: one command serves everything, survives kills, leaves nothing behind."""

import os
import signal
import urllib.request
from collections.abc import Iterator

import pytest

from tests.suite import Suite, until

pytestmark = pytest.mark.xdist_group("up")
CHILDREN = ("redis", "mail", "web", "worker", "beat")


def is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def answers(suite: Suite) -> bool:
    try:
        with urllib.request.urlopen(f"{suite.base_url}/readyz", timeout=5) as answer:
            return b'"database": true, "redis": true' in answer.read()
    except OSError:
        return False


@pytest.fixture(scope="module")
def suite() -> Iterator[Suite]:
    """One suite for this file; each test leaves it running."""
    suite = Suite.make()
    try:
        suite.start()
        yield suite
    finally:
        suite.remove()


def test_it_serves_and_refuses_a_second_one_on_its_data(suite):
    assert answers(suite)
    assert set(suite.pids) == {*CHILDREN, "up", "postgres"}
    assert all(is_alive(pid) for pid in suite.pids.values())
    second = suite.manage("up")
    assert second.returncode == 1
    assert f"runs already on {suite.data_dir}: {suite.base_url}" in second.stderr


def test_another_copy_runs_beside_it(suite, scratch_suite):
    scratch_suite.start()
    assert scratch_suite.base_url != suite.base_url
    assert answers(scratch_suite)
    assert answers(suite)


def test_what_is_killed_comes_back(suite):
    killed = {name: suite.kill(name) for name in (*CHILDREN, "postgres")}
    until(
        lambda: all(
            suite.pids[name] not in {0, pid} and is_alive(suite.pids[name])
            for name, pid in killed.items()
        )
    )
    until(lambda: answers(suite))
    assert is_alive(suite.pids["up"])


@pytest.mark.parametrize("how", ["up alone", "everything"])
def test_after_kill_9_it_starts_again(suite, how):
    before = suite.pids
    victims = [before["up"]] if how == "up alone" else list(before.values())
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    suite.process.wait()
    suite.start()
    assert answers(suite)
    until(lambda: not any(is_alive(pid) for n, pid in before.items() if n != "postgres"))
    assert all(is_alive(pid) for pid in suite.pids.values())


def test_ctrl_c_stops_all_in_order(suite):
    pids = suite.pids
    assert suite.stop(signal.SIGINT) == 0
    until(lambda: not any(is_alive(pid) for pid in pids.values()))
    assert not (suite.data_dir / "run.json").exists()
    suite.start()
