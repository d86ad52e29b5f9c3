"""Files in: the byte cap comes before anything looks inside."""

from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from o2c.errors import InvalidInput


def read_upload(upload: "UploadedFile[Any]", *, max_bytes: int | None = None) -> bytes:
    """The bytes of an uploaded file, at most ``max_bytes`` (default: UPLOAD_MAX_BYTES).

    Raises InvalidInput naming the file when it is empty or too large.
    """
    limit = max_bytes or settings.UPLOAD_MAX_BYTES
    content = upload.read(limit + 1)
    _require_size(upload, len(content), limit)
    return content


def sized_upload(upload: "UploadedFile[Any]", *, max_bytes: int | None = None) -> IO[bytes]:
    """The uploaded file itself, for who reads it piece by piece; refused as by ``read_upload``."""
    _require_size(upload, upload.size or 0, max_bytes or settings.UPLOAD_MAX_BYTES)
    file: IO[bytes] = upload.file  # type: ignore[assignment]
    return file


def _require_size(upload: "UploadedFile[Any]", size: int, limit: int) -> None:
    names = {"file": (upload.name or "")[:80], "limit": limit // 1024**2}
    if size > limit:
        raise InvalidInput(
            "upload.too_large",
            _("“%(file)s” is larger than %(limit)s MiB. Split it and try again.") % names,
            field="file",
        )
    if not size:
        raise InvalidInput("upload.empty", _("“%(file)s” is empty.") % names, field="file")
