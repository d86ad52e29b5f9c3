"""The one door for XML that strangers wrote: bank files, orders, anything uploaded.

lxml with entities, DTDs and the network switched off, a byte cap, and any DOCTYPE refused: even
an internal DTD that is never "loaded" still injects default attributes. Whatever is wrong with
the bytes ends in ``InvalidInput`` with plain words; nothing else escapes.
"""

from collections.abc import Iterator, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _
from lxml import etree

from o2c.errors import InvalidInput

MAX_BYTES = 64 * 1024 * 1024
_MEBIBYTE = 1024 * 1024


PIECE_BYTES = 64 * 1024 * 1024
"""The most that is read between two elements that a stream asks for."""
_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_pis": True,
    "remove_comments": True,
    "recover": False,
}


def parse(content: bytes, *, max_bytes: int = MAX_BYTES) -> Any:
    """The root element (``lxml``) of an XML document given as bytes.

    Raises ``InvalidInput``: empty or above ``max_bytes``, a DOCTYPE, text above 10 MB in one
    element, an encoding that does not fit the bytes, or not well-formed (naming the line).
    """
    _check_size(content, max_bytes)
    try:
        root = etree.fromstring(content, etree.XMLParser(**_SAFE))
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise _refusal(error) from None
    _refuse_doctype(root)
    return root


def stream(source: IO[bytes], tags: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """("start" or "end", element) of the elements with these tags, last ("root", root element).

    An element is whole at its end. The caller drops what it has read, so that the file's length
    needs no memory, and knows how long a file it wants. Raises ``InvalidInput`` as ``parse`` does,
    and when more than ``PIECE_BYTES`` stand between two of the elements.
    """
    counted = _Counted(source)
    events: Any = etree.iterparse(counted, events=("start", "end"), tag=tags, **_SAFE)
    is_first = True
    try:
        for event, element in events:
            if is_first:
                _refuse_doctype(element)
            is_first, counted.piece = False, 0
            yield event, element
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise _refusal(error) from None
    _refuse_doctype(events.root)
    yield "root", events.root


class _Counted:
    """A file that counts what was read since somebody set ``piece`` to nought."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.piece = 0

    def read(self, size: int) -> bytes:
        """The next bytes."""
        content = self._source.read(size)
        self.piece += len(content)
        if self.piece > PIECE_BYTES:
            raise InvalidInput(
                "xml.huge",
                _("One part of the XML file has more than %(limit)d MB. Split the file.")
                % {"limit": PIECE_BYTES // _MEBIBYTE},
            )
        return content


def _refuse_doctype(element: Any) -> None:
    info = element.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise InvalidInput(
            "xml.doctype",
            _("The XML file has a DOCTYPE, which is refused for safety. Remove it and try again."),
        )


def _check_size(content: bytes, max_bytes: int) -> None:
    if not content.strip():
        raise InvalidInput("xml.empty", _("The XML file is empty."))
    if len(content) > max_bytes:
        raise InvalidInput(
            "xml.too_big",
            _("The XML file has %(size)d MB; at most %(limit)d MB are read. Split it.")
            % {"size": len(content) // _MEBIBYTE, "limit": max_bytes // _MEBIBYTE},
        )


def _refusal(error: Exception) -> InvalidInput:
    text = str(error).lower()
    line = getattr(error, "lineno", None) or 1
    if "encoding" in text or "not proper utf-8" in text or "invalid char" in text:
        return InvalidInput(
            "xml.encoding",
            _(
                "Line %(line)d: a character is not allowed or does not fit the declared encoding. "
                "Save it as UTF-8 and try again."
            )
            % {"line": line},
        )
    if "huge" in text or "too long" in text or "excessive depth" in text or "too deep" in text:
        return InvalidInput(
            "xml.huge",
            _(
                "Line %(line)d: one element holds more than 10 MB of text or the nesting is too "
                "deep; that is refused for safety. Take big attachments out of the file."
            )
            % {"line": line},
        )
    if "entity" in text:
        return InvalidInput(
            "xml.entity",
            _("Line %(line)d: the file uses entities, which are refused for safety.")
            % {"line": line},
        )
    return InvalidInput(
        "xml.malformed",
        _("Line %(line)d: this is not well-formed XML (%(reason)s).")
        % {
            "line": line,
            "reason": str(getattr(error, "msg", None) or error).split(", line ")[0][:120],
        },
    )
