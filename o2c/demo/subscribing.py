"""Service contracts of the demo: agreed on the first morning, billed as their days come."""

from datetime import date
from decimal import Decimal

import invoicing.services as invoicing
from core.roles import Role
from invoicing.services import LineDraft, SubscriptionDraft
from o2c import flow
from o2c.demo.clients import Client
from o2c.demo.life import Life

CONTRACTS = 2


class Contracts:
    """A maintenance contract by index and a hotline with a step, for the first customers."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.has_agreed = False

    def plan(self, on: date) -> None:
        """Agree on the first day, then bill each morning what is due."""
        if not self.has_agreed:
            self.has_agreed = True
            self.life.at(500, self.agree, on)
        self.life.at(505, self.bill, on)

    def agree(self, on: date) -> None:
        """Both contracts, a customer each."""
        company = self.life.stage.company
        by = self.life.stage.team.people[Role.BILLING][-1]
        index = invoicing.add_index(
            company,
            name=self.life.says("Verbraucherpreisindex", "Konsumentprisindex"),
            publisher=self.life.says("Statistisches Bundesamt", "SCB"),
            by=by,
            on=on,
        )
        base = date(on.year - 1, 1, 1)
        for year, value in ((0, "119.3"), (1, "121.9")):
            invoicing.enter_index_value(
                index,
                valid_from=date(base.year + year, 1, 1),
                value=Decimal(value),
                source=self.life.says("Pressemitteilung", "Pressmeddelande"),
                by=by,
                on=on,
            )
        care = LineDraft(
            self.life.says("Wartung der Armaturen", "Underhåll av armaturer"),
            Decimal(1),
            Decimal("480"),
            index=index,
            index_base_value=Decimal("119.3"),
            index_base_on=base,
            index_threshold=Decimal("0.02"),
        )
        hotline = LineDraft(
            self.life.says("Servicehotline", "Servicejour"),
            Decimal(1),
            Decimal("95"),
            steps=[(date(on.year + 1, on.month, 1), Decimal("99"))],
        )
        clients = list(self.life.clients.values())[:CONTRACTS]
        for client, line, months in zip(clients, (care, hotline), (3, 1), strict=False):
            self._sign(client, line, months, on)

    def _sign(self, client: Client, line: LineDraft, months: int, on: date) -> None:
        by, customer = self.life.stage.team.people[Role.BILLING][-1], client.customer
        assert customer.payment_terms is not None
        draft = SubscriptionDraft(
            line.description,
            customer.payment_terms,
            on,
            interval_months=months,
            anchor_month=1,
            notice_months=3,
            po_number=self.life.says("RV-", "AVT-") + f"{on:%Y}-{client.index + 1:03d}",
        )
        made = invoicing.create_subscription(customer, draft, by=by, on=on)
        invoicing.add_line(made.pk, line, by=by, on=on)
        invoicing.activate_subscription(made.pk, by=by, on=on)

    def bill(self, on: date) -> None:
        """What the sweep would do that morning."""
        company = self.life.stage.company
        due = invoicing.subscriptions_awaiting_billing(company, on=on)
        for pk in due.values_list("pk", flat=True):
            flow.bill_subscription(pk, by=flow.BILLING, on=on)
