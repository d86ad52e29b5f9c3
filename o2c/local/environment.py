"""Fills in what the environment does not name, before Django reads its settings.

``DATABASE_URL``, ``REDIS_URL``: servers of our own. ``SECRET_KEY``: a random one that is kept
in the data folder. In production nothing is filled in: what is missing is refused.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from o2c.local import postgres, redis
from o2c.local.instance import LocalServerError, secret_key

BASE_DIR = Path(__file__).resolve().parent.parent.parent

# Commands that need no database: they must work where no server can run.
_WITHOUT_DATABASE = frozenset(
    {
        "help",
        "version",
        "check",
        "collectstatic",
        "findstatic",
        "build_assets",
        "compile_catalogs",
        "extract_texts",
        "check_templates",
        "compilemessages",
        "makemessages",
        "diffsettings",
        "test",
    }
)


def data_dir() -> Path:
    """The data folder: ``O2C_DATA_DIR``, else ``.o2c`` in the checkout; the same as in settings."""
    return Path(os.environ.get("O2C_DATA_DIR") or BASE_DIR / ".o2c").resolve()


def is_production() -> bool:
    """Whether the installation says that it is one; the same reading as in settings."""
    said = os.environ.get("O2C_PRODUCTION", "").strip().lower()
    return said in {"true", "on", "ok", "y", "yes", "1"}


def needs_database(arguments: Sequence[str]) -> bool:
    """Whether a command line (without the program's name) will want the database."""
    if not arguments or {"-h", "--help", "--version"} & set(arguments):
        return False
    return arguments[0] not in _WITHOUT_DATABASE


def prepare(arguments: Sequence[str]) -> None:
    """Make the environment complete for a management command; starts PostgreSQL if needed.

    Raises: LocalServerError, whose message is for the person who typed the command.
    """
    if is_production():
        if not os.environ.get("DATABASE_URL") and needs_database(arguments):
            raise LocalServerError("DATABASE_URL is missing: production names its own PostgreSQL.")
        return
    folder = data_dir()
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = secret_key(folder)
    if not needs_database(arguments):
        return
    is_ours = not os.environ.get("DATABASE_URL")
    if not os.environ.get("REDIS_URL") and (is_ours or arguments[0] == "up"):
        os.environ["REDIS_URL"] = redis.url_at(folder)
    if arguments[0] != "up":
        for name, value in _told_by_up(folder).items():
            os.environ.setdefault(name, value)
    if is_ours:
        os.environ["DATABASE_URL"] = postgres.ensure_running(folder)


def _told_by_up(folder: Path) -> dict[str, str]:
    """Where the ``manage.py up`` that runs on this folder takes mail, and its public address."""
    try:
        told = json.loads((folder / "run.json").read_text())["environment"]
    except (OSError, ValueError, KeyError):
        return {}
    return {name: told[name] for name in ("EMAIL_URL", "PUBLIC_URL") if name in told}
