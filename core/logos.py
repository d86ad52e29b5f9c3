"""A company's logo on its letters: looked at before it is kept, and never able to break one."""

import base64
import logging
import warnings
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image

from core.models import StoredDocument
from core.safe_xml import parse
from o2c.errors import BusinessError, InvalidInput

logger = logging.getLogger(__name__)
MAX_BYTES, MAX_PIXELS = 1024 * 1024, 4000 * 4000
TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
SVG = "image/svg+xml"
_FOREIGN = ("script", "foreignObject", "use", "image", "style")


def type_of_logo(content: bytes) -> str:
    """The content type of a PNG, JPEG or SVG that a letter can show.

    An SVG may point at nothing but itself. Raises: InvalidInput saying what is wrong.
    """
    if len(content) > MAX_BYTES:
        raise InvalidInput("logo.too_big", _("A logo may have 1 MB; take a smaller file."))
    if content.lstrip()[:1] == b"<":
        _look_at_svg(content)
        return SVG
    return _type_of_pixels(content)


def logo_of(sender: Mapping[str, Any]) -> str:
    """The logo of a frozen company snapshot as a data: URL, or nothing without a usable one.

    A logo that is lost or damaged is left out and logged: the letter goes out with the name.
    """
    if not sender.get("logo"):
        return ""
    try:
        return _data_url(int(sender["logo"]))
    except (BusinessError, StoredDocument.DoesNotExist):
        logger.warning("Logo %s of %s can't be shown", sender["logo"], sender.get("name"))
        return ""


@lru_cache(maxsize=32)
def _data_url(pk: int) -> str:
    """Stored bytes never change, so they are read once a process."""
    # scope: the logo that the letter's own sender names
    document = StoredDocument.objects.get(pk=pk)
    content = document.read()
    return f"data:{type_of_logo(content)};base64,{base64.b64encode(content).decode()}"


def _type_of_pixels(content: bytes) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=list(TYPES)) as picture:
                kind, pixels = str(picture.format), picture.width * picture.height
                if pixels <= MAX_PIXELS:
                    picture.load()
    except (OSError, SyntaxError, ValueError, Warning, Image.DecompressionBombError) as error:
        raise _unreadable() from error
    if pixels > MAX_PIXELS:
        raise InvalidInput(
            "logo.too_big", _("A logo may have 4000 × 4000 pixels; take a smaller one.")
        )
    return TYPES[kind]


def _look_at_svg(content: bytes) -> None:
    root = parse(content, max_bytes=MAX_BYTES)
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        raise _unreadable()
    for element in root.iter():
        values = " ".join(element.attrib.values()).replace(" ", "").lower()
        is_foreign = str(element.tag).rpartition("}")[2] in _FOREIGN
        if is_foreign or "url(" in values.replace("url(#", "") or "://" in values:
            raise InvalidInput(
                "logo.points_elsewhere",
                _("The SVG uses styles, scripts, pictures or addresses: save it as plain paths."),
            )


def _unreadable() -> InvalidInput:
    return InvalidInput("logo.unreadable", _("This is no PNG, JPEG or SVG that can be shown."))
