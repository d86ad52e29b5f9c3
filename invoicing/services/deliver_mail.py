"""The mail that carries an invoice."""

from django.utils import translation
from django.utils.translation import gettext as _

from core.formats import amount
from core.letters import long_day
from core.models import LINK_MARK, OutboundMessage, StoredDocument
from core.services import make_pay_link, write_message
from invoicing.models import Format, Invoice


def write_mail(
    invoice: Invoice, file: StoredDocument, *, to: str, wanted: Format, repeat: int
) -> OutboundMessage:
    """The mail with the file attached, in the language of the document, as work to be done."""
    key = f"invoice:{invoice.pk}:email:{repeat}"
    is_to_pay = not invoice.is_credit_note
    link = make_pay_link(invoice, to=to, mail_key=key) if is_to_pay else None
    with translation.override(invoice.language):
        subject, body = _words(invoice, wanted, is_payable=link is not None)
    return write_message(
        company_id=invoice.company_id,
        key=key,
        kind=invoice.kind,
        to=to,
        subject=subject,
        body=body,
        language=invoice.language,
        attachments=[file, *_beside(invoice, wanted)],
        link=link,
        about=invoice,
        correlation=invoice.correlation,
    )


def _beside(invoice: Invoice, wanted: Format) -> list[StoredDocument]:
    """Files that go with the invoice: beside a PDF, whose enclosures few people find."""
    if wanted not in (Format.ZUGFERD, Format.PDF):
        return []
    return [one.document for one in invoice.files.select_related("document")]


def _words(invoice: Invoice, wanted: Format, *, is_payable: bool) -> tuple[str, str]:
    """Subject and text of the mail, in the active language."""
    values = {
        "number": invoice.number,
        "company": invoice.company.name,
        "amount": amount(invoice.payable_amount, invoice.currency),
        "day": long_day(invoice.due_on, invoice.language) if invoice.due_on else "",
        "reference": invoice.payment_reference,
        "file": _about_file(wanted) + (_pay_online() if is_payable else ""),
    }
    if invoice.is_credit_note:
        return _("Credit note %(number)s from %(company)s") % values, _(
            "Good day,\n\n"
            "attached you find credit note %(number)s over %(amount)s.\n\n"
            "Kind regards\n%(company)s\n"
        ) % values
    return _("Invoice %(number)s from %(company)s") % values, _(
        "Good day,\n\n"
        "attached you find invoice %(number)s over %(amount)s, due on %(day)s.\n"
        "Please give the reference %(reference)s when you pay.\n\n"
        "%(file)s\n\n"
        "Kind regards\n%(company)s\n"
    ) % values


def _pay_online() -> str:
    return "\n\n" + _("You may also pay by card or wallet: %(link)s") % {"link": LINK_MARK}


def _about_file(wanted: Format) -> str:
    if wanted in (Format.ZUGFERD, Format.PDF):
        return _("The PDF carries the e-invoice (ZUGFeRD, EN 16931) for your software.")
    return _("The attached XML file is the invoice (EN 16931); your software reads it.")
