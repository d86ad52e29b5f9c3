"""The letters' type: the suite's own face in the two weights that letters use.

``build_assets`` makes its files (``core/font_files.py``). Where they are not made, letters are set
in DejaVu Sans.
"""

import base64
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "static/dist/letters"
WEIGHTS = (400, 600)


def font_faces(folder: Path = FOLDER) -> str:
    """The ``@font-face`` rules with the files inside, or nothing where they were not made."""
    files = [folder / f"geist-{weight}.ttf" for weight in WEIGHTS]
    if not all(file.is_file() for file in files):
        return ""
    return "".join(
        f"@font-face{{font-family:Geist;font-weight:{weight};src:url(data:font/ttf;base64,"
        f"{base64.b64encode(file.read_bytes()).decode()})}}\n"
        for weight, file in zip(WEIGHTS, files, strict=True)
    )
