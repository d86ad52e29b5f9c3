"""Checks of what is entered about a customer, and when a debt falls due. Pure: no database."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException
from stdnum import get_cc_module
from stdnum.exceptions import ValidationError

from o2c.errors import InvalidInput
from o2c.money import CURRENCIES

if TYPE_CHECKING:
    from stdnum.util import NumberValidationModule

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_VAT_PREFIX = {"GR": "EL"}
_STDNUM_COUNTRY = {"EL": "gr"}
_NORTHERN_IRELAND = "XI"

_REGISTERS = {"SE": "stdnum.se.orgnr", "NO": "stdnum.no.orgnr", "DK": "stdnum.dk.cvr"}
"""Country -> number of its companies register whose check digits are proved; Germany's HRB isn't
one number, other countries' registers are taken as written."""

_EXAMPLES = {
    "DE": "DE136695976",
    "SE": "SE556012579001",
    "AT": "ATU13585627",
    "NL": "NL004495445B01",
    "DK": "DK13585628",
    "FR": "FR40303265045",
    "PL": "PL8567346215",
    "FI": "FI20774740",
}


def check_name(text: str) -> str:
    """A name without blanks around it. Raises: InvalidInput when nothing is left."""
    name = " ".join(text.split())
    if not name:
        raise InvalidInput("customer.name_missing", _("Enter a name."), field="name")
    return name


def check_country(text: str) -> str:
    """A two-letter ISO country code in capitals. Raises: InvalidInput naming the text."""
    code = text.strip().upper()
    if not _COUNTRY.fullmatch(code):
        raise InvalidInput(
            "customer.country",
            _("“%(country)s” is no country code: use two letters, e.g. DE or SE.")
            % {"country": text},
            field="country",
        )
    return code


def check_currency(text: str) -> str:
    """An ISO currency that o2c books in. Raises: InvalidInput naming those it knows."""
    code = text.strip().upper()
    if code not in CURRENCIES:
        raise InvalidInput(
            "customer.currency",
            _("o2c does not book in “%(currency)s”; use one of %(known)s.")
            % {"currency": text, "known": ", ".join(sorted(CURRENCIES))},
            field="currency",
        )
    return code


def check_vat_id(text: str, country: str) -> str:
    """A VAT id in the form ``DE136695976``, its format and check digits proved; empty stays empty.

    A number without its two letters gets those of the customer's country; a customer may be
    registered in another country than his own. Raises: InvalidInput naming the number and, where
    known, an example of the country's form.
    """
    compact = re.sub(r"[^0-9A-Za-z]", "", text).upper()
    if not compact:
        return ""
    own = _VAT_PREFIX.get(country, country)
    prefixed = compact if compact[:2].isalpha() and _vat_module(compact[:2]) else own + compact
    module = _vat_module(prefixed[:2])
    if module is None:
        return prefixed
    return _proved_vat_id(prefixed, module, text)


def _vat_module(prefix: str) -> "NumberValidationModule | None":
    if prefix == _NORTHERN_IRELAND:
        return get_cc_module("gb", "vat")
    found: NumberValidationModule | None = get_cc_module(
        _STDNUM_COUNTRY.get(prefix, prefix.lower()), "vat"
    )
    return found


def _proved_vat_id(prefixed: str, module: "NumberValidationModule", typed: str) -> str:
    prefix = prefixed[:2]
    checked = prefixed[2:] if prefix == _NORTHERN_IRELAND else prefixed
    try:
        number: str = module.validate(checked)
    except ValidationError:
        example = _EXAMPLES.get(prefix)
        hint = _(" The form is e.g. %(example)s.") % {"example": example} if example else ""
        raise InvalidInput(
            "customer.vat_id",
            _("“%(vat_id)s” is not a valid VAT id of %(country)s: compare it with the customer's.")
            % {"vat_id": typed, "country": prefix}
            + hint,
            field="vat_id",
        )
    return number if number.startswith(prefix) else prefix + number


def check_registration_number(text: str, country: str) -> str:
    """The number in the companies register; Swedish, Norwegian and Danish ones are proved.

    A Swedish organisation number comes back as ten digits. Raises: InvalidInput naming it.
    """
    number = " ".join(text.split())
    register = _REGISTERS.get(country)
    if not number or register is None:
        return number
    module = import_module(register)
    try:
        proved: str = module.validate(_ten_digits(number) if country == "SE" else number)
    except ValidationError:
        raise InvalidInput(
            "customer.registration_number",
            _(
                "“%(number)s” is not a valid registration number of %(country)s: its length or"
                " check digit is wrong."
            )
            % {"number": text, "country": country},
            field="registration_number",
        )
    return proved


def _ten_digits(number: str) -> str:
    """Without the century that sole traders' numbers are often written with (16 or 19...)."""
    digits = re.sub(r"\D", "", number)
    return digits[2:] if len(digits) == 12 else digits


@dataclass(frozen=True, slots=True)
class CheckedIban:
    """A proved IBAN without blanks, with the BIC and the bank's name where they can be known."""

    iban: str
    bic: str
    bank_name: str


def check_iban(text: str, bic: str = "") -> CheckedIban:
    """Prove an IBAN (country form, check digits) and, if given, the BIC beside it.

    Raises: InvalidInput naming the IBAN or the BIC.
    """
    try:
        iban = IBAN(text)
    except SchwiftyException:
        raise InvalidInput(
            "customer.iban",
            _(
                "“%(iban)s” is not a valid IBAN: a digit is wrong or missing. Compare it with"
                " the customer's letter."
            )
            % {"iban": text},
            field="iban",
        )
    known = str(iban.bic or "")
    return CheckedIban(str(iban), _checked_bic(bic) or known, iban.bank_name or "")


def _checked_bic(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return str(BIC(text))
    except SchwiftyException:
        raise InvalidInput(
            "customer.bic",
            _("“%(bic)s” is not a valid BIC: it has 8 or 11 characters, e.g. COBADEFF.")
            % {"bic": text},
            field="bic",
        )


_MANDATE = re.compile(r"[A-Za-z0-9+?:().,'-][A-Za-z0-9+?/:().,' -]{0,34}")


def check_mandate_reference(text: str) -> str:
    """A mandate's reference in the signs that banks pass on, 35 at most.

    Raises: InvalidInput naming the reference.
    """
    reference = " ".join(text.split())
    if not _MANDATE.fullmatch(reference) or "//" in reference or reference.endswith("/"):
        raise InvalidInput(
            "mandate.reference",
            _(
                "“%(reference)s” can't be a mandate's reference: use up to 35 letters without"
                " accents, digits, blanks and + ? / - : ( ) . , '"
            )
            % {"reference": text},
            field="reference",
        )
    return reference


def masked_iban(iban: str) -> str:
    """An IBAN for lists and logs: country and last four digits."""
    return f"{iban[:2]}…{iban[-4:]}"


@dataclass(frozen=True, slots=True)
class TermsPart:
    """One instalment: the share of the total (a fraction), due so many days after the invoice."""

    share: Decimal
    due_days: int


def check_parts(parts: Sequence[TermsPart]) -> None:
    """Instalments must each be a share above zero and sum to exactly 1.

    Raises: InvalidInput naming the sum in percent.
    """
    total = sum((part.share for part in parts), Decimal(0))
    if any(part.share <= 0 for part in parts) or total != 1:
        raise InvalidInput(
            "payment_terms.parts",
            _("The instalments sum to %(total)s %%: change the shares so that they sum to 100 %%.")
            % {"total": f"{(total * 100).normalize():f}"},
            field="parts",
        )


def check_discount(days: int, rate: Decimal) -> None:
    """A discount needs both its days and a rate from 0 up to under 1, or neither.

    Raises: InvalidInput naming the value.
    """
    if not 0 <= rate < 1:
        raise InvalidInput(
            "payment_terms.discount_rate",
            _("A discount of %(rate)s %% is not possible: use 0 to under 100 %%.")
            % {"rate": f"{(rate * 100).normalize():f}"},
            field="discount_rate",
        )
    if rate and not days:
        raise InvalidInput(
            "payment_terms.discount_days",
            _("Say within how many days the discount may be taken, or set the discount to 0."),
            field="discount_days",
        )


def due_dates(parts: Sequence[TermsPart], issued_on: date) -> list[tuple[Decimal, date]]:
    """When each share of an invoice issued on a day falls due, in the order of the parts.

    Calendar days; what happens to a due date on a weekend or holiday is the country's rule (in
    Germany § 193 BGB) and is applied where default begins, not here.
    """
    return [(part.share, issued_on + timedelta(days=part.due_days)) for part in parts]


def discount_until(days: int, rate: Decimal, issued_on: date) -> date | None:
    """The last day, inclusive, on which the discount may be taken; None without a discount."""
    return issued_on + timedelta(days=days) if rate and days else None


def bank_name_of(iban: str) -> str:
    """Name of the bank behind a proved IBAN; empty where the country's list doesn't tell."""
    return IBAN(iban, allow_invalid=True).bank_name or ""
