"""Stored documents: bytes that never change, with their hash and kind."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.company import CompanyScoped, ScopedQuerySet
from o2c.errors import Conflict


class StoredDocumentQuerySet(ScopedQuerySet["StoredDocument"]):
    """Reads on documents."""

    def about(self, subject: models.Model) -> "StoredDocumentQuerySet":
        """Documents kept for this row, newest first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).order_by(
            "-pk"
        )


class StoredDocument(CompanyScoped):
    """A file as sent or received: PDF, e-invoice XML, bank file, order. A reprint is these bytes.

    The bytes lie in the default storage (a folder, or S3 by setting) under a random key; the row
    carries their SHA-256, so a changed file is seen.
    """

    kind = models.CharField(_("kind"), max_length=40)
    filename = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64, db_index=True)
    storage_key = models.CharField(max_length=200, unique=True)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(_("stored"), auto_now_add=True)

    objects = StoredDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="document_subject"),
        ]

    def __str__(self) -> str:
        return self.filename

    def read(self) -> bytes:
        """The stored bytes, compared with their hash; raises Conflict when they are lost or
        changed."""
        try:
            with default_storage.open(self.storage_key, "rb") as file:
                content: bytes = file.read()
        except FileNotFoundError:
            content = b""
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise self._damaged()
        return content

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """The stored file from its beginning, to be read piece by piece; refused as by ``read``."""
        try:
            file = default_storage.open(self.storage_key, "rb")
        except FileNotFoundError:
            raise self._damaged() from None
        with file:
            source = file.file
            assert source is not None
            if hashlib.file_digest(source, "sha256").hexdigest() != self.sha256:  # type: ignore[arg-type]
                raise self._damaged()
            source.seek(0)
            yield source

    def _damaged(self) -> Conflict:
        return Conflict(
            "document.damaged",
            _("The stored file “%(name)s” is lost or was changed: restore it from the backup.")
            % {"name": self.filename},
        )
