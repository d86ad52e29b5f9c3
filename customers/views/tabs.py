"""What stands in each tab of the customer page."""

from typing import Any

from django.db.models import F, OuterRef, Subquery

from core.models import Event, User
from core.requests import Request
from customers.models import Customer
from customers.rules import bank_name_of, masked_iban
from customers.views.happenings import Trail
from disputes.models import Dispute
from dunning.models import DunningNotice, DunningNoticeItem
from fulfillment.models import Shipment
from fulfillment.tables import ShipmentTable
from invoicing.models import Invoice
from invoicing.standing import RIGHT, with_standing, without_standing
from invoicing.tables import InvoiceTable
from orders.models import Order
from orders.tables import OrderTable
from receivables.models import BankMatch, OpenItem

ROWS = 100


def items(request: Request, customer: Customer, trail: Trail) -> dict[str, Any]:
    """Everything open, unapplied cash and credits among it, oldest due day first."""
    visible = OpenItem.objects.visible_to(request.user).filter(customer=customer).open()
    # scope: reminders of and disputes on the items above
    levels = DunningNoticeItem.objects.filter(
        item=OuterRef("pk"), is_live=True, notice__state="written"
    ).order_by("-level")
    disputed = Dispute.objects.visible_to(request.user).open().filter(item=OuterRef("pk"))
    rows = visible.annotate(
        dunning_level=Subquery(levels.values("level")[:1]),
        disputed_amount=Subquery(disputed.values("amount")[:1]),
    ).order_by("due_on", "pk")[:ROWS]
    held = {row.item_id: row for row in trail.holds if row.item_id}
    found: list[Any] = list(rows)
    for row in found:
        row.hold = held.get(row.pk)
    totals: dict[str, Any] = {}
    for row in found:
        totals[row.currency] = totals.get(row.currency, 0) + row.outstanding_amount
    return {"rows": found, "totals": sorted(totals.items()), "is_cut": len(found) == ROWS}


def orders(request: Request, customer: Customer, trail: Trail) -> dict[str, Any]:
    """The last orders."""
    rows = Order.objects.visible_to(request.user).filter(customer=customer).order_by("-pk")
    table = OrderTable(
        list(rows[:ROWS]), request=request, exclude=("tick", "customer", "net_amount")
    )
    return {"table": table, "list_name": "orders:list"}


def deliveries(request: Request, customer: Customer, trail: Trail) -> dict[str, Any]:
    """The last shipments."""
    rows = Shipment.objects.visible_to(request.user).filter(order__customer=customer)
    rows = rows.select_related("order__customer", "warehouse").order_by("-pk")
    table = ShipmentTable(list(rows[:ROWS]), request=request, exclude=("customer",))
    return {"table": table, "list_name": "fulfillment:list"}


def invoices(request: Request, customer: Customer, trail: Trail) -> dict[str, Any]:
    """The last invoices and credit notes, with what is open of each."""
    rows = Invoice.objects.visible_to(request.user).filter(customer=customer)
    rows = rows.with_signed_amount().order_by("-pk")
    sees = request.user.may(RIGHT, customer.company_id)
    rows = with_standing(rows, on=customer.company.today()) if sees else without_standing(rows)
    table = InvoiceTable(list(rows[:ROWS]), request=request, exclude=("tick", "customer", "kind"))
    return {"table": table, "list_name": "invoicing:list"}


def payments(request: Request, customer: Customer, trail: Trail) -> dict[str, Any]:
    """The last payments, and what of each is not applied yet."""
    rows = OpenItem.objects.visible_to(request.user).filter(
        customer=customer, kind=OpenItem.Kind.PAYMENT
    )
    # scope: the bank entries behind the payments above
    matches = BankMatch.objects.filter(entry=OuterRef("entry"))
    rows = rows.annotate(bank_entry=Subquery(matches.values("bank_entry")[:1]))
    rows = rows.annotate(paid_amount=-F("amount"), left_amount=-F("outstanding_amount"))
    return {"rows": list(rows.order_by("-document_on", "-pk")[:ROWS])}


def reminders(request: Request, customer: Customer, trail: Trail) -> dict[str, Any]:
    """Reminders written, what pauses them, promises and disputes."""
    notices = DunningNotice.objects.visible_to(request.user).filter(
        customer=customer, state="written"
    )
    return {
        "notices": list(notices.select_related("message", "run").order_by("-pk")[:50]),
        "promise_rows": [{"note": note, "paid": trail.paid_for(note)} for note in trail.promises],
    }


def contacts(request: Request, customer: Customer, trail: Trail) -> dict[str, Any]:
    """People and addresses."""
    return {
        "addresses": list(customer.addresses.filter(is_active=True).order_by("kind", "pk")),
        "contacts": list(customer.contacts.filter(is_active=True)),
    }


def terms(request: Request, customer: Customer, trail: Trail) -> dict[str, Any]:
    """Terms, master data, bank accounts; credit's own panel beside them."""
    return {
        "bank_accounts": _bank_rows(customer, request.user),
        "terms_parts": list(customer.payment_terms.parts.all()),
        "group_members": list(customer.group_members.all()[:20]),
    }


def _bank_rows(customer: Customer, user: User) -> list[dict[str, Any]]:
    """Accounts with their bank's name; in full only for those who work with payments."""
    in_full = user.may("receivables.view", customer.company_id)
    return [
        {
            "account": account,
            "iban": account.iban if in_full else masked_iban(account.iban),
            "bank_name": bank_name_of(account.iban),
        }
        for account in customer.bank_accounts.order_by("pk")
    ]


def history(request: Request, customer: Customer, trail: Trail) -> dict[str, Any]:
    """Every event about the customer; notes on money only for those who may see money."""
    events = Event.objects.visible_to(request.user).about(customer)
    if not request.user.may("receivables.view", customer.company_id):
        events = events.exclude(name__startswith="customer.note").exclude(
            name__startswith="dunning."
        )
    return {"events": events[:100]}
