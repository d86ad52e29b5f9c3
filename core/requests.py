"""The request as pages get it, past login and choice of company; for annotations of views."""

from django.http import HttpRequest

from core.models import Company, User


class Request(HttpRequest):
    """A request of a person who is logged in and works in a company."""

    user: User
    company: Company
