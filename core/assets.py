"""Copies the look from npm into ``static/dist``: Tabler, htmx and a sprite of the icons used.

Nothing of it is committed. Source maps are cut off, since hashed static files would look for them.
"""

import re
import shutil
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

NPM_FILES = {
    "@tabler/core/dist/css/tabler.min.css": "vendor/tabler.css",
    "@tabler/core/dist/js/tabler.min.js": "vendor/tabler.js",
}
HTMX = "static/django_htmx/htmx-4.min.js"
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
    _copy(_htmx_file(), dist / "vendor/htmx.js")
    names = icon_names(base)
    _write(dist / "icons.svg", sprite(modules / "@tabler/icons/icons", names))
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


def _htmx_file() -> Path:
    spec = find_spec("django_htmx")
    if spec is None or spec.origin is None:
        raise AssetsMissing("django-htmx is missing: install the Python packages first.")
    return Path(spec.origin).parent / HTMX


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise AssetsMissing(f"{source.name} is missing: run `npm ci` again.")
    _write(target, SOURCE_MAP.sub("\n", source.read_text()))


def _write(target: Path, text: str) -> None:
    """Write beside and move over it, so that a running server never reads half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_file() and target.read_text() == text:
        return
    fresh = target.with_name(target.name + ".new")
    fresh.write_text(text)
    shutil.move(fresh, target)
