"""Issue: judge the draft by the official rules, freeze it, give it its legal number."""

from datetime import date

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import NumberSeries, remember
from core.services import atomic_verb, record_event, retrying, take_number
from invoicing.einvoice import Finding, build_cii, failing_rules
from invoicing.models import Invoice, InvoiceInstalment, InvoiceState
from invoicing.rules import payment_reference
from invoicing.services.facts import facts_of
from invoicing.services.freeze import freeze
from o2c.errors import BusinessError, Conflict

SERIES = {
    Invoice.Kind.INVOICE.value: NumberSeries.Kind.INVOICE,
    Invoice.Kind.CREDIT_NOTE.value: NumberSeries.Kind.CREDIT_NOTE,
}


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


@retrying
@atomic_verb
def issue(invoice: Invoice | int, *, by: Actor, on: date) -> Invoice:
    """Give a draft its legal number and freeze it; PDF and delivery are due work afterwards.

    A draft given as a row is one that the caller has locked, or made in the same act.
    Raises: Conflict when it is no draft; EInvoiceInvalid with each failing rule (no number is
    drawn); InvalidInput when ``on`` lies before the series' last date; PermissionMissing.
    """
    draft = locked(invoice) if isinstance(invoice, int) else invoice
    require(by, "invoicing.issue", draft.company_id)
    if draft.state != InvoiceState.DRAFT:
        raise Conflict(
            "invoice.not_a_draft",
            _("%(number)s is %(state)s: only a draft can be issued.")
            % {"number": draft, "state": draft.get_state_display()},
        )
    return number_and_freeze(draft, by=by, on=on)


def locked(pk: int) -> Invoice:
    """The invoice with its row locked and what issuing reads of it at hand."""
    return (
        Invoice.objects.for_update()
        .select_related("company", "customer", "order__payment_terms", "shipment", "corrects")
        .get(pk=pk)
    )


def number_and_freeze(invoice: Invoice, *, by: Actor, on: date) -> Invoice:
    """Freeze, judge, number: in this order, so that a refused draft costs no number.

    The counter is locked last and held only for one update and one event.
    """
    parts = freeze(invoice, on=on)
    remember(invoice, "instalments", InvoiceInstalment.objects.bulk_create(parts))
    _judge(invoice, on=on)
    invoice.number = take_number(invoice.company_id, SERIES[invoice.kind], on=on)
    if not invoice.is_credit_note:
        invoice.payment_reference = payment_reference(
            invoice.number, seller_country=invoice.seller["country"]
        )
    invoice.issued_at = timezone.now()
    invoice.to_issued()
    invoice.save()
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
    return invoice


def judge(invoice: Invoice, *, on: date) -> list[Finding]:
    """What the official rules have against a draft as it stands, without changing it."""
    freeze(invoice, on=on)
    return _errors(invoice, on=on)


def _judge(invoice: Invoice, *, on: date) -> None:
    findings = _errors(invoice, on=on)
    if findings:
        raise EInvoiceInvalid(findings)


def _errors(invoice: Invoice, *, on: date) -> list[Finding]:
    prefetch_related_objects([invoice], "lines__order_line", "vat_rows", "instalments")
    findings = failing_rules(build_cii(facts_of(invoice, on=on)))
    return [finding for finding in findings if not finding.is_warning]
