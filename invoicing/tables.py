"""Tables of invoicing."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.tables import (
    BadgeColumn,
    Column,
    DayColumn,
    LinkColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    Table,
    TickColumn,
)
from core.templatetags.o2c import NOTHING, day
from fulfillment.models import Shipment
from invoicing.models import Invoice, InvoiceDelivery, LetterBatch, Subscription
from invoicing.services import waits_for
from invoicing.standing import RIGHT, age_of, batch_standing, delivery_standing, standing_of


class InvoiceTable(Table):
    """Invoices and credit notes; credit notes count negative."""

    tick = TickColumn(amount="signed_amount")
    number = LinkColumn(accessor="pk", verbose_name=_("Number"))
    kind = Column(verbose_name=_("Kind"))
    customer = Column(accessor="customer__name", verbose_name=_("Customer"))
    issued_on = DayColumn(verbose_name=_("Date"))
    due_on = DayColumn(verbose_name=_("Due"))
    po_number = Column(verbose_name=_("Customer's order"))
    state = BadgeColumn(of=standing_of, accessor="pk")
    signed_amount = MoneyColumn(word=_("credit"), verbose_name=_("Total"))
    open_amount = MoneyColumn(word=_("credit"), verbose_name=_("Open"))

    class Meta:
        model = Invoice
        fields = (
            "tick",
            "number",
            "kind",
            "customer",
            "issued_on",
            "due_on",
            "po_number",
            "state",
            "signed_amount",
            "open_amount",
        )

    def __init__(self, data: Any, **options: Any) -> None:
        """What is open is for those who may see payments."""
        request = options.get("request")
        if request and not request.user.may(RIGHT, request.company.pk):
            options["exclude"] = (*options.get("exclude", ()), "open_amount")
        super().__init__(data, **options)

    def render_number(self, record: Invoice) -> str:
        """The number, or which draft it is."""
        return str(record)

    def render_open_amount(self, value: Any, record: Invoice, column: Any) -> str:
        """Nothing open is a dash: the eye finds what is."""
        return column.render(value, record) if value else NOTHING

    def value_open_amount(self, value: Any) -> Any:
        """The amount as exported: the figure itself."""
        return value

    def value_number(self, record: Invoice) -> str:
        """The number as exported."""
        return str(record)


class ArchiveTable(Table):
    """Stored documents: what they are, who opened them, and until when they are kept."""

    number = LinkColumn(
        verbose_name=_("Number"),
        linkify=lambda record: reverse("invoicing:archived", args=[record.pk]),
    )
    kind = Column(verbose_name=_("Kind"))
    customer = Column(accessor="customer__name", verbose_name=_("Customer"))
    issued_on = DayColumn(verbose_name=_("Date"))
    po_number = Column(verbose_name=_("Customer's order"))
    signed_amount = MoneyColumn(word=_("credit"), verbose_name=_("Total"))
    sent_at = MomentColumn(
        accessor="traces__sent_at", verbose_name=_("Sent"), exclude_from_export=True
    )
    viewers = Column(accessor="pk", verbose_name=_("Opened by"), exclude_from_export=True)
    keep_until = DayColumn(verbose_name=_("Kept until"), exclude_from_export=True)

    class Meta:
        model = Invoice
        fields = (
            "number",
            "kind",
            "customer",
            "issued_on",
            "po_number",
            "signed_amount",
            "sent_at",
            "viewers",
            "keep_until",
        )

    def render_viewers(self, record: Any) -> str:
        """Those who opened it, the latest first."""
        return ", ".join(record.traces.viewers) or NOTHING


class UnbilledTable(Table):
    """Shipments that left without an invoice, and why."""

    number = LinkColumn(verbose_name=_("Shipment"))
    order = Column(
        accessor="order__number",
        linkify=lambda record: record.order.get_absolute_url(),
        verbose_name=_("Order"),
    )
    customer = Column(accessor="order__customer__name", verbose_name=_("Customer"))
    dispatched_on = DayColumn(verbose_name=_("Dispatched"))
    age = NumberColumn(verbose_name=_("Age, days"))
    amount = MoneyColumn(currency="order.currency", verbose_name=_("Net, about"))
    policy = Column(accessor="order__billing_policy", verbose_name=_("Policy"))
    cause = Column(accessor="pk", verbose_name=_("Why not yet"))

    class Meta:
        model = Shipment
        fields = (
            "number", "order", "customer", "dispatched_on", "age", "amount", "policy", "cause"
        )  # fmt: skip

    def render_cause(self, record: Any) -> str:
        """Reason of the last refused try, or what it waits for."""
        if record.refusal:
            return _("Refused: %(reason)s") % {"reason": record.refusal}
        assert record.dispatched_on is not None
        return waits_for(record, on=record.dispatched_on + timedelta(days=record.age))

    value_cause = render_cause


class DeliveryTable(Table):
    """Invoice delivery, with how long each has waited."""

    number = LinkColumn(accessor="invoice__number", verbose_name=_("Invoice"))
    customer = Column(accessor="invoice__customer__name", verbose_name=_("Customer"))
    channel = Column(verbose_name=_("Channel"))
    recipient = Column(verbose_name=_("To"))
    state = BadgeColumn(of=delivery_standing, accessor="pk")
    created_at = DayColumn(verbose_name=_("Planned"))
    age = Column(accessor="pk", verbose_name=_("Waiting for"))
    timeout_at = DayColumn(verbose_name=_("Time-out"))

    class Meta:
        model = InvoiceDelivery
        fields = (
            "number", "customer", "channel", "recipient", "state", "created_at", "age", "timeout_at"
        )  # fmt: skip

    def render_age(self, record: InvoiceDelivery) -> str:
        """How long it has been open; a dash once it is not."""
        return age_of(record) or NOTHING

    def render_timeout_at(self, record: InvoiceDelivery) -> str:
        """When something happens by itself; a dash where nothing will any more."""
        return NOTHING if record.closed_at or not record.timeout_at else day(record.timeout_at)

    def value_age(self, record: InvoiceDelivery) -> str:
        """The same as exported."""
        return age_of(record)


class LetterBatchTable(Table):
    """Print batches of letters."""

    number = LinkColumn(accessor="pk", verbose_name=_("Print batch"))
    collected_on = DayColumn(verbose_name=_("Date"))
    letter_count = NumberColumn(verbose_name=_("Letters"))
    page_count = NumberColumn(verbose_name=_("Pages"))
    state = BadgeColumn(of=batch_standing, accessor="pk")

    class Meta:
        model = LetterBatch
        fields = ("number", "collected_on", "letter_count", "page_count", "state")


class SubscriptionTable(Table):
    """Subscriptions, what they are worth a month, and why one is not billed."""

    number = LinkColumn(verbose_name=_("Number"))
    customer = Column(accessor="customer__name", verbose_name=_("Customer"))
    title = Column(verbose_name=_("What for"))
    state = BadgeColumn(verbose_name=_("State"))
    next_bill_on = DayColumn(verbose_name=_("Next billing"))
    monthly_amount = MoneyColumn(verbose_name=_("Net a month"))
    cause = Column(accessor="pk", verbose_name=_("Why not yet"))

    class Meta:
        model = Subscription
        fields = (
            "number", "customer", "title", "state", "next_bill_on", "monthly_amount", "cause"
        )  # fmt: skip

    def render_cause(self, record: Subscription) -> str:
        """Reason of the last refused try."""
        return self.value_cause(record) or NOTHING

    def value_cause(self, record: Subscription) -> str:
        """The same in a file, where nothing is drawn for nothing."""
        return str(getattr(record, "cause", ""))
