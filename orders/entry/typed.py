"""What rows of the entry page have in common: their keys, and figures as people type them."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from core import formats

KEY = re.compile(r"[A-Za-z0-9-]{1,40}", re.ASCII)


def places(value: Decimal) -> int:
    """Decimals that a figure has, without needless zeros."""
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def is_small(value: Decimal) -> bool:
    """Whether a typed figure is one that books can carry: 12 digits, six decimals."""
    exponent = value.as_tuple().exponent
    return value.adjusted() <= 11 and isinstance(exponent, int) and exponent >= -6


def unreadable(text: str) -> str:
    """That it is no number, with an example in the reader's way of writing."""
    return _("“%(value)s” is not a number. Write it like %(example)s.") % {
        "value": text[:30],
        "example": formats.figure(Decimal("1190.5"), most=2),
    }
