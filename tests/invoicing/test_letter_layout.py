"""The invoice as the buyer reads it: what stands on which page, and what can't break it."""

import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdf
import pytest

from invoicing.einvoice.facts import Charge, Deposit, DirectDebit, Preceding, VatLine
from invoicing.models import Invoice, InvoiceLine
from invoicing.pdf import invoice_pdf
from invoicing.pdf.positions import groups_of
from invoicing.services.facts import _line
from tests.invoicing.facts import SWEDISH_SELLER, a_credit_note, a_line, an_invoice

D = Decimal
SENDER = {
    "name": "Nordlicht Armaturen GmbH", "street": "Große Elbstraße 17", "postcode": "22767",
    "city": "Hamburg", "country": "DE", "iban": "DE02200505501015871393",
}  # fmt: skip


def pages_of(facts, **options):
    pdf = invoice_pdf(facts, b"<x/>", sender=options.pop("sender", SENDER), **options)
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pages]


def text_of(facts, **options):
    return " ".join(pages_of(facts, **options))


def many(count):
    return [a_line(number, name=f"Ventil {number}") for number in range(1, count + 1)]


def a_deposit(number="RE-000031", net="1000.00"):
    vat = (VatLine("S", D("0.19"), D(net), D(net) * D("0.19")),)
    return Deposit(number, date(2026, 9, 1), vat)


def test_a_page_carries_its_sum_to_the_next():
    pages = pages_of(an_invoice(*many(60)))
    assert len(pages) > 2
    for page, following in zip(pages[:-2], pages[1:-1], strict=True):
        sums = [re.findall(r"Übertrag ([\d.,]+)", text)[-1:] for text in (page, following)]
        (carried,) = sums[0]
        assert f"Übertrag {carried}" in following
        positions = len(re.findall(r"Ventil \d+", " ".join(pages[: pages.index(following)])))
        assert D(carried.replace(".", "").replace(",", ".")) == positions * D("3440.00")


def test_a_single_page_carries_nothing():
    (page,) = pages_of(an_invoice())
    assert "Übertrag" not in page
    assert "Seite 1 von 1" in page


def test_positions_are_told_apart_by_delivery_note():
    lines = [
        replace(line, delivery_note_number=f"LS-{1 + line.position // 3}", order_number="AU-7")
        for line in many(4)
    ]
    first, second = groups_of(lines)
    assert (len(first.rows), first.net_amount, second.rows[0].before) == (2, 6880, 6880)
    text = text_of(an_invoice(*lines, delivery_note_number=""))
    assert "Lieferschein LS-1 Unser Auftrag AU-7" in text
    assert "Zwischensumme LS-2 6.880,00" in text


def test_one_delivery_note_needs_no_heading():
    (group,) = groups_of(many(3))
    assert group.is_named is False


def test_charges_allowances_and_rounding_are_named_and_signed():
    charges = (
        Charge(D("45.00"), True, "Fracht", "S", D("0.19"), "FC"),
        Charge(D("34.40"), False, "Bonus", "S", D("0.19"), "95", D("0.01"), D("3440.00")),
    )
    facts = replace(an_invoice(), charges=charges, rounding_amount=D("0.40"))
    text = text_of(facts)
    assert "Fracht 45,00" in text
    assert re.search(r"Bonus 1 % auf 3\.440,00 −34,40", text)
    assert "4.094,00 EUR" in text


def test_a_final_invoice_takes_deposits_off_with_their_vat():
    facts = replace(an_invoice(), deposits=(a_deposit(), a_deposit("RE-000032", "500.00")))
    text = text_of(facts)
    assert "Schlussrechnung RE-000042" in text
    assert "RE-000031 vom 1. September 2026 −1.000,00 −190,00 −1.190,00" in text
    assert re.search(r"1\.940,00 368,60 2\.308,60", text)


def test_deposits_that_cover_all_leave_nothing_to_pay():
    facts = replace(an_invoice(), deposits=(a_deposit(net="3440.00"),))
    text = text_of(facts)
    assert "IBAN" not in text.split("Summe der Leistung")[-1].split("Nordlicht")[0]
    assert "nichts mehr zu zahlen" in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "386"}, "Abschlagsrechnung RE-000042"),
        ({"preceding": (Preceding("RE-000040", date(2026, 11, 1)),)}, "ersetzt die Rechnung"),
        ({"period_from": date(2026, 11, 1), "period_to": date(2026, 11, 30)}, "1.–30. Nov. 2026"),
        ({"project_reference": "Halle 7"}, "Halle 7"),
        ({"notes": ("Bitte beachten.",)}, "Bitte beachten."),
        (
            {"direct_debit": DirectDebit("M-17", "DE98ZZZ0", "DE89370400440532013000")},
            "Mandat M-17",
        ),
        ({"tax_currency": "SEK", "tax_currency_vat_amount": D("7000.00")}, "7.000,00 SEK"),
    ],
)
def test_what_the_facts_say_is_read(changes, words):
    assert words in text_of(replace(an_invoice(), **changes)).replace("Mandat: ", "Mandat ")


def test_a_credit_note_asks_for_no_payment():
    text = text_of(a_credit_note(an_invoice()))
    assert "Gutschrift GS-000007" in text
    assert "Zahlbar" not in text


def test_a_credit_of_value_alone_says_that_the_goods_stay():
    note = Invoice(kind="credit_note", number="GS-1", language="de", issued_on=date(2026, 11, 25))
    line = InvoiceLine(
        position=1, description="Ventil", quantity=1, unit="C62", unit_price=D("50.00"),
        net_amount=D("50.00"), vat_category="S", vat_rate=D("0.19"), is_value_only=True,
    )  # fmt: skip
    facts = _line(line, of=note)
    assert "Ware bleibt bei Ihnen" in text_of(a_credit_note(an_invoice(facts)))


def test_a_swedish_letter_has_its_window_on_the_right():
    sender = {"name": SWEDISH_SELLER.name, "country": "SE", "street": "A 1", "city": "B"}
    page = pypdf.PdfReader(
        io.BytesIO(invoice_pdf(an_invoice(language="sv"), None, sender=sender))
    ).pages[0]
    where = {}
    page.extract_text(
        visitor_text=lambda text, _cm, tm, _font, _size: where.setdefault(text.strip(), tm[4])
    )
    address = next(x for text, x in where.items() if text.startswith("Müller & Söhne M"))
    assert address > 400


@pytest.mark.parametrize(
    "name",
    [
        "𝒳 Ventile 🧰 GmbH",
        "شركة الصمامات",
        "שסתומים בע״מ",
        "弁株式会社",
        "e\u0301tude ﷽ \u202e reversed",
        "A" * 200,
    ],
)
def test_no_name_breaks_an_invoice(name):
    facts = an_invoice(a_line(name=name))
    facts = replace(facts, buyer=replace(facts.buyer, name=name))
    assert invoice_pdf(facts, b"<x/>", sender=SENDER) == invoice_pdf(facts, b"<x/>", sender=SENDER)
    assert "RE-000042" in text_of(facts)


def test_it_is_tagged_for_those_who_listen():
    pdf = invoice_pdf(an_invoice(), b"<x/>", sender=SENDER)
    root = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert root["/Lang"] == "de"
    assert root["/MarkInfo"]["/Marked"]
    tags, headed = set(), 0

    def walk(node):
        nonlocal headed
        node = node.get_object()
        if isinstance(node, list):
            for kid in node:
                walk(kid)
        elif isinstance(node, dict):
            tags.add(node.get("/S"))
            headed += "/Headers" in str(node.get("/A", ""))
            if "/K" in node:
                walk(node["/K"])

    walk(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure"} <= tags
    assert headed >= 5


def test_a_swedish_letter_names_the_giro_and_the_approval_for_f_tax():
    facts = an_invoice(
        a_line(vat_rate=D("0.25")),
        seller=SWEDISH_SELLER,
        currency="SEK",
        language="sv",
        bankgiro="5050-1055",
    )
    sender = SENDER | {"country": "SE", "f_tax": "approved", "bankgiro": "5050-1055"}
    page = text_of(facts, sender=sender)
    assert page.count("5050-1055") == 2  # beside the code, and at the foot
    assert "Godkänd för F-skatt" in page
    assert "F-skatt" not in text_of(facts, sender=sender | {"f_tax": "not_approved"})
    assert text_of(replace(facts, currency="EUR"), sender=sender).count("5050-1055") == 1
