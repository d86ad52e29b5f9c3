"""Mail a customer a link to the page where they pay by card: their open items, no login."""

from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.formats import amount
from core.models import LINK_MARK, SignedLink
from core.services import PAY_PAGE, atomic_verb, make_pay_link, record_event, write_message
from customers.models import Customer
from o2c.errors import Conflict
from o2c.money import ZERO
from receivables.services.provider_access import PAY, required_provider
from receivables.services.provider_starting import payable_items


@atomic_verb
def offer_payment(customer_pk: int, *, to: str, by: Actor, on: date) -> SignedLink:
    """Mail the link; earlier ones of such mails to this customer end.

    Raises: Conflict when nothing is open or the company takes no cards; InvalidInput for an
    address that is none; PermissionMissing.
    """
    customers = Customer.objects.select_related("company").select_for_update(of=("self",))
    customer = customers.get(pk=customer_pk)
    require(by, PAY, customer.company_id)
    required_provider(customer.company)
    items = payable_items(customer)
    if not items:
        raise Conflict(
            "payment.nothing_open",
            _("%(customer)s has nothing open in %(currency)s.")
            % {"customer": customer, "currency": customer.company.currency},
        )
    link = make_pay_link(customer, to=to)
    assert link is not None
    with translation.override(customer.language):
        total = sum((item.outstanding_amount for item in items), ZERO)
        subject, body = _words(customer, amount(total, customer.company.currency))
    write_message(
        company_id=customer.company_id,
        key=f"link:{link.pk}",
        kind=PAY_PAGE,
        to=to,
        subject=subject,
        body=body,
        language=customer.language,
        link=link,
        about=customer,
    )
    record_event("customer.payment_offered", customer, by=by, on=on, whom=link.addressee)
    return link


def _words(customer: Customer, total: str) -> tuple[str, str]:
    values = {"company": customer.company.name, "amount": total, "link": LINK_MARK}
    return _("Pay online: %(company)s") % values, _(
        "Good day,\n\n"
        "on this page you see what is open on your account (%(amount)s), and pay it by card or"
        " wallet:\n\n"
        "%(link)s\n\n"
        "Kind regards\n%(company)s\n"
    ) % values
