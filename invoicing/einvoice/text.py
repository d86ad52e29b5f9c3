"""What of a text an XML document can carry."""

import re

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def without_controls(text: str) -> str:
    """The text without characters that XML 1.0 has no room for, blanks around it kept."""
    return _NOT_XML.sub("", text)


def xml_text(text: str) -> str:
    """The text as it stands in XML; empty where nothing of it is left."""
    return without_controls(text).strip()
