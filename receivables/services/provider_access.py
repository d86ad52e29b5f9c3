"""Which payment provider a company has, as the installation's settings say; none where unset."""

from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from core.models import Company
from o2c.errors import Conflict
from receivables.models import ProviderPayment
from receivables.provider import Provider

PAY = "receivables.offer_payment"
"""Begin payments by card, and mail links to the page where customers do."""


def provider_of(company: Company) -> Provider | None:
    """The provider that takes payments for a company."""
    url = settings.PAYMENT_URLS.get(company.code, "")
    if not url:
        return None
    return Provider(
        url.rstrip("/"),
        settings.PAYMENT_KEYS.get(company.code, ""),
        is_simulator=settings.PAYMENT_IS_SIMULATOR,
        merchant=merchant_of(company),
    )


def required_provider(company: Company) -> Provider:
    """As ``provider_of``. Raises ``Conflict`` where there is none."""
    found = provider_of(company)
    if found is None:
        raise Conflict(
            "provider.none",
            _("%(company)s takes no payments by card: O2C_PAYMENT_URLS names no provider for it.")
            % {"company": company},
        )
    return found


def away() -> Conflict:
    """What to tell people when the provider can't be reached."""
    return Conflict(
        "provider.away", _("The payment provider can't be reached. Try again in a few minutes.")
    )


def merchant_of(company: Company) -> str:
    """What the provider calls the company."""
    return str(settings.PAYMENT_MERCHANTS.get(company.code, company.code))


def secret_of(company: Company) -> str:
    """What signs the provider's messages to the company."""
    return str(settings.PAYMENT_SECRETS.get(company.code, ""))


def refund_limit() -> Decimal:
    """Above it a second person approves."""
    return Decimal(settings.PAYMENT_REFUND_LIMIT)


def uses_provider(company: Company) -> bool:
    """Whether its pages speak of card payments: a provider is set, or was."""
    mine = ProviderPayment.objects.filter(company=company)
    return company.code in settings.PAYMENT_URLS or mine.exists()
