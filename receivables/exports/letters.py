"""Text for old character sets: what has no place there is written with its plain letter."""

import unicodedata

# letters that Unicode does not take apart
_PLAIN = str.maketrans({"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "–": "-", "—": "-",
    "’": "'", "‘": "'", "„": '"', "“": '"', "”": '"', "…": "...", "€": "EUR"})  # fmt: skip


def one_line(text: str) -> str:
    """The text without control characters, line breaks and doubled blanks."""
    clean = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text)
    return " ".join(clean.split())


def fitted(text: str, charset: str, length: int | None = None) -> str:
    """One line of text that ``charset`` can hold, cut to ``length`` signs.

    An accent the set lacks is dropped (č becomes c), a sign without plain letter becomes ``?``.
    """
    line = one_line(text)
    if not _fits(line, charset):
        line = "".join(sign if _fits(sign, charset) else _plain(sign, charset) for sign in line)
    return line[:length]


def _fits(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _plain(sign: str, charset: str) -> str:
    bare = "".join(
        part
        for part in unicodedata.normalize("NFKD", sign.translate(_PLAIN))
        if not unicodedata.combining(part)
    )
    return bare if bare and _fits(bare, charset) else "?"
