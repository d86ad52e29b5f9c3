"""Tables of invoicing."""

from django.utils.translation import gettext_lazy as _

from core.tables import BadgeColumn, Column, DayColumn, LinkColumn, MoneyColumn, Table, TickColumn
from fulfillment.models import Shipment
from invoicing.models import Invoice


class InvoiceTable(Table):
    """Invoices and credit notes; credit notes count negative."""

    tick = TickColumn(amount="signed_amount")
    number = LinkColumn(accessor="pk", verbose_name=_("Number"))
    kind = Column(verbose_name=_("Kind"))
    customer = Column(accessor="customer__name", verbose_name=_("Customer"))
    issued_on = DayColumn(verbose_name=_("Date"))
    due_on = DayColumn(verbose_name=_("Due"))
    po_number = Column(verbose_name=_("Customer's order"))
    state = BadgeColumn()
    signed_amount = MoneyColumn(word=_("credit"), verbose_name=_("Total"))

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
        )

    def render_number(self, record: Invoice) -> str:
        """The number, or which draft it is."""
        return str(record)

    def value_number(self, record: Invoice) -> str:
        """The number as exported."""
        return str(record)


class UnbilledTable(Table):
    """Shipments that left without an invoice, and why."""

    number = LinkColumn(verbose_name=_("Shipment"))
    order = Column(accessor="order__number", verbose_name=_("Order"))
    customer = Column(accessor="order__customer__name", verbose_name=_("Customer"))
    dispatched_on = DayColumn(verbose_name=_("Dispatched"))
    amount = MoneyColumn(currency="order.currency", verbose_name=_("Net, about"))
    cause = Column(accessor="pk", verbose_name=_("Why not yet"))

    class Meta:
        model = Shipment
        fields = ("number", "order", "customer", "dispatched_on", "amount", "cause")

    def render_cause(self, record: Shipment) -> str:
        """Reason of the last refused try, or that the next sweep bills it."""
        return str(getattr(record, "cause", "") or _("will be billed by itself"))

    value_cause = render_cause
