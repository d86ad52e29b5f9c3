"""What does not agree with the payment provider, in words."""

from django.utils.translation import gettext as _

from receivables.services.provider_taking import AMOUNT, BEYOND, CURRENCY, UNKNOWN


def trouble_words(code: str) -> str:
    """The sentence for a payment's trouble; empty for none."""
    told = {
        AMOUNT: _("Another amount came than was asked for. It is booked as it came."),
        CURRENCY: _("Money came in another currency than was asked for. It is not booked."),
        BEYOND: _("More went back than came. The rest is open on the customer's account."),
        UNKNOWN: _("The provider does not know this payment any more."),
    }
    return told.get(code, code)
