"""The order list."""

from collections.abc import Sequence
from typing import Any, cast

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.bulk import BulkAct
from core.lists import Action, Empty, ListView
from core.tabs import Tab
from orders.filters import OrderFilter
from orders.models import Order
from orders.tables import OrderTable


def _no_draft(order: Order) -> str:
    if order.state == "draft":
        return ""
    return _now("It is %(state)s, no draft.") % {"state": order.get_state_display()}


def _ended(order: Order) -> str:
    if order.state in ("completed", "closed", "cancelled"):
        return _now("It is already %(state)s.") % {"state": order.get_state_display()}
    return ""


class OrderList(ListView):
    """All orders of the chosen company."""

    right = "orders.view"
    title = _("Orders")
    table_class = OrderTable
    filterset_class = OrderFilter
    sorts = {
        "number": ("pk",),
        "customer": ("customer__name", "pk"),
        "ordered_on": ("ordered_on", "pk"),
        "requested_on": ("requested_on", "pk"),
        "gross_amount": ("gross_amount", "pk"),
        "net_amount": ("net_amount", "pk"),
    }
    default_sort = "-number"
    tabs = (
        Tab(_("All")),
        Tab(_("Drafts"), {"state": "draft"}, is_counted=True),
        Tab(_("On hold"), {"state": "on_hold"}, is_counted=True),
        Tab(_("Open"), {"open": "1"}),
    )
    totals = ("net_amount", "gross_amount")
    export_name = "orders"
    search_placeholder = _("Number, customer or customer's order number")
    empty = Empty(
        _("No orders yet"),
        _("Enter one, or import a file your customer sent."),
        "shopping-cart",
        cast("str", reverse_lazy("orders:new")),
        _("New order"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        """Orders with their customer."""
        request = self.request
        visible = Order.objects.visible_to(request.user)
        return visible.filter(company=request.company).select_related("customer")

    def actions(self) -> Sequence[Action]:
        """Import and enter."""
        enter = "orders.enter"
        return (
            Action(_("Import"), reverse("orders:import"), "upload", right=enter, is_primary=False),
            Action(_("New order"), reverse("orders:new"), "plus", right=enter),
        )

    def bulk_acts(self) -> Sequence[BulkAct]:
        """Submit drafts, cancel what is not wanted any more."""
        return (
            BulkAct(
                "orders.submit",
                _("Submit orders"),
                "orders.enter",
                _("Credit decides on each: it is released with its stock reserved, or held."),
                "send",
                _no_draft,
                "gross_amount",
            ),
            BulkAct(
                "orders.cancel",
                _("Cancel orders"),
                "orders.cancel",
                _("What has not left is cancelled and its stock is free again."),
                "ban",
                _ended,
                "gross_amount",
                asks_reason=True,
                is_dangerous=True,
            ),
        )
