"""A discount in the books: net on the discount account of each VAT rate, the VAT corrected."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal

from invoicing.models import InvoiceVat
from receivables.models import Account
from receivables.rules.discounts import TaxedShare, split_discount
from receivables.services.posting import Accounts, LineDraft


def vat_of(wanted: Collection[int]) -> dict[int, list[TaxedShare]]:
    """Invoice id -> its VAT rows."""
    found: dict[int, list[TaxedShare]] = defaultdict(list)
    for row in InvoiceVat.objects.filter(invoice_id__in=wanted) if wanted else ():
        found[row.invoice_id].append(
            TaxedShare(row.vat_category, row.vat_rate, row.net_amount, row.vat_amount)
        )
    return found


def discount_lines(
    discount: Decimal, taxed: Sequence[TaxedShare], accounts: Accounts
) -> list[LineDraft]:
    """Net on the discount account of each rate, VAT corrected on the VAT account of that rate."""
    lines = []
    for part in split_discount(discount, taxed):
        account = accounts.discount(part.vat_category, part.vat_rate)
        lines.append(LineDraft(account, part.net_amount))
        if part.vat_amount:
            vat = accounts.of(Account.Role.VAT, part.vat_category, part.vat_rate)
            lines.append(LineDraft(vat, part.vat_amount, tax_base_amount=part.net_amount))
    return lines
