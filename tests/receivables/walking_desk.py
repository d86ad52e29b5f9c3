"""What the bank of a random walk sends, and what the matching desk does with it."""

import dataclasses
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import receivables.services as receivables
from customers.models import Customer
from o2c import flow
from o2c.errors import BusinessError
from o2c.money import cents
from receivables.models import (
    BankEntry,
    BankFile,
    OpenItem,
    WriteOff,
    WriteOffReason,
)
from receivables.rules.sharing import Wanted, share_out
from receivables.services import ShareDraft
from tests.receivables.walking_bank import Moved
from tests.receivables.walking_books import Wrong
from tests.receivables.walking_firm import IBANS, NAMES, Firm, one_of, pick

PAYMENTS = ("exact", "short", "over", "discount", "penny", "part", "two", "all", "nothing said")
DIFFERENCES = ("open", "discount", "charges", "rounding", "too much")


class Desk(Firm):
    """Money comes, is matched in every way there is, and goes back."""

    # --- the bank --------------------------------------------------------------------------------
    def paid(self, how: int, which: int, days_ago: int, who: int) -> None:
        """Money comes in, at times of a stranger or a few days late; at times twice."""
        items = self._open(positive=True)
        on = self.day - timedelta(days=days_ago)
        moved = _payment(PAYMENTS[how % len(PAYMENTS)], items, which, on)
        if moved is None:
            return
        names = (moved.name, "Sammelkasse", NAMES[who % len(NAMES)])
        name = names[who % 3]
        iban = IBANS[NAMES.index(name)] if name in NAMES[:3] and who % 2 else ""
        moved = dataclasses.replace(moved, name=name.replace("&", "&amp;"), iban=iban)
        self._import([moved] * (2 if who % 11 == 0 else 1), on)

    def _import(self, moved: Sequence[Moved], since: date, what: str = "bank file") -> None:
        bank = self.banks[moved[0].currency]
        content = bank.statement(moved, on=self.day)
        self.sent.append((content, f"{bank.currency}{bank.count}.xml"))
        balance = bank.balance - sum(one.amount for one in moved)

        def imported() -> None:
            file = self._upload(*self.sent[-1])
            if file.state != "booked":
                self.sent.pop()
                bank.balance = balance
                raise BusinessError("bank.refused", file.message)

        self.act(what, imported, since=since)

    def _upload(self, content: bytes, filename: str) -> BankFile:
        return flow.import_statement(
            self.company, content, filename=filename, by=self.clerk, on=self.day
        )

    def import_again(self, which: int) -> None:
        """A file that was imported comes once more."""
        if not self.sent:
            return
        before = self.books.left_behind()
        if self._upload(*one_of(self.sent, which)).state != "known" or (
            self.books.left_behind() != before
        ):
            raise Wrong("a file imported twice did something")
        self.count["the same file again"] += 1
        self.look()

    def undo_import(self, which: int) -> None:
        """A file is taken back if nobody has used it, and comes again."""
        files = BankFile.objects.filter(company=self.company, state="booked").order_by("-pk")
        file = pick(list(files[:3]), which)
        if file is None:
            return
        entries = BankEntry.objects.filter(statement__file=file)
        since = min(entries.values_list("booking_on", flat=True))
        done = self.count["undo an import"]
        self.act(
            "undo an import",
            lambda: flow.undo_import(file.pk, by=self.clerk, on=self.day),
            since=since,
        )
        if self.count["undo an import"] > done:
            content = file.document.read()
            if self._upload(content, file.filename).state != "booked":
                raise Wrong(f"{file.filename} can't come again after it was undone")
            self.look(since)

    def went_back(self, which: int, fee: int) -> None:
        """The payer's bank takes a payment back, with or without its fee."""
        live = self._matches()
        if match := pick([one for one in live if one.bank_entry.amount > 0], which):
            entry = match.bank_entry
            amount = -entry.amount - (Decimal("3.50") if fee % 2 else 0)
            back = Moved(
                amount, self.day, "RETOURE", end_to_end=entry.end_to_end_id, code="AC04",
                currency=entry.currency,
            )  # fmt: skip
            self._import([back], self.day)

    # --- the matching desk -----------------------------------------------------------------------
    def match(self, which: int, items: int, how: int, first: int) -> None:
        """Tick items by hand; what is short is left open, granted or closed."""
        entry = pick(self._waiting(positive=True), which)
        if entry is None:
            return
        owner = one_of(self.customers, first)
        debits = [item for item in self._open(positive=True) if item.customer_id == owner.pk]
        chosen = debits[first % len(debits) :][: 1 + items % 3] if debits else []
        shares = _shares(entry.amount, chosen, DIFFERENCES[how % len(DIFFERENCES)])
        if items % 4 == 0:
            shares += self._set_off(owner, items)
        self._match(entry, shares, "match items")

    def _set_off(self, owner: Customer, items: int) -> list[ShareDraft]:
        """A credit of the same customer beside the money."""
        given = [item for item in self._open(positive=False) if item.customer_id == owner.pk]
        credit = pick(given, items)
        return [ShareDraft(credit.pk, credit.outstanding_amount)] if credit else []

    def _match(self, entry: BankEntry, shares: Sequence[ShareDraft], name: str) -> None:
        self.act(
            name,
            lambda: flow.match_entry(entry.pk, shares=shares, by=self.clerk, on=self.day),
            since=entry.booking_on,
        )

    def match_several(self, which: int, first: int, second: int) -> None:
        """One payment for items of two customers, given out whole or nearly so."""
        entry, debits = pick(self._waiting(positive=True), which), self._open(positive=True)
        one = pick(debits, first)
        other = pick(
            [item for item in debits if one and item.customer_id != one.customer_id], second
        )
        if entry and one and other:
            part = min(one.outstanding_amount, cents(entry.amount / 2))
            rest = min(other.outstanding_amount, entry.amount - part)
            shares = [ShareDraft(one.pk, part), ShareDraft(other.pk, rest)]
            self._match(entry, shares, "match items of two customers")

    def match_a_part(self, which: int, item: int, share: int) -> None:
        """So much of the money for an item, the rest on account."""
        entry = pick(self._waiting(positive=True), which)
        owed = pick(self._open(positive=True), item)
        if entry and owed:
            amount = cents(entry.amount * (1 + share % 100) / 100)
            self._match(entry, [ShareDraft(owed.pk, amount)], "match a part")

    def accept(self, which: int, proposal: int) -> None:
        """Take one of the proposals."""
        if entry := pick(self._waiting(positive=True), which):
            keys = receivables.propose(entry).keys
            if key := pick(keys, proposal):
                self.act(
                    "accept a proposal",
                    lambda: flow.accept_match(entry.pk, key=key, by=self.clerk, on=self.day),
                    since=entry.booking_on,
                )

    def accept_sure(self, which: int) -> None:
        """Take the best proposal if it is strong."""
        if entry := pick(self._waiting(positive=True), which):
            self.act(
                "accept the strong one",
                lambda: flow.accept_sure_match(entry.pk, by=self.clerk, on=self.day),
                since=entry.booking_on,
            )

    def match_by_itself(self) -> None:
        """The matcher looks at all that waits once more."""
        waiting = self._waiting(positive=True)
        self.act(
            "match by itself",
            lambda: receivables.auto_match(
                self.company, [entry.pk for entry in waiting], by=self.clerk, on=self.day
            ),
            since=min((entry.booking_on for entry in waiting), default=None),
        )
        self.there["not looked at"] = 0

    def on_account(self, which: int, who: int) -> None:
        """Money that came, or went back, on a customer's account."""
        entry = pick(self._waiting(), which)
        if entry:
            customer = one_of(self.customers, who)
            self.act(
                "on account",
                lambda: flow.match_entry(
                    entry.pk, shares=(), customer_id=customer.pk, by=self.clerk, on=self.day
                ),
                since=entry.booking_on,
            )

    def give_back(self, which: int, match: int) -> None:
        """What went back takes one of the payments back that it may have been, at times any."""
        entry = pick(self._waiting(positive=False), which)
        if entry is None:
            return
        rows = receivables.returnable(entry) if match % 3 else self._matches()
        if original := pick(rows, which if match % 3 == 0 else match):
            self.act(
                "return of a payment",
                lambda: flow.return_payment(
                    entry.pk, match_pk=original.pk, by=self.clerk, on=self.day
                ),
                since=entry.booking_on,
            )

    def undo(self, which: int) -> None:
        """Undo a match."""
        if match := pick(self._matches(), which):
            self.act(
                "undo a match",
                lambda: flow.undo_match(match.pk, by=self.clerk, on=self.day),
            )

    def write_off(self, which: int, share: int, why: int) -> None:
        """Give up an item or a part of it; above a limit somebody else must say so."""
        if item := pick(self._open(positive=True), which):
            part = cents(item.outstanding_amount * (1 + share % 120) / 100)
            amount = item.outstanding_amount if share % 3 else part
            draft = receivables.WriteOffDraft(
                item.pk, amount, WriteOffReason.values[why % len(WriteOffReason.values)], "walk"
            )
            self.act(
                "write off", lambda: flow.write_off(item.pk, draft, by=self.clerk, on=self.day)
            )

    def decide_write_off(self, which: int) -> None:
        """The second person says yes, or at times no."""
        asked = WriteOff.objects.filter(company=self.company).asked().order_by("pk")
        if waiting := pick(list(asked), which):
            self.act(
                "decide on a write-off",
                lambda: flow.decide_write_off(
                    waiting.pk, is_approved=which % 4 > 0, by=self.finance, on=self.day
                ),
            )

    def take_back_write_off(self, which: int) -> None:
        """What was given up is claimed again."""
        booked = WriteOff.objects.filter(company=self.company).booked().order_by("pk")
        if given := pick(list(booked), which):
            self.act(
                "take a write-off back",
                lambda: flow.take_back_write_off(given.pk, by=self.finance, on=self.day),
            )

    def unapply(self, which: int) -> None:
        """Take the items of a match back; the money stays on account."""
        if match := pick(self._matches(), which):
            self.act(
                "unapply a match",
                lambda: receivables.unapply_match(match.pk, by=self.clerk, on=self.day),
            )


def _payment(how: str, items: Sequence[OpenItem], which: int, on: date) -> Moved | None:
    """What somebody transfers for an item, or for two, or for all they owe."""
    owed = pick(items, which)
    if owed is None:
        return Moved(Decimal("12.34"), on, "Vorkasse", NAMES[which % len(NAMES)])
    whose = owed.customer_id, owed.currency
    mine = [item for item in items if (item.customer_id, item.currency) == whose]
    chosen = {"two": mine[:2], "all": mine}.get(how, [owed])
    whole = sum((item.outstanding_amount for item in chosen), Decimal(0))
    amount = {
        "short": whole - 10, "over": whole + 25, "discount": whole - owed.discount_amount,
        "penny": whole - Decimal("0.02"), "part": cents(whole / 3),
    }.get(how, whole)  # fmt: skip
    numbers = "" if how == "nothing said" else " ".join(item.document_number for item in chosen)
    return Moved(
        max(amount, Decimal("0.01")), on, numbers, owed.customer.name, currency=owed.currency
    )


def _shares(amount: Decimal, items: Sequence[OpenItem], how: str) -> list[ShareDraft]:
    """As the desk shares money out; ``too much`` asks for more than there is."""
    wanted = [Wanted(item.pk, item.due_on, item.outstanding_amount) for item in items]
    if how == "too much":
        return [ShareDraft(item.pk, item.outstanding_amount) for item in items]
    closing = how in ("charges", "rounding")
    return [
        ShareDraft(
            part.pk,
            part.amount,
            discount=part.shortage if how == "discount" else Decimal(0),
            closing=part.shortage if closing else Decimal(0),
            closing_as=how if closing else "",
        )
        for part in share_out(amount, wanted, is_closing=how != "open")
    ]
