"""``manage.py add_company CODE``: a company that can take in customers, items and bank files."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

import dunning.services as dunning
import receivables.services as receivables
from core.commands import HeadlessCommand
from core.models import Company
from core.services import set_up_company
from customers.models import PaymentTerms
from customers.rules import (
    CheckedIban,
    TermsPart,
    check_country,
    check_currency,
    check_iban,
    check_name,
)
from customers.services import TermsDraft, create_payment_terms
from o2c.errors import Conflict, InvalidInput

_CODE = re.compile(r"[A-Za-z0-9_-]{1,12}", re.ASCII)
_CURRENCIES = {"SE": "SEK", "NO": "NOK", "DK": "DKK", "GB": "GBP", "CH": "CHF"}
_ZONES = {"SE": "Europe/Stockholm", "NO": "Europe/Oslo", "DK": "Europe/Copenhagen"}
_LANGUAGES = {"DE": "de", "AT": "de", "SE": "sv"}
_THIRTY = TermsDraft(code="30", name="30 days net", parts=(TermsPart(Decimal(1), 30),))


class Command(HeadlessCommand):
    """Set up a company with its chart of accounts, bank accounts, series and payment terms.

    Safe to call again: what is there stays, what lacks is added. What invoices print (address,
    tax numbers, contact) is entered in the set-up before the first one is issued.
    """

    help = "Set up a company with its chart of accounts and bank account; safe to call again."

    def add_arguments(self, parser: CommandParser) -> None:
        """The facts nothing can be booked without."""
        super().add_arguments(parser)
        parser.add_argument("code", metavar="CODE", help="short and unique: nord")
        parser.add_argument("--name", required=True)
        parser.add_argument("--country", default="DE", help="two letters: DE, SE")
        parser.add_argument("--currency", default="", help="of the books; the country's by default")
        parser.add_argument(
            "--iban",
            action="append",
            default=[],
            help="ours; may be repeated; IBAN:USD for an account in dollars",
        )

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """Set it up, all or nothing."""
        told = [text.partition(":")[::2] for text in options["iban"]]
        ibans = [check_iban(iban) for iban, _currency in told]
        with transaction.atomic():
            company, is_new = self._company_of(options, ibans)
            receivables.set_up_ledger(company)
            for one, (_iban, currency) in zip(ibans, told, strict=True):
                receivables.add_bank_account(
                    company,
                    name=one.bank_name or company.name,
                    iban=one.iban,
                    bic=one.bic,
                    currency=currency.strip().upper(),
                )
            dunning.set_up_levels(company)
            if not PaymentTerms.objects.filter(company=company).exists():
                create_payment_terms(company, _THIRTY, by=self.actor, on=company.today())
        accounts = [one.iban for one in ibans]
        result = {
            "company": company.code,
            "name": company.name,
            "country": company.country,
            "currency": company.currency,
            "bank_accounts": accounts,
            "is_new": is_new,
        }
        state = "set up" if is_new else "known"
        return result, [f"{company.code}: {state}, {company.currency} {' '.join(accounts)}"], True

    def _company_of(
        self, options: dict[str, Any], ibans: Sequence[CheckedIban]
    ) -> tuple[Company, bool]:
        code, country = options["code"], check_country(options["country"])
        currency = check_currency(options["currency"] or _CURRENCIES.get(country, "EUR"))
        known = Company.objects.filter(code=code).first()
        if known is None:
            facts = {"code": _checked_code(code), "name": check_name(options["name"])[:120]}
            return self._new(facts, country, currency, ibans), True
        if (known.country, known.currency) != (country, currency):
            raise Conflict(
                "company.code",
                _(
                    "There is a company %(code)s in %(country)s that keeps its books in"
                    " %(currency)s. Choose another code."
                )
                % {"code": code, "country": known.country, "currency": known.currency},
            )
        return known, False

    def _new(
        self, facts: dict[str, str], country: str, currency: str, ibans: Sequence[CheckedIban]
    ) -> Company:
        if ibans:
            first = ibans[0]
            facts |= {"iban": first.iban, "bic": first.bic, "bank_name": first.bank_name[:80]}
        return set_up_company(
            by=self.actor,
            country=country,
            currency=currency,
            time_zone=_ZONES.get(country, "Europe/Berlin"),
            language=_LANGUAGES.get(country, "en"),
            **facts,
        )


def _checked_code(code: str) -> str:
    if not _CODE.fullmatch(code):
        raise InvalidInput(
            "company.code",
            _("“%(code)s” is no code of a company: use 1 to 12 letters, digits, - or _.")
            % {"code": code[:40]},
        )
    return code
