"""Keep bytes: what was sent or received, with its hash."""

import hashlib
import re
import uuid

from django.core.files.base import ContentFile
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
    name = uuid.uuid4().hex
    key = default_storage.save(f"{company_id}/{name[:2]}/{name}", ContentFile(content))
    return StoredDocument.objects.create(
        company_id=company_id,
        kind=kind,
        filename=_UNSAFE.sub("-", filename).strip(" .-")[-200:] or "document",
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        storage_key=key,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
    )
