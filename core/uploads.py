"""Files in: the byte cap comes before anything looks inside."""

from typing import Any

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
    names = {"file": (upload.name or "")[:80], "limit": limit // 1024**2}
    if len(content) > limit:
        raise InvalidInput(
            "upload.too_large",
            _("“%(file)s” is larger than %(limit)s MiB. Split it and try again.") % names,
            field="file",
        )
    if not content:
        raise InvalidInput("upload.empty", _("“%(file)s” is empty.") % names, field="file")
    return content
