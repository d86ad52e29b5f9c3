"""Static files named by their content and compressed once: kept by browsers for a year."""

import os
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

_HASHED = re.compile(r"\.[0-9a-f]{12}\.[a-z0-9]+$")
_REMARK = re.compile(rb"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*\n", re.DOTALL | re.MULTILINE)
_OURS = re.compile(r"^o2c/.*\.(css|js)$")


def without_remarks(source: bytes) -> bytes:
    """A stylesheet or script of ours without the comments that have lines of their own."""
    return _REMARK.sub(b"", source)


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Compresses only what pages ask for, the hashed names, and each content only once.

    ``manage.py up`` collects at every start; brotli over everything would cost ten seconds each
    time, this costs one.
    """

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Files of new content, as (name, name of the compressed one)."""
        hashed = (path for path in paths if _HASHED.search(path))
        fresh = [path for path in hashed if not os.path.exists(f"{self.path(path)}.br")]
        yield from super().compress_files(fresh)

    def _save(self, name: str, content: Any) -> str:
        """Our comments are for who reads the source; browsers are not sent them."""
        if _OURS.match(name):
            content = ContentFile(without_remarks(b"".join(content.chunks())))
        return str(super()._save(name, content))
