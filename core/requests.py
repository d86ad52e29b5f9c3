"""The request as pages get it, past login and choice of company; and row numbers it carries."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from core.models import Company, User


class Request(HttpRequest):
    """A request of a person who is logged in and works in a company.

    ``companies`` are all those given to the person; ``htmx`` is true where htmx asks.
    """

    user: User
    company: Company
    companies: list[Company]
    htmx: HtmxDetails


def row_number(text: str) -> int:
    """The primary key that a browser posted as text; 0, which no row has, for anything else.

    Also for more digits than the database counts to: ``int`` refuses very long ones by an error.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
