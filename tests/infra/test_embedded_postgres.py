"""The embedded PostgreSQL: starts once, survives kill -9, stops with its last user, is private."""

import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest

from o2c.local import postgres
from o2c.local.instance import instance_at
from tests.suite import ROOT, Suite, until

COMMAND = "from pathlib import Path; import sys; from o2c.local import postgres as p; "


@pytest.fixture
def suite(scratch_suite: Suite) -> Suite:
    return scratch_suite


def run_beside(suite: Suite, code: str) -> str:
    """Run code that uses the data folder's cluster in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", COMMAND + code, str(suite.data_dir)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def ask(url: str, query: str):
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone() if cursor.description else None
    finally:
        connection.close()


def test_five_processes_that_start_it_together_share_one_server(suite):
    code = "url = p.ensure_running(Path(sys.argv[1])); print(p.cluster_at(Path(sys.argv[1])).pid())"
    hold = f"{code}; input()"
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", COMMAND + hold, str(suite.data_dir)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(5)
    ]
    pids = {starter.stdout.readline() for starter in starters}
    for starter in starters:
        starter.communicate("\n", timeout=30)
    assert len(pids) == 1
    assert int(pids.pop()) > 0


def test_it_stops_when_its_last_user_ends_and_keeps_the_data(suite):
    cluster = postgres.cluster_at(suite.data_dir)
    user = cluster.join()
    cluster.start()
    ask(cluster.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    os.close(user)
    until(lambda: cluster.pid() is None)
    user = cluster.join()
    cluster.start()
    assert ask(cluster.url, "SELECT answer FROM kept") == (42,)
    os.close(user)


def test_a_killed_server_starts_again_with_all_that_was_committed(suite):
    cluster = postgres.cluster_at(suite.data_dir)
    user = cluster.join()
    cluster.start()
    ask(cluster.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(cluster.pid(), signal.SIGKILL)
    until(lambda: cluster.pid() is None)
    cluster.start()
    assert ask(cluster.url, "SELECT answer FROM kept") == (42,)
    os.close(user)


def test_a_pid_file_that_names_another_process_does_not_hinder_the_start(suite):
    cluster = postgres.cluster_at(suite.data_dir)
    user = cluster.join()
    cluster.start()
    cluster.stop()
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n")
    assert cluster.pid() is None
    cluster.start()
    assert cluster.pid() not in {None, os.getpid()}
    os.close(user)


def test_only_its_user_may_enter_and_a_wrong_password_is_refused(suite):
    url = run_beside(suite, "print(p.ensure_running(Path(sys.argv[1])), flush=True)")
    cluster = postgres.cluster_at(suite.data_dir)
    for folder in (suite.data_dir, cluster.data, cluster.data.parent, cluster.run):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder
    for file in (suite.data_dir / "instance", suite.data_dir / "keeper.json"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    user = cluster.join()
    cluster.start()
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(url.replace(cluster.password, "wrong"))
    os.close(user)


def test_no_folder_that_exists_gets_wider_rights(tmp_path: Path):
    outer = tmp_path / "closed"
    outer.mkdir(mode=0o700)
    before = {path: path.stat().st_mode for path in (outer, *outer.parents)}
    suite = Suite(outer / "data")
    cluster = postgres.cluster_at(suite.data_dir)
    user = cluster.join()
    cluster.start()
    assert ask(cluster.url, "SELECT 1") == (1,)
    assert {path: path.stat().st_mode for path in before} == before
    os.close(user)
    suite.remove()


def test_a_copied_data_folder_is_an_instance_of_its_own_and_a_moved_one_stays(tmp_path: Path):
    original, copy, moved = (Suite(tmp_path / name) for name in ("original", "copy", "moved"))
    first = instance_at(original.data_dir)
    copy.data_dir.mkdir(mode=0o700)
    (copy.data_dir / "instance").write_text((original.data_dir / "instance").read_text())
    second = instance_at(copy.data_dir)
    assert (second.id, second.password) != (first.id, first.password)
    assert second.home != first.home
    original.data_dir.rename(moved.data_dir)
    third = instance_at(moved.data_dir)
    assert (third.id, third.password) == (first.id, first.password)
    copy.remove()
    moved.remove()


def test_a_data_folder_with_a_very_long_path_still_has_short_sockets(tmp_path: Path):
    suite = Suite(tmp_path / ("long" * 20) / ("path" * 20))
    instance = instance_at(suite.data_dir)
    assert len(f"{instance.run}/.s.PGSQL.5432.lock") < 107
    suite.remove()


def test_threads_that_make_one_instance_together_agree(tmp_path: Path):
    folder = tmp_path / "data"
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda _: instance_at(folder).id, range(8)))
    assert len(made) == 1
    Suite(folder).remove()
