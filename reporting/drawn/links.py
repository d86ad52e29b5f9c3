"""Addresses of the lists that sum to a figure."""

from datetime import date
from functools import lru_cache
from urllib.parse import urlencode

from django.urls import reverse


def link(name: str, **query: object) -> str:
    """A page by its address name with a querystring; days as ISO, nothing for None."""
    asked = {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in query.items()
        if value is not None and value != ""
    }
    return f"{_address(name)}?{urlencode(asked)}" if asked else _address(name)


@lru_cache(maxsize=256)
def _address(name: str) -> str:
    """A report has thousands of links to the same few pages."""
    return reverse(name)


def customer_url(pk: int) -> str:
    """The page of a customer."""
    return _customer_address().replace("/0", f"/{pk}")


@lru_cache(maxsize=1)
def _customer_address() -> str:
    return reverse("customers:detail", args=[0])


def items(
    as_of: date, currency: str, bucket: str, customer_id: int | None = None, known: str = ""
) -> str:
    """The items of a bucket of the ageing."""
    return link(
        "reporting:items", as_of=as_of, currency=currency, bucket=bucket, customer=customer_id
    )
