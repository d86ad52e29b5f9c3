"""The invoice as a letter: PDF/A-3u by construction, with its own XML inside (ZUGFeRD)."""

from invoicing.pdf.letter import invoice_pdf, pro_forma_pdf

__all__ = ["invoice_pdf", "pro_forma_pdf"]
