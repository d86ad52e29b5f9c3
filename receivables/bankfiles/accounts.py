"""One key for an account however it is written: IBAN, bank code and number, with or without EUR."""

import re

from o2c.money import CURRENCIES

_PLAIN = re.compile(r"[^A-Z0-9/]+")
_BANK = re.compile(r"^(?:/*[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?/(?=\w)|/*[A-Z]+/(?=\w))")
_GERMAN = re.compile(r"0*(\d{8})/0*(\d{1,10})(?:/\d+)?")


def account_key(text: str) -> str:
    """The IBAN if the text is one or names one (German bank code / number), else plain signs.

    A BIC or a bank's name before it (``BILLLULL/LU54...``) is left out.
    """
    plain = _BANK.sub("", _PLAIN.sub("", text.upper()))
    if plain[-3:] in CURRENCIES and any(sign.isdigit() for sign in plain[:-3]):
        plain = plain[:-3]
    german = _GERMAN.fullmatch(plain)
    if german:
        return _german_iban(german.group(1), german.group(2))
    return plain.replace("/", "")


def is_same_account(known: str, told: str) -> bool:
    """Whether a bank's account identification means one of our accounts.

    A bare account number of nine digits or more also means the IBAN that ends with it.
    """
    known_key, told_key = account_key(known), account_key(told)
    if known_key == told_key:
        return True
    return (
        told_key.isdigit()
        and len(told_key.lstrip("0")) >= 9
        and known_key[:2].isalpha()
        and known_key.endswith(told_key.lstrip("0"))
    )


def _german_iban(bank_code: str, number: str) -> str:
    body = bank_code + number.zfill(10)
    check = 98 - int(body + "131400") % 97
    return f"DE{check:02d}{body}"
