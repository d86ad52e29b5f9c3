"""Charges and allowances in order files: of a Peppol order, and in columns of a sheet."""

from decimal import Decimal

import pytest

from orders.draft import ChargeDraft
from orders.models import Order
from orders.readers import read_orders
from orders.services import import_orders
from tests.orders import make
from tests.orders.test_readers import ORDER


def element(indicator, amount, *, code="", reason="", percent="", base="", currency="EUR"):
    """One cac:AllowanceCharge of an order."""
    parts = [f"<cbc:ChargeIndicator>{indicator}</cbc:ChargeIndicator>"]
    if code:
        parts.append(f"<cbc:AllowanceChargeReasonCode>{code}</cbc:AllowanceChargeReasonCode>")
    if reason:
        parts.append(f"<cbc:AllowanceChargeReason>{reason}</cbc:AllowanceChargeReason>")
    if percent:
        parts.append(f"<cbc:MultiplierFactorNumeric>{percent}</cbc:MultiplierFactorNumeric>")
    parts.append(f'<cbc:Amount currencyID="{currency}">{amount}</cbc:Amount>')
    if base:
        parts.append(f'<cbc:BaseAmount currencyID="{currency}">{base}</cbc:BaseAmount>')
    return f"<cac:AllowanceCharge>{''.join(parts)}</cac:AllowanceCharge>"


def order(*elements, totals=""):
    """The Peppol order (lines of 946.00) with these charges and totals."""
    content = ORDER.replace(
        b"<cac:AnticipatedMonetaryTotal>",
        ("".join(elements) + "<cac:AnticipatedMonetaryTotal>").encode(),
    )
    return content.replace(b"<cbc:PayableAmount", f"{totals}<cbc:PayableAmount".encode())


def read(*elements, totals=""):
    (draft,) = read_orders(order(*elements, totals=totals), "order.xml")
    return draft


@pytest.mark.parametrize(
    ("found", "meant"),
    [
        (
            element("true", "12.50", code="FC", reason="Express freight"),
            ChargeDraft(reason_code="FC", amount=Decimal("12.50"), text="Express freight"),
        ),
        (
            element("true", "4.00", code="ABK", reason="Small order"),
            ChargeDraft(reason_code="ZZZ", amount=Decimal("4.00"), text="Small order"),
        ),
        (
            element("false", "10.00", code="41", reason="Bonus"),
            ChargeDraft(reason_code="95", amount=Decimal("10.00"), text="Bonus"),
        ),
        (
            element("false", "9.00", code="FC"),
            ChargeDraft(reason_code="95", amount=Decimal("9.00")),
        ),
        (
            element("false", "28.38", code="100", percent="3", base="946.00"),
            ChargeDraft(reason_code="100", rate=Decimal("0.03")),
        ),
        # A percentage of a part of the lines, or one that its amount contradicts: the amount.
        (
            element("false", "3.00", code="95", percent="3", base="100.00"),
            ChargeDraft(reason_code="95", amount=Decimal("3.00")),
        ),
        (
            element("false", "30.00", code="95", percent="3"),
            ChargeDraft(reason_code="95", amount=Decimal("30.00")),
        ),
    ],
)
def test_an_allowance_or_charge_of_a_peppol_order(found, meant):
    draft = read(found)
    assert draft.charges == (meant,)
    assert not draft.problems


def test_what_comes_to_nothing_is_left_out():
    assert read(element("true", "0.00", code="FC")).charges == ()


@pytest.mark.parametrize(
    ("found", "named"),
    [
        (element("true", "-5", code="FC"), "charge or allowance 1, Amount: -5"),
        (element("true", "five", code="FC"), "five"),
        (element("true", "5", code="FC", currency="SEK"), "SEK"),
        (element("perhaps", "5", code="FC"), "perhaps"),
    ],
)
def test_what_a_charge_can_not_mean_is_a_problem_of_the_order(found, named):
    draft = read(found)
    assert len(draft.problems) == 1
    assert named in draft.problems[0]


FREIGHT, BONUS = element("true", "12.50", code="FC"), element("false", "8.50", code="95")


@pytest.mark.parametrize(
    ("totals", "net"),
    [
        ("", "950.00"),
        ('<cbc:TaxExclusiveAmount currencyID="EUR">951.00</cbc:TaxExclusiveAmount>', "951.00"),
        ('<cbc:ChargeTotalAmount currencyID="EUR">13.50</cbc:ChargeTotalAmount>', "959.50"),
    ],
)
def test_the_expected_net_has_charges_in_it(totals, net):
    assert read(FREIGHT, BONUS, totals=totals).expected_net == Decimal(net)


@pytest.mark.django_db
def test_an_imported_order_bears_them_and_fits_what_the_buyer_expects():
    at = make.company()
    make.product(at, "A-100", "86.00")
    make.product(at, "B-1", "1.72", gtin="4012345678901")
    buyer = make.customer(at, vat_id="DE811128135")
    (result,) = import_orders(
        at, order(FREIGHT, BONUS), "order.xml", by=make.rep(at), on=make.TODAY
    )
    assert (result.outcome, result.problems) == ("created", ())
    assert not [text for text in result.warnings if "expects" in text]
    made = Order.objects.get(customer=buyer)
    assert made.net_amount == Decimal("950.00")
    assert [one.signed_amount for one in made.charges.all()] == [Decimal("12.50"), Decimal("-8.50")]


# --- Sheets -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "lines",
    [
        ("Customer,PO,Article,Quantity,Freight,Packing,Order discount %",
         "C-1,47,A-1,5,12.50,3,2.5", ",,A-2,1,,,"),
        ("Kunde;Bestellnr.;Artikel;Menge;Fracht;Verpackung;Gesamtrabatt",
         "C-1;47;A-1;5;12,50;3,00;2,5 %", "C-1;47;A-2;1;12,50;3;2,5"),
        ("Kundnummer;Ordernummer;Artikel;Antal;Frakt;Emballage;Orderrabatt",
         "C-1;47;A-1;5;12,50;3;2,5"),
    ],
)  # fmt: skip
def test_columns_for_the_whole_order(lines):
    (draft,) = read_orders(make.csv(*lines), "orders.csv")
    assert not draft.problems
    assert draft.charges == (
        ChargeDraft(reason_code="FC", amount=Decimal("12.50")),
        ChargeDraft(reason_code="PC", amount=Decimal(3)),
        ChargeDraft(reason_code="95", rate=Decimal("0.025")),
    )


@pytest.mark.parametrize(
    ("first", "second", "named"),
    [("5", "6", "5, 6"), ("x", "5", "row 2, column “Freight”"), ("-5", "", "-5")],
)
def test_values_that_contradict_or_can_not_be_read_are_named(first, second, named):
    content = make.csv(
        "Customer;PO;Article;Quantity;Freight", f"C-1;1;A-1;5;{first}", f"C-1;1;A-2;5;{second}",
        "C-1;2;A-1;5;0",
    )  # fmt: skip
    wrong, right = read_orders(content, "orders.csv")
    assert len(wrong.problems) == 1
    assert named in wrong.problems[0]
    assert (right.charges, right.problems) == ((), ())
