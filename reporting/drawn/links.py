"""Addresses of the lists that sum to a figure."""

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse


def link(name: str, **query: object) -> str:
    """A page by its address name with a querystring; days as ISO, nothing for None."""
    asked = {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in query.items()
        if value is not None and value != ""
    }
    return f"{reverse(name)}?{urlencode(asked)}" if asked else reverse(name)


def items(
    as_of: date, currency: str, bucket: str, customer_id: int | None = None, known: str = ""
) -> str:
    """The items of a bucket of the ageing."""
    return link(
        "reporting:items", as_of=as_of, currency=currency, bucket=bucket, customer=customer_id
    )
