"""Closing across stages: the provision leaves out what is disputed."""

from datetime import date

import disputes.services as disputes
import receivables.services as receivables
from core.actors import Actor
from core.models import Company
from core.services import atomic_verb
from receivables.models import JournalEntry


def provision_lines(company: Company, *, day: date) -> list[receivables.ProvisionLine]:
    """What the provision of a day comes to by age, without what is disputed now."""
    contested = disputes.disputed_items(company)
    return receivables.provision_lines(company, day=day, disputed=contested)


@atomic_verb
def book_provision(
    company: Company, *, day: date, by: Actor, on: date, late_reason: str = ""
) -> list[JournalEntry]:
    """Book the provision of a closing day; what is disputed now is left out."""
    return receivables.book_provision(
        company,
        day=day,
        disputed=disputes.disputed_items(company),
        by=by,
        on=on,
        late_reason=late_reason,
    )
