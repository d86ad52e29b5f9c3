"""Makes ``static/dist`` from npm: Tabler's rules that we use, scripts, font, a sprite of our icons.

Nothing of it is committed. Source maps are cut off, since hashed static files would look for them.
"""

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from core.font_files import make_fonts, sources
from core.stylesheets import used_rules, words

TABLER = "@tabler/core/dist/css/tabler.min.css"
NPM_FILES = {
    "htmx.org/dist/htmx.min.js": "vendor/htmx.js",
    "@fontsource-variable/geist/files/geist-latin-wght-normal.woff2": "vendor/geist-latin.woff2",
    "@fontsource-variable/geist/files/geist-latin-ext-wght-normal.woff2": (
        "vendor/geist-latin-ext.woff2"
    ),
}
BUNDLES = {"tabler.mjs": "vendor/tabler.js", "echarts.mjs": "vendor/echarts.js"}
ESBUILD = ["--bundle", "--minify", "--legal-comments=none", "--target=es2022", "--log-level=error"]
SOURCE_MAP = re.compile(r"\n?(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*\Z")
ICON_TAG = re.compile(r"{%\s*icon\s+[\"']([a-z0-9-]+)[\"']|icon=[\"']([a-z0-9-]+)[\"']")
SHAPES = re.compile(r"<(?:path|circle|rect|line|polyline|polygon|ellipse)\b[^>]*/>")
BOUNDING_BOX = 'd="M0 0h24v24H0z"'


class AssetsMissing(Exception):
    """Something to copy is not there; the message says what to run."""


def build(base: Path) -> int:
    """Fill ``base/static/dist``; returns the number of icons in the sprite.

    Raises: AssetsMissing when ``npm ci`` has not run or an icon does not exist.
    """
    modules, dist = base / "node_modules", base / "static/dist"
    if not (modules / "@tabler/core").is_dir():
        raise AssetsMissing("node_modules is missing: run `npm ci` in the checkout first.")
    for source, target in NPM_FILES.items():
        _copy(modules / source, dist / target)
    if missing := [source for source in sources(modules) if not source.is_file()]:
        raise AssetsMissing(f"{missing[0].name} is missing: run `npm ci` again.")
    make_fonts(modules, dist / "letters")
    for source, target in BUNDLES.items():
        _bundle(base / "static/bundles" / source, dist / target, modules)
    _write_stylesheet(base, modules / TABLER, dist / "vendor/tabler.css")
    names = icon_names(base)
    _write(dist / "icons.svg", sprite(modules / "@tabler/icons/icons", names).encode())
    return len(names)


def icon_names(base: Path) -> list[str]:
    """Icons that templates name, and those of ``icons.txt`` that Python code may name."""
    listed = (base / "static/src/o2c/icons.txt").read_text().splitlines()
    names = {line.strip() for line in listed if line.strip() and not line.startswith("#")}
    for template in (base / "templates").rglob("*.html"):
        for found in ICON_TAG.findall(template.read_text()):
            names.update(name for name in found if name)
    return sorted(names)


def sprite(icons: Path, names: Iterable[str]) -> str:
    """One SVG file with a ``<symbol>`` per icon.

    Raises: AssetsMissing naming an icon that Tabler does not have.
    """
    symbols = []
    for name in names:
        source = icons / f"outline/{name}.svg"
        if not source.is_file():
            raise AssetsMissing(f"Tabler has no icon “{name}”: take another name.")
        shapes = [s for s in SHAPES.findall(source.read_text()) if BOUNDING_BOX not in s]
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(shapes)}</symbol>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" '
        'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">'
        f"{''.join(symbols)}</svg>\n"
    )


def _bundle(source: Path, target: Path, modules: Path) -> None:
    """One script from a module and what it imports, unless nothing changed since the last time."""
    lock = modules / ".package-lock.json"
    newest = max(path.stat().st_mtime for path in (source, lock) if path.exists())
    if target.is_file() and target.stat().st_mtime > newest:
        return
    found = sorted(modules.glob("@esbuild/*/bin/esbuild")) + sorted(
        modules.glob("@esbuild/*/esbuild.exe")
    )
    if not found:
        raise AssetsMissing("esbuild is missing in node_modules: run `npm ci` again.")
    done = subprocess.run(  # noqa: S603 - our own tool on our own file
        [found[0], source, *ESBUILD], capture_output=True, check=False, cwd=modules.parent
    )
    if done.returncode:
        raise AssetsMissing(f"{source.name} cannot be bundled: {done.stderr.decode()[:300]}")
    _write(target, done.stdout)


def _write_stylesheet(base: Path, source: Path, target: Path) -> None:
    """Tabler's rules whose classes occur anywhere in our templates, scripts or Python."""
    if not source.is_file():
        raise AssetsMissing(f"{source.name} is missing: run `npm ci` again.")
    texts = [path for path in (base / "templates").rglob("*.html")]
    texts += [*(base / "static/src").rglob("*.js"), target.with_name("tabler.js")]
    for room in ("core", "o2c", "reporting", "credit"):
        texts += (base / room).rglob("*.py")
    known = words(path.read_text() for path in texts)
    _write(target, used_rules(_without_map(source), known).encode())


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise AssetsMissing(f"{source.name} is missing: run `npm ci` again.")
    _write(
        target, source.read_bytes() if source.suffix == ".woff2" else _without_map(source).encode()
    )


def _without_map(source: Path) -> str:
    return SOURCE_MAP.sub("\n", source.read_text())


def _write(target: Path, content: bytes) -> None:
    """Write beside and move over it, so that a running server never reads half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_file() and target.read_bytes() == content:
        target.touch()
        return
    fresh = target.with_name(target.name + ".new")
    fresh.write_bytes(content)
    shutil.move(fresh, target)
