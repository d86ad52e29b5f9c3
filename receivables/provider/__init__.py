"""The way to a payment provider (cards, wallets): spoken to over HTTP, paid on its own page.

``docs/payment-provider.md`` describes the protocol; ``manage.py payment_simulator`` speaks the
other side of it.
"""

from receivables.provider.client import (
    Away,
    Lost,
    Provider,
    Refused,
    RemoteMovement,
    RemotePayment,
    Unknown,
)
from receivables.provider.signing import is_genuine, sign

__all__ = [
    "Away",
    "Lost",
    "Provider",
    "Refused",
    "RemoteMovement",
    "RemotePayment",
    "Unknown",
    "is_genuine",
    "sign",
]
