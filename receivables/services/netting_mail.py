"""Declare a netting to the customer by mail: it takes effect when it is declared (§ 388 BGB)."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from core import formats
from core.actors import Actor
from core.models import Company, OutboundMessage
from core.services import atomic_verb, record_event, write_message
from customers.models import Contact
from receivables.models import Netting
from receivables.services.announcing import invoice_addresses
from receivables.services.hand_papers import netting_paper

TOLD_WITHIN = timedelta(days=14)
"""Older ones are not told by themselves any more: somebody has sent the letter."""


def nettings_to_tell(company: Company, *, on: date) -> QuerySet[Netting]:
    """Booked lately, not told yet, of customers whose address for invoices is known."""
    told = OutboundMessage.objects.filter(
        about_type=Netting._meta.label_lower, about_id=OuterRef("pk")
    )
    known = Contact.objects.filter(
        customer=OuterRef("customer"), is_active=True, receives_invoices=True
    ).exclude(email="")
    rows = Netting.objects.filter(
        company=company, state=Netting.State.BOOKED, decided_on__gt=on - TOLD_WITHIN
    )
    return rows.filter(~Exists(told), Exists(known))


def tell_netting(pk: int, *, by: Actor, on: date) -> OutboundMessage | None:
    """Mail the letter of a booked netting, once for ever; None where that is not possible.

    Raises ``Conflict`` for one that is not booked.
    """
    paper = netting_paper(pk)
    return _tell(pk, paper.pk, by=by, on=on)


@atomic_verb
def _tell(pk: int, paper_pk: int, *, by: Actor, on: date) -> OutboundMessage | None:
    rows = Netting.objects.select_for_update(of=("self",))
    made = rows.select_related("customer", "company", "document").get(pk=pk)
    to = invoice_addresses([made.customer_id]).get(made.customer_id)
    if made.state != Netting.State.BOOKED or made.document_id != paper_pk or not to:
        return None
    assert made.document is not None
    customer = made.customer
    with translation.override(customer.language):
        subject, body = _text(made)
    message = write_message(
        company_id=made.company_id,
        key=f"netting:{made.pk}",
        kind="netting",
        to=to,
        subject=subject,
        body=body,
        language=customer.language,
        attachments=[made.document],
        about=made,
    )
    record_event("netting.told", made, by=by, on=on, label=made.number, to=to)
    return message


def _text(made: Netting) -> tuple[str, str]:
    facts = {
        "number": made.number,
        "amount": formats.amount(made.amount, made.currency),
        "company": made.company.name,
    }
    left = _("Nothing is left on either side.")
    if made.rest_amount > 0:
        rest = formats.amount(made.rest_amount, made.currency)
        left = _("%(rest)s of our items is left for you to pay.") % {"rest": rest}
    elif made.our_debt_amount > 0:
        rest = formats.amount(made.our_debt_amount, made.currency)
        left = _("%(rest)s of your documents is left for us to pay.") % {"rest": rest}
    opening = _(
        "we set off %(amount)s of our items against your documents. The attached statement"
        " %(number)s tells both lists."
    )
    body = "\n\n".join([_("Good day,"), opening % facts, left, made.company.name])
    return _("Netting statement %(number)s") % facts, body
