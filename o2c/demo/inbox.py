"""What came in on the last day besides statements: rates, an advice, a CSV nobody has explained."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import receivables.services as receivables
from core.actors import Actor
from core.models import Company
from o2c import flow
from receivables.models import OpenItem

DAYS = 14
DOLLARS = Decimal("1.0832")
"""About what one euro cost in dollars; the demo's rates move around it."""


def enter_rates(company: Company, *, crowns: Decimal, by: Actor, on: date) -> None:
    """Two weeks of rates as the central bank quotes them, for one unit of the books' currency."""
    rows = ["date;currency;ECB rate"]
    for back in reversed(range(DAYS)):
        day = on - timedelta(days=back)
        if day.weekday() > 4:
            continue
        drift = Decimal(day.toordinal() % 9 - 4) / 1000
        euro = {"EUR": Decimal(1), "USD": DOLLARS + drift, "SEK": crowns + 10 * drift}
        own = euro.pop(company.currency)
        rows += [f"{day};{code};{round(rate / own, 4)}" for code, rate in sorted(euro.items())]
    content = "\n".join(rows).encode()
    receivables.import_rates(company, content, "rates.csv", by=by, on=on)


def upload_advice(company: Company, items: Sequence[OpenItem], *, by: Actor, on: date) -> None:
    """A customer tells what a payment that is still on its way will pay."""
    rows = ["document;amount;payment reference;payer"]
    rows += [
        f"{item.document_number};{item.outstanding_amount};ZA-{on:%y%m%d};{item.customer.name}"
        for item in items
    ]
    content = "\n".join(rows).encode()
    receivables.import_advice(company, content, f"avis-{on:%Y-%m-%d}.csv", by=by, on=on)


def upload_csv(company: Company, *, by: Actor, on: date) -> None:
    """A bank's list whose columns no profile explains: refused, with the way to explain them."""
    content = (
        "Tag;Was;Wieviel;Wer\n"
        f"{on:%d.%m.%Y};Miete Lager 3;-1.850,00;Hafenlager GmbH\n"
        f"{on:%d.%m.%Y};Kartenzahlung;240,00;Laden\n"
    ).encode()
    flow.import_statement(company, content, filename="umsaetze.csv", by=by, on=on)
