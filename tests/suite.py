"""A whole o2c on scratch data, as tests drive it: its own PostgreSQL, Redis, web, worker, beat."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from o2c.local import postgres
from o2c.local.instance import instance_at

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 600
_NOT_INHERITED = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "O2C_", "PYTEST_")


@dataclass
class Suite:
    """``manage.py up`` on a data folder of its own; ``run`` is what it says about itself."""

    started: ClassVar[list["Suite"]] = []
    """Suites that were started and not removed yet."""

    data_dir: Path
    process: subprocess.Popen[bytes] | None = None
    run: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def make(cls) -> "Suite":
        """A suite with an empty data folder, not started."""
        return cls(Path(tempfile.mkdtemp(prefix="o2c-suite-")))

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its commands: nothing named, so that it brings all servers itself."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(_NOT_INHERITED)}
        kept.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
        return {**kept, "O2C_DATA_DIR": str(self.data_dir)}

    @property
    def base_url(self) -> str:
        """Address of the web server."""
        return str(self.run["url"])

    @property
    def pids(self) -> dict[str, int]:
        """Process ids by name now: web, worker, beat, redis, mail, postgres, up."""
        return dict(self._read_run()["pids"])

    @property
    def mails(self) -> list[Path]:
        """Messages that the mail catcher took, oldest first."""
        return sorted((self.data_dir / "mails").glob("*.eml"))

    def start(self, *arguments: str) -> None:
        """Start ``up`` with arguments and wait until the web server answers."""
        (self.data_dir / "run.json").unlink(missing_ok=True)
        Suite.started.append(self)
        log = self.data_dir / "up.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while not (self.data_dir / "run.json").exists():
            assert self.process.poll() is None, f"up ended: {log.read_text()[-4000:]}"
            assert time.monotonic() < until, f"up is not ready: {log.read_text()[-4000:]}"
            time.sleep(0.1)
        self.run = self._read_run()

    def stop(self, how: int = signal.SIGTERM, seconds: float = 60) -> int:
        """Send ``up`` a signal and wait for its end; returns its exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(seconds)

    def kill(self, name: str) -> int:
        """``kill -9`` one of its processes by name; returns the pid that died."""
        pid = self.pids[name]
        os.kill(pid, signal.SIGKILL)
        return pid

    def manage(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a management command on its data."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def remove(self) -> None:
        """Stop what runs and remove all its data."""
        if self.process is not None and self.process.poll() is None:
            self.stop()
        Suite.started = [suite for suite in Suite.started if suite is not self]
        instance = instance_at(self.data_dir)
        postgres.cluster_at(self.data_dir).stop()
        for folder in (instance.home, instance.run, self.data_dir):
            shutil.rmtree(folder, ignore_errors=True)

    def _read_run(self) -> dict[str, Any]:
        return dict(json.loads((self.data_dir / "run.json").read_text()))


def until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for a condition that comes true by itself; fails when it does not."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)
