"""What the bank said of a payment beside its amount, in plain words."""

from django.utils.translation import gettext as _

from core import formats
from o2c.money import ZERO
from receivables.models import BankEntry


def told_amounts(entry: BankEntry) -> str:
    """What the payer sent, what the bank made of it, at which rate and less what; empty if the
    bank told nothing but the amount."""
    sent, charges = entry.instructed_amount, entry.charges_amount
    if sent is None or (sent, entry.instructed_currency) == (abs(entry.amount), entry.currency):
        return _("The bank kept %(charges)s.") % _figures(entry) if charges else ""
    is_exchanged = entry.instructed_currency != entry.currency
    if is_exchanged and entry.exchange_rate and charges:
        sentence = _(
            "The payer sent %(sent)s; the bank made %(amount)s of it, rate %(rate)s,"
            " charges %(charges)s."
        )
    elif is_exchanged and entry.exchange_rate:
        sentence = _("The payer sent %(sent)s; the bank made %(amount)s of it, rate %(rate)s.")
    elif charges:
        sentence = _(
            "The payer sent %(sent)s; the bank made %(amount)s of it, charges %(charges)s."
        )
    else:
        sentence = _("The payer sent %(sent)s; the bank made %(amount)s of it.")
    return sentence % _figures(entry)


def _figures(entry: BankEntry) -> dict[str, str]:
    return {
        "sent": formats.amount(entry.instructed_amount or ZERO, entry.instructed_currency),
        "amount": formats.amount(abs(entry.amount), entry.currency),
        "charges": formats.amount(entry.charges_amount, entry.currency),
        "rate": formats.figure(entry.exchange_rate or 0, most=8),
    }
