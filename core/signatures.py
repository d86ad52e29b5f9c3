"""How messages that others send us are signed: HMAC-SHA256 over time, dot and raw body."""

import hashlib
import hmac
import re

FRESH_SECONDS = 300
_SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})", re.ASCII)


def sign(body: bytes, *, secret: str, at: int) -> str:
    """The header that goes with a body sent at a time (seconds since 1970)."""
    code = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={code}"


def is_genuine(body: bytes, signature: str, *, secret: str, now: float) -> bool:
    """Whether the secret signed this body within five minutes of now; compared in constant time."""
    found = _SIGNATURE.fullmatch(signature)
    if not secret or found is None:
        return False
    at = int(found.group(1))
    is_right = hmac.compare_digest(sign(body, secret=secret, at=at), signature)
    return is_right and abs(now - at) <= FRESH_SECONDS
