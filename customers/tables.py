"""The lists of customers and of their SEPA mandates."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.tables import BadgeColumn, Column, DayColumn, LinkColumn, Table
from customers.models import Customer, Mandate
from customers.rules import masked_iban


def standing(customer: Customer) -> tuple[str, str]:
    """Colour family and word for whether one may sell to the customer."""
    if not customer.is_active:
        return "neutral", _("inactive")
    if customer.is_blocked:
        return "red", _("blocked")
    if customer.delivery_stop_reason:
        return "amber", _("delivery stop")
    return "green", _("active")


class CustomerTable(Table):
    """One customer a row."""

    number = LinkColumn()
    city = Column(verbose_name=gettext_lazy("City"))
    terms = Column(accessor="payment_terms__name", verbose_name=gettext_lazy("Terms"))
    sales_rep = Column(accessor="sales_rep__name", verbose_name=gettext_lazy("Sales rep"))
    standing = BadgeColumn(of=standing, accessor="pk")

    class Meta:
        model = Customer
        fields = (
            "number",
            "name",
            "city",
            "country",
            "vat_id",
            "terms",
            "sales_rep",
            "risk_class",
            "standing",
        )


class MandateTable(Table):
    """One mandate a row; it leads to the customer's terms."""

    reference = LinkColumn()
    customer = Column(accessor="customer__name", verbose_name=gettext_lazy("Customer"))
    iban = Column(verbose_name=gettext_lazy("Account"))
    signed_on = DayColumn()
    last_used_on = DayColumn()
    state = BadgeColumn()

    class Meta:
        model = Mandate
        fields = ("reference", "customer", "scheme", "iban", "signed_on", "last_used_on", "state")

    def render_iban(self, value: str) -> str:
        """Country and last digits: a list is read over shoulders."""
        return masked_iban(value)
