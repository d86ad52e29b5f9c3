"""Keep bytes: what was sent or received, with its hash."""

import hashlib
import re
import uuid
from typing import IO

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import models

from core.models import StoredDocument

_UNSAFE = re.compile(r"[\x00-\x1f\x7f\"<>|:*?\\/]+")


def store_document(
    content: bytes,
    *,
    company_id: int,
    kind: str,
    filename: str,
    content_type: str,
    subject: models.Model | None = None,
) -> StoredDocument:
    """Write the bytes under a random key and record them with their SHA-256.

    A rollback leaves an orphaned file, which is harmless; the row is the document. ``filename``
    is only what people see when they download it, stripped of paths and control characters.
    """
    return StoredDocument.objects.create(
        company_id=company_id,
        kind=kind,
        filename=_safe(filename),
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        storage_key=default_storage.save(_new_key(company_id), ContentFile(content)),
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
    )


def store_file(
    file: IO[bytes], *, company_id: int, kind: str, filename: str, content_type: str
) -> StoredDocument:
    """``store_document`` for a file too big to be held in memory, read from its beginning."""
    sha256 = hash_of_file(file)
    size = file.tell()
    file.seek(0)
    return StoredDocument.objects.create(
        company_id=company_id,
        kind=kind,
        filename=_safe(filename),
        content_type=content_type,
        size=size,
        sha256=sha256,
        storage_key=default_storage.save(_new_key(company_id), File(file)),
    )


def hash_of_file(file: IO[bytes]) -> str:
    """SHA-256 of a file from its beginning, read piece by piece; leaves it at its end."""
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def _new_key(company_id: int) -> str:
    name = uuid.uuid4().hex
    return f"{company_id}/{name[:2]}/{name}"


def _safe(filename: str) -> str:
    return _UNSAFE.sub("-", filename).strip(" .-")[-200:] or "document"
