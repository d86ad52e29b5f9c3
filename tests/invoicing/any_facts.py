"""Any document that we may rightly send: kinds, sellers, VAT categories, charges, odd words.

Everything drawn here must be accepted in every form: ZUGFeRD, XRechnung (both) and Peppol.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import strategies as st
from stdnum import luhn

from invoicing.einvoice import (
    Charge,
    Deposit,
    DirectDebit,
    Instalment,
    Party,
    Preceding,
    SupportingFile,
    VatLine,
)
from o2c.money import cents
from tests.invoicing import facts as make
from tests.invoicing.facts import DAY, NOTES, a_line, an_invoice

D = Decimal
LEITWEG = "04011000-1234512345-06"
RATES = {"DE": [D("0.19"), D("0.07")], "SE": [D("0.25"), D("0.12"), D("0.06")]}
MIXES = ["S", "S", "S", "SE", "SZ", "SEZ", "E", "Z", "AE", "K", "G", "O", "S+AE"]
NAMES = [
    "Müller & Söhne <GmbH>",
    "𝒳𝒴 Åkerströms 🧰",
    "شركة الخليج للتجارة",
    "‏חברת מים‎ בע״מ",
    "株式会社 日本電機",
    "e\u0301\u0327 Zalgo̷ \x07\x1f] ]]> --",
    "Straße \u2028 \u00a0 Gasse",
]
EDGES = [
    ("0.001", "19.99"),
    ("3", "0.001"),
    ("0.003", "19.99"),
    ("0.5", "0.01"),
    ("1", "0.005"),
    ("1", "54.45"),
    ("7612.5", "1"),
    ("1", "0"),
    ("9999999.999", "0.000001"),
]
FILES = [
    SupportingFile("Lieferschein.pdf", "application/pdf", b"%PDF-1.7\n\x00\xff", "Lieferschein"),
    SupportingFile("Foto 𝒳.png", "image/png", b"\x89PNG"),
    SupportingFile("zeiten.csv", "text/csv", b"a;b\n1;2\n"),
]
words = st.one_of(
    st.sampled_from(NAMES),
    st.text(st.characters(blacklist_categories=("Cs",)), max_size=40),
)
a_name = words.map(lambda text: "x" + text)
a_day = st.integers(-40, 40).map(lambda days: DAY + timedelta(days=days))
sometimes = st.booleans()


def maybe(strategy, nothing=""):
    """A value of the strategy, or nothing."""
    return st.one_of(st.just(nothing), strategy)


@st.composite
def documents(draw):
    """Facts of one document."""
    country = draw(st.sampled_from(["DE", "DE", "SE"]))
    pairs = _pairs(draw, country)
    kind = draw(st.sampled_from(["380", "380", "380", "381", "386", "384"]))
    buyer = _buyer(draw, {category for category, _rate in pairs})
    if buyer.country != "DE" or country != "DE":
        kind = "380" if kind == "384" else kind
    currency = draw(st.sampled_from(["EUR", "SEK", "USD"]))
    lines = [_line(draw, at, pairs) for at in range(1, draw(st.integers(1, 5)) + 1)]
    invoice = an_invoice(
        *lines,
        kind=kind,
        seller=_seller(draw, country),
        buyer=buyer,
        currency=currency,
        language=draw(st.sampled_from(["de", "sv", "en"])),
        ship_to=draw(maybe(st.just(replace(buyer, name=draw(words), vat_id="")), None)),
        charges=tuple(_charge(draw, pairs) for _ in range(draw(st.integers(0, 3)))),
        delivered_on=draw(a_day),
        instalments=(Instalment(DAY + timedelta(days=draw(st.integers(0, 90))), D("1.00")),),
        files=tuple(draw(st.lists(st.sampled_from(FILES), unique=True, max_size=3))),
        **_payment(draw, country),
        **_references(draw),
        **_terms(draw),
    )
    return _with_more(draw, invoice, country, pairs)


def _pairs(draw, country):
    mix = draw(st.sampled_from(MIXES))
    if mix == "S+AE":
        return [("S", RATES[country][0]), ("AE", D(0))]
    if mix in ("AE", "K", "G", "O"):
        return [(mix, D(0))]
    pairs = [(letter, D(0)) for letter in mix if letter != "S"]
    rates = draw(st.lists(st.sampled_from(RATES[country]), min_size=1, max_size=3, unique=True))
    return pairs + [("S", rate) for rate in rates if "S" in mix]


def _seller(draw, country):
    if country == "SE":
        text = draw(maybe(st.just("Godkänd för F-skatt")))
        return replace(make.SWEDISH_SELLER, tax_number=text, extra=draw(words))
    return replace(
        make.GERMAN_SELLER,
        name=draw(a_name),
        tax_number=draw(maybe(st.just("22/815/08154"))),
        gln=draw(maybe(st.just("4012345000009"))),
    )


def _buyer(draw, categories):
    foreign = Party("Björk Ehf.", "Laugavegur 1", "101", "Reykjavík", "IS", number="K-9")
    foreign = replace(foreign, endpoint_scheme="0088", endpoint_id="7300010000001")
    one = draw(st.sampled_from([make.GERMAN_BUYER, make.SWEDISH_BUYER, foreign]))
    if categories & {"AE", "K"} and not one.vat_id:
        one = make.SWEDISH_BUYER
    return replace(
        one,
        name=draw(a_name),
        extra=draw(words),
        contact_name=draw(words),
        contact_email=draw(maybe(st.just("einkauf@buyer.example"))),
    )


def _line(draw, position, pairs):
    category, rate = pairs[(position - 1) % len(pairs)]
    any_figure = st.tuples(
        st.decimals("0.001", "99999", places=3).map(str),
        st.decimals("0", "9999", places=6).map(str),
    )
    quantity, price = draw(st.one_of(st.sampled_from(EDGES), any_figure))
    is_rounded = draw(st.integers(0, 9)) == 0
    day = DAY - timedelta(days=draw(st.integers(1, 9)))
    return a_line(
        position,
        name=draw(a_name),
        quantity=D(quantity),
        unit_price=D(price),
        base_quantity=draw(st.sampled_from([D(1), D(1), D(100)])),
        discount_rate=D(0) if is_rounded else draw(st.decimals("0", "1", places=4)),
        **({"discount_amount": D("-0.01")} if is_rounded else {}),
        unit=draw(st.sampled_from(["C62", "KGM", "HUR", "MTR"])),
        vat_category=category,
        vat_rate=rate,
        product_number=draw(words),
        buyer_reference=draw(maybe(st.just("10"))),
        note=draw(words),
        period_from=draw(maybe(st.just(day), None)),
        gtin=draw(maybe(st.just("4012345678901"))),
        buyer_article=draw(words),
        origin_country=draw(maybe(st.just("CZ"))),
        delivery_note_number=draw(maybe(st.just("LS-000081"))),
        order_number=draw(maybe(st.just("AU-000077"))),
        po_number=draw(maybe(words)),
        attributes=tuple(draw(st.lists(st.tuples(words, words), max_size=2))),
        classifications=draw(st.sampled_from([(), (("84818081", "HS"), ("x1", "SA"))])),
    )


def _charge(draw, pairs):
    category, rate = draw(st.sampled_from(pairs))
    is_charge = draw(sometimes)
    codes = ["FC", "PC", "SAA", "IN", ""] if is_charge else ["95", "100", ""]
    base = draw(maybe(st.decimals("0.01", "5000", places=2), None))
    share = None if base is None else draw(st.decimals("0.0001", "0.2", places=4))
    amount = draw(st.decimals("0", "500", places=2)) if base is None else cents(base * share)
    return Charge(
        amount, is_charge, draw(a_name), category, rate, draw(st.sampled_from(codes)), share, base
    )


def _payment(draw, country):
    debit = DirectDebit("M-4711", "DE98ZZZ09999999999", "DE02200505501015871393")
    is_swedish = country == "SE"
    digits = str(draw(st.integers(1, 10**9)))
    return {
        "direct_debit": draw(maybe(st.just(debit), None)),
        "iban": "SE4550000000058398257466" if is_swedish else "DE02200505501015871393",
        "payment_reference": digits + luhn.calc_check_digit(digits)
        if is_swedish
        else draw(maybe(st.just("RF18539007547034"))),
    }


def _references(draw):
    return {
        "buyer_reference": draw(st.sampled_from([LEITWEG, "Abt. 7", "x " + draw(words)])),
        "po_number": draw(words),
        "order_number": draw(words),
        "delivery_note_number": draw(words),
        "project_reference": draw(words),
        "contract_reference": draw(words),
        "receiving_advice": draw(words),
        "accounting_reference": draw(words),
        "reason": draw(words),
        "notes": tuple(draw(st.lists(words, max_size=2))),
        "period_from": draw(maybe(st.just(DAY - timedelta(days=30)), None)),
        "period_to": draw(maybe(st.just(DAY), None)),
    }


def _terms(draw):
    if not draw(sometimes):
        return {}
    return {
        "discount_rate": draw(st.decimals("0.001", "0.1", places=4)),
        "discount_until": DAY + timedelta(days=draw(st.integers(0, 30))),
        "terms_text": draw(st.sampled_from(["", "Zahlbar bis 22. Dezember.", "Netto\n30 Tage"])),
    }


def _with_more(draw, invoice, country, pairs):
    """What hangs on the totals: deposits, rounding, VAT in the currency of the books."""
    home = {"DE": "EUR", "SE": "SEK"}[country]
    if invoice.kind in ("381", "384"):
        invoice = replace(invoice, preceding=(Preceding("RE-000001", DAY - timedelta(days=50)),))
    if invoice.kind == "380" and draw(sometimes):
        count = draw(st.integers(1, 2))
        invoice = replace(invoice, deposits=tuple(_deposit(draw, n, pairs) for n in range(count)))
    if draw(sometimes):
        invoice = replace(invoice, rounding_amount=draw(st.decimals("-0.99", "0.99", places=2)))
    if invoice.currency != home:
        vat = cents(invoice.vat_amount * D("11.2345"))
        invoice = replace(invoice, tax_currency=home, tax_currency_vat_amount=vat)
    return invoice


def _deposit(draw, number, pairs):
    rows = []
    for category, rate in pairs:
        net = draw(st.decimals("0", "1000", places=2))
        rows.append(VatLine(category, rate, net, cents(net * rate), NOTES.get(category, "")))
    return Deposit(f"AR-00000{number}", DAY - timedelta(days=20 + number), tuple(rows))
