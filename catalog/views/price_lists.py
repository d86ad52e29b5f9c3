"""Price lists and the prices on them."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import Count, DateField, QuerySet, Value
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from catalog import services
from catalog.filters import PriceFilter, PriceListFilter
from catalog.forms import PriceForm, PriceListForm
from catalog.models import Price, PriceList
from catalog.tables import PriceListTable, PriceTable
from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.refusals import show_on_form
from core.requests import Request


class PriceLists(ListView):
    """General lists and agreements of the company."""

    right = "catalog.view"
    title = gettext_lazy("Price lists")
    table_class = PriceListTable
    filterset_class = PriceListFilter
    sorts = {"name": ("name",), "currency": ("currency", "name")}
    default_sort = "name"
    search_placeholder = gettext_lazy("Name of the list or of its customer")
    empty = Empty(
        gettext_lazy("No price list yet"),
        gettext_lazy("One general list per currency, and agreements with single customers."),
        "tags",
    )

    def get_queryset(self) -> QuerySet[Any]:
        """Lists of the chosen company with the number of their prices."""
        request: Any = self.request
        rows = PriceList.objects.visible_to(request.user).filter(company=request.company)
        return rows.select_related("customer").annotate(price_count=Count("prices"))

    def actions(self) -> tuple[Action, ...]:
        """One may open a list here."""
        url = reverse("catalog:new_price_list")
        return (Action(_("New price list"), url, "plus", right="catalog.change"),)


class PriceListPage(ListView):
    """The prices of one list with their quantity breaks; the next price is typed in the row."""

    right = "catalog.view"
    table_class = PriceTable
    filterset_class = PriceFilter
    sorts = {
        "product": ("product__number", "min_quantity", "valid"),
        "name": ("product__name", "min_quantity", "valid"),
    }
    default_sort = "product"
    template_name = "catalog/price_list.html"
    search_placeholder = gettext_lazy("Article number or name")
    empty = Empty(
        gettext_lazy("No prices yet"), gettext_lazy("Set the first price of an article."), "tag"
    )

    @cached_property
    def price_list(self) -> PriceList:
        """The list; 404 for one of another company."""
        user: Any = self.request.user
        rows = PriceList.objects.visible_to(user).select_related("customer", "company")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def title(self) -> str:  # type: ignore[override]
        """The list's name."""
        return self.price_list.name

    def get_queryset(self) -> QuerySet[Any]:
        """Prices that hold or will; with a day asked for, those of that day."""
        prices = self.price_list.prices.select_related("product", "price_list")
        today = self.price_list.company.today()
        shown = prices if self.request.GET.get("on") else prices.not_over(today)
        return shown.annotate(today=Value(today, output_field=DateField()))

    def actions(self) -> tuple[Action, ...]:
        """One may set a price here."""
        url = reverse("catalog:set_price", args=[self.price_list.pk])
        return (Action(_("Set a price"), url, "plus", right="catalog.change"),)

    def extra_context(self) -> dict[str, Any]:
        """The list itself, and whether one may switch it."""
        user: Any = self.request.user
        may_change = user.may("catalog.change", self.price_list.company_id)
        return {"price_list": self.price_list, "may_change": may_change}


@right_required("catalog.change")
def new_price_list(request: Request) -> HttpResponse:
    """Open a general list or an agreement."""
    company = request.company
    form = PriceListForm(request.POST or None, company=company, initial=request.GET.dict())
    page = {"title": _("New price list"), "submit_label": _("Create price list")}
    page |= {"back_url": reverse("catalog:price_lists"), "back_label": _("Price lists")}
    if not form.is_valid():
        return _form(request, form, page)
    show_on_form(request, form, "form.html", **page)
    made = services.create_price_list(
        company, **form.cleaned_data, by=request.user, on=company.today()
    )
    return redirect(made)


@require_POST
@right_required("catalog.change")
def set_list_active(request: Request, pk: int) -> HttpResponse:
    """Take a list out of use (``is_active=0``) or back (``1``)."""
    found = get_object_or_404(PriceList.objects.visible_to(request.user), pk=pk)
    is_active, on = request.POST.get("is_active") == "1", found.company.today()
    services.set_price_list_active(pk, is_active=is_active, by=request.user, on=on)
    return redirect(found)


@right_required("catalog.change")
def set_price(request: Request, pk: int) -> HttpResponse:
    """Let a price hold from a day on; the small forms beside the prices post here, too."""
    found = get_object_or_404(PriceList.objects.visible_to(request.user), pk=pk)
    company, today = found.company, found.company.today()
    initial = request.GET.dict()
    form = PriceForm(request.POST or None, company=company, today=today, initial=initial)
    page = {"title": _("Set a price"), "lead": f"{found.name}, {found.currency}"}
    page |= {"back_url": found.get_absolute_url(), "back_label": found.name}
    if not form.is_valid():
        return _form(request, form, page)
    show_on_form(request, form, "form.html", **page)
    product = form.cleaned_data["product"]
    services.set_price(pk, product, form.draft(), by=request.user, on=today)
    messages.success(request, _("The price of %(product)s is set.") % {"product": product})
    return redirect(f"{found.get_absolute_url()}?{urlencode({'q': product.number})}")


@require_POST
@right_required("catalog.change")
def end_price(request: Request, pk: int) -> HttpResponse:
    """The price no longer holds from today on."""
    mine = PriceList.objects.visible_to(request.user)
    # scope: prices of lists the person may see
    price = get_object_or_404(Price.objects.filter(price_list__in=mine), pk=pk)
    today = price.price_list.company.today()
    services.end_price(pk, ends_before=today, by=request.user, on=today)
    return redirect(price.price_list)


def _form(request: Request, form: Any, page: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "form.html", {"form": form, **page}, status=status)
