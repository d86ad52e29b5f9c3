"""The way to a payment provider (cards, wallets): spoken to over HTTP, paid on its own page.

``docs/payment-provider.md`` describes the protocol; ``manage.py payment_simulator`` speaks the
other side of it.
"""

from core.remote import Away, Lost, Refused, Unknown
from receivables.provider.client import Provider, RemoteMovement, RemotePayment

__all__ = [
    "Away",
    "Lost",
    "Provider",
    "Refused",
    "RemoteMovement",
    "RemotePayment",
    "Unknown",
]
