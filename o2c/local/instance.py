"""One checkout's private place on this machine: its identity, its folders, its secrets.

PostgreSQL refuses to run as root, and a checkout may lie below a folder that only root may enter.
So as root the servers run as a system user made for it, in a folder made for this checkout outside
of it. Rights of folders that exist already are never changed; everything here is mode 700 or 600.
"""

import contextlib
import fcntl
import json
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ACCOUNT = "o2c-local"
# A Unix socket's path must fit into 107 bytes, the longest name in it is .s.PGSQL.5432.lock.
MAX_SOCKET_FOLDER = 85


class LocalServerError(RuntimeError):
    """A server of ours cannot start; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """The unprivileged system user that servers run as when o2c itself runs as root."""

    uid: int
    gid: int

    def process_arguments(self) -> dict[str, Any]:
        """Arguments for ``subprocess`` that drop root for good."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass(frozen=True, slots=True)
class Instance:
    """What a checkout (more exactly: a data folder) keeps about its servers.

    ``home`` holds server data and sockets' folder ``run``; ``password`` is the database role's.
    """

    id: str
    data_dir: str
    home: str
    run: str
    password: str


def service_account() -> Account | None:
    """The user that servers run as: None when we are not root, else one made for it."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        entry = _make_account()
    return Account(entry.pw_uid, entry.pw_gid)


def _make_account() -> pwd.struct_passwd:
    command = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if command is None:
        raise LocalServerError(
            f"PostgreSQL must not run as root and useradd is missing: make a system user {ACCOUNT},"
            " or name a server in DATABASE_URL."
        )
    shell = "/usr/sbin/nologin"
    made = subprocess.run(  # noqa: S603 - fixed arguments
        [command, "--system", "--user-group", "--no-create-home", "--shell", shell, ACCOUNT],
        capture_output=True,
        text=True,
        check=False,
    )
    with contextlib.suppress(KeyError):  # somebody else may have made it at the same moment
        return pwd.getpwnam(ACCOUNT)
    raise LocalServerError(f"Cannot make the system user {ACCOUNT}: {made.stderr.strip()}")


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file; it ends with the process, however that ends."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def instance_at(data_dir: Path) -> Instance:
    """The instance of a data folder, made at first use; safe beside itself.

    A folder that was copied gets an identity and data of its own; one that was moved keeps them.
    """
    make_private(data_dir)
    with locked(data_dir / "instance.lock"):
        known = _read(data_dir / "instance")
        if known is None or _is_copy(known, data_dir):
            known = _make_instance(data_dir, service_account())
        elif known.data_dir != str(data_dir):
            known = _write(data_dir, Instance(**{**asdict(known), "data_dir": str(data_dir)}))
        return _with_folders(data_dir, known)


def secret_key(data_dir: Path) -> str:
    """The random key that signs sessions on this machine, made once."""
    make_private(data_dir)
    with locked(data_dir / "instance.lock"):
        path = data_dir / "secret"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(48))
        return path.read_text().strip()


def make_private(folder: Path, account: Account | None = None) -> None:
    """Make a folder that only its owner may enter; one that exists stays as it is."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if account is not None:
            os.chown(folder, account.uid, account.gid)


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 600, whole or not at all."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)


def make_open_folder(prefix: str, account: Account | None, parents: list[str]) -> Path:
    """Make a new folder of mode 700 below the first parent that fits, owned by the account.

    A parent fits when we may write to it and the account may walk down to it.
    """
    for parent in parents:
        if _is_reachable(Path(parent), account):
            try:
                folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
            except OSError:
                continue
            if account is not None:
                os.chown(folder, account.uid, account.gid)
            return folder
    raise LocalServerError(
        f"None of {', '.join(parents)} can hold the servers' data: name servers in DATABASE_URL"
        " and REDIS_URL."
    )


def _is_reachable(parent: Path, account: Account | None) -> bool:
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        return False
    resolved = parent.resolve()
    return account is None or all(
        folder.stat().st_mode & 0o001 for folder in (resolved, *resolved.parents)
    )


def _read(path: Path) -> Instance | None:
    if not path.exists():
        return None
    try:
        return Instance(**json.loads(path.read_text()))
    except (ValueError, TypeError) as error:
        raise LocalServerError(f"{path} is damaged ({error}): remove it to start afresh.")


def _is_copy(known: Instance, data_dir: Path) -> bool:
    if known.data_dir == str(data_dir):
        return False
    original = Path(known.data_dir) / "instance"
    with contextlib.suppress(OSError, LocalServerError):
        other = _read(original)
        return other is not None and other.id == known.id
    return False


def _make_instance(data_dir: Path, account: Account | None) -> Instance:
    home = data_dir
    if account is not None:
        home = make_open_folder("o2c-", account, ["/var/lib", "/var/tmp", "/tmp"])  # noqa: S108
    elif (data_dir / "pg").exists():  # data of the folder that this one is a copy of
        shutil.rmtree(data_dir / "pg")
    instance = Instance(
        id=secrets.token_hex(6),
        data_dir=str(data_dir),
        home=str(home),
        run="",
        password=secrets.token_urlsafe(24),
    )
    return _write(data_dir, instance)


def _write(data_dir: Path, instance: Instance) -> Instance:
    write_private(data_dir / "instance", json.dumps(asdict(instance)))
    return instance


def _with_folders(data_dir: Path, known: Instance) -> Instance:
    """The instance with ``home`` and ``run`` in place; sockets go elsewhere if the path is long."""
    account = service_account()
    home = Path(known.home) if account is not None else data_dir
    make_private(home, account)
    run = home / "run"
    if len(os.fsencode(run)) > MAX_SOCKET_FOLDER:
        run = Path(known.run or "-")
        if not run.is_dir():
            run = make_open_folder("o2c-", account, [tempfile.gettempdir(), "/tmp"])  # noqa: S108
    make_private(run, account)
    if (str(home), str(run)) != (known.home, known.run):
        known = _write(data_dir, Instance(**{**asdict(known), "home": str(home), "run": str(run)}))
    return known


def cached_copy(source: Path, target: Path, keep: Callable[[Path], bool]) -> Path:
    """A copy of a server's files that its user can read; made once, whole or not at all."""
    if not target.exists():
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(
            source,
            draft,
            symlinks=True,
            ignore=lambda folder, names: [n for n in names if not keep(Path(folder, n))],
        )
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        draft.rename(target)
    return target
