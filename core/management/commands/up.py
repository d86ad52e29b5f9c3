"""``manage.py up``: the whole suite on this machine, as one command."""

import fcntl
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from core.demo_logins import DEMO_LOGINS, DEMO_PASSWORD
from core.models import Company
from o2c.local import postgres, redis
from o2c.local.instance import LocalServerError, service_account, write_private
from o2c.local.supervisor import Program, Supervisor

PREFERRED_PORT = 8000
READY_SECONDS = 120


class Command(BaseCommand):
    """Start what o2c needs, bring the database up to date, serve until Ctrl-C."""

    help = "Run web, worker and beat, with PostgreSQL, Redis and a mail catcher where none is named"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What a person may choose."""
        parser.add_argument("--demo", action="store_true", help="fill an empty suite with a demo")
        parser.add_argument(
            "--size",
            choices=("small", "normal", "large"),
            default="normal",
            help="how much of a demo: three months of 20 customers, 18 of 80, or thrice the orders",
        )
        parser.add_argument("--port", type=int, help="port of the web server (else a free one)")
        parser.add_argument("--bind", default="127.0.0.1", help="address of the web server")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until a signal asks us to stop."""
        data_dir = Path(settings.DATA_DIR).resolve()
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_second(data_dir)
        listener = _listen(options["bind"], options["port"])
        demo = options["size"] if options["demo"] else ""
        suite = _Suite(data_dir, listener, demo=demo, say=self._say)
        try:
            suite.prepare()
            suite.serve()
        finally:
            suite.stop()

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


class _Suite:
    """One run of ``up``: its environment, its children and what it tells about itself."""

    def __init__(self, data_dir: Path, listener: socket.socket, *, demo: str, say: Any) -> None:
        """``demo`` is the size of the demo company wanted, empty for none."""
        self.data_dir, self.listener, self.demo, self.say = data_dir, listener, demo, say
        self.cluster = _embedded_cluster(data_dir)
        self.mail = None if os.environ.get("EMAIL_URL") else _listen("127.0.0.1", 0)
        self.url = _url_of(listener)
        self.shared = self._shared_environment()
        self.supervisor = Supervisor(
            self._programs(), say=say, on_change=self._write_run, each_turn=self._watch_database
        )

    def prepare(self) -> None:
        """Bring the tables up to date, and fill the demo company if asked and empty."""
        unfinished = self.data_dir / "demo-unfinished"
        if unfinished.exists() and self.cluster is not None:
            self.say("The demo company was left half filled: starting it afresh …")
            connection.close()
            self.cluster.recreate_database()
            unfinished.unlink()
        if _has_pending_migrations():
            self.say("Bringing the database up to date …")
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if (Path(settings.BASE_DIR) / "node_modules").is_dir():
            call_command("build_assets", stdout=io.StringIO())
        self._collect_static()
        if self.demo and not Company.objects.exists():  # scope: all companies
            self._fill_demo(unfinished)
        connection.close()

    def serve(self) -> None:
        """Start the children, say where we are, and look after them until we are stopped."""
        self.supervisor.start()
        deadline = time.monotonic() + READY_SECONDS
        has_answered = False

        def is_settled() -> bool:
            nonlocal has_answered
            has_answered = self._is_ready()
            return has_answered or time.monotonic() > deadline

        self.supervisor.run_until(is_settled)
        if not self.supervisor.is_stopping:
            if not has_answered:
                log = self._log("web")
                raise CommandError(f"The web server does not answer. {log} ends:\n{_tail(log)}")
            self._announce()
            self.supervisor.run_until(lambda: False)

    def stop(self) -> None:
        """Stop whatever runs, in order."""
        self.say("Stopping …")
        self.supervisor.stop()
        (self.data_dir / "run.json").unlink(missing_ok=True)

    def _announce(self) -> None:
        self._write_run(is_ready=True)
        self.say(f"\no2c is ready: {self.url}")
        if self.demo:
            self.say(f"\nDemo logins, all with the password {DEMO_PASSWORD}")
            for login in DEMO_LOGINS:
                self.say(f"  {login.email:<24} {login.role.label}")
        self.say(f"\nData and logs: {self.data_dir}    Stop: Ctrl-C")

    def _collect_static(self) -> None:
        """Name and compress static files as in production, once there are any to serve.

        In a process of its own: this one read its settings before the assets were made.
        """
        if not (Path(settings.BASE_DIR) / "static/dist/vendor").is_dir():
            return
        if self.shared.setdefault("O2C_HASHED_STATIC", "1") not in {"1", "true", "on", "yes"}:
            return
        command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
        done = subprocess.run(command, cwd=settings.BASE_DIR, env=self.shared, check=False)  # noqa: S603
        if done.returncode != 0:
            raise CommandError("Static files cannot be collected; the reason stands above.")

    def _fill_demo(self, unfinished: Path) -> None:
        self.say("Filling the demo company …")
        unfinished.touch(mode=0o600)
        command = [sys.executable, "manage.py", "demo", "--size", self.demo]
        self.supervisor.start_first("redis", "mail")  # the demo really sends its newest mails
        done = subprocess.run(command, cwd=settings.BASE_DIR, env=self.shared, check=False)  # noqa: S603
        if done.returncode != 0:
            raise CommandError("The demo company could not be filled; the reason stands above.")
        unfinished.unlink()

    def _shared_environment(self) -> dict[str, str]:
        environment = dict(os.environ)
        environment.setdefault("PUBLIC_URL", self.url)
        environment["O2C_DATA_DIR"] = str(self.data_dir)
        # Beside the data: two suites on one checkout never write into each other's files.
        environment.setdefault("STATIC_ROOT", str(self.data_dir / "static"))
        environment["PYTHONUNBUFFERED"] = "1"
        if self.demo:
            environment["O2C_DEMO"] = "1"
        if self.mail is not None:
            environment["EMAIL_URL"] = f"smtp://127.0.0.1:{self.mail.getsockname()[1]}"
        return environment

    def _programs(self) -> list[Program]:
        programs = []
        if os.environ.get("REDIS_URL") == redis.url_at(self.data_dir):
            command = redis.command_at(self.data_dir)
            # Killed, not asked, if we die: a Redis that ends in order would remove the socket
            # of the one that the next start has made by then.
            programs.append(
                self._program(
                    "redis", command, account=service_account(), orphaned_by=signal.SIGKILL
                )
            )
        if self.mail is not None:
            folder, descriptor = str(self.data_dir / "mails"), self.mail.fileno()
            command = [sys.executable, "-m", "o2c.local.mail", folder, str(descriptor)]
            programs.append(self._program("mail", command, inherits=(descriptor,)))
        return [*programs, self._web(), self._worker(), self._beat()]

    def _program(self, name: str, command: list[str], **options: Any) -> Program:
        return Program(name, command, self.shared, self._log(name), **options)

    def _web(self) -> Program:
        descriptor = self.listener.fileno()
        command = [sys.executable, "-m", "gunicorn", "o2c.wsgi", "--bind", f"fd://{descriptor}"]
        command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
        command += ["--timeout", "120", "--graceful-timeout", "10", "--no-control-socket"]
        return self._program("web", command, inherits=(descriptor,))

    def _worker(self) -> Program:
        command = [sys.executable, "-m", "celery", "--app", "o2c.celery", "worker"]
        command += ["--concurrency", "2", "--loglevel", "INFO"]
        return self._program("worker", [*command, "--without-gossip", "--without-mingle"])

    def _beat(self) -> Program:
        schedule = str(self.data_dir / "beat-schedule")
        command = [sys.executable, "-m", "celery", "--app", "o2c.celery", "beat"]
        return self._program("beat", [*command, "--schedule", schedule, "--pidfile="])

    def _log(self, name: str) -> Path:
        return self.data_dir / "log" / f"{name}.log"

    def _is_ready(self) -> bool:
        host, port = self.listener.getsockname()[:2]
        host = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - all addresses
        try:
            with urllib.request.urlopen(f"http://{host}:{port}/livez", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _watch_database(self) -> None:
        if self.cluster is None or self.cluster.pid() is not None:
            return
        self.say("PostgreSQL ended, starting it again …")
        try:
            self.cluster.start()
        except LocalServerError as error:
            self.say(str(error))
        self._write_run()

    def _write_run(self, *, is_ready: bool | None = None) -> None:
        """Tell tests and other commands where everything is; only once it is ready."""
        path = self.data_dir / "run.json"
        if not (is_ready or path.exists()):
            return
        pids = {name: child.pid for name, child in self.supervisor.children.items()}
        pids["up"] = os.getpid()
        if self.cluster is not None:
            pids["postgres"] = self.cluster.pid() or 0
        names = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PUBLIC_URL", "O2C_DEMO")
        shared = {name: self.shared[name] for name in names if name in self.shared}
        told = {"url": self.url, "pids": pids, "environment": shared}
        write_private(path, json.dumps(told, indent=1))


def _has_pending_migrations() -> bool:
    """Asked first, since ``migrate`` spends seconds even when there is nothing to do.

    A migration that stands for others, all of them applied, has to be recorded still.
    """
    executor = MigrationExecutor(connection)
    recorded = executor.recorder.applied_migrations()
    return bool(
        executor.loader.replacements.keys() - recorded
        or executor.migration_plan(executor.loader.graph.leaf_nodes())
    )


def _refuse_second(data_dir: Path) -> None:
    """Hold the data folder for this process; the kernel lets go of it however we end."""
    lock = os.open(data_dir / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        run = data_dir / "run.json"
        where = json.loads(run.read_text())["url"] if run.exists() else "it is still starting"
        raise CommandError(f"o2c runs already on {data_dir}: {where}")
    (data_dir / "run.json").unlink(missing_ok=True)  # of one that was killed


def _embedded_cluster(data_dir: Path) -> postgres.Cluster | None:
    if str(settings.DATABASES["default"].get("OPTIONS", {}).get("host", "")) == "":
        return None
    cluster = postgres.cluster_at(data_dir)
    return cluster if cluster.url == os.environ.get("DATABASE_URL") else None


def _listen(address: str, port: int | None) -> socket.socket:
    """A listening socket; without a port the preferred one, or the next that is free."""
    for candidate in [port] if port is not None else [*range(PREFERRED_PORT, 8100), 0]:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, candidate))
            listener.listen(128)
        except OSError as error:
            listener.close()
            reason = error
        else:
            return listener
    raise CommandError(f"Cannot listen on {address} port {port}: {reason}")


def _url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"


def _tail(path: Path) -> str:
    lines = path.read_text(errors="replace").splitlines() if path.exists() else []
    return "\n".join(lines[-25:])
