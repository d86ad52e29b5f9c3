"""Ask a customer what their payment is for: a mail with a link, and the answer it brings.

An answer that comes to just the payment is kept as a remittance advice of the customer, so the
matcher ranks it and books it by itself where the payer agrees; any other is shown to people.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.actors import Actor, CustomerActor, JobActor, require
from core.formats import amount
from core.letters import long_day
from core.models import LINK_MARK, SignedLink
from core.services import (
    atomic_verb,
    make_link,
    record_event,
    retrying,
    use_up,
    write_message,
)
from customers.models import Customer
from invoicing.services import invoice_contact
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO
from receivables.models import BankEntry, EntryQuestion, OpenItem
from receivables.services.advising import RIGHT, import_advice
from receivables.services.settling import payment_number

PAYMENT_FOR = "payment_for"
"""The page that the link opens, by the name of its address."""

PAYER_ANSWERS = JobActor("order desk")
"""Who frees the orders that waited for the money."""

VALID = timedelta(days=14)
NOT_AGAIN_WITHIN = timedelta(hours=1)
SHOWN_ITEMS = 200


@atomic_verb
def ask_payer(entry_pk: int, *, customer: Customer, to: str, by: Actor, on: date) -> EntryQuestion:
    """Mail a link to the page on which the customer ticks what they paid; earlier links end.

    ``to`` empty: their contact for invoices. Raises ``InvalidInput`` without an address or open
    items, ``Conflict`` when the entry is matched or the address was asked a moment ago.
    """
    entry = BankEntry.objects.for_update().select_related("company").get(pk=entry_pk)
    require(by, "receivables.match", entry.company_id)
    contact = invoice_contact(customer)
    to = to or (contact.email if contact else "")
    _check(entry, customer, to)
    link = make_link(
        entry,
        purpose=PAYMENT_FOR,
        holder=contact.name if contact and contact.email == to else to,
        recipient=to,
        expires_at=timezone.now() + VALID,
    )
    made = EntryQuestion.objects.create(
        company_id=entry.company_id,
        bank_entry=entry,
        customer=customer,
        link=link,
        asked_by_name=by.actor_name,
    )
    _mail(made)
    number = payment_number(entry)
    record_event("bank_entry.payer_asked", entry, by=by, on=on, label=number, whom=link.addressee)
    return made


@retrying
@atomic_verb
def answer_payer(link: SignedLink, item_pks: Sequence[int], *, on: date) -> EntryQuestion:
    """Keep what the customer ticked, once; match the payment where that decides it.

    Raises ``InvalidInput`` for nothing ticked, ``Conflict`` when the payment is matched already;
    LinkSpent.
    """
    entry = BankEntry.objects.for_update().select_related("company").get(pk=link.subject_id)
    question = EntryQuestion.objects.select_related("customer", "link").get(link=link)
    assert question.customer is not None
    if entry.is_settled:
        raise Conflict("payment_for.settled", _("The payment is assigned already. Thank you."))
    items = list(payable(question).filter(pk__in=item_pks))
    if not items:
        raise InvalidInput("payment_for.none", _("Tick the invoices that you paid."))
    documents = [item.document_number for item in items]
    use_up(link, answer={"documents": documents, "items": [item.pk for item in items]})
    customer = question.customer
    actor = CustomerActor(customer.pk, link.holder, entry.company_id, frozenset({RIGHT}))
    record_event(
        "bank_entry.payer_answered",
        entry,
        by=actor,
        on=on,
        label=payment_number(entry),
        documents=", ".join(documents)[:200],
    )
    if sum((item.outstanding_amount for item in items), ZERO) == entry.amount:
        import_advice(
            entry.company,
            _as_list(entry, items),
            f"{payment_number(entry)}.csv",
            by=actor,
            on=on,
            customer=customer,
        )
    return EntryQuestion.objects.select_related("bank_entry", "link").get(pk=question.pk)


def payable(question: EntryQuestion) -> QuerySet[OpenItem]:
    """The customer's open invoices and credit notes in the payment's currency, oldest first."""
    rows = OpenItem.objects.filter(
        company_id=question.company_id,
        customer=question.customer,
        currency=question.bank_entry.currency,
        kind__in=(OpenItem.Kind.INVOICE, OpenItem.Kind.CREDIT_NOTE),
    )
    return rows.open().order_by("due_on", "pk")


def _check(entry: BankEntry, customer: Customer, to: str) -> None:
    if entry.is_settled or entry.amount <= 0:
        raise Conflict("match.settled", _("This payment is matched already. Look again."))
    if customer.company_id != entry.company_id:
        raise InvalidInput("match.customer", _("This customer belongs to another company."))
    if not to:
        raise InvalidInput(
            "payment_for.address",
            _("%(customer)s has no contact for invoices: type an address.")
            % {"customer": customer},
            field="to",
        )
    if not OpenItem.objects.filter(customer=customer, currency=entry.currency).open().exists():
        raise InvalidInput(
            "payment_for.nothing",
            _("%(customer)s has nothing open to choose from.") % {"customer": customer},
        )
    asked = SignedLink.objects.about(entry).usable(timezone.now()).filter(purpose=PAYMENT_FOR)
    moment_ago = timezone.now() - NOT_AGAIN_WITHIN
    if asked.filter(recipient__iexact=to, created_at__gt=moment_ago).exists():
        raise Conflict(
            "payment_for.asked",
            _("%(to)s was asked a moment ago. Wait for the answer, or ask somebody else.")
            % {"to": to},
            field="to",
        )


def _as_list(entry: BankEntry, items: Sequence[OpenItem]) -> bytes:
    rows = [f"{item.document_number};{item.outstanding_amount}" for item in items]
    reference = payment_number(entry)
    lines = ["document;amount;reference", *(f"{row};{reference}" for row in rows)]
    return "\n".join(lines).encode()


def _mail(question: EntryQuestion) -> None:
    entry, customer, link = question.bank_entry, question.customer, question.link
    assert customer is not None
    assert link is not None
    with translation.override(customer.language):
        values = {
            "amount": amount(entry.amount, entry.currency),
            "day": long_day(entry.booking_on, customer.language),
            "text": entry.remittance.replace("\n", " ")[:200] or "–",
            "link": LINK_MARK,
            "until": long_day(timezone.localdate(link.expires_at), customer.language),
            "company": entry.company.name,
        }
        subject = _("Your payment of %(amount)s: which invoices did you mean?") % values
        body = (
            _(
                "Good day,\n\n"
                "we received your payment of %(amount)s on %(day)s (“%(text)s”), thank you. We"
                " can't tell for sure which of our invoices it is for. Please tick them here:\n\n"
                "%(link)s\n\n"
                "The link is valid until %(until)s and needs no login. You may pass it on to"
                " whoever knows.\n\n"
                "Kind regards\n%(company)s\n"
            )
            % values
        )
    write_message(
        company_id=link.company_id,
        key=f"link:{link.pk}",
        kind=PAYMENT_FOR,
        to=link.recipient,
        subject=subject,
        body=body,
        language=customer.language,
        link=link,
        about=entry,
    )
