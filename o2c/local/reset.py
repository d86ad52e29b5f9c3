"""Stops a checkout's local servers and removes its data: ``make reset``."""

import fcntl
import os
import shutil
import sys

from o2c.local import environment, postgres
from o2c.local.instance import LocalServerError, instance_at


def main() -> None:
    """Remove the data folder and the servers' home; refused while ``manage.py up`` runs on it."""
    folder = environment.data_dir()
    if not folder.exists():
        return
    lock = os.open(folder / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("o2c is running on this data: stop it first (Ctrl-C).")
    instance = instance_at(folder)
    postgres.cluster_at(folder).stop()
    for path in (instance.home, instance.run, folder):
        shutil.rmtree(path, ignore_errors=True)
    print(f"{folder} is removed.")


if __name__ == "__main__":
    try:
        main()
    except LocalServerError as error:
        sys.exit(str(error))
