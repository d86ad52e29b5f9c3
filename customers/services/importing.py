"""Import customers from a list of another system: whole or not at all, twice is once.

A customer is known by its number. What the list tells is taken over, what it leaves blank stays
as it is, and nothing is taken away: accounts that are not in the list any more stay.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company, NumberSeries
from core.services import EventDraft, record_events, require_open
from core.sheets import ImportReport, NotWritten, SheetRow, open_sheet
from customers.columns import EXAMPLE, FIELD_OF
from customers.models import Address, Customer, CustomerBankAccount, PaymentTerms
from customers.rules import (
    CheckedIban,
    TermsPart,
    check_country,
    check_iban,
    check_name,
    masked_iban,
)
from customers.services.drafts import TermsDraft
from customers.services.import_groups import check_parents
from customers.services.payment_terms import create_payment_terms
from customers.services.words import changes_in_words
from o2c.errors import BusinessError, Conflict, InvalidInput, NotFound

BATCH = 1000
_MOST_NUMBER = 20
_BETWEEN = re.compile(r"[;,|\n]+")
_NEXT_IBAN = re.compile(r"\s+(?=[A-Za-z]{2}\d{2})")
_STANDARD = TermsDraft(
    code="30", name="30 days net", parts=(TermsPart(share=Decimal(1), due_days=30),)
)


@dataclass(slots=True)
class CustomerRow:
    """A customer as the list tells it; empty means not told. ``row`` is where it stands first."""

    row: int
    number: str
    name: str
    city: str = ""
    country: str = ""
    parent: str = ""
    ibans: dict[str, CheckedIban] = field(default_factory=dict)

    @property
    def face(self) -> tuple[str, ...]:
        """Equal for two rows of one customer that bring one account each."""
        return self.name, self.city, self.country, self.parent


def import_customers(  # noqa: PLR0913 - what a person chooses
    company: Company,
    content: bytes,
    filename: str,
    *,
    by: Actor,
    on: date,
    skip_bad: bool = False,
    is_trial: bool = False,
    terms: str = "",
) -> ImportReport:
    """Open the customers of a CSV or XLSX list that are new and take over what is told of others.

    Columns: number and name, and if wanted city, country (two letters, else the company's), IBANs
    (several between ``; , |`` or blanks) and group parent (a number of the list or a known one).
    With a wrong row nothing is taken, or with ``skip_bad`` the others. ``is_trial`` writes
    nothing. ``terms`` is the code of the payment terms of new customers; where the company has
    none at all, ``30 days net`` is added by whoever may. Raises ``InvalidInput`` for a file that is
    no such list, ``NotFound`` for unknown terms, ``Conflict`` for a closed company or one without
    terms, ``PermissionMissing``.
    """
    require(by, "customers.change", company.pk)
    require(by, "customers.change_bank_details", company.pk)
    require_open(company)
    sheet = open_sheet(
        content, filename, field_of=FIELD_OF, needed=("number", "name"), example=EXAMPLE
    )
    report = ImportReport(sheet.columns, sheet.ignored)
    told = _told(sheet.rows, report)
    try:
        with transaction.atomic():
            # Two lists at once: the second finds what the first has opened.
            Company.objects.select_for_update(no_key=True).get(pk=company.pk)
            good = check_parents(company, told, report)
            _Writing(company, report, by=by, on=on, terms=terms).take(good)
            if is_trial or (report.problem_count and not skip_bad):
                raise NotWritten
    except NotWritten:
        report.is_written = False
    return report


# --- Reading ------------------------------------------------------------------------------------
def _told(rows: Iterable[SheetRow], report: ImportReport) -> dict[str, CustomerRow]:
    """Number -> customer; several rows of one number may each bring an account."""
    told: dict[str, CustomerRow] = {}
    for row in rows:
        report.row_count += 1
        try:
            read = _read(row)
            known = told.setdefault(read.number, read)
            _require_same(known, read)
            known.ibans |= read.ibans
        except BusinessError as error:
            report.refuse(row.number, error.message)
    return told


def _read(row: SheetRow) -> CustomerRow:
    number = row.text("number")
    if not number or len(number) > _MOST_NUMBER:
        raise InvalidInput(
            "import.customer_number",
            _("%(where)s: a customer number has 1 to %(most)s signs, not “%(number)s”. Correct it.")
            % {"where": row.where("number"), "most": _MOST_NUMBER, "number": number[:40]},
        )
    return CustomerRow(
        row=row.number,
        number=number,
        name=_at(row, "name", lambda text: check_name(text)[:160]),
        city=" ".join(row.text("city").split())[:80],
        country=_at(row, "country", check_country) if row.text("country") else "",
        parent="" if row.text("parent") == number else row.text("parent"),
        ibans={one.iban: one for one in _at(row, "ibans", ibans_of)},
    )


def _at(row: SheetRow, field: str, check: Any) -> Any:
    """The checked cell; a refusal also tells the place."""
    try:
        return check(row.text(field))
    except InvalidInput as error:
        raise InvalidInput(error.code, f"{row.where(field)}: {error.message}")


def ibans_of(text: str) -> list[CheckedIban]:
    """Every IBAN of a cell, printed in groups of four or not. Raises ``InvalidInput`` naming one.

    Between them stand ``;``, ``,``, ``|``, line ends or blanks.
    """
    found = []
    for part in filter(str.strip, _BETWEEN.split(text)):
        try:
            found.append(check_iban("".join(part.split())))
        except InvalidInput:
            pieces = _NEXT_IBAN.split(part.strip())
            found += [check_iban("".join(piece.split())) for piece in pieces]
    return found


def _require_same(known: CustomerRow, read: CustomerRow) -> None:
    if known.face != read.face:
        raise InvalidInput(
            "import.customer_twice",
            _(
                "row %(row)s: customer %(number)s stands in row %(first)s already, with other"
                " facts. Keep one of the two."
            )
            % {"row": read.row, "number": read.number, "first": known.row},
        )


# --- Writing ------------------------------------------------------------------------------------
class _Writing:
    """One list on its way into a company, by the thousand."""

    def __init__(
        self, company: Company, report: ImportReport, *, by: Actor, on: date, terms: str
    ) -> None:
        self.company, self.report, self.by, self.on = company, report, by, on
        self.terms_code = terms
        self.events: list[EventDraft] = []

    def take(self, told: Sequence[CustomerRow]) -> None:
        """Open the new ones, heads of groups first, and change the others."""
        heads = [row for row in told if not row.parent]
        members = [row for row in told if row.parent]
        for group in (heads, members):
            for start in range(0, len(group), BATCH):
                self._take(group[start : start + BATCH])
        record_events(self.events)
        self._move_series(row.number for row in told)

    def _take(self, rows: Sequence[CustomerRow]) -> None:
        wanted = {row.number for row in rows} | {row.parent for row in rows if row.parent}
        found = Customer.objects.for_update().filter(company=self.company, number__in=wanted)
        known = {customer.number: customer for customer in found}
        there = [row for row in rows if row.number in known]
        fresh = [row for row in rows if row.number not in known]
        self._open(fresh, known)
        changed = self._change(there, known)
        changed |= self._add_accounts(rows, known) | self._add_cities(rows, known)
        self.report.count("new", len(fresh))
        new = {row.number for row in fresh}
        told_more = {row.number for row in rows if row.number in changed} - new
        self.report.count("changed", len(told_more))
        self.report.count("known", len(rows) - len(fresh) - len(told_more))

    def _open(self, rows: Sequence[CustomerRow], known: dict[str, Customer]) -> None:
        if not rows:
            return
        terms = self._terms()
        made = Customer.objects.bulk_create(
            Customer(
                company=self.company,
                number=row.number,
                name=row.name,
                country=row.country or self.company.country,
                language=self.company.language,
                currency=self.company.currency,
                payment_terms=terms,
                group_parent=known[row.parent] if row.parent else None,
            )
            for row in rows
        )
        for customer in made:
            known[customer.number] = customer
            values = {"name": customer.name, "country": customer.country}
            self._note("customer.created", customer, values=values)

    def _change(self, rows: Sequence[CustomerRow], known: dict[str, Customer]) -> set[str]:
        touched = []
        for row in rows:
            customer = known[row.number]
            told = {"name": row.name, "country": row.country}
            if row.parent:
                told["group_parent"] = known[row.parent]  # type: ignore[assignment]
            changed = {
                name: (getattr(customer, name), value)
                for name, value in told.items()
                if value and getattr(customer, name) != value
            }
            if changed:
                for name, (_old, value) in changed.items():
                    setattr(customer, name, value)
                customer.version += 1
                touched.append(customer)
                self._note(
                    "customer.changed",
                    customer,
                    what=changes_in_words(Customer, changed),
                    changed={n: {"old": str(a), "new": str(b)} for n, (a, b) in changed.items()},
                )
        Customer.objects.bulk_update(touched, ["name", "country", "group_parent", "version"])
        return {customer.number for customer in touched}

    def _add_accounts(self, rows: Sequence[CustomerRow], known: dict[str, Customer]) -> set[str]:
        pairs = CustomerBankAccount.objects.filter(
            customer__in=[known[row.number] for row in rows]
        ).values_list("customer_id", "iban")
        there = set(pairs)
        fresh = [
            (known[row.number], one)
            for row in rows
            for one in row.ibans.values()
            if (known[row.number].pk, one.iban) not in there
        ]
        CustomerBankAccount.objects.bulk_create(
            CustomerBankAccount(customer=customer, iban=one.iban, bic=one.bic)
            for customer, one in fresh
        )
        for customer, one in fresh:
            self._note(
                "customer.bank_account_added",
                customer,
                iban=one.iban,
                masked=masked_iban(one.iban),
                source="typed",
            )
        return {customer.number for customer, _one in fresh}

    def _add_cities(self, rows: Sequence[CustomerRow], known: dict[str, Customer]) -> set[str]:
        """Where the customer is billed, as far as the list tells; full addresses stay."""
        told = {known[row.number].pk: row for row in rows if row.city}
        there = Address.objects.filter(
            customer__in=told, kind=Address.Kind.BILLING, is_default=True, is_active=True
        )
        changed = set()
        moved = []
        for address in there:
            row = told.pop(address.customer_id)
            if not address.street and address.city != row.city:
                address.city = row.city
                moved.append(address)
                changed.add(row.number)
        Address.objects.bulk_update(moved, ["city"])
        Address.objects.bulk_create(
            Address(
                customer_id=pk,
                kind=Address.Kind.BILLING,
                name=row.name,
                city=row.city,
                country=row.country or self.company.country,
                is_default=True,
            )
            for pk, row in told.items()
        )
        return changed | {row.number for row in told.values()}

    def _terms(self) -> PaymentTerms:
        """The terms of new customers: those named, else the company's first."""
        terms = PaymentTerms.objects.filter(company=self.company).order_by("pk")
        if self.terms_code:
            found = terms.filter(code=self.terms_code).first()
            if found is None:
                raise NotFound(
                    "payment_terms.unknown",
                    _("There are no payment terms “%(code)s”. Name one of: %(known)s.")
                    % {
                        "code": self.terms_code,
                        "known": ", ".join(terms.values_list("code", flat=True)) or "–",
                    },
                )
            return found
        first = terms.first()
        if first is None and not self.by.may("core.manage", self.company.pk):
            raise Conflict(
                "import.no_terms",
                _("%(company)s has no payment terms yet. An administrator adds them in the set-up.")
                % {"company": self.company},
            )
        if first is None:
            first = create_payment_terms(self.company, _STANDARD, by=self.by, on=self.on)
            note = _("Payment terms “%(terms)s” were added: there were none.")
            self.report.notes.append(note % {"terms": first})
        return first

    def _note(self, name: str, customer: Customer, **payload: Any) -> None:
        self.events.append(
            EventDraft(
                name, customer, by=self.by, on=self.on, label=customer.number, payload=payload
            )
        )

    def _move_series(self, numbers: Iterable[str]) -> None:
        """Numbers of our own pattern are taken: the next customer gets one behind them."""
        series = NumberSeries.objects.for_update().filter(
            company=self.company, kind=NumberSeries.Kind.CUSTOMER
        )
        for one in series:
            own = re.compile(re.escape(one.prefix) + r"(\d{1,15})", re.ASCII)
            taken = [int(match[1]) for number in numbers if (match := own.fullmatch(number))]
            if taken and max(taken) >= one.next_value:
                one.next_value = max(taken) + 1
                one.save(update_fields=["next_value"])
