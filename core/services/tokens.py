"""Make keys for other programs, and find who shows one. The key itself is never kept."""

import hashlib
import secrets
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from core.actors import TokenActor
from core.models import ApiToken

_KEY_BYTES = 32
_HINT = 8
_USE_KEPT = timedelta(minutes=1)


def give_key(token: ApiToken) -> str:
    """Make up a key for a new token; the answer is the only place where it can be read."""
    key = secrets.token_urlsafe(_KEY_BYTES)
    token.key_hash, token.hint = hash_of(key), key[:_HINT]
    return key


def holder_of(key: str) -> ApiToken | None:
    """The token in use whose key this is; its last use is kept to the minute."""
    token = (
        ApiToken.objects.filter(key_hash=hash_of(key), is_active=True, company__is_active=True)
        .select_related("company")
        .first()
    )
    if token:
        now = timezone.now()
        is_old = Q(last_used_at=None) | Q(last_used_at__lt=now - _USE_KEPT)
        ApiToken.objects.filter(is_old, pk=token.pk).update(last_used_at=now)
    return token


def actor_of(token: ApiToken) -> TokenActor:
    """Who acts when a program shows its key."""
    return TokenActor(token.name, token.company_id, frozenset({token.right}))


def hash_of(key: str) -> str:
    """What is kept of a key: it is long and random, so one round of SHA-256 is enough."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
