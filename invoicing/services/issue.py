"""Issue: judge the draft by the official rules, freeze it, give it its legal number."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import NumberSeries, remember
from core.services import atomic_verb, record_event, retrying, take_numbers
from core.updating import update_rows
from invoicing.einvoice import Finding
from invoicing.models import Invoice, InvoiceInstalment, InvoiceState
from invoicing.rules import payment_reference
from invoicing.services.deposits import deduct_deposits
from invoicing.services.freeze import freeze
from invoicing.services.judging import read_parts, rule_breaks
from o2c.errors import BusinessError, Conflict

SERIES = {
    Invoice.Kind.INVOICE.value: NumberSeries.Kind.INVOICE,
    Invoice.Kind.DEPOSIT.value: NumberSeries.Kind.INVOICE,
    Invoice.Kind.CREDIT_NOTE.value: NumberSeries.Kind.CREDIT_NOTE,
}

FROZEN = (
    "state",
    "number",
    "issued_on",
    "issued_at",
    "due_on",
    "seller",
    "buyer",
    "ship_to",
    "rounding_amount",
    "discount_rate",
    "discount_until",
    "terms_text",
    "payment_reference",
)
"""What issuing writes on an invoice."""


class EInvoiceInvalid(BusinessError):
    """The e-invoice would break official rules; ``findings`` names each with the field to mend."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(
            "invoice.einvoice_invalid",
            _("The invoice can't be issued yet. %(rules)s")
            % {"rules": " ".join(str(finding) for finding in findings)},
            field=findings[0].field or None,
        )
        self.findings = findings


def rules_of(error: BusinessError) -> list[str]:
    """The rules that an error names, by their ids; none unless it is about the e-invoice."""
    return [one.rule for one in error.findings] if isinstance(error, EInvoiceInvalid) else []


def issue(invoice: Invoice | int, *, by: Actor, on: date) -> Invoice:
    """Give a draft its legal number and freeze it; see ``issue_all``."""
    return issue_all([invoice], by=by, on=on)[0]


@retrying
@atomic_verb
def issue_all(invoices: Sequence[Invoice | int], *, by: Actor, on: date) -> list[Invoice]:
    """Give drafts their legal numbers and freeze them, all or none; PDF and delivery are due work.

    A draft given as a row is one that the caller has locked, or made in the same act.
    Raises: Conflict when one is no draft; EInvoiceInvalid with each failing rule (no number is
    drawn); InvalidInput when ``on`` lies before the series' last date; PermissionMissing.
    """
    read = {one.pk: one for one in locked(one for one in invoices if isinstance(one, int))}
    drafts = [read[one] if isinstance(one, int) else one for one in dict.fromkeys(invoices)]
    for draft in drafts:
        require(by, "invoicing.issue", draft.company_id)
        _refuse_numbered(draft)
    deduct_deposits(drafts, by=by, on=on)
    return number_and_freeze(drafts, by=by, on=on)


def _refuse_numbered(draft: Invoice) -> None:
    if draft.state != InvoiceState.DRAFT:
        raise Conflict(
            "invoice.not_a_draft",
            _("%(number)s is %(state)s: only a draft can be issued.")
            % {"number": draft, "state": draft.get_state_display()},
        )


def locked(pks: Iterable[int]) -> list[Invoice]:
    """The invoices in this order, rows locked by key, with what issuing reads of them at hand."""
    wanted = list(pks)
    if not wanted:
        return []
    read = Invoice.objects.for_update().select_related(
        "company", "customer", "order", "payment_terms", "shipment", "corrects"
    )
    found = {invoice.pk: invoice for invoice in read.filter(pk__in=wanted)}
    if missing := set(wanted) - found.keys():
        raise Invoice.DoesNotExist(f"There is no invoice {min(missing)}.")
    return [found[pk] for pk in wanted]


def number_and_freeze(invoices: Sequence[Invoice], *, by: Actor, on: date) -> list[Invoice]:
    """Freeze, judge, number: in this order, so that a refused draft costs no number.

    The counter is locked last and held only for one update and the events.
    """
    parts = freeze(invoices, on=on)
    InvoiceInstalment.objects.bulk_create(part for each in parts for part in each)
    for invoice, each in zip(invoices, parts, strict=True):
        remember(invoice, "instalments", each)
    read_parts(invoices)
    for invoice in invoices:
        _judge(invoice, on=on)
    _number(invoices, on=on)
    update_rows(invoices, *FROZEN)
    for invoice in invoices:
        _record(invoice, by=by, on=on)
    return list(invoices)


def _number(invoices: Sequence[Invoice], *, on: date) -> None:
    """Draw the numbers, a block per company and kind."""
    for company_id, kind in sorted({(one.company_id, one.kind) for one in invoices}):
        block = [one for one in invoices if (one.company_id, one.kind) == (company_id, kind)]
        numbers = take_numbers(company_id, SERIES[kind], len(block), on=on)
        for invoice, number in zip(block, numbers, strict=True):
            invoice.number = number
            if not invoice.is_credit_note:
                invoice.payment_reference = payment_reference(
                    number, seller_country=invoice.seller["country"]
                )
            invoice.issued_at = timezone.now()
            invoice.to_issued()


def _record(invoice: Invoice, *, by: Actor, on: date) -> None:
    record_event(
        "invoice.issued",
        invoice,
        by=by,
        on=on,
        correlation=invoice.correlation,
        kind=invoice.kind,
        customer=invoice.customer.number,
        gross_amount=invoice.gross_amount,
        currency=invoice.currency,
        due_on=invoice.due_on,
    )


def judge(invoice: Invoice, *, on: date) -> list[Finding]:
    """What the official rules have against a draft as it stands, without changing it."""
    freeze([invoice], on=on)
    read_parts([invoice])
    return rule_breaks(invoice, on=on)


def _judge(invoice: Invoice, *, on: date) -> None:
    findings = rule_breaks(invoice, on=on)
    if findings:
        raise EInvoiceInvalid(findings)
