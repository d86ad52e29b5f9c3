"""The request as pages get it, past login and choice of company; for annotations of views."""

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
