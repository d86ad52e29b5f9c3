"""The entry grid between browser and services: reads what was typed, prices it, answers.

Everything typed stays as text until it is understood, so a page with errors shows again what was
typed. Figures go to the browser in words of the reader's language; the browser computes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from core import formats
from core.fields import read_day
from core.models import Company
from core.requests import row_number
from customers.models import Address, BillingPolicy, Customer
from o2c.money import ZERO
from orders.draft import BuyerDraft, ChargeDraft, LineDraft, OrderDraft
from orders.entry.charges import ChargeRow, price_charges, read_charges, stored_rows, together
from orders.entry.rows import Row
from orders.entry.typed import KEY
from orders.models import Order, OrderCharge, OrderLine
from orders.services import plan_lines
from orders.services.totals import totals_of

MAX_ROWS = 1000
_CELLS = ("key", "product", "article", "quantity", "price", "manual", "discount", "reference")


@dataclass(slots=True)
class Grid:
    """The whole entry page: head as typed, rows, and totals once priced."""

    customer: Customer | None = None
    customer_text: str = ""
    po_number: str = ""
    requested: str = ""
    requested_on: date | None = None
    ship_to: str = ""
    note: str = ""
    billing: str = ""
    token: str = ""
    version: int | None = None
    current_version: int | None = None
    rows: list[Row] = field(default_factory=list)
    charges: list[ChargeRow] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    lines_net: str = ""
    charged: str = ""
    net: str = ""
    gross: str = ""
    gross_amount: Decimal = Decimal(0)
    vat_rows: list[tuple[str, str]] = field(default_factory=list)

    @property
    def currency(self) -> str:
        """ISO code of the order."""
        return self.customer.currency if self.customer else ""

    @property
    def addresses(self) -> list[Address]:
        """Where goods may go."""
        if self.customer is None:
            return []
        rows = self.customer.addresses.filter(kind=Address.Kind.SHIPPING, is_active=True)
        return list(rows.order_by("-is_default", "pk"))

    @property
    def billing_choices(self) -> list[tuple[str, str]]:
        """When it may be invoiced: as the customer usually is, unless somebody chooses."""
        policies = [(value, str(label)) for value, label in BillingPolicy.choices]
        return [("", usual_billing(self.customer)), *policies]

    @property
    def is_sound(self) -> bool:
        """Whether everything typed was understood."""
        return not (
            self.errors
            or any(row.errors for row in self.rows)
            or any(row.errors for row in self.charges)
        )

    @property
    def priced_lines(self) -> list[OrderLine]:
        """The lines of the rows that are right."""
        plans = [row.plan for row in self.rows if row.plan and not row.errors]
        return [plan.line for plan in plans if plan.line is not None]

    @property
    def problem_list(self) -> list[tuple[str, str]]:
        """Element id and sentence of each problem, for the summary on top."""
        found = [
            (name if name == "charges" else "grid" if name == "lines" else f"id_{name}", message)
            for name, message in self.errors.items()
        ]
        for number, row in enumerate(self.rows, start=1):
            for cell, message in row.errors.items():
                where = _("Line %(line)s") % {"line": number}
                cell = cell if cell in ("article", "quantity", "price", "discount") else "article"
                found.append((f"{cell}-{row.key}", f"{where}: {message}"))
        for number, charge in enumerate(self.charges, start=1):
            where = _("Charge or discount %(number)s") % {"number": number}
            for cell, message in charge.errors.items():
                found.append((f"charge-{cell}-{charge.key}", f"{where}: {message}"))
        return found

    @property
    def fields(self) -> frozenset[str]:
        """Names that a refusal may point at; with ``add_error`` all that a refused form needs."""
        return frozenset({"customer", "requested", "ship_to", "lines"})

    def add_error(self, name: str | None, message: str) -> None:
        """Note a refusal of the verb, beside its field or on top; who has read it may save over."""
        self.version = self.current_version
        self.lack(name or "lines", message)

    def lack(self, name: str, message: str) -> None:
        """Note what the completeness gate misses, beside the field of that name."""
        name = {"requested_on": "requested"}.get(name, name)
        self.errors[name] = f"{self.errors.get(name, '')} {message}".strip()

    def order_draft(self) -> OrderDraft:
        """What is understood so far as a draft; rows with errors stay on the page only."""
        return OrderDraft(
            buyer=BuyerDraft(customer_id=self.customer.pk if self.customer else 0),
            lines=tuple(row.plan.draft for row in self.rows if row.plan and not row.errors),
            charges=self._charge_drafts(),
            billing_policy=self.billing,
            po_number=self.po_number,
            requested_on=self.requested_on,
            note=self.note,
            ship_to_id=row_number(self.ship_to) or None,
        )

    def _charge_drafts(self) -> tuple[ChargeDraft, ...]:
        """Those that are understood; none where they do not fit the lines that are."""
        if together(self.charges, self.priced_lines):
            return ()
        return tuple(row.draft for row in self.charges if row.draft and not row.errors)

    def as_json(self) -> dict[str, Any]:
        """For the browser."""
        return {
            "currency": self.currency,
            "rows": [row.as_json() for row in self.rows],
            "charges": [row.as_json() for row in self.charges],
            "errors": self.errors,
            "requested": formats.day(self.requested_on) if self.requested_on else "",
            "lines": self.lines_net,
            "charged": self.charged,
            "net": self.net,
            "vat": self.vat_rows,
            "gross": self.gross,
            "gross_amount": str(self.gross_amount),
        }


def usual_billing(customer: Customer | None) -> str:
    """In words when a customer is invoiced unless an order says otherwise."""
    if customer is None:
        return _("as the customer")
    return _("as the customer: %(policy)s") % {"policy": customer.get_billing_policy_display()}


def blank_grid(customer: Customer | None = None) -> Grid:
    """A new page: nothing typed, three rows to begin with."""
    grid = Grid(customer=customer, customer_text=str(customer or ""))
    grid.rows = [Row(key=f"r{number}") for number in range(1, 4)]
    return grid


def grid_of(order: Order, lines: Sequence[OrderLine], charges: Sequence[OrderCharge]) -> Grid:
    """A stored draft as the page shows it, with one blank row below."""
    grid = Grid(
        customer=order.customer,
        customer_text=str(order.customer),
        po_number=order.po_number,
        requested=formats.day(order.requested_on) if order.requested_on else "",
        requested_on=order.requested_on,
        ship_to=str(order.ship_to_id or ""),
        note=order.note,
        version=order.version,
        charges=stored_rows(charges),
    )
    if order.billing_policy != order.customer.billing_policy:
        grid.billing = order.billing_policy
    for line in lines:
        row = Row(key=f"r{line.position}", quantity=formats.figure(line.quantity, most=3))
        if line.price_source in (OrderLine.PriceSource.MANUAL, OrderLine.PriceSource.IMPORTED):
            row.manual, row.price = "1", formats.figure(line.unit_price, least=2)
        if line.discount_rate:
            row.discount = formats.figure(line.discount_rate * 100, most=4)
        row.reference = line.buyer_reference
        row.show(line)
        grid.rows.append(row)
    grid.rows.append(Row(key=f"r{len(grid.rows) + 1}"))
    _sum_up(grid, lines)
    return grid


def read_grid(data: QueryDict, company: Company, *, customers: Any, on: date) -> Grid:
    """The posted page, priced; ``customers`` are those the person may choose."""
    grid = Grid(
        customer_text=data.get("customer_text", "")[:200],
        po_number=data.get("po_number", "").strip()[:60],
        requested=data.get("requested", "").strip()[:40],
        ship_to=data.get("ship_to", ""),
        note=data.get("note", "")[:2000],
        billing=data.get("billing", "") if data.get("billing") in BillingPolicy.values else "",
        token=data.get("token", ""),
    )
    version = data.get("version", "")
    grid.version = row_number(version) if version else None
    grid.token = grid.token if KEY.fullmatch(grid.token) else ""
    _read_head(grid, data, customers, on)
    grid.rows, grid.charges = _read_rows(data), read_charges(data)
    _price(grid, company, on)
    return grid


def _read_head(grid: Grid, data: QueryDict, customers: Any, on: date) -> None:
    key = row_number(data.get("customer", ""))
    if key:
        grid.customer = customers.select_related("company").filter(pk=key).first()
    if grid.customer is None and grid.customer_text.strip():
        text = grid.customer_text.strip()
        grid.customer = customers.select_related("company").filter(number__iexact=text).first()
    if grid.customer is None:
        grid.errors["customer"] = _("Choose a customer from the list.")
    if grid.requested:
        grid.requested_on = read_day(grid.requested, today=on)
        if grid.requested_on is None:
            grid.errors["requested"] = _(
                "“%(value)s” is not a date. Write it like %(example)s."
            ) % {
                "value": grid.requested,
                "example": formats.day(on),
            }


def _read_rows(data: QueryDict) -> list[Row]:
    columns = {cell: data.getlist(f"row_{cell}")[:MAX_ROWS] for cell in _CELLS}
    rows = []
    for index, key in enumerate(columns["key"]):
        if not KEY.fullmatch(key):
            continue
        cells: dict[str, Any] = {
            name: values[index].strip()[:200]
            for name, values in columns.items()
            if index < len(values)
        }
        rows.append(Row(**cells))
    return [row for row in rows if not row.is_blank]


def _price(grid: Grid, company: Company, on: date) -> None:
    """Price the rows that can be read; without a customer the articles alone are shown."""
    asked: list[tuple[Row, LineDraft]] = []
    for number, row in enumerate(grid.rows, start=1):
        place = _("line %(line)s") % {"line": number}
        line = row.draft(place) or row.article_alone(place)
        if line is not None:
            asked.append((row, line))
    if grid.customer is None:
        return
    country = next((a.country for a in grid.addresses if str(a.pk) == grid.ship_to), "")
    country = country or next((a.country for a in grid.addresses), "")
    plans = plan_lines(
        company, grid.customer, [line for _row, line in asked], on=on, ship_to_country=country
    )
    for (row, _line), plan in zip(asked, plans, strict=True):
        if row.errors:
            row.take_article(plan)
        else:
            row.take(plan)
    _sum_up(grid, grid.priced_lines)
    if grid.is_sound and (problem := together(grid.charges, grid.priced_lines)):
        grid.errors["charges"] = problem


def _sum_up(grid: Grid, lines: Sequence[OrderLine]) -> None:
    is_whole = not any(row.errors for row in grid.rows)
    charges = price_charges(grid.charges, lines, is_whole=is_whole)
    totals = totals_of(lines, charges)
    if charges:
        grid.lines_net = formats.amount(sum((line.net_amount for line in lines), ZERO))
        grid.charged = formats.amount(sum((one.signed_amount for one in charges), ZERO))
    grid.net, grid.gross = formats.amount(totals.net_amount), formats.amount(totals.gross_amount)
    grid.gross_amount = totals.gross_amount
    grid.vat_rows = [
        (
            _("VAT %(rate)s") % {"rate": formats.percent(row.vat_rate)},
            formats.amount(row.vat_amount),
        )
        for row in totals.vat_rows
    ]
