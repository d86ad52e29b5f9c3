"""What the lists of products and prices can be narrowed by."""

from django.utils.translation import gettext_lazy as _

from catalog.models import Price, PriceList, Product, VatClass
from core.filters import ChoiceFilter, DayFilter, FilterSet, SearchFilter, SwitchFilter


class ProductFilter(FilterSet):
    """Public names of the product list's filters."""

    q = SearchFilter(
        "number__istartswith", "name__icontains", "gtin__exact", "previous_number__exact"
    )
    kind = ChoiceFilter(label=_("Kind"), choices=Product.Kind.choices)
    vat_class = ChoiceFilter(label=_("VAT class"), choices=VatClass.choices)
    inactive = SwitchFilter(lambda rows: rows.filter(is_active=False), label=_("No longer sold"))

    class Meta:
        model = Product
        fields: list[str] = []


class PriceListFilter(FilterSet):
    """Public names of the filters over price lists."""

    q = SearchFilter(
        "name__icontains", "customer__name__icontains", "customer__number__istartswith"
    )
    general = SwitchFilter(lambda rows: rows.filter(customer=None), label=_("For everybody"))

    class Meta:
        model = PriceList
        fields: list[str] = []


class PriceFilter(FilterSet):
    """Public names of the filters over one list's prices."""

    q = SearchFilter("product__number__istartswith", "product__name__icontains")
    on = DayFilter(label=_("Valid on"), field_name="valid", lookup_expr="contains")

    class Meta:
        model = Price
        fields: list[str] = []
