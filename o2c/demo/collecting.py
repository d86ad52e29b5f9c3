"""Credit and collections of the demo: holds, limits, disputes, reminders, stops."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import credit.services as credit
import customers.services as customers
import disputes.services as disputes
import dunning.services as dunning
from core.actors import JobActor
from core.roles import Role
from credit.models import CreditAccount, CreditHold, LimitChange
from customers.models import CustomerNote
from disputes.models import Dispute
from disputes.words import recommended
from dunning.models import DunningNoticeItem
from invoicing.models import InvoiceLine
from o2c import flow
from o2c.demo.life import Life
from o2c.demo.paying import Payers
from o2c.demo.tempers import BAD_BATCH, COLLAPSE, will_dispute
from o2c.errors import BusinessError
from o2c.money import cents
from receivables.models import OpenItem

DUNNING, CREDIT = JobActor("dunning"), JobActor("credit")
BAD_ARTICLES = "^(K[HFM]|RV|SF|AK)-"
_RELEASES = {
    "DE": (
        "Zahlung avisiert, Beleg liegt vor",
        "Langjähriger Kunde, Rückstand nur wegen Rechnungsprüfung",
        "Mit Geschäftsführung des Kunden gesprochen, zahlt bis Freitag",
        "Saisonspitze, Limit wird angehoben",
    ),
    "SE": (
        "Betalning aviserad, kvitto finns",
        "Mångårig kund, förseningen beror på fakturagranskning",
        "Talat med kundens ekonomichef, betalar på fredag",
        "Säsongstopp, gränsen höjs",
    ),
}
_COMPLAINTS = {
    "DE": {
        "price": "Kunde beruft sich auf das Angebot, Preis 4 % zu hoch",
        "quantity": "Zwei Kartons fehlten laut Wareneingang",
        "quality": "Oberfläche verkratzt, Fotos liegen bei",
        "delivery": "Lieferung kam nach dem Montagetermin",
        "invoice": "Falsche Bestellnummer auf der Rechnung",
    },
    "SE": {
        "price": "Kunden hänvisar till offerten, priset 4 % för högt",
        "quantity": "Två kartonger saknades enligt godsmottagningen",
        "quality": "Repad yta, bilder bifogas",
        "delivery": "Leveransen kom efter montagedagen",
        "invoice": "Fel beställningsnummer på fakturan",
    },
}
_BATCH = {
    "DE": "Charge 2604: Gehäuse porös, Armatur nach Einbau undicht",
    "SE": "Parti 2604: poröst hus, ventilen läcker efter montage",
}


class Collectors:
    """Who waits for credit, who complains, who is reminded, who gets nothing any more."""

    def __init__(self, life: Life, payers: Payers) -> None:
        self.life, self.payers = life, payers
        self.last_item = 0

    def plan(self, on: date) -> None:
        """Write today's decisions into the diary."""
        life = self.life
        for hold in CreditHold.objects.filter(company=life.stage.company).open().order_by("pk"):
            if self._is_time(hold):
                life.at(540 + life.random.random() * 400, self.decide, hold.pk)
        for dispute in Dispute.objects.filter(company=life.stage.company).open().order_by("pk"):
            age = (on - dispute.opened_on).days
            if life.days_left > 9 and age > 3 and life.random.random() < 0.11:
                life.at(780 + life.random.random() * 160, self.settle, dispute.pk)
        self._plan_complaints(on)
        if on.weekday() == 0 and life.days_left > 13:  # what came due since is the visitor's
            life.at(545, self.remind)
        if on.weekday() == 2 and on.day <= 7 and life.days_left > 15:
            life.at(600, self.review_limits)

    def evening(self) -> None:
        """Holds that money or a limit may have lifted are looked at once more."""
        for hold in credit.holds_to_recheck(self.life.stage.company):
            with suppress(BusinessError):
                flow.recheck_hold(hold.pk, by=CREDIT, on=self.life.day)

    # --- credit ---------------------------------------------------------------------------------
    def decide(self, hold_pk: int) -> None:
        """The credit manager looks at one held order."""
        life = self.life
        hold = CreditHold.objects.select_related("order").get(pk=hold_pk)
        if hold.state != CreditHold.State.OPEN:
            return
        firm = life.clients[hold.order.customer_id].firm
        by, on = life.by(Role.CREDIT_MANAGER), life.day
        is_lost = life.t(on) >= COLLAPSE.get(firm.temper, 2) and life.random.random() < 0.8
        with suppress(BusinessError):
            if is_lost:
                reason = life.says(
                    "Alte Rechnungen sind weiter offen, Auskunft negativ",
                    "Gamla fakturor är obetalda, kreditupplysning negativ",
                )
                flow.reject_hold(hold.pk, reason=reason, by=by, on=on)
            else:
                reason = life.random.choice(_RELEASES[life.stage.company.country])
                flow.release_hold(hold.pk, reason=reason, by=by, on=on)

    def review_limits(self) -> None:
        """Once a month limits follow what the customers do; somebody else approves."""
        life = self.life
        for client in life.clients.values():
            temper, t = client.firm.temper, life.t(life.day)
            if temper == "growing" and life.random.random() < 0.45:
                self.propose_limit(client.pk, Decimal("1.4"), is_decided=True)
            elif t >= COLLAPSE.get(temper, 2) and life.random.random() < 0.4:
                self.propose_limit(client.pk, Decimal("0.5"), is_decided=True)
            elif life.random.random() < 0.02:
                self.propose_limit(client.pk, Decimal("1.25"), is_decided=True)

    def propose_limit(self, customer_pk: int, factor: Decimal, *, is_decided: bool) -> None:
        """Ask for another limit; a second person decides half an hour later."""
        life = self.life
        account = CreditAccount.objects.select_related("customer").get(customer=customer_pk)
        step = 500 if life.stage.is_german else 5000
        amount = Decimal(max(round(account.limit_amount * factor / step), 1) * step)
        up = life.says("Umsatz wächst, zahlt pünktlich", "Växande omsättning, betalar i tid")
        down = life.says("Zahlt immer später, Auskunft schwächer", "Betalar allt senare")
        with suppress(BusinessError):
            change = credit.propose_limit(
                account.customer,
                amount=amount,
                reason=up if factor > 1 else down,
                by=life.stage.team.colleague(Role.CREDIT_MANAGER),
                on=life.day,
            )
            if is_decided:
                life.at(700 + life.random.random() * 200, self._approve, change)

    def _approve(self, change: LimitChange) -> None:
        credit.decide_limit(
            change.pk,
            is_approved=self.life.random.random() < 0.88,
            by=self.life.by(Role.FINANCE_MANAGER),
            on=self.life.day,
        )

    def _is_time(self, hold: CreditHold) -> bool:
        life = self.life
        age = (life.day - hold.created_at.date()).days
        if life.days_left <= 5:
            return False  # the visitor's queue
        return age >= 1 and life.random.random() < (0.45 if age < 5 else 0.9)

    # --- disputes -------------------------------------------------------------------------------
    def _plan_complaints(self, on: date) -> None:
        """Items of a week ago that the customer finds fault with, today."""
        life = self.life
        rows = OpenItem.objects.filter(
            company=life.stage.company,
            kind="invoice",
            document_on=on - timedelta(days=8 if on.weekday() < 4 else 7),
        )
        for item in rows.order_by("pk"):
            temper = life.clients[item.customer_id].firm.temper
            is_bad = self._has_bad_batch(item)
            if is_bad or will_dispute(temper, life.random):
                life.at(600 + life.random.random() * 300, self.complain, item.pk, is_bad)

    def _has_bad_batch(self, item: OpenItem) -> bool:
        life = self.life
        if not BAD_BATCH[0] <= life.t(item.document_on) < BAD_BATCH[1]:
            return False
        lines = InvoiceLine.objects.filter(invoice=item.invoice_id)
        return lines.filter(product_number__regex=BAD_ARTICLES).exists()

    def complain(self, item_pk: int, is_bad_batch: bool = False) -> None:
        """The customer calls; the contested amount is frozen."""
        life = self.life
        item = OpenItem.objects.get(pk=item_pk)
        country = life.stage.company.country
        reason = "quality" if is_bad_batch else life.random.choice(list(_COMPLAINTS[country]))
        share = (
            Decimal(1)
            if is_bad_batch
            else life.random.choice((Decimal("0.25"), Decimal("0.5"), Decimal(1)))
        )
        note = _BATCH[country] if is_bad_batch else _COMPLAINTS[country][reason]
        with suppress(BusinessError):
            disputes.open_dispute(
                item.pk,
                amount=cents(item.outstanding_amount * share),
                reason=reason,
                note=note,
                by=life.by(Role.COLLECTOR),
                on=life.day,
            )

    def settle(self, dispute_pk: int) -> None:
        """The complaint is right, and the invoice credited; or it is not, and is paid."""
        life = self.life
        dispute = Dispute.objects.select_related("item", "write_off").get(pk=dispute_pk)
        if dispute.is_deduction:
            with suppress(BusinessError):  # paid or credited since the morning
                self._settle_deduction(dispute)
            return
        item = dispute.item
        is_whole = dispute.amount == item.amount == item.outstanding_amount
        is_right = is_whole and life.random.random() < 0.75
        yes = life.says(
            "Reklamation anerkannt, Gutschrift folgt", "Reklamation godkänd, kreditfaktura följer"
        )
        no = life.says(
            "Geprüft: geliefert wie bestellt, Beleg übersandt",
            "Kontrollerat: levererat enligt order",
        )
        disputes.resolve_dispute(
            dispute.pk,
            is_accepted=is_right,
            resolution=yes if is_right else no,
            by=life.by(Role.COLLECTOR),
            on=life.day,
        )
        if not is_right:
            self.payers.expect(item, life.day + timedelta(days=life.random.randint(6, 24)))
        elif item.invoice_id:
            life.clock.wait(1200)
            flow.credit_invoice(
                item.invoice_id, reason=dispute.note, by=life.by(Role.BILLING), on=life.day
            )

    def _settle_deduction(self, dispute: Dispute) -> None:
        """What was deducted is accepted, or charged back and paid after some weeks."""
        life = self.life
        collector, on = life.by(Role.COLLECTOR), life.day
        if dispute.state != "open" or (dispute.write_off and dispute.write_off.state == "asked"):
            return
        if recommended(dispute) == "reject" or life.random.random() < 0.4:
            no = life.says("Laut Vertrag nicht vereinbart", "Inte avtalat enligt avtalet")
            disputes.reject_deduction(dispute.pk, resolution=no, by=collector, on=on)
            later = timedelta(days=life.random.randint(9, 30))
            self.payers.expect(dispute.item, on + later)
            return
        yes = life.says("Anerkannt aus Kulanz", "Godtaget av kulans")
        made = disputes.accept_deduction(
            dispute.pk, reason=dispute.reason, resolution=yes, by=collector, on=on
        )
        if made.state == "open" and made.write_off_id:
            boss = life.by(Role.FINANCE_MANAGER)
            flow.decide_write_off(made.write_off_id, is_approved=True, by=boss, on=on)

    # --- reminders ------------------------------------------------------------------------------
    def remind(self) -> None:
        """The proposal of the morning; a second person lets it go out an hour later."""
        run = flow.propose_dunning(self.life.stage.company, by=DUNNING, on=self.life.day)
        if run.notices.exists():
            self.life.at(610 + self.life.random.random() * 60, self._approve_run, run.pk)

    def _approve_run(self, run_pk: int) -> None:
        life = self.life
        # On days without money the demo's bank is silent, so its last statement may look old.
        flow.approve_dunning(
            run_pk, by=life.by(Role.FINANCE_MANAGER), on=life.day, although_stale=True
        )
        life.at(690, self._after_reminders)

    def _after_reminders(self) -> None:
        """Final reminders that nobody answers stop deliveries; some customers call and pay."""
        life = self.life
        reminded = DunningNoticeItem.objects.filter(
            notice__company=life.stage.company, notice__written_on=life.day, is_live=True
        )
        for row in reminded.select_related("item").order_by("pk"):
            client = life.clients[row.item.customer_id]
            temper, t = client.firm.temper, life.t(life.day)
            is_lost = t >= COLLAPSE.get(temper, 2)
            if row.level == 3 and is_lost:
                self._stop_deliveries(client.pk)
            elif not is_lost and life.random.random() < 0.1 + 0.12 * row.level:
                day = life.day + timedelta(days=life.random.randint(4, 12))
                self.payers.expect(row.item, day)
                self._note_promise(row.item, day)
            elif row.level == 2 and row.item_id % 3 == 0:
                self._note_promise(row.item, life.day + timedelta(days=7))  # and nothing comes

    def _note_promise(self, item: OpenItem, day: date) -> None:
        """They called after the reminder and said when they pay."""
        life = self.life
        words = life.says(
            "Ruft wegen {number} an: wird bis dahin überwiesen.",
            "Ringer om {number}: betalas senast den dagen.",
        )
        call = customers.NoteDraft(
            outcome=CustomerNote.Outcome.PROMISE,
            text=words.format(number=item.document_number),
            promised_amount=item.outstanding_amount,
            promised_on=day,
        )
        by = life.by(Role.COLLECTOR)
        flow.log_contact(item.customer_id, call, is_pausing=False, by=by, on=life.day)

    def _stop_deliveries(self, customer_pk: int) -> None:
        life = self.life
        client = life.clients[customer_pk]
        client.customer.refresh_from_db()
        if not client.customer.delivery_stop_reason:
            customers.set_credit_flags(
                customer_pk,
                risk_class="D",
                delivery_stop_reason=life.says(
                    "Letzte Mahnung unbeantwortet", "Sista påminnelsen obesvarad"
                ),
                by=life.by(Role.CREDIT_MANAGER),
                on=life.day,
            )

    def pause_reminders(self, customer_pk: int, *, until: date) -> None:
        """Somebody promised to pay: no reminders for a while."""
        life = self.life
        dunning.hold(
            life.clients[customer_pk].customer,
            until=until,
            reason=life.says("Ratenzahlung vereinbart", "Avbetalning överenskommen"),
            by=life.by(Role.COLLECTOR),
            on=life.day,
        )
