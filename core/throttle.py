"""How often strangers may post to pages that need no login: counted as logins are."""

from allauth.core import ratelimit
from django.http import HttpRequest


def may_answer(request: HttpRequest, key: str) -> bool:
    """Whether this network, and this link, have tried seldom enough; a try is counted.

    The rates stand beside those of the login (``ACCOUNT_RATE_LIMITS``).
    """
    return ratelimit.consume(request, action="answer", key=key)
