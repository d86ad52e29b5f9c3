"""Whole font files for letters, made of the parts that npm brings.

npm has the type as variable web fonts in two parts. A letter laid out with those takes a third
longer, and WeasyPrint takes parts of one name for one font; so each weight becomes a plain file.
"""

from io import BytesIO
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from core.letter_fonts import WEIGHTS

PARTS = ("latin", "latin-ext")
SOURCE = "@fontsource-variable/geist/files/geist-{part}-wght-normal.woff2"


def sources(modules: Path) -> list[Path]:
    """The files of npm that the type is made of."""
    return [modules / SOURCE.format(part=part) for part in PARTS]


def make_fonts(modules: Path, folder: Path) -> None:
    """Write one file a weight into ``folder``; equal sources give equal files."""
    folder.mkdir(parents=True, exist_ok=True)
    for weight in WEIGHTS:
        target = folder / f"geist-{weight}.ttf"
        newest = max(source.stat().st_mtime for source in sources(modules))
        if not target.is_file() or target.stat().st_mtime < newest:
            fresh = target.with_name(target.name + ".new")
            fresh.write_bytes(_of_weight(modules, weight))
            fresh.replace(target)


def _of_weight(modules: Path, weight: int) -> bytes:
    parts = []
    for source in sources(modules):
        font = TTFont(source, recalcTimestamp=False)
        font = instantiateVariableFont(font, {"wght": weight})
        font.flavor = None
        part = BytesIO()
        font.save(part)
        parts.append(BytesIO(part.getvalue()))
    merged = Merger().merge(parts)
    merged["head"].created = merged["head"].modified = 0
    merged.recalcTimestamp = False
    whole = BytesIO()
    merged.save(whole)
    return whole.getvalue()
