"""Lay out an invoice or credit note from its frozen facts and put the e-invoice inside."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.letters import Extras, Letter, address_lines, long_period, render_letter
from invoicing.einvoice import InvoiceFacts, Party
from invoicing.einvoice.facts import DEPOSIT
from invoicing.pdf.codes import payment_code
from invoicing.pdf.positions import groups_of, rest_of
from invoicing.pdf.zugferd import hybrid

TEMPLATE = "invoicing/letter_invoice.html"
PRO_FORMA = "pro_forma"
TITLES: dict[str, str | Promise] = {
    "credit_note": _("Credit note"),
    "deposit": _("Deposit invoice"),
    "final": _("Final invoice"),
    "invoice": _("Invoice"),
    PRO_FORMA: _("Pro forma invoice"),
}


def invoice_pdf(
    facts: InvoiceFacts,
    xml: bytes | None,
    *,
    sender: Mapping[str, Any],
    mark: object = "",
) -> bytes:
    """The letter of an issued document with its XML attached as ``factur-x.xml``.

    ``sender`` is the frozen company snapshot. Equal facts give equal bytes, so the letter can be
    made again after a crash and is still the same letter. A draft's preview has no XML and a
    ``mark`` on its head.
    """
    kind = kind_of(facts)
    title = TITLES[kind]
    if not mark:
        title = format_lazy("{} {}", title, facts.number)
    return _rendered(facts, xml, kind, Letter(
        sender=sender,
        recipient=_recipient(facts),
        title=title,
        facts=_facts(facts, number="" if mark else facts.number),
        on=facts.issued_on,
        mark=mark,
    ))  # fmt: skip


def pro_forma_pdf(facts: InvoiceFacts, *, sender: Mapping[str, Any], mark: object) -> bytes:
    """A pro forma invoice: looks like one, has no number of the legal series and no XML."""
    letter = Letter(
        sender=sender,
        recipient=_recipient(facts),
        title=format_lazy("{} {}", TITLES[PRO_FORMA], facts.order_number),
        facts=_facts(facts, number=""),
        on=facts.issued_on,
        mark=mark,
    )
    return _rendered(facts, None, PRO_FORMA, letter)


def kind_of(facts: InvoiceFacts) -> str:
    """What the document is, of ``TITLES``."""
    if facts.is_credit_note:
        return "credit_note"
    if facts.kind == DEPOSIT:
        return "deposit"
    return "final" if facts.deposits else "invoice"


def _rendered(facts: InvoiceFacts, xml: bytes | None, kind: str, letter: Letter) -> bytes:
    has_discounts = any(line.discount_amount > 0 for line in facts.lines)
    # Where one rate holds for all, the sums name it: a column less, and more air.
    has_rates = len({line.vat_rate for line in facts.lines}) > 1
    return render_letter(
        TEMPLATE,
        {
            "facts_of": facts,
            "kind": kind,
            "groups": groups_of(facts.lines),
            "rest": rest_of(facts),
            "has_discounts": has_discounts,
            "has_rates": has_rates,
            "columns": 5 + has_discounts + has_rates,
            "qr_code": "" if letter.mark else payment_code(facts),
            "first_due": facts.instalments[0] if facts.instalments else None,
        },
        letter=letter,
        language=facts.language,
        extras=Extras() if xml is None else hybrid(xml, facts.files),
    )


def _recipient(facts: InvoiceFacts) -> list[str]:
    return _address(facts.buyer, facts)


def _address(party: Party, facts: InvoiceFacts) -> list[str]:
    return address_lines(
        name=party.name,
        street=party.street,
        extra=party.extra,
        postcode=party.postcode,
        city=party.city,
        country=party.country,
        home_country=facts.seller.country,
        language=facts.language,
    )


def _facts(facts: InvoiceFacts, *, number: str) -> tuple[tuple[object, object], ...]:
    label = _("Credit note no.") if facts.is_credit_note else _("Invoice no.")
    return (
        (label, number),
        (_("Date"), facts.issued_on),
        (_("Date of supply"), facts.delivered_on),
        (_("Period"), _period(facts)),
        (_("Customer no."), facts.buyer.number),
        (_("Your VAT id"), facts.buyer.vat_id),
        (_("Your order"), facts.po_number),
        (_("Your reference"), facts.buyer_reference),
        (_("Your cost centre"), facts.accounting_reference),
        (_("Your goods receipt"), facts.receiving_advice),
        (_("Project"), facts.project_reference),
        (_("Contract"), facts.contract_reference),
        (_("Our order"), facts.order_number),
        (_("Delivery note"), facts.delivery_note_number),
        (_("Due date"), "" if facts.is_credit_note else facts.due_on),
    )


def _period(facts: InvoiceFacts) -> str:
    if not facts.period_from or not facts.period_to:
        return ""
    return long_period(facts.period_from, facts.period_to, facts.language)
