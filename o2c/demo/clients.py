"""Open the demo's customers: addresses, people, bank account, limit, agreements."""

import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schwifty import IBAN
from stdnum import luhn
from stdnum.iso7064 import mod_11_10, mod_97_10

import catalog.services as catalog
import credit.services as credit
import customers.services as customers
from catalog.models import Product
from core.roles import Role
from customers.models import BillingGroup, BillingPolicy, Customer
from customers.services import AddressDraft, ContactDraft, CustomerDraft, MandateDraft
from o2c.demo.cast import Firm
from o2c.demo.setting import Stage, own_price

LINE_VALUE = 980
"""What a line of a customer of size 1 is worth on the average, in EUR net."""
LINES = 3
_NAMES = {
    "DE": (
        "Anke Jörg Sabine Thomas Claudia Uwe Katja Matthias Birgit Stefan Nicole Dirk Heike",
        "Brandt Lorenz Kühn Schütte Winkler Bergmann Krüger Pohlmann Ahrens Dietrich Sommer",
    ),
    "SE": (
        "Anna Lars Karin Erik Eva Mikael Kristina Anders Lena Fredrik Marie Magnus Helena",
        "Lindgren Sandberg Åkesson Holm Nyström Björk Engström Hallberg Lundin Norberg Blom",
    ),
}
_BANKS = {"DE": ("37040044", "20050550", "10050000", "70020270"), "SE": ("500", "600", "800")}
_AREA = {"DE": "+49", "SE": "+46", "NL": "+31", "AT": "+43", "DK": "+45", "NO": "+47", "FI": "+358"}
_NEXT_LIMITS = (3000, 5000, 7500, 10000, 12500, 15000, 20000, 25000, 30000, 40000, 50000, 75000)
_RISK = {"punctual": "A", "early": "A", "public": "A", "slow": "C", "failing": "C", "sloppy": "C"}
_WITH_MANDATE = 12
"""One German customer in so many lets us collect."""
_FORGIVING = {"slow": 1.25, "public": 1.6, "growing": 0.7, "failing": 0.9, "declining": 1.1}


@dataclass(frozen=True, slots=True)
class Client:
    """A customer of the demo, with the firm behind it and the account it pays from."""

    customer: Customer
    firm: Firm
    iban: str
    index: int

    @property
    def pk(self) -> int:
        """The customer's key."""
        return self.customer.pk


def open_client(
    stage: Stage, firm: Firm, index: int, *, parent: Customer | None, on: date
) -> Client:
    """A new customer with everything sales, credit and accounting need to know."""
    team = stage.team
    rng = random.Random(f"{firm.name}-{index}")  # noqa: S311 - repeatable
    draft = _draft(stage, firm, index, parent)
    customer = customers.create_customer(
        stage.company,
        draft,
        by=team.colleague(Role.SALES_MANAGER),
        on=on,
        addresses=_addresses(firm, draft.country),
        contacts=_contacts(firm, draft.country, rng),
    )
    iban = _iban(stage.company.country, index)
    customers.add_bank_account(customer.pk, iban=iban, by=team.colleague(Role.AR_ACCOUNTANT), on=on)
    if stage.is_german and index % _WITH_MANDATE == 1:
        _sign_mandate(stage, customer, iban, on=on)
    change = credit.propose_limit(
        customer,
        amount=limit_for(stage, firm),
        reason="Eröffnung nach Auskunft" if stage.is_german else "Ny kund, kreditupplysning",
        by=team.colleague(Role.CREDIT_MANAGER),
        on=on,
    )
    credit.decide_limit(change.pk, is_approved=True, by=team.colleague(Role.FINANCE_MANAGER), on=on)
    if firm.temper in _RISK:
        by = team.colleague(Role.CREDIT_MANAGER)
        customers.set_credit_flags(customer.pk, risk_class=_RISK[firm.temper], by=by, on=on)
    return Client(customer, firm, iban, index)


def _sign_mandate(stage: Stage, customer: Customer, iban: str, *, on: date) -> None:
    """We may collect what is due from the customer's account."""
    clerk, second = (stage.team.colleague(r) for r in (Role.AR_ACCOUNTANT, Role.FINANCE_MANAGER))
    paper = MandateDraft(iban, on)
    mandate = customers.enter_mandate(customer.pk, paper, by=clerk, on=on)
    customers.activate_mandate(mandate.pk, by=second, on=on)


def agree_prices(stage: Stage, client: Client, *, on: date) -> None:
    """A customer who buys much has prices of their own on a dozen articles."""
    rng = random.Random(f"agreement-{client.firm.name}")  # noqa: S311 - repeatable
    name = "Rahmenvertrag" if stage.is_german else "Ramavtal"
    by = stage.team.colleague(Role.SALES_MANAGER)
    prices = catalog.create_price_list(
        stage.company,
        name=f"{name} {client.customer.name}"[:80],
        currency=stage.company.currency,
        customer=client.customer,
        by=by,
        on=on,
    )
    goods = [product for product in stage.products if product.kind == Product.Kind.GOODS]
    for product in rng.sample(goods, 12):
        share = Decimal(rng.choice(["0.92", "0.90", "0.88", "0.85"]))
        amount = own_price(stage.company, stage.eur_prices[product.pk] * share)
        catalog.set_price(prices.pk, product, catalog.PriceDraft(amount, on), by=by, on=on)


def limit_for(stage: Stage, firm: Firm) -> Decimal:
    """Room for a few orders at a time, by what the firm usually buys; a round figure."""
    value = LINE_VALUE * LINES * firm.size * 1.25
    wanted = value * (1.6 + 3.4 * firm.orders) * _FORGIVING.get(firm.temper, 1.0)
    if firm.facts.get("billing") == BillingPolicy.MONTH:
        wanted *= 1.3  # what has left waits for its invoice
    limit = next((step for step in _NEXT_LIMITS if step >= wanted), 100000)
    return Decimal(limit) if stage.is_german else Decimal(limit * 10)


def _draft(stage: Stage, firm: Firm, index: int, parent: Customer | None) -> CustomerDraft:
    country = firm.facts.get("country", stage.company.country)
    language = {"SE": "sv", "DE": "de", "AT": "de", "FI": "sv"}.get(country, "en")
    is_public = firm.temper == "public"
    reps = stage.team.people[Role.SALES_REP]
    return CustomerDraft(
        name=firm.name,
        country=country,
        language=language,
        currency=stage.company.currency,
        payment_terms=stage.terms[firm.terms],
        sales_rep=reps[index % len(reps)],
        group_parent=parent,
        vat_id=firm.facts.get("vat", _vat_id(country, index)),
        registration_number=_org_number(index) if country == "SE" else "",
        is_public_body=is_public,
        is_po_number_required=firm.facts.get("needs") == "po",
        billing_policy=firm.facts.get("billing", BillingPolicy.SHIPMENT),
        billing_group=firm.facts.get("together", BillingGroup.CUSTOMER),
        buyer_reference=_leitweg(firm) or firm.facts.get("reference", ""),
        note=firm.facts.get("note", ""),
    )


def _addresses(firm: Firm, country: str) -> list[AddressDraft]:
    places = [
        AddressDraft(kind, firm.street, firm.postcode, firm.city, country)
        for kind in ("billing", "shipping")
    ]
    if "ship" in firm.facts:
        extra, street, postcode, city = (cell.strip() for cell in firm.facts["ship"].split(","))
        places.append(AddressDraft("shipping", street, postcode, city, country, extra=extra))
    return places


def _contacts(firm: Firm, country: str, rng: random.Random) -> list[ContactDraft]:
    spoken = "SE" if country in ("SE", "FI", "NO") else "DE"
    firsts, lasts = (names.split() for names in _NAMES[spoken])
    named = list(zip(rng.sample(firsts, 3), rng.sample(lasts, 3), strict=True))
    found = []
    for position, (first, last) in enumerate(named[: 3 if firm.orders >= 0.45 else 2]):
        address = f"{first[0]}.{last}".casefold()
        for letter, written in (("ä", "a"), ("ö", "o"), ("ü", "u"), ("å", "a"), ("ß", "ss")):
            address = address.replace(letter, written)
        found.append(
            ContactDraft(
                f"{first} {last}",
                email=f"{address}@{firm.domain}",
                phone=f"{_AREA[country]} {rng.randint(30, 899)} {rng.randint(10, 99)} "
                f"{rng.randint(10, 99)} {rng.randint(10, 99)}",
                receives_orders=position == 1,
                receives_invoices=position == 0,
                receives_reminders=position == 0,
            )
        )
    return found


def _leitweg(firm: Firm) -> str:
    """A made-up Leitweg-ID whose check digits hold (ISO 7064, mod 97-10)."""
    body = firm.facts.get("leitweg", "")
    return f"{body}-{mod_97_10.calc_check_digits(body.replace('-', ''))}" if body else ""


def _iban(country: str, index: int) -> str:
    """A made-up account whose check digits hold."""
    bank = _BANKS[country][index % len(_BANKS[country])]
    number = f"{58390000 + index * 7919}" if country == "SE" else f"{1234500 + index * 37}"
    return str(IBAN.generate(country, bank_code=bank, account_code=number))


def _vat_id(country: str, index: int) -> str:
    """A made-up VAT id whose check digit holds; Norwegians have none of ours."""
    if country == "SE":
        return f"SE{_org_number(index).replace('-', '')}01"
    if country != "DE":
        return ""
    body = f"{12345670 + index * 1013}"
    return f"DE{body}{mod_11_10.calc_check_digit(body)}"


def _org_number(index: int) -> str:
    body = f"5560{12000 + index * 137:05d}"
    number = body + luhn.calc_check_digit(body)
    return f"{number[:6]}-{number[6:]}"
