"""Ask a buyer for the order number that their invoice lacks: a mail with a link to answer by."""

import re
from datetime import date, timedelta

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.formats import amount
from core.letters import long_day
from core.models import LINK_MARK, SignedLink
from core.services import atomic_verb, make_link, record_event, write_message
from invoicing.models import Invoice
from o2c.errors import Conflict, InvalidInput

ORDER_NUMBER = "order_number"
"""The page that the link opens, by the name of its address."""

VALID = timedelta(days=30)
NOT_AGAIN_WITHIN = timedelta(hours=1)
ORDER_NUMBER_LENGTH = 60
"""Characters an order number may have; a field of the invoice."""

_SPACES = re.compile(r"\s+")


@atomic_verb
def ask_order_number(pk: int, *, to: str, by: Actor, on: date) -> SignedLink:
    """Mail a link to the page on which the buyer gives their order number; earlier links end.

    Whether the invoice can still be corrected is for the caller to know. Raises: InvalidInput for
    an address that is none; Conflict when the same address was asked a moment ago;
    PermissionMissing.
    """
    rows = Invoice.objects.for_update().select_related("company", "customer", "order")
    invoice = rows.get(pk=pk)
    require(by, "invoicing.send", invoice.company_id)
    _refuse_repeated(invoice, to)
    link = make_link(
        invoice,
        purpose=ORDER_NUMBER,
        holder=_holder(invoice, to),
        recipient=to,
        expires_at=timezone.now() + VALID,
    )
    with translation.override(invoice.language):
        subject, body = _words(invoice, link)
    write_message(
        company_id=invoice.company_id,
        key=f"link:{link.pk}",
        kind=ORDER_NUMBER,
        to=to,
        subject=subject,
        body=body,
        language=invoice.language,
        link=link,
        about=invoice,
        correlation=invoice.correlation,
    )
    record_event(
        "invoice.order_number_asked",
        invoice,
        by=by,
        on=on,
        correlation=invoice.correlation,
        whom=link.addressee,
    )
    return link


def clean_order_number(text: str) -> str:
    """The number as it goes onto the invoice: spaces once, none around.

    Raises: InvalidInput when nothing is left to read, when it is too long, or holds characters
    that nobody sees.
    """
    number = _SPACES.sub(" ", text).strip()
    if not any(sign.isalnum() for sign in number):
        raise InvalidInput(
            "order_number.empty",
            _("Type your order number: at least one letter or digit."),
            field="number",
        )
    if len(number) > ORDER_NUMBER_LENGTH:
        raise InvalidInput(
            "order_number.long",
            _("This has %(length)s characters; an order number has at most %(most)s.")
            % {"length": len(number), "most": ORDER_NUMBER_LENGTH},
            field="number",
        )
    if not number.isprintable():
        raise InvalidInput(
            "order_number.unprintable",
            _("There is a character in it that can't be printed: type the number by hand."),
            field="number",
        )
    return number


def _refuse_repeated(invoice: Invoice, to: str) -> None:
    """A click too many is no second mail, which would take the first one's link away."""
    now = timezone.now()
    asked = SignedLink.objects.about(invoice).usable(now).filter(purpose=ORDER_NUMBER)
    if asked.filter(recipient__iexact=to, created_at__gt=now - NOT_AGAIN_WITHIN).exists():
        raise Conflict(
            "order_number.asked",
            _("%(to)s was asked a moment ago. Wait for the answer, or ask somebody else.")
            % {"to": to},
            field="to",
        )


def _holder(invoice: Invoice, to: str) -> str:
    """The name under which the answer is kept: that of the customer's contact, else the address."""
    contact = invoice.customer.contacts.filter(email__iexact=to, is_active=True).first()
    return contact.name if contact else to


def _words(invoice: Invoice, link: SignedLink) -> tuple[str, str]:
    """Subject and text of the mail, in the active language."""
    assert invoice.issued_on is not None
    language = invoice.language
    values = {
        "number": invoice.number,
        "day": long_day(invoice.issued_on, language),
        "amount": amount(invoice.payable_amount, invoice.currency),
        "link": LINK_MARK,
        "until": long_day(timezone.localdate(link.expires_at), language),
        "company": invoice.company.name,
    }
    return _("Your order number for invoice %(number)s") % values, _(
        "Good day,\n\n"
        "our invoice %(number)s of %(day)s over %(amount)s needs your order number. Please enter it"
        " here:\n\n"
        "%(link)s\n\n"
        "A corrected invoice with your number is then issued and sent to you at once; the present"
        " one is cancelled by a credit note. The link is valid until %(until)s. You may pass it on"
        " to whoever knows the number.\n\n"
        "Kind regards\n%(company)s\n"
    ) % values
