"""Lists of invoicing: invoices, and what is not billed yet."""

from collections.abc import Sequence

from django.db.models import (
    DecimalField,
    F,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.bulk import BulkAct
from core.lists import Action, Empty, ListView
from core.tabs import Tab, TabLink
from fulfillment.models import Shipment, ShipmentLine
from invoicing.filters import OF_PAYMENTS, InvoiceFilter, UnbilledFilter
from invoicing.models import Invoice
from invoicing.services import net_share, refusal, shipments_awaiting_invoice
from invoicing.standing import RIGHT, with_standing, without_standing
from invoicing.tables import InvoiceTable, UnbilledTable

_MONEY = DecimalField(max_digits=18, decimal_places=2)


def _no_draft(invoice: Invoice) -> str:
    return "" if invoice.state == "draft" else _("It is issued already.")


def _not_issued(invoice: Invoice) -> str:
    return "" if invoice.state == "issued" else _("It is not issued, so there is nothing to send.")


class InvoiceList(ListView):
    """Invoices and credit notes of the chosen company."""

    right = "invoicing.view"
    title = gettext_lazy("Invoices")
    table_class = InvoiceTable
    filterset_class = InvoiceFilter
    sorts = {
        "number": ("number",),
        "customer": ("customer__name",),
        "issued_on": ("issued_on",),
        "due_on": ("due_on",),
        "signed_amount": ("signed_amount",),
    }
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("Drafts"), {"state": "draft"}, is_counted=True),
        Tab(gettext_lazy("Open"), {"open": "1"}),
        Tab(gettext_lazy("Overdue"), {"overdue": "1"}, is_counted=True),
        Tab(gettext_lazy("Disputed"), {"disputed": "1"}),
        Tab(gettext_lazy("Credit notes"), {"kind": "credit_note"}),
    )
    totals = ("signed_amount", "open_amount")
    search_placeholder = gettext_lazy("Number, customer or their order number")
    empty = Empty(
        gettext_lazy("No invoices yet"),
        gettext_lazy("An invoice appears here by itself when goods are dispatched."),
        "file-invoice",
    )

    def get_queryset(self) -> QuerySet[Invoice]:
        """What the person may see here."""
        rows = (
            Invoice.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .with_signed_amount()
            .select_related("customer")
        )
        if not self._sees_payments:
            return without_standing(rows)
        return with_standing(rows, on=self.request.company.today())

    @property
    def _sees_payments(self) -> bool:
        return self.request.user.may(RIGHT, self.request.company.pk)

    def _tab_links(self) -> list[TabLink]:
        """What was paid has no tab for those who may not see it."""
        links = super()._tab_links()
        hidden = () if self._sees_payments else OF_PAYMENTS
        return [
            link for link in links if link.url.removeprefix("?").partition("=")[0] not in hidden
        ]

    def actions(self) -> Sequence[Action]:
        """The ways to what has no invoice yet, and to what is stored."""
        return (
            Action(
                _("Not billed yet"),
                reverse("invoicing:unbilled"),
                "truck-delivery",
                "invoicing.view",
                False,
            ),
            Action(_("Archive"), reverse("invoicing:archive"), "archive", "invoicing.view", False),
            Action(
                _("Invoice delivery"),
                reverse("invoicing:deliveries"),
                "mail-forward",
                "invoicing.view",
                False,
            ),
        )

    def bulk_acts(self) -> Sequence[BulkAct]:
        """Issue drafts, send documents again."""
        return (
            BulkAct(
                "invoicing.issue",
                gettext_lazy("Issue invoices"),
                "invoicing.issue",
                gettext_lazy("Each gets its number, is booked to receivables and sent."),
                "file-check",
                _no_draft,
                "signed_amount",
            ),
            BulkAct(
                "invoicing.send_again",
                gettext_lazy("Send again"),
                "invoicing.send",
                gettext_lazy("The same documents go to the same addresses once more."),
                "mail-forward",
                _not_issued,
                "signed_amount",
                asks_reason=True,
            ),
        )


class UnbilledList(ListView):
    """Shipments that left the house without an invoice, oldest first, with the cause."""

    right = "invoicing.view"
    title = gettext_lazy("Deliveries not billed yet")
    help_text = gettext_lazy(
        "What has left and is on no invoice. o2c bills each when its time has come and tries again"
        " what was refused; a cause stands here until it is mended."
    )
    table_class = UnbilledTable
    filterset_class = UnbilledFilter
    sorts = {
        "number": ("number",),
        "customer": ("order__customer__name",),
        "dispatched_on": ("dispatched_on",),
        "age": ("-dispatched_on",),
        "amount": ("amount",),
    }
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("Refused"), {"standing": "refused"}, is_counted=True),
        Tab(gettext_lazy("Waiting for period or order"), {"standing": "waiting"}, is_counted=True),
    )
    default_sort = "dispatched_on"
    totals = ("amount",)
    currency_field = "order__currency"
    empty = Empty(
        gettext_lazy("Everything that left is billed"),
        gettext_lazy("A delivery stands here until its time has come, or while it is refused."),
        "circle-check",
    )

    def get_queryset(self) -> QuerySet[Shipment]:
        """Unbilled shipments with their share of the orders' nets, age and refusal."""
        # scope: lines of the shipments below, which are scoped
        lines = ShipmentLine.objects.filter(shipment=OuterRef("pk")).order_by()
        nets = lines.values("shipment").annotate(net=Sum(net_share(), output_field=_MONEY))
        return (
            shipments_awaiting_invoice(self.request.company)
            .visible_to(self.request.user)
            .select_related("order__customer")
            .annotate(
                amount=Subquery(nets.values("net"), output_field=_MONEY),
                age=Func(
                    Value(self.request.company.today()),
                    F("dispatched_on"),
                    template="(%(expressions)s)",
                    arg_joiner=" - ",
                    output_field=IntegerField(),
                ),
                refusal=refusal(),
            )
        )

    def actions(self) -> Sequence[Action]:
        """The billing run."""
        return (
            Action(_("Bill now…"), reverse("invoicing:bill_now"), "file-check", "invoicing.issue"),
        )
