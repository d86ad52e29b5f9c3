"""Lists of products, price lists and prices."""

from datetime import date, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.forms import unit_name
from catalog.models import Price, PriceList, Product
from core import formats
from core.tables import BadgeColumn, Column, DayColumn, LinkColumn, MoneyColumn, NumberColumn, Table
from core.templatetags import o2c as tags


def _sold(row: Product | PriceList) -> tuple[str, str]:
    return ("green", _("active")) if row.is_active else ("neutral", _("inactive"))


def standing_of(price: Price, today: date) -> tuple[str, str]:
    """Colour family and word for whether a price holds, is over or is still to come."""
    if today in price.valid:
        return "green", _("valid")
    is_over = price.valid.upper is not None and price.valid.upper <= today
    return ("neutral", _("over")) if is_over else ("blue", _("to come"))


class UnitPriceColumn(MoneyColumn):
    """A unit price: at least two, at most six decimals."""

    def render(self, value: Any, record: Any) -> str:
        """The price as shown."""
        figure, currency = tags.number(value, 2, 6), self.currency_of(record)
        return format_html('{} <span class="o2c-currency">{}</span>', figure, currency)


class ProductTable(Table):
    """One product a row, with its general price of today."""

    number = LinkColumn()
    unit = Column()
    list_price = UnitPriceColumn(currency="list_currency", verbose_name=gettext_lazy("List price"))
    standing = BadgeColumn(of=_sold, accessor="pk")

    class Meta:
        model = Product
        fields = ("number", "name", "kind", "unit", "gtin", "vat_class", "list_price", "standing")

    def render_unit(self, value: str) -> str:
        """The unit in words."""
        return unit_name(value)


class PriceListTable(Table):
    """One price list a row."""

    name = LinkColumn()
    customer = Column(
        accessor="customer__name", verbose_name=gettext_lazy("Customer"), empty_values=()
    )
    price_count = NumberColumn(verbose_name=gettext_lazy("Prices"))
    standing = BadgeColumn(of=_sold, accessor="pk")

    class Meta:
        model = PriceList
        fields = ("name", "currency", "customer", "price_count", "standing")

    def render_customer(self, value: Any) -> str:
        """The customer, or everybody."""
        return str(value) if value else _("everybody")


class PriceTable(Table):
    """One price a row; who may change prices types the next one right there."""

    product = LinkColumn(
        accessor="product__number", linkify=lambda record: record.product.get_absolute_url()
    )
    name = Column(accessor="product__name", verbose_name=gettext_lazy("Name"))
    unit = Column(accessor="product__unit", verbose_name=gettext_lazy("Unit"))
    min_quantity = NumberColumn()
    unit_price = UnitPriceColumn(currency="price_list.currency")
    starts_on = DayColumn(accessor="valid__lower", verbose_name=gettext_lazy("Valid from"))
    ends_on = DayColumn(accessor="valid__upper", verbose_name=gettext_lazy("Valid until"))
    standing = BadgeColumn(of=lambda price: standing_of(price, price.today), accessor="pk")
    change = Column(
        accessor="pk", verbose_name=gettext_lazy("New price from today"), exclude_from_export=True
    )

    class Meta:
        model = Price
        fields = (
            "product",
            "name",
            "unit",
            "min_quantity",
            "unit_price",
            "starts_on",
            "ends_on",
            "standing",
            "change",
        )

    def __init__(self, data: Any, **options: Any) -> None:
        request = options.get("request")
        if request is not None and not request.user.may("catalog.change", request.company.pk):
            options["exclude"] = ("change",)
        super().__init__(data, **options)

    def render_unit(self, value: str) -> str:
        """The unit in words."""
        return unit_name(value)

    def render_ends_on(self, value: date) -> str:
        """The last day on which the price holds; the range ends before its upper bound."""
        column: DayColumn = self.columns["ends_on"].column
        return column.render(value - timedelta(days=1))

    def value_ends_on(self, value: date) -> date:
        """The last day itself."""
        return value - timedelta(days=1)

    def render_change(self, record: Any) -> str:
        """A small form beside each price that isn't over."""
        context = {
            "price": record,
            "is_over": standing_of(record, record.today)[0] == "neutral",
            "min_quantity": formats.figure(record.min_quantity),
            "starts_on": formats.day(max(record.today, record.valid.lower or record.today)),
        }
        return render_to_string("catalog/price_cell.html", context, request=self.request)
