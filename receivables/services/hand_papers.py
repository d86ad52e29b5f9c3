"""Paper of what is done by hand: receipt, deposit slip, netting letter.

Made once, the first time somebody asks for it, and kept: a reprint is those bytes.
"""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from django.db import transaction
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.letters import Letter, address_lines, render_letter
from core.models import StoredDocument
from core.services import store_document
from customers.models import Customer
from o2c.errors import Conflict
from receivables.models import DepositSlip, Netting, Receipt

Row = TypeVar("Row", Receipt, DepositSlip, Netting)
_TITLES = {
    "receipt": _("Receipt"),
    "deposit": _("Deposit slip"),
    "netting": _("Netting statement"),
}


def receipt_paper(pk: int) -> StoredDocument:
    """The receipt for the customer, in their language (Quittung, kvitto).

    Raises ``Conflict`` for one that was cancelled before there was a paper.
    """
    rows = Receipt.objects.select_related("customer", "company", "bank_entry", "document")
    made = rows.get(pk=pk)
    if made.document is not None:
        return made.document
    if made.state == Receipt.State.CANCELLED:
        raise _not_any_more(made)
    live = made.bank_entry.matches.filter(undone_at=None).first()
    paid = (
        live.entry.open_items.filter(amount__lt=0)
        .values_list("credit_allocations__debit_item__document_number", flat=True)
        .exclude(credit_allocations=None)
        .distinct()
        if live
        else []
    )
    customer = made.customer
    facts = [(_("Received"), made.received_on), (_("Customer no."), customer.number)]
    letter = _letter(made, "receipt", _recipient(customer), facts, made.received_on)
    context = {"row": made, "paid": sorted(number for number in paid if number)}
    pdf = render_letter(
        "receivables/letter_receipt.html", context, letter=letter, language=customer.language
    )
    return _kept(made, pdf, "receipt", customer.language)


def deposit_paper(pk: int, *, language: str) -> StoredDocument:
    """The slip for the bank; an open one may change still. Raises ``Conflict`` for that."""
    rows = DepositSlip.objects.select_related("company", "bank_account", "document")
    slip = rows.get(pk=pk)
    if slip.document is not None:
        return slip.document
    if slip.state == DepositSlip.State.OPEN or slip.handed_in_on is None:
        raise Conflict("deposit.open", _("Hand the slip in first: until then it may change."))
    account = slip.bank_account
    facts = [
        (_("Handed in"), slip.handed_in_on),
        (_("IBAN"), account.iban),
        (_("BIC"), account.bic),
    ]
    letter = _letter(slip, "deposit", [account.name], facts, slip.handed_in_on)
    receipts = slip.receipts.select_related("customer").order_by("kind", "pk")
    context = {"row": slip, "receipts": receipts}
    pdf = render_letter(
        "receivables/letter_deposit.html", context, letter=letter, language=language
    )
    return _kept(slip, pdf, "deposit", language)


def netting_paper(pk: int) -> StoredDocument:
    """The letter that tells the customer both lists and the rest. Raises ``Conflict`` unless
    the netting is booked; what was taken back is told only by a letter from before."""
    rows = Netting.objects.select_related("customer", "company", "document")
    made = rows.get(pk=pk)
    if made.document is not None:
        return made.document
    if made.entry_id is None or made.decided_on is None:
        raise Conflict("netting.open", _("There is a letter once the netting is approved."))
    if made.state == Netting.State.TAKEN_BACK:
        raise _not_any_more(made)
    customer = made.customer
    facts = [(_("Date"), made.decided_on), (_("Customer no."), customer.number)]
    letter = _letter(made, "netting", _recipient(customer), facts, made.decided_on)
    context = {
        "row": made,
        "items": made.items.select_related("item").order_by("item__due_on", "item_id"),
        "documents": made.documents.all(),
    }
    pdf = render_letter(
        "receivables/letter_netting.html", context, letter=letter, language=customer.language
    )
    return _kept(made, pdf, "netting", customer.language)


def _not_any_more(row: Receipt | Netting) -> Conflict:
    told = _("%(number)s was cancelled or taken back: there is no paper of it any more.")
    return Conflict("paper.gone", told % {"number": row.number})


def _letter(
    row: Receipt | DepositSlip | Netting,
    kind: str,
    recipient: Sequence[str],
    facts: Sequence[tuple[object, object]],
    on: date,
) -> Letter:
    return Letter(
        sender=row.company.snapshot(),
        recipient=recipient,
        title=format_lazy("{} {}", _TITLES[kind], row.number),
        facts=facts,
        on=on,
    )


def _recipient(customer: Customer) -> list[str]:
    found = customer.addresses.filter(kind="billing", is_active=True)
    address = found.order_by("-is_default").first()
    if address is None:
        return [customer.name]
    snapshot = address.snapshot()
    return address_lines(
        **{**snapshot, "name": snapshot.get("name") or customer.name},
        home_country=customer.company.country,
        language=customer.language,
    )


def _kept(row: Row, pdf: bytes, kind: str, language: str) -> StoredDocument:
    """Keep the paper; who comes second gets the first one's."""
    with translation.override(language):
        filename = f"{_TITLES[kind]} {row.number}.pdf"
    model = type(row)
    with transaction.atomic():
        locked = model.objects.for_update().get(pk=row.pk)
        if locked.document is not None:
            return locked.document
        made = store_document(
            pdf,
            company_id=row.company_id,
            kind=f"{kind}_paper",
            filename=filename,
            content_type="application/pdf",
            subject=row,
        )
        model.objects.filter(pk=row.pk).update(document=made)
    return made
