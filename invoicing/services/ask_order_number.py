"""Ask a buyer for the order number that their invoice lacks: a mail with a link to answer by.

Asked about an issued invoice the answer exchanges it; asked about an order it goes onto the order
and onto the drafts of its invoices.
"""

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
from orders.models import Order

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
    link = _make_link(invoice, to)
    with translation.override(invoice.language):
        words = _words_about_invoice(invoice, link)
    _mail(link, invoice, words, language=invoice.language)
    record_event(
        "invoice.order_number_asked",
        invoice,
        by=by,
        on=on,
        correlation=invoice.correlation,
        whom=link.addressee,
    )
    return link


@atomic_verb
def ask_order_number_of(order_pk: int, *, to: str, by: Actor, on: date) -> SignedLink:
    """Mail a link as ``ask_order_number`` does, about an order: nothing was invoiced yet."""
    rows = Order.objects.for_update().select_related("company", "customer")
    order = rows.get(pk=order_pk)
    require(by, "orders.po_number", order.company_id)
    _refuse_repeated(order, to)
    link = _make_link(order, to)
    language = order.customer.language
    with translation.override(language):
        words = _words_about_order(order, link)
    _mail(link, order, words, language=language)
    record_event(
        "order.po_number_asked",
        order,
        by=by,
        on=on,
        correlation=order.correlation,
        label=order.number,
        whom=link.addressee,
    )
    return link


def put_order_number(order_pk: int, number: str) -> list[int]:
    """Put the number on the drafts of an order's invoices that lack it; says which they are."""
    kinds = (Invoice.Kind.INVOICE, Invoice.Kind.DEPOSIT)
    drafts = Invoice.objects.for_update().drafts().filter(order=order_pk, kind__in=kinds)
    pks = list(drafts.filter(po_number="").values_list("pk", flat=True))
    Invoice.objects.filter(pk__in=pks).update(po_number=number)
    return pks


def _make_link(subject: Invoice | Order, to: str) -> SignedLink:
    return make_link(
        subject,
        purpose=ORDER_NUMBER,
        holder=_holder(subject, to),
        recipient=to,
        expires_at=timezone.now() + VALID,
    )


def _mail(
    link: SignedLink, about: Invoice | Order, words: tuple[str, str], *, language: str
) -> None:
    subject, body = words
    write_message(
        company_id=link.company_id,
        key=f"link:{link.pk}",
        kind=ORDER_NUMBER,
        to=link.recipient,
        subject=subject,
        body=body,
        language=language,
        link=link,
        about=about,
        correlation=about.correlation,
    )


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


def _refuse_repeated(subject: Invoice | Order, to: str) -> None:
    """A click too many is no second mail, which would take the first one's link away."""
    now = timezone.now()
    asked = SignedLink.objects.about(subject).usable(now).filter(purpose=ORDER_NUMBER)
    if asked.filter(recipient__iexact=to, created_at__gt=now - NOT_AGAIN_WITHIN).exists():
        raise Conflict(
            "order_number.asked",
            _("%(to)s was asked a moment ago. Wait for the answer, or ask somebody else.")
            % {"to": to},
            field="to",
        )


def _holder(subject: Invoice | Order, to: str) -> str:
    """The name under which the answer is kept: that of the customer's contact, else the address."""
    contact = subject.customer.contacts.filter(email__iexact=to, is_active=True).first()
    return contact.name if contact else to


def _words_about_order(order: Order, link: SignedLink) -> tuple[str, str]:
    """Subject and text of the mail, in the active language."""
    language = order.customer.language
    values = {
        "number": order.number,
        "day": long_day(order.ordered_on, language),
        "amount": amount(order.gross_amount, order.currency),
        "link": LINK_MARK,
        "until": long_day(timezone.localdate(link.expires_at), language),
        "company": order.company.name,
    }
    return _("Your order number for our order %(number)s") % values, _(
        "Good day,\n\n"
        "your order of %(day)s over %(amount)s, which we call %(number)s, came without your own"
        " order number. You need it on our invoices, so please enter it here:\n\n"
        "%(link)s\n\n"
        "What was delivered is then invoiced with your number by itself. The link is valid until"
        " %(until)s. You may pass it on to whoever knows the number.\n\n"
        "Kind regards\n%(company)s\n"
    ) % values


def _words_about_invoice(invoice: Invoice, link: SignedLink) -> tuple[str, str]:
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
