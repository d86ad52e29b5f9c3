"""Stops a local PostgreSQL when its last user is gone, however that user ended.

Every process that uses the cluster holds a shared lock on ``users.lock``; the kernel drops it even
after ``kill -9``. The keeper waits for the exclusive lock: having it means that nobody is left.
While it stops the server, newcomers wait for their shared lock, then start it again.

Run as ``python -m o2c.local.keeper CONTROL_FILE``; the server's start does so.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path


def main(control_file: str) -> None:
    """Wait for the last user, stop the server, and remove a temporary cluster's folder."""
    control = json.loads(Path(control_file).read_text())
    locks = Path(control["locks"])
    own = os.open(locks / "keeper.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(own, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # another keeper is on duty
    users = os.open(locks / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(users, fcntl.LOCK_EX)
    subprocess.run(control["stop"], check=False, **control["process_arguments"])  # noqa: S603
    if control["remove"]:
        shutil.rmtree(control["remove"], ignore_errors=True)
    os.close(own)  # before the users' lock, so that whoever comes next sees that no keeper is left
    os.close(users)


if __name__ == "__main__":
    main(sys.argv[1])
