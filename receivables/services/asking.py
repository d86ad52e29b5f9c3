"""Ask a colleague whose payment it is."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from core import formats
from core.actors import Actor, require
from core.services import atomic_verb, notify, people_with, record_event
from o2c.errors import Conflict, InvalidInput
from receivables.models import BankEntry, EntryQuestion
from receivables.services.settling import payment_number


@atomic_verb
def ask_colleague(entry_pk: int, *, of_pk: int, note: str, by: Actor, on: date) -> EntryQuestion:
    """Put the question at the colleague's bell; the entry waits among the asked ones meanwhile.

    Raises ``InvalidInput`` without a question or for somebody who does not see payments,
    ``Conflict`` when the entry is matched already.
    """
    entry = BankEntry.objects.for_update().get(pk=entry_pk)
    require(by, "receivables.match", entry.company_id)
    if entry.is_settled:
        raise Conflict("match.settled", _("This payment is matched already. Look again."))
    if not note.strip():
        raise InvalidInput("question.note", _("Write what you want to know."))
    colleague = people_with("receivables.view", entry.company_id).filter(pk=of_pk).first()
    if colleague is None:
        raise InvalidInput("question.person", _("Choose a colleague who sees payments."))
    made = EntryQuestion.objects.create(
        company_id=entry.company_id,
        bank_entry=entry,
        asked_of=colleague,
        asked_by_name=by.actor_name,
        note=note.strip()[:500],
    )
    notify(
        [colleague],
        company_id=entry.company_id,
        title=_("%(name)s asks: whose payment is %(amount)s?")
        % {"name": by.actor_name, "amount": formats.amount(entry.amount, entry.currency)},
        body=made.note,
        url=reverse("receivables:matching_entry", args=[entry.pk]),
    )
    record_event(
        "bank_entry.asked", entry, by=by, on=on, label=payment_number(entry), of=colleague.name
    )
    return made
