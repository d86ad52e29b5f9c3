"""What quantities and prices of an order must be, told with the place they stand at."""

from decimal import Decimal

from django.utils.translation import gettext as _

from o2c.errors import InvalidInput


def positive(value: Decimal, *, what: str) -> Decimal:
    """The value if it is more than zero, else a refusal that names the place and the value."""
    if value <= 0:
        raise InvalidInput(
            "quantity.not_positive",
            _("%(what)s: %(value)s is not more than zero. Enter a quantity above 0; to give goods"
              " back, use a return.") % {"what": what, "value": value},
        )  # fmt: skip
    return value


def not_negative(value: Decimal, *, what: str) -> Decimal:
    """The value if it is zero or more, else a refusal that names the place and the value."""
    if value < 0:
        raise InvalidInput(
            "price.negative",
            _("%(what)s: %(value)s is negative. Enter a price of 0 or more.")
            % {"what": what, "value": value},
        )
    return value
