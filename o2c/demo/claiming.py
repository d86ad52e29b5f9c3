"""Claims of the demo: interest on a few invoices that were paid late, one of them waived."""

from datetime import timedelta

import receivables.services as receivables
from core.roles import Role
from o2c.demo.life import Life
from o2c.money import ZERO
from receivables.models import Claim, OpenItem
from receivables.rules.interest import known_until

CLAIMED, LOOKED_AT = 3, 60


def claim(life: Life) -> None:
    """Up to the last day whose base rate is known or entered."""
    stage, on = life.stage, life.day
    by, boss = stage.team.colleague(Role.COLLECTOR), stage.team.colleague(Role.FINANCE_MANAGER)
    _enter_rates(life)
    until = min(on, known_until(receivables.base_rates(stage.company)))
    late = OpenItem.objects.filter(
        company=stage.company, kind="invoice", amount__gt=0, outstanding_amount=0,
        customer__is_business=True, due_on__lt=until - timedelta(days=20),
    ).select_related("company", "customer")  # fmt: skip
    made: list[Claim] = []
    for item in late.order_by("-due_on", "pk")[:LOOKED_AT]:
        if len(made) == CLAIMED:
            break
        if receivables.interest_quote(item, until=until).amount > ZERO:
            made += receivables.claim_interest(
                item.pk, until=until, with_flat_sum=False, by=by, on=on
            )
    for row in made[:1]:
        reason = life.says("Kulanz, langjähriger Kunde", "Goodwill, mångårig kund")
        receivables.waive_claim(row.pk, reason=reason, by=boss, on=on)


def _enter_rates(life: Life) -> None:
    """Base rates since the last that the program knows: a person entered them, unchanged."""
    company, on = life.stage.company, life.day
    by = life.stage.team.colleague(Role.AR_ACCOUNTANT)
    while (until := known_until(known := receivables.base_rates(company))) < on:
        _since, rate = known[0]
        day = until + timedelta(days=1)
        receivables.enter_base_rate(company, valid_from=day, rate=rate, by=by, on=on)
