"""List, page and form of products, and the lookup behind every article field."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from catalog import services
from catalog.filters import ProductFilter
from catalog.forms import ProductForm, unit_name
from catalog.models import Price, Product, VatRate
from catalog.tables import ProductTable, standing_of
from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.models import Event
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab

LOOKUP_ROWS = 10


class ProductList(ListView):
    """All products of the company."""

    right = "catalog.view"
    title = gettext_lazy("Products")
    table_class = ProductTable
    filterset_class = ProductFilter
    sorts = {"number": ("number",), "name": ("name",)}
    default_sort = "number"
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("Goods"), {"kind": "goods"}),
        Tab(gettext_lazy("Services"), {"kind": "service"}),
        Tab(gettext_lazy("No longer sold"), {"inactive": "1"}),
    )
    search_placeholder = gettext_lazy("Number, name or GTIN")
    empty = Empty(
        gettext_lazy("No products yet"),
        gettext_lazy("Goods and services that orders can name, with prices and VAT class."),
        "package",
    )

    def get_queryset(self) -> QuerySet[Any]:
        """Products of the chosen company with today's general price."""
        request: Any = self.request
        company = request.company
        rows = Product.objects.visible_to(request.user).of(company)
        return rows.with_list_price(company.currency, company.today())

    def actions(self) -> tuple[Action, ...]:
        """Price lists are next door; one may enter a product here."""
        return (
            Action(_("Price lists"), reverse("catalog:price_lists"), "tags", is_primary=False),
            Action(_("New product"), reverse("catalog:new"), "plus", right="catalog.change"),
        )


@require_GET
@right_required("catalog.view")
def product(request: Request, pk: int) -> HttpResponse:
    """A product with its prices, VAT and stock."""
    rows = Product.objects.visible_to(request.user).select_related("company")
    found = get_object_or_404(rows, pk=pk)
    return render(request, "catalog/product.html", _page(request, found))


def _page(request: Request, found: Product) -> dict[str, Any]:
    today, company = found.company.today(), found.company
    # scope: prices of a product that was scoped above
    prices = Price.objects.filter(product=found).select_related("price_list__customer")
    # scope: the law's rates belong to no company
    rates = VatRate.objects.filter(country=company.country, vat_class=found.vat_class)
    return {
        "product": found,
        "unit": unit_name(found.unit),
        "prices": [
            {"price": price, "standing": standing_of(price, today)}
            for price in prices.not_over(today).order_by(
                "price_list__customer__name", "price_list__name", "min_quantity", "valid"
            )[:200]
        ],
        "vat_rate": rates.filter(valid__contains=today).first(),
        "may_change": request.user.may("catalog.change", company.pk),
        "may_see_stock": request.user.may("fulfillment.view", company.pk),
        "events": Event.objects.visible_to(request.user).about(found)[:30],
    }


@right_required("catalog.change")
def new(request: Request) -> HttpResponse:
    """Enter a product."""
    form = ProductForm(request.POST or None)
    page = {"title": _("New product"), "submit_label": _("Create product")}
    page |= {"back_url": reverse("catalog:list"), "back_label": _("Products")}
    if not form.is_valid():
        return _form(request, form, page)
    show_on_form(request, form, "catalog/product_form.html", **page)
    company = request.company
    made = services.create_product(company, form.draft(), by=request.user, on=company.today())
    messages.success(request, _("%(product)s can be sold.") % {"product": made})
    return redirect(made)


@right_required("catalog.change")
def edit(request: Request, pk: int) -> HttpResponse:
    """Change a product's facts."""
    found = get_object_or_404(Product.objects.visible_to(request.user), pk=pk)
    form = ProductForm.of(found, request.POST or None)
    page = {"title": _("Change %(product)s") % {"product": found}}
    page |= {"back_url": found.get_absolute_url(), "back_label": found.number}
    if not form.is_valid():
        return _form(request, form, page)
    show_on_form(request, form, "catalog/product_form.html", **page)
    version, on = form.cleaned_data["version"], found.company.today()
    services.change_product(pk, form.draft(), by=request.user, on=on, version=version)
    messages.success(request, _("Saved."))
    return redirect(found)


def _form(request: Request, form: ProductForm, page: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "catalog/product_form.html", {"form": form, **page}, status=status)


@require_GET
@right_required("catalog.view")
def lookup(request: Request) -> JsonResponse:
    """The ten best articles for what is typed (``q``), for comboboxes."""
    rows = Product.objects.visible_to(request.user).active()
    found = rows.find(request.company, request.GET.get("q", "")[:80])[:LOOKUP_ROWS]
    results = [
        {"value": row.pk, "label": row.number, "text": row.name, "hint": unit_name(row.unit)}
        for row in found
    ]
    return JsonResponse({"results": results})
