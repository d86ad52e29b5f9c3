"""Asking a buyer for the order number: one mail with a link, in their language."""

import pytest

from core.models import LINK_MARK, Event, OutboundMessage, SignedLink
from core.roles import Role
from invoicing.models import Invoice
from invoicing.services import Corrections, CreditPart, clean_order_number
from o2c import answers, flow
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from tests import make as kernel
from tests.invoicing.make import JOB, TODAY, D
from tests.invoicing.order_numbers import TO, a_paid_one, an_invoice, asked

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "word"),
    [("en", "order number"), ("de", "Bestellnummer"), ("sv", "beställningsnummer")],
)
def test_the_mail_speaks_the_buyers_language_and_names_the_invoice(language, word):
    invoice = an_invoice(language=language)
    link = asked(invoice)
    mail = OutboundMessage.objects.get(kind="order_number")
    assert (mail.to, mail.language, mail.link) == (TO, language, link)
    assert word in mail.subject
    assert invoice.number in mail.body
    assert LINK_MARK in mail.body
    assert invoice.company.name in mail.body


def test_the_timeline_says_who_was_asked_by_name():
    invoice = an_invoice()
    link = asked(invoice)
    assert (link.holder, link.recipient) == ("Kim Buyer", TO)
    event = Event.objects.get(name="invoice.order_number_asked")
    assert (event.payload["whom"], event.subject_id) == (f"Kim Buyer ({TO})", invoice.pk)


def test_a_second_click_is_refused_and_somebody_else_takes_over():
    invoice = an_invoice()
    first = asked(invoice)
    with pytest.raises(Conflict, match="a moment ago"):
        asked(invoice, to=TO.upper())
    second = asked(invoice, to="other@buyer.example")
    first.refresh_from_db()
    assert (first.state, second.state) == (SignedLink.State.REVOKED, SignedLink.State.OPEN)
    assert second.holder == "other@buyer.example"


def test_a_wrong_address_leaves_nothing():
    with pytest.raises(InvalidInput, match="not an e-mail address"):
        asked(an_invoice(), to="nobody")


def test_a_rep_may_not():
    invoice = an_invoice()
    rep = kernel.user_with(Role.WAREHOUSE, invoice.company)
    with pytest.raises(PermissionMissing):
        answers.ask_order_number(invoice.pk, to=TO, by=rep, on=TODAY)


def a_cancelled_one() -> Invoice:
    invoice = an_invoice()
    flow.credit_invoice(invoice.pk, reason="Wrong", by=JOB, on=TODAY)
    return invoice


def a_replaced_one() -> Invoice:
    invoice = an_invoice()
    change = Corrections(po_number="1")
    flow.cancel_and_reissue(invoice.pk, change, reason="Wrong", by=JOB, on=TODAY)
    return invoice


def one_credited_in_part() -> Invoice:
    invoice = an_invoice()
    lines = {invoice.lines.get().pk: CreditPart(quantity=D(1))}
    flow.credit_parts(invoice.pk, lines=lines, charges={}, reason="One broke", by=JOB, on=TODAY)
    return invoice


def a_credit_note() -> Invoice:
    return flow.credit_invoice(an_invoice().pk, reason="Wrong", by=JOB, on=TODAY)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (a_cancelled_one, "cancelled by a credit note"),
        (a_replaced_one, "replaced already"),
        (one_credited_in_part, "credited in part"),
        (a_paid_one, "payment for invoice"),
        (a_credit_note, "no issued invoice"),
    ],
)
def test_what_can_not_be_exchanged_any_more_is_not_asked_for(made, why):
    with pytest.raises(Conflict, match=why):
        answers.ask_order_number(made().pk, to=TO, by=JOB, on=TODAY)
    assert not OutboundMessage.objects.filter(kind="order_number").exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("4711", "4711"),
        ("  PO  47/11-Ü ", "PO 47/11-Ü"),
        ("4\t7\n11", "4 7 11"),
        ("x" * 60, "x" * 60),
    ],
)
def test_a_number_is_kept_as_typed_but_for_spaces(typed, kept):
    assert clean_order_number(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "   ", "---", "x" * 61, "47\u200b11", "47\x0011", "47\u202e11"]
)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(InvalidInput) as refused:
        clean_order_number(typed)
    assert refused.value.field == "number"
