"""Set up a demo company: ledger, terms, products, prices, stock. Customers come in ``clients``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import catalog.services as catalog
import customers.services as customers
import dunning.services as dunning
import fulfillment.services as fulfillment
import receivables.services as receivables
from catalog.models import PriceList, Product
from core.actors import JobActor
from core.models import Company, User
from core.roles import Role
from core.services import set_up_company
from customers.models import PaymentTerms
from customers.rules import TermsPart
from customers.services import TermsDraft
from fulfillment.models import Warehouse
from o2c.demo.cast import COMPANIES
from o2c.demo.goods import SEK_PER_EUR, SWEDISH_VAT_CLASSES, Good
from o2c.demo.people import Team, team_of
from receivables.rules.write_offs import Tolerated

SETUP = JobActor("demo")
# up to which unit price in EUR -> how many a full shelf holds
_SHELVES = ((3, 3000), (15, 1200), (60, 600), (150, 400), (500, 240), (1500, 40), (99999, 14))
_RISE = Decimal("1.034")
"""What every new year does to most prices."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One demo company, ready to do business."""

    company: Company
    team: Team
    terms: dict[str, PaymentTerms]
    products: list[Product]
    prices: PriceList
    warehouse: Warehouse
    eur_prices: dict[int, Decimal]

    @property
    def is_german(self) -> bool:
        """Which of the two it is: texts differ."""
        return self.company.country == "DE"


def found_companies() -> list[Company]:
    """The companies with their bare facts, without anything to sell yet."""
    return [set_up_company(by=SETUP, **facts) for facts in COMPANIES]


def set_up(company: Company, *, on: date, until: date, goods: Sequence[Good]) -> Stage:
    """Everything a company needs to take its first order on that day.

    ``until`` is the last day that prices are known for: each new year before it raises them.
    """
    team = team_of(company)
    receivables.set_up_ledger(company)
    receivables.add_bank_account(
        company, name=company.bank_name, iban=company.iban, bic=company.bic
    )
    if company.country == "DE":
        receivables.set_up_datev(company, consultant_number=29098, client_number=55003)
    dunning.set_up_levels(company)
    _tolerate(company, team.login(Role.FINANCE_MANAGER), on)
    terms = _terms(company, team.login(Role.ADMINISTRATOR), on)
    by = team.login(Role.SALES_MANAGER)
    products = [_product(company, good, by, on) for good in goods]
    prices = _price_list(company, list(zip(goods, products, strict=True)), by, on, until)
    eur_prices = {product.pk: good.price for good, product in zip(goods, products, strict=True)}
    warehouse = _stock(company, products, eur_prices, team.login(Role.WAREHOUSE), on)
    return Stage(company, team, terms, products, prices, warehouse, eur_prices)


def _tolerate(company: Company, by: User, on: date) -> None:
    """Small shortages are not worth a letter: a late discount, cents, an unexplained trifle."""
    size = 1 if company.country == "DE" else 10
    policy = receivables.Policy(
        {
            "discount": Tolerated(Decimal(25 * size), Decimal("0.03")),
            "freight": Tolerated(Decimal(15 * size), Decimal("0.10")),
            "unknown": Tolerated(Decimal(5 * size), Decimal("0.05")),
        },
        year_amount=Decimal(150 * size),
        alone_amount=Decimal(100 * size),
    )
    receivables.set_tolerances(company, policy, valid_from=on, by=by, on=on)


def _terms(company: Company, by: User, on: date) -> dict[str, PaymentTerms]:
    german = company.country == "DE"
    one, half = Decimal(1), Decimal("0.5")
    discount = {"discount_days": 14, "discount_rate": Decimal("0.02")}
    drafts = [
        TermsDraft("N30", "30 Tage netto" if german else "30 dagar netto", (TermsPart(one, 30),)),
        TermsDraft(
            "S14",
            "14 Tage 2 % Skonto, 30 Tage netto" if german else "14 dagar 2 %, 30 dagar netto",
            (TermsPart(one, 30),),
            **discount,  # type: ignore[arg-type]
        ),
        TermsDraft(
            "R2",
            "Zwei Raten: 14 und 45 Tage" if german else "Två delar: 14 och 45 dagar",
            (TermsPart(half, 14), TermsPart(half, 45)),
        ),
    ]
    return {
        draft.code: customers.create_payment_terms(company, draft, by=by, on=on) for draft in drafts
    }


def _product(company: Company, good: Good, by: User, on: date) -> Product:
    german = company.country == "DE"
    vat_class = good.vat_class if german else SWEDISH_VAT_CLASSES.get(good.number, good.vat_class)
    draft = catalog.ProductDraft(
        number=good.number,
        name=good.german_name if german else good.swedish_name,
        description=good.german_text if german else good.swedish_text,
        kind=good.kind,
        unit=good.unit,
        gtin=good.gtin(company.country),
        vat_class=vat_class,
        reorder_point=Decimal(shelf(good.price) // 4) if good.kind == "goods" else Decimal(0),
    )
    return catalog.create_product(company, draft, by=by, on=on)


def _price_list(
    company: Company, goods: Sequence[tuple[Good, Product]], by: User, on: date, until: date
) -> PriceList:
    """List prices with a break or two by quantity; the new year raises them."""
    name = "Listenpreise" if company.country == "DE" else "Prislista"
    prices = catalog.create_price_list(company, name=name, currency=company.currency, by=by, on=on)
    years = [date(year, 1, 1) for year in range(on.year + 1, until.year + 1)]
    for good, product in goods:
        for least, share in _breaks(good):
            for turn, starts_on in enumerate((on, *years[-1:])):
                rise = Decimal(1) if turn == len(years[-1:]) else 1 / _RISE
                price = catalog.PriceDraft(
                    own_price(company, good.price * share * rise), starts_on, min_quantity=least
                )
                catalog.set_price(prices.pk, product, price, by=by, on=on)
    return prices


def _breaks(good: Good) -> tuple[tuple[Decimal, Decimal], ...]:
    if good.kind == "service" or good.price > 500:
        return ((Decimal(0), Decimal(1)),)
    return ((Decimal(0), Decimal(1)), (Decimal(50), Decimal("0.93")))


def own_price(company: Company, eur: Decimal) -> Decimal:
    """A price in the company's currency, to a tenth of a cent; in crowns to the öre."""
    if company.currency == "EUR":
        return eur.quantize(Decimal("0.001"), ROUND_HALF_UP)
    return (eur * SEK_PER_EUR).quantize(Decimal("0.01"), ROUND_HALF_UP)


def shelf(eur_price: Decimal) -> int:
    """How many of an article a full shelf holds."""
    return next(count for most, count in _SHELVES if eur_price <= most)


def _stock(
    company: Company,
    products: Sequence[Product],
    eur_prices: dict[int, Decimal],
    by: User,
    on: date,
) -> Warehouse:
    german = company.country == "DE"
    warehouse = Warehouse.objects.create(
        company=company,
        code="HH" if german else "GBG",
        name="Zentrallager Hamburg" if german else "Centrallager Göteborg",
        street="Moorfleeter Straße 30" if german else "Exportgatan 40",
        postcode="22113" if german else "422 46",
        city="Hamburg" if german else "Hisings Backa",
        country=company.country,
    )
    receipts = [
        fulfillment.Receipt(product_id=product.pk, quantity=Decimal(shelf(eur_prices[product.pk])))
        for product in products
        if product.kind == Product.Kind.GOODS
    ]
    fulfillment.receive_stock(warehouse, receipts, key=f"demo-opening-{company.code}", by=by, on=on)
    return warehouse


def days_of_business(first: date, last: date) -> list[date]:
    """Mondays to Fridays from first to last."""
    days = (first + timedelta(days=i) for i in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5]
