"""Files that go with an invoice: delivery proofs, timesheets, whatever the buyer wants to see."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import StoredDocument
from invoicing.models.invoices import Invoice


class InvoiceFile(models.Model):
    """A file a person put on a draft (BG-24); it goes out inside the e-invoice and the PDF.

    A replacement carries the same documents as the invoice before it.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="files")
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")
    description = models.CharField(_("description"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("attached file")
        verbose_name_plural = _("attached files")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "document"], name="invoice_file_once"),
        ]

    def __str__(self) -> str:
        return str(self.document)
