"""Tell customers ahead what is collected from them and when (SEPA pre-notification)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from core import formats
from core.models import OutboundMessage
from core.services import write_message
from customers.models import Contact
from customers.rules import masked_iban
from o2c.money import ZERO
from receivables.models import Debit, DebitRun


def announce(run: DebitRun, debits: Sequence[Debit]) -> dict[int, OutboundMessage]:
    """A mail per customer who has an address for invoices: customer id -> mail.

    The others are told by post: the run's page names them. In the customer's language; one per run
    and customer for ever.
    """
    mine = defaultdict[int, list[Debit]](list)
    for debit in debits:
        mine[debit.item.customer_id].append(debit)
    to = invoice_addresses(mine)
    messages = {}
    for customer_id, rows in mine.items():
        if customer_id in to:
            messages[customer_id] = _write(run, rows, to[customer_id])
    return messages


def invoice_addresses(customer_ids: Iterable[int]) -> dict[int, str]:
    """Customer id -> the mail address that gets their invoices; who has none is left out."""
    contacts = Contact.objects.filter(
        customer__in=customer_ids, is_active=True, receives_invoices=True
    ).exclude(email="")
    return dict(contacts.order_by("-pk").values_list("customer", "email"))


def _write(run: DebitRun, rows: Sequence[Debit], to: str) -> OutboundMessage:
    customer = rows[0].item.customer
    with translation.override(customer.language):
        subject, body = _text(run, rows)
    return write_message(
        company_id=run.company_id,
        key=f"debit:{run.pk}:{customer.pk}",
        kind="debit_notice",
        to=to,
        subject=subject,
        body=body,
        language=customer.language,
        about=run,
    )


def _text(run: DebitRun, rows: Sequence[Debit]) -> tuple[str, str]:
    mandate, company = rows[0].mandate, run.company
    total = formats.amount(sum((row.amount for row in rows), ZERO), "EUR")
    facts = {
        "total": total,
        "day": formats.day(run.collect_on),
        "account": masked_iban(mandate.iban),
        "mandate": mandate.reference,
        "identifier": company.creditor_identifier,
        "company": company.name,
    }
    lines = [f"{row.item.document_number}: {formats.amount(row.amount, 'EUR')}" for row in rows]
    opening = _(
        "on %(day)s we collect %(total)s from your account %(account)s by SEPA direct debit."
    )
    closing = _("Mandate %(mandate)s, our creditor identifier %(identifier)s.")
    body = "\n\n".join(
        [_("Good day,"), opening % facts, "\n".join(lines), closing % facts, company.name]
    )
    return _("Direct debit of %(total)s on %(day)s") % facts, body
