"""The entry grid between browser and services: reads what was typed, prices it, answers.

Everything typed stays as text until it is understood, so a page with errors shows again what was
typed. Figures go to the browser in words of the reader's language; the browser computes nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from core import formats
from core.fields import read_day, read_figure
from core.models import Company
from core.requests import row_number
from core.templatetags.letters import unit as unit_name
from customers.models import Address, Customer
from orders.draft import BuyerDraft, LineDraft, OrderDraft
from orders.models import Order, OrderLine
from orders.rules import order_totals
from orders.services import plan_lines
from orders.services.planning import LinePlan
from orders.services.totals import figures

MAX_ROWS = 1000
_CELLS = ("key", "product", "article", "quantity", "price", "manual", "discount", "reference")
_KEY = re.compile(r"[A-Za-z0-9-]{1,40}", re.ASCII)


@dataclass(slots=True)
class Row:
    """One row of the grid: what was typed, and once priced, what it came to."""

    key: str = ""
    product: str = ""
    article: str = ""
    quantity: str = ""
    price: str = ""
    manual: str = ""
    discount: str = ""
    reference: str = ""
    name: str = ""
    unit: str = ""
    price_note: str = ""
    vat: str = ""
    net: str = ""
    stock: str = ""
    is_short: bool = False
    split: tuple[str, str] | None = None
    errors: dict[str, str] = field(default_factory=dict)
    plan: LinePlan | None = None

    @property
    def is_blank(self) -> bool:
        """Nothing in it: the row one types into next."""
        return not (self.product or self.article or self.quantity)

    def draft(self, place: str) -> LineDraft | None:
        """The row as a wanted line, or None with its errors noted."""
        quantity = self._figure("quantity", self.quantity or "1")
        price = self._figure("price", self.price) if self.manual and self.price else None
        discount = self._figure("discount", self.discount) if self.discount else Decimal(0)
        if quantity is not None and quantity <= 0:
            self.errors["quantity"] = _("Enter more than 0.")
        if discount is not None and not 0 <= discount <= 100:
            self.errors["discount"] = _("Enter 0 to 100 %.")
        if price is not None and price < 0:
            self.errors["price"] = _("Enter a price of 0 or more.")
        if not (self.product or self.article):
            self.errors["article"] = _("Choose an article.")
        if self.errors or quantity is None:
            return None
        return self._line(place, quantity, price, discount or Decimal(0))

    def article_alone(self, place: str) -> LineDraft | None:
        """One of the article of a row whose figures are wrong, to say whether that is known."""
        return self._line(place) if self.product or self.article else None

    def _line(
        self,
        place: str,
        quantity: Decimal = Decimal(1),
        price: Decimal | None = None,
        discount: Decimal = Decimal(0),
    ) -> LineDraft:
        return LineDraft(
            product_id=row_number(self.product) or None,
            article=self.article,
            quantity=quantity,
            unit_price=price,
            discount_rate=discount / 100,
            buyer_reference=self.reference,
            place=place,
        )

    def _figure(self, cell: str, text: str) -> Decimal | None:
        found = read_figure(text)
        exponent = found.as_tuple().exponent if found is not None else 0
        if found is None or found.adjusted() > 11 or (isinstance(exponent, int) and exponent < -6):
            self.errors[cell] = _("“%(value)s” is not a number. Write it like %(example)s.") % {
                "value": text[:30],
                "example": formats.figure(Decimal("1190.5"), most=2),
            }
            return None
        return found

    def take(self, plan: LinePlan) -> None:
        """Show what the plan came to."""
        self.plan = plan
        if plan.problem or plan.line is None:
            self._refuse(plan)
        if plan.line is not None:
            self.show(plan.line, is_priced=not plan.problem)

    def take_article(self, plan: LinePlan) -> None:
        """Show of a row whose figures are wrong which article it means, or that there is none."""
        if plan.line is None:
            self._refuse(plan)
        else:
            self.show(plan.line, is_priced=False)

    def _refuse(self, plan: LinePlan) -> None:
        words = plan.problem.removeprefix(f"{plan.draft.place}: ")
        self.errors[plan.code or "article"] = words[:1].upper() + words[1:]

    def show(self, line: OrderLine, *, is_priced: bool = True) -> None:
        """Show a line's article and figures."""
        self.product, self.article = str(line.product_id), line.product.number
        self.name, self.unit = line.description, unit_name(line.unit)
        if is_priced:
            if not (self.manual and self.price):
                self.manual, self.price = "", formats.figure(line.unit_price, least=2)
            self.price_note = f"{line.get_price_source_display()}: {line.price_note}".rstrip(": ")
            self.vat = formats.percent(line.vat_rate)
            self.net = formats.amount(line.net_amount)

    def as_json(self) -> dict[str, Any]:
        """For the browser."""
        shown = "key product article name unit price manual price_note vat net errors"
        hints = ("stock", "is_short", "split")
        return {name: getattr(self, name) for name in (*shown.split(), *hints)}


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
    token: str = ""
    version: int | None = None
    current_version: int | None = None
    rows: list[Row] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
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
    def is_sound(self) -> bool:
        """Whether everything typed was understood."""
        return not self.errors and not any(row.errors for row in self.rows)

    @property
    def problem_list(self) -> list[tuple[str, str]]:
        """Element id and sentence of each problem, for the summary on top."""
        found = [
            ("grid" if name == "lines" else f"id_{name}", message)
            for name, message in self.errors.items()
        ]
        for number, row in enumerate(self.rows, start=1):
            for cell, message in row.errors.items():
                where = _("Line %(line)s") % {"line": number}
                cell = cell if cell in ("article", "quantity", "price", "discount") else "article"
                found.append((f"{cell}-{row.key}", f"{where}: {message}"))
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
            po_number=self.po_number,
            requested_on=self.requested_on,
            note=self.note,
            ship_to_id=row_number(self.ship_to) or None,
        )

    def as_json(self) -> dict[str, Any]:
        """For the browser."""
        return {
            "currency": self.currency,
            "rows": [row.as_json() for row in self.rows],
            "errors": self.errors,
            "requested": formats.day(self.requested_on) if self.requested_on else "",
            "net": self.net,
            "vat": self.vat_rows,
            "gross": self.gross,
            "gross_amount": str(self.gross_amount),
        }


def blank_grid(customer: Customer | None = None) -> Grid:
    """A new page: nothing typed, three rows to begin with."""
    grid = Grid(customer=customer, customer_text=str(customer or ""))
    grid.rows = [Row(key=f"r{number}") for number in range(1, 4)]
    return grid


def grid_of(order: Order, lines: Sequence[OrderLine]) -> Grid:
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
    )
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
        token=data.get("token", ""),
    )
    version = data.get("version", "")
    grid.version = row_number(version) if version else None
    grid.token = grid.token if _KEY.fullmatch(grid.token) else ""
    _read_head(grid, data, customers, on)
    grid.rows = _read_rows(data)
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
        if not _KEY.fullmatch(key):
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
    priced = [row.plan for row in grid.rows if row.plan and not row.errors]
    _sum_up(grid, [plan.line for plan in priced if plan.line is not None])


def _sum_up(grid: Grid, lines: Sequence[OrderLine]) -> None:
    totals = order_totals(figures(line) for line in lines)
    grid.net, grid.gross = formats.amount(totals.net_amount), formats.amount(totals.gross_amount)
    grid.gross_amount = totals.gross_amount
    grid.vat_rows = [
        (
            _("VAT %(rate)s") % {"rate": formats.percent(row.vat_rate)},
            formats.amount(row.vat_amount),
        )
        for row in totals.vat_rows
    ]
