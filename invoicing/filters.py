"""Filters of invoicing's lists."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField
from core.filters import (
    MOST_KEYS,
    ChoiceFilter,
    DayFilter,
    FilterSet,
    IndexedSearchFilter,
    LookupFilter,
    MoneyFilter,
    SearchFilter,
    SwitchFilter,
    finds,
    scoped,
)
from customers.models import BillingPolicy, Customer
from fulfillment.models import Shipment
from invoicing.models import (
    Channel,
    Invoice,
    InvoiceDelivery,
    InvoiceState,
    Subscription,
    SubscriptionState,
)
from invoicing.services import due_by_policy, was_refused
from invoicing.standing import RIGHT, disputed_ones, open_ones, overdue_ones

OF_PAYMENTS = ("open", "overdue", "disputed")
"""Filters that tell what was paid: only for those who may see it."""


class OrdersSearch(IndexedSearchFilter):
    """The same, and by the numbers of its orders, ours and the buyer's, of a collective one too."""

    def _any_of(self, model: type[Model], word: str) -> Q:
        found = super()._any_of(model, word)
        orders = self._keys(model, "order", finds("number", word) | finds("po_number", word))
        if not orders:
            return found
        # scope: invoices of orders that were scoped, narrowed to what the list may show
        together = Invoice.objects.filter(order=None, lines__order_line__order__in=orders)
        keys = together.order_by("-pk").values_list("pk", flat=True).distinct()[:MOST_KEYS]
        return found | Q(order__in=orders) | Q(pk__in=list(keys))


class InvoiceFilter(FilterSet):
    """By number, customer, orders, state, kind, date and amount, and by what is open of it."""

    q = OrdersSearch("number", "po_number", "customer__name")
    state = ChoiceFilter(label=_("State"), choices=InvoiceState.choices)
    kind = ChoiceFilter(label=_("Kind"), choices=Invoice.Kind.choices)
    customer = LookupFilter(
        label=_("Customer"), queryset=scoped(Customer), lookup="customers:lookup"
    )
    issued_from = DayFilter(label=_("From date"), field_name="issued_on", lookup_expr="gte")
    issued_until = DayFilter(label=_("Until date"), field_name="issued_on", lookup_expr="lte")
    amount_from = MoneyFilter(label=_("Total from"), field_name="gross_amount", lookup_expr="gte")
    amount_until = MoneyFilter(label=_("Total until"), field_name="gross_amount", lookup_expr="lte")
    open = SwitchFilter(open_ones, label=_("Open"))
    overdue = SwitchFilter(open_ones, label=_("Overdue"))
    disputed = SwitchFilter(disputed_ones, label=_("Disputed"))

    class Meta:
        model = Invoice
        fields: list[str] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        user, company = self.request.user, self.request.company
        if not user.may(RIGHT, company.pk):
            for name in OF_PAYMENTS:
                del self.filters[name]
            return
        today = company.today()
        self.filters["overdue"].apply = lambda rows: overdue_ones(rows, on=today)


class ArchiveSearch(OrdersSearch):
    """The same, and by an amount as the person writes amounts."""

    def _any_of(self, model: type[Model], word: str) -> Q:
        found = super()._any_of(model, word)
        try:
            wanted = MoneyField().clean(word)
        except ValidationError:
            return found
        return found | Q(signed_amount__in=[wanted, -wanted])


class ArchiveFilter(FilterSet):
    """By number, customer, their order, amount, kind and date."""

    q = ArchiveSearch("number", "po_number", "customer__name")
    kind = ChoiceFilter(label=_("Kind"), choices=Invoice.Kind.choices)
    customer = LookupFilter(
        label=_("Customer"), queryset=scoped(Customer), lookup="customers:lookup"
    )
    issued_from = DayFilter(label=_("From date"), field_name="issued_on", lookup_expr="gte")
    issued_until = DayFilter(label=_("Until date"), field_name="issued_on", lookup_expr="lte")

    class Meta:
        model = Invoice
        fields: list[str] = []


class StandingFilter(ChoiceFilter):
    """What becomes of unbilled deliveries; ``today`` is the business day."""

    today: date

    def filter(self, qs: Any, value: str) -> Any:
        """The narrowed rows."""
        due = due_by_policy(self.today)
        match value:
            case "refused":
                return qs.filter(was_refused())
            case "now":
                return qs.filter(due | was_refused())
            case "waiting":
                return qs.exclude(due | was_refused())
        return qs


class UnbilledFilter(FilterSet):
    """By shipment, order or customer, policy, and whether their time has come."""

    q = SearchFilter(
        "number__icontains", "order__number__icontains", "order__customer__name__icontains"
    )
    customer = LookupFilter(
        label=_("Customer"),
        field_name="order__customer",
        queryset=scoped(Customer),
        lookup="customers:lookup",
    )
    policy = ChoiceFilter(
        label=_("Policy"), field_name="order__billing_policy", choices=BillingPolicy.choices
    )
    standing = StandingFilter(
        label=_("State"),
        choices=(
            ("now", _("To be billed now")),
            ("refused", _("Refused")),
            ("waiting", _("Waiting for period or order")),
        ),
    )

    class Meta:
        model = Shipment
        fields: list[str] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.filters["standing"].today = self.request.company.today()


class StageFilter(ChoiceFilter):
    """Where deliveries stand, each by the queryset's own method of that name."""

    def filter(self, qs: Any, value: str) -> Any:
        """The narrowed rows."""
        return getattr(qs, value)() if value in dict(STAGES) else qs


STAGES = (
    ("to_settle", _("Needs a person")),
    ("on_the_way", _("On the way")),
    ("awaiting_receipt", _("Waiting for receipt")),
    ("rejected", _("Rejected")),
    ("failed", _("Failed")),
    ("closed", _("Done")),
)


class DeliveryFilter(FilterSet):
    """By invoice, customer or address, where they stand, channel and customer."""

    q = SearchFilter(
        "invoice__number__icontains", "invoice__customer__name__icontains", "recipient__icontains"
    )
    stage = StageFilter(label=_("State"), choices=STAGES)
    channel = ChoiceFilter(label=_("Channel"), choices=Channel.choices)
    customer = LookupFilter(
        label=_("Customer"),
        field_name="invoice__customer",
        queryset=scoped(Customer),
        lookup="customers:lookup",
    )

    class Meta:
        model = InvoiceDelivery
        fields: list[str] = []


class SubscriptionFilter(FilterSet):
    """By number, customer and state, and what waits to be billed."""

    q = SearchFilter("number__icontains", "title__icontains", "customer__name__icontains")
    state = ChoiceFilter(label=_("State"), choices=SubscriptionState.choices)
    customer = LookupFilter(
        label=_("Customer"), queryset=scoped(Customer), lookup="customers:lookup"
    )
    to_bill = SwitchFilter(lambda rows: rows, label=_("Not billed yet"))

    class Meta:
        model = Subscription
        fields: list[str] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        today = self.request.company.today()
        self.filters["to_bill"].apply = lambda rows: rows.to_bill(today)
