"""A line of the entry grid: what was typed, and what it came to."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core import formats
from core.fields import read_figure
from core.requests import row_number
from core.templatetags.letters import unit as unit_name
from orders.draft import LineDraft
from orders.entry.typed import is_small, unreadable
from orders.models import OrderLine
from orders.services.planning import LinePlan


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
        if found is None or not is_small(found):
            self.errors[cell] = unreadable(text)
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
