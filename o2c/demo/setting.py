"""Set up the demo companies: people, terms, products, prices, stock, customers, limits."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from schwifty import IBAN
from stdnum import luhn
from stdnum.iso7064 import mod_11_10

import catalog.services as catalog
import credit.services as credit
import customers.services as customers
import dunning.services as dunning
import fulfillment.services as fulfillment
import receivables.services as receivables
from catalog.models import Product
from core.actors import JobActor
from core.demo_logins import DEMO_LOGINS, DEMO_PASSWORD
from core.models import Company, Membership, User
from core.roles import Role
from core.services import set_up_company
from customers.models import Customer, PaymentTerms
from customers.rules import TermsPart
from customers.services import AddressDraft, ContactDraft, CustomerDraft, TermsDraft
from fulfillment.models import Warehouse
from o2c.demo.cast import COMPANIES, CUSTOMERS, Part
from o2c.demo.goods import GOODS, SEK_PER_EUR, SWEDISH_VAT_CLASSES, Good

SETUP = JobActor("demo")
STOCK = Decimal(400)
PUBLIC_REFERENCES = {"DE": "04011000-1234512345-06", "SE": "Ref 4410 Fjärrvärme"}


@dataclass(frozen=True, slots=True)
class Stage:
    """One demo company, ready to do business."""

    company: Company
    people: dict[Role, User]
    products: list[Product]
    warehouse: Warehouse
    tempers: dict[int, str]
    ibans: dict[int, str]


def set_up(on: date) -> list[Stage]:
    """Two companies with everything they need to take a first order on that day."""
    people = _people()
    return [_company(facts, people, on) for facts in COMPANIES]


def _people() -> dict[Role, User]:
    people = {}
    for login in DEMO_LOGINS:
        people[login.role] = User.objects.create_user(
            login.email,
            DEMO_PASSWORD,
            name=login.name,
            is_staff=login.role == Role.ADMINISTRATOR,
        )
    return people


def _company(facts: dict[str, str], people: dict[Role, User], on: date) -> Stage:
    company = set_up_company(by=SETUP, **facts)
    for role, person in people.items():
        Membership.objects.create(user=person, company=company, role=role)
        person.__dict__.pop("roles_by_company", None)
        person.__dict__.pop("_rights_by_company", None)
    receivables.set_up_ledger(company)
    receivables.add_bank_account(
        company, name=company.bank_name, iban=company.iban, bic=company.bic
    )
    dunning.set_up_levels(company)
    terms = _terms(company, people[Role.ADMINISTRATOR], on)
    products = _products(company, people[Role.SALES_MANAGER], on)
    warehouse = _stock(company, products, people[Role.WAREHOUSE], on)
    tempers, ibans = {}, {}
    for index, part in enumerate(CUSTOMERS[company.code]):
        customer = _customer(company, part, index, terms, people, on)
        tempers[customer.pk] = part.temper
        ibans[customer.pk] = _iban(company, index)
    return Stage(company, people, products, warehouse, tempers, ibans)


def _terms(company: Company, by: User, on: date) -> dict[str, PaymentTerms]:
    german = company.country == "DE"
    one = Decimal(1)
    drafts = [
        TermsDraft("N30", "30 Tage netto" if german else "30 dagar netto", (TermsPart(one, 30),)),
        TermsDraft(
            "S14",
            "14 Tage 2 % Skonto, 30 Tage netto" if german else "14 dagar 2 %, 30 dagar netto",
            (TermsPart(one, 30),),
            discount_days=14,
            discount_rate=Decimal("0.02"),
        ),
        TermsDraft(
            "R2",
            "Zwei Raten: 14 und 45 Tage" if german else "Två delar: 14 och 45 dagar",
            (TermsPart(Decimal("0.5"), 14), TermsPart(Decimal("0.5"), 45)),
        ),
    ]
    return {
        draft.code: customers.create_payment_terms(company, draft, by=by, on=on) for draft in drafts
    }


def _products(company: Company, by: User, on: date) -> list[Product]:
    german = company.country == "DE"
    prices = catalog.create_price_list(
        company,
        name="Listenpreise" if german else "Prislista",
        currency=company.currency,
        by=by,
        on=on,
    )
    products = []
    for good in GOODS:
        product = _product(company, good, by, on)
        base = Decimal(good.price) if german else _round(Decimal(good.price) * SEK_PER_EUR)
        for least, share in ((Decimal(0), Decimal(1)), (Decimal(50), Decimal("0.93"))):
            unit_price = (base * share).quantize(Decimal("0.001"), ROUND_HALF_UP)
            price = catalog.PriceDraft(unit_price, starts_on=on, min_quantity=least)
            catalog.set_price(prices.pk, product, price, by=by, on=on)
        products.append(product)
    return products


def _product(company: Company, good: Good, by: User, on: date) -> Product:
    german = company.country == "DE"
    vat_class = good.vat_class
    draft = catalog.ProductDraft(
        number=good.number,
        name=good.german_name if german else good.swedish_name,
        kind=good.kind,
        unit=good.unit,
        vat_class=vat_class if german else SWEDISH_VAT_CLASSES.get(good.number, vat_class),
        reorder_point=Decimal(20) if good.kind == Product.Kind.GOODS else Decimal(0),
    )
    return catalog.create_product(company, draft, by=by, on=on)


def _round(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _stock(company: Company, products: list[Product], by: User, on: date) -> Warehouse:
    german = company.country == "DE"
    warehouse = Warehouse.objects.create(
        company=company,
        code="HH" if german else "GBG",
        name="Zentrallager Hamburg" if german else "Lager Göteborg",
        street="Moorfleeter Straße 30" if german else "Exportgatan 40",
        postcode="22113" if german else "422 46",
        city="Hamburg" if german else "Hisings Backa",
        country=company.country,
    )
    goods = [product for product in products if product.kind == Product.Kind.GOODS]
    fulfillment.receive_stock(
        warehouse,
        [
            fulfillment.Receipt(
                product_id=product.pk,
                quantity=Decimal(12) if product.number.startswith("PU") else STOCK,
            )
            for product in goods
        ],
        key=f"demo-opening-{company.code}",
        by=by,
        on=on,
    )
    return warehouse


def _customer(
    company: Company,
    part: Part,
    index: int,
    terms: dict[str, PaymentTerms],
    people: dict[Role, User],
    on: date,
) -> Customer:
    seller = people[Role.SALES_REP]
    draft = _customer_draft(company, part, index, terms[part.terms], seller)
    customer = customers.create_customer(
        company,
        draft,
        by=people[Role.SALES_MANAGER],
        on=on,
        addresses=[
            AddressDraft(kind, part.street, part.postcode, part.city, draft.country)
            for kind in ("billing", "shipping")
        ],
        contacts=[_accounts_payable(company, index, draft.country)],
    )
    iban = _iban(company, index)
    customers.add_bank_account(customer.pk, iban=iban, by=people[Role.AR_ACCOUNTANT], on=on)
    _open_limit(customer, part.limit, people, on)
    return customer


def _customer_draft(
    company: Company, part: Part, index: int, terms: PaymentTerms, seller: User
) -> CustomerDraft:
    country = part.country or company.country
    is_public = part.temper == "public"
    return CustomerDraft(
        name=part.name,
        country=country,
        language={"SE": "sv", "NL": "en"}.get(country, "de"),
        currency=company.currency,
        payment_terms=terms,
        sales_rep=seller,
        vat_id=part.vat_id or _vat_id(country, index),
        registration_number=_org_number(index) if country == "SE" else "",
        is_public_body=is_public,
        buyer_reference=PUBLIC_REFERENCES[country] if is_public else "",
    )


def _accounts_payable(company: Company, index: int, country: str) -> ContactDraft:
    return ContactDraft(
        "Buchhaltung" if country == "DE" else "Accounts payable",
        email=f"kunde{index + 1}@{company.code}-customers.example",
        receives_orders=True,
        receives_invoices=True,
        receives_reminders=True,
    )


def _open_limit(customer: Customer, amount: int, people: dict[Role, User], on: date) -> None:
    proposer, approver = people[Role.CREDIT_MANAGER], people[Role.FINANCE_MANAGER]
    change = credit.propose_limit(
        customer, amount=Decimal(amount), reason="Opening limit", by=proposer, on=on
    )
    credit.decide_limit(change.pk, is_approved=True, by=approver, on=on)


def _iban(company: Company, index: int) -> str:
    """A made-up account whose check digits hold."""
    if company.country == "SE":
        return str(IBAN.generate("SE", bank_code="500", account_code=f"{58390000 + index * 7919}"))
    return str(IBAN.generate("DE", bank_code="37040044", account_code=f"{1234500 + index * 37}"))


def _vat_id(country: str, index: int) -> str:
    """A made-up VAT id whose check digit holds."""
    if country == "SE":
        return f"SE{_org_number(index).replace('-', '')}01"
    body = f"{12345670 + index * 1013}"
    return f"DE{body}{mod_11_10.calc_check_digit(body)}"


def _org_number(index: int) -> str:
    body = f"5560{12000 + index * 137:05d}"
    number = body + luhn.calc_check_digit(body)
    return f"{number[:6]}-{number[6:]}"


def days_of_business(first: date, last: date) -> list[date]:
    """Mondays to Fridays from first to last."""
    days = (first + timedelta(days=i) for i in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5]
