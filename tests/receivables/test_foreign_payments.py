"""Money that came in another currency than its items, or less charges that the bank told."""

from decimal import Decimal as D

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import receivables.services as receivables
from core.models import Company
from disputes.models import Dispute
from o2c import flow
from o2c.errors import InvalidInput
from receivables.bankfiles import read
from receivables.models import BankEntry, BankMatch, JournalLine, OpenItem
from receivables.services import ShareDraft
from receivables.services.allocating import allocate
from receivables.told_words import told_amounts
from tests import make
from tests.receivables.camt_versions import VERSIONS, told_in_version
from tests.receivables.make import DAY, IBAN, ROBOT, camt, entry, imported, item, ledger, paid
from tests.receivables.test_currencies import HEAD, balance, proved, rated

pytestmark = pytest.mark.django_db
ONE = "DE02120300000000202051"


def books(rate: str = "1.0900") -> Company:
    """An account in euros, and dollars for 1 EUR of the day."""
    company = ledger()
    if rate:
        rated(company, DAY, rate)
    return company


def owed(
    company: Company, *amounts: str, name: str = "Acme Corp", unit: str = "USD"
) -> list[OpenItem]:
    """Items INV-77010, INV-77020 … of a customer, worth 0.90 each."""
    customer = make.customer(company, name=name)
    rows = [
        f"INV-770{place}0;{customer.number};2026-02-01;2026-03-01;{unit};{amount};"
        f"{amount if unit == company.currency else (D(amount) * 9 / 10).quantize(D('0.01'))}"
        for place, amount in enumerate(amounts, start=1)
    ]
    report = receivables.import_items(
        company, "\n".join([HEAD, *rows]).encode(), "items.csv", by=ROBOT, on=DAY
    )
    assert report.is_written, report.problems
    return list(OpenItem.objects.filter(customer=customer).order_by("document_number"))


def sent(
    amount: str, unit: str = "USD", *, rate: str = "", kept: str = "", home: str = "EUR"
) -> str:
    """The details of a transaction that was instructed so."""
    exchange = f"<CcyXchg><SrcCcy>{unit}</SrcCcy><XchgRate>{rate}</XchgRate></CcyXchg>"
    charges = f'<Chrgs><Rcrd><Amt Ccy="{home}">{kept}</Amt></Rcrd></Chrgs>' if kept else ""
    instructed = (
        f'<AmtDtls><InstdAmt><Amt Ccy="{unit}">{amount}</Amt>{exchange if rate else ""}</InstdAmt>'
        "</AmtDtls>"
    )
    return (instructed if amount else "") + charges


def left(*items: OpenItem) -> list[tuple[D, D]]:
    rows = OpenItem.objects.filter(pk__in=[one.pk for one in items]).order_by("document_number")
    return list(rows.values_list("outstanding_amount", "outstanding_functional_amount"))


def sums(company: Company) -> dict[str, D]:
    """What accounts stand at, by role; those at nought left out."""
    roles = {line.account.role for line in JournalLine.objects.select_related("account")}
    return {role: sum_ for role in roles if (sum_ := balance(company, role)) and role != "opening"}


# --- what the bank told is kept -------------------------------------------------------------------
@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_tells_amount_rate_and_charges(version: int) -> None:
    company = ledger()
    imported(company, told_in_version(version))
    found = BankEntry.objects.order_by("position").values_list(
        "instructed_amount", "instructed_currency", "exchange_rate", "charges_amount"
    )
    assert list(found) == [
        (D("1000.00"), "USD", D("1.08793000"), D("7.50")),
        (D("500.00"), "SEK", None, D("0.00")),
        (D("300.00"), "USD", None, D("0.00")),
    ]


def test_the_bank_is_quoted_in_plain_words() -> None:
    company = books()
    first = paid(company, "904.84", told=sent("1000.00", rate="1.0879", kept="7.50"))
    assert told_amounts(first).replace("\xa0", " ") == (
        "The payer sent 1,000.00 USD; the bank made 904.84 EUR of it, rate 1.0879,"
        " charges 7.50 EUR."
    )
    assert "kept 2.00" in told_amounts(paid(company, "8.00", told=sent("", kept="2.00")))
    assert told_amounts(paid(company, "8.00", "same", told=sent("8.00", "EUR"))) == ""


def test_mt940_tells_it_in_either_field() -> None:
    lines = [
        ":20:1", f":25:{IBAN}", ":28C:1", ":60F:C260302EUR0,00",
        ":61:260302C904,84NTRFNONREF//B1", "/OCMT/USD1000,//EXCH/1,0879/CHGS/EUR7,50/", ":86:one",
        ":61:260302C904,84NTRFNONREF//B2",
        ":86:/EREF/X/OCMT/USD1000,00/EXCH/1,0879/CHGS/EUR5,00/CHGS1/EUR2,50/REMI/USTD//two/",
        ":61:260302C8,00NTRFNONREF//B3", ":86:/OCMT/EUR8,00/REMI/USTD//three/",
        ":62F:C260302EUR1817,68", "-",
    ]  # fmt: skip
    (statement,) = read("\r\n".join(lines).encode()).statements
    told = [
        (e.instructed_amount, e.instructed_currency, e.exchange_rate, e.charges_amount)
        for e in statement.entries
    ]
    assert told == [
        (D("1000.00"), "USD", D("1.0879"), D("7.50")),
        (D("1000.00"), "USD", D("1.0879"), D("7.50")),
        (D("8.00"), "EUR", None, D("0.00")),
    ]


# --- charges that the bank told -------------------------------------------------------------------
@pytest.mark.parametrize("told", [sent("", kept="30.00"), sent("1190.00", "EUR")])
def test_charges_that_the_bank_told_close_what_is_named(told: str) -> None:
    company = books()
    customer = make.customer(company, name="Alpha GmbH")
    open_item = item(customer, "1190.00", number="A-10017")
    entry_ = paid(company, "1160.00", "A-10017", name="Alpha GmbH", told=told)
    match = BankMatch.objects.get(bank_entry=entry_)
    assert (match.way, match.evidence[-1]) == ("auto", {"code": "bank_charges", "value": "30.00"})
    assert left(open_item) == [(0, 0)]
    assert balance(company, "bank_charges") == D("30.00")
    assert not Dispute.objects.exists()
    assert proved(company) == []
    receivables.undo_match(match.pk, by=ROBOT, on=DAY)
    assert left(open_item) == [(D("1190.00"), D("1190.00"))]
    assert balance(company, "bank_charges") == 0
    assert proved(company) == []


def test_charges_beyond_a_tenth_and_two_readings_are_for_a_person() -> None:
    company = books()
    customer = make.customer(company, name="Alpha GmbH")
    item(customer, "100.00", number="A-10017")
    first = paid(company, "80.00", "A-10017", name="Somebody", told=sent("", kept="20.00"))
    item(customer, "500.00", number="A-10018")
    item(customer, "505.00", number="A-10019")
    second = paid(company, "500.00", "payment", name="Alpha GmbH", told=sent("", kept="5.00"))
    assert not BankMatch.objects.filter(bank_entry__in=[first, second]).exists()


def test_charges_that_no_bank_takes_are_not_booked() -> None:
    company = books()
    (one,) = owed(company, "1000.00")
    lines = [
        ":20:1", f":25:{IBAN}", ":28C:1", ":60F:C260302EUR0,00", ":61:260302C904,84NTRFNONREF//B1",
        ":86:/OCMT/USD1000,00/CHGS/EUR5000,00/REMI/USTD//INV-77010/", ":62F:C260302EUR904,84", "-",
    ]  # fmt: skip
    imported(company, "\r\n".join(lines).encode())
    assert left(one) == [(0, 0)]
    assert "bank_charges" not in sums(company)
    assert sums(company)["exchange_gain"] == D("-4.84")
    customer = make.customer(company, name="Alpha GmbH")
    open_item = item(customer, "1190.00", number="A-10017")
    entry_ = paid(company, "190.00", "A-10017", name="Alpha GmbH", told=sent("1190.00", "EUR"))
    match = BankMatch.objects.filter(bank_entry=entry_).first()
    if match:
        receivables.undo_match(match.pk, by=ROBOT, on=DAY)
    share = ShareDraft(open_item.pk, D("190.00"), closing=D("1000.00"), closing_as="charges")
    with pytest.raises(InvalidInput, match="up to 25"):
        receivables.match_entry(entry_.pk, shares=[share], by=ROBOT, on=DAY)
    assert proved(company) == []


_BACK = (
    '<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">2.00</TtlChrgsAndTaxAmt><Rcrd><Amt Ccy="EUR">2.00</Amt>'
    "<CdtDbtInd>CRDT</CdtDbtInd></Rcrd></Chrgs>"
)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (_BACK, ("0.00", "", None)),
        (sent("100000", "JPY", rate="-160.5"), ("0.00", "JPY", None)),
        (sent("1000.123", "KWD", rate="0"), ("0.00", "", None)),
        (sent("1000.00", "KWD", rate="1E+40"), ("0.00", "KWD", None)),
        (sent("-5.00", "USD", rate="NaN"), ("0.00", "", None)),
        (sent("99999999999999999.00", "USD"), ("0.00", "", None)),
        (sent("1000.00", "US1", rate="x"), ("0.00", "", None)),
    ],
)
def test_odd_words_of_a_bank_book_the_amount_and_tell_no_more(
    told: str, kept: tuple[str, str, D | None]
) -> None:
    company = books()
    entry_ = paid(company, "904.84", "unknown", name="Nobody", told=told)
    amount, unit, rate = kept
    facts = (entry_.charges_amount, entry_.instructed_currency, entry_.exchange_rate)
    assert facts == (D(amount), unit, rate)
    assert receivables.propose(entry_).outcome.proposals == ()
    assert proved(company) == []


# --- another currency -----------------------------------------------------------------------------
def test_what_was_sent_closes_its_items_and_the_books() -> None:
    company = books()
    one, two = owed(company, "600.00", "400.00")
    entry_ = paid(
        company, "912.34", "INV-77010 INV-77020", name="Stranger", told=sent("1000.00", kept="7.50")
    )
    match = BankMatch.objects.get(bank_entry=entry_)
    assert match.way == "auto"
    assert {"code": "instructed", "value": "1000.00 USD"} in match.evidence
    assert left(one, two) == [(0, 0), (0, 0)]
    payment = match.payment_item
    assert payment is not None
    assert (payment.amount, payment.functional_amount) == (D("-1000.00"), D("-919.84"))
    found = sums(company)
    assert found["bank_charges"] == D("7.50")
    assert found["exchange_gain"] == D("-19.84")
    assert "receivables" not in found
    assert proved(company) == []
    receivables.undo_match(match.pk, by=ROBOT, on=DAY)
    assert left(one, two) == [(D("600.00"), D("540.00")), (D("400.00"), D("360.00"))]
    assert not {"bank_charges", "exchange_gain", "exchange_loss"} & sums(company).keys()
    assert proved(company) == []


def test_a_sure_payer_and_the_only_item_of_what_was_sent_are_enough() -> None:
    company = books()
    (one,) = owed(company, "1000.00")
    paid(company, "912.34", "thank you", name="Acme Corp", told=sent("1000.00"))
    assert left(one) == [(0, 0)]


@pytest.mark.parametrize(
    ("rate", "amount", "told"),
    [("1.09", "91.23", "1000.00"), ("", "912.34", "1000.00"), ("1.09", "912.34", "999.99")],
)
def test_far_from_the_rate_without_one_and_a_cent_less_are_for_a_person(
    rate: str, amount: str, told: str
) -> None:
    company = books(rate)
    (one,) = owed(company, "1000.00")
    entry_ = paid(company, amount, "INV-77010", name="Acme Corp", told=sent(told))
    assert left(one)[0][0] == D("1000.00")
    (key, best), *_rest = receivables.propose(entry_).rows
    assert best.paid is not None
    assert best.paid.amount == D(told)
    flow.accept_match(entry_.pk, key=key, by=ROBOT, on=DAY)
    assert left(one)[0][0] == D("1000.00") - D(told)
    assert Dispute.objects.count() == 0
    assert proved(company) == []


def test_too_much_goes_on_account_in_the_payments_own_currency() -> None:
    company = books()
    (one,) = owed(company, "600.00")
    entry_ = paid(company, "912.34", "INV-77010", name="Acme Corp", told=sent("1000.00"))
    (key, best), *_rest = receivables.propose(entry_).rows
    assert best.difference == D("400.00")
    match = flow.accept_match(entry_.pk, key=key, by=ROBOT, on=DAY)
    rest = OpenItem.objects.get(entry=match.entry, currency="EUR")
    assert left(one) == [(0, 0)]
    assert (rest.amount, rest.outstanding_amount) == (D("-364.94"), D("-364.94"))
    assert proved(company) == []
    back = paid(company, "-920.34", "return", told="<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>")
    assert receivables.returnable(back) == []
    flow.return_payment(back.pk, match_pk=match.pk, by=ROBOT, on=DAY)
    assert left(one) == [(D("600.00"), D("540.00"))]
    fee = OpenItem.objects.get(document_number=f"P-{back.pk}", outstanding_amount__gt=0)
    assert (fee.currency, fee.outstanding_amount) == ("EUR", D("8.00"))
    rest.refresh_from_db()
    assert rest.outstanding_amount == 0
    assert proved(company) == []


def test_a_part_stays_open_and_what_was_taken_back_pays_again() -> None:
    company = books()
    one, two = owed(company, "1000.00", "300.00")
    entry_ = paid(company, "275.00", "INV-77010", name="Acme Corp", told=sent("300.00"))
    assert left(one, two)[1] == (D("300.00"), D("270.00"))
    match = receivables.match_entry(
        entry_.pk,
        shares=[ShareDraft(one.pk, D("300.00"))],
        paid_amount=D("300.00"),
        by=ROBOT,
        on=DAY,
    )
    assert left(one) == [(D("700.00"), D("630.00"))]
    receivables.unapply_match(match.pk, by=ROBOT, on=DAY)
    assert match.payment_item_id is not None
    allocate(match.payment_item_id, two.pk, amount=D("300.00"), by=ROBOT, on=DAY)
    assert left(one, two) == [(D("1000.00"), D("900.00")), (0, 0)]
    assert proved(company) == []


def test_without_a_word_of_the_bank_the_rate_of_the_day_only_proposes() -> None:
    company = books()
    one, two = owed(company, "1000.00", "300.00")
    entry_ = paid(company, "915.00", "INV-77010", name="Acme Corp")
    assert not entry_.is_settled
    (key, best), *_rest = receivables.propose(entry_).rows
    assert [e.code for e in best.evidence] == ["reference", "day_rate"]
    match = flow.accept_match(entry_.pk, key=key, by=ROBOT, on=DAY)
    assert left(one) == [(0, 0)]
    flow.undo_match(match.pk, by=ROBOT, on=DAY)
    flow.match_entry(
        entry_.pk,
        shares=[ShareDraft(one.pk, D("985.00"))],
        paid_amount=D("985.00"),
        by=ROBOT,
        on=DAY,
    )
    assert left(one)[0][0] == D("15.00")
    assert not Dispute.objects.exists()
    assert proved(company) == []
    far = paid(company, "800.00", "INV-77020", name="Acme Corp")
    assert all(not proposal.paid for _key, proposal in receivables.propose(far).rows)


def test_dollars_for_items_in_the_currency_of_the_books() -> None:
    company = books()
    receivables.add_bank_account(company, name="Dollarkonto", iban=ONE, currency="USD")
    (one,) = owed(company, "1000.00", unit="EUR")
    told = sent("1000.00", "EUR", home="USD", kept="5.45")
    row = entry("1095.00", "INV-77010", name="Acme Corp", currency="USD", told=told)
    imported(company, camt(row, iban=ONE, currency="USD"))
    assert left(one) == [(0, 0)]
    found = sums(company)
    assert (found["bank"], found["bank_charges"]) == (D("1004.59"), D("5.00"))
    assert found["exchange_gain"] == D("-9.59")
    assert proved(company) == []


def test_items_elsewhere_need_their_own_currency() -> None:
    company = books()
    (one,) = owed(company, "1000.00")
    home = item(one.customer, "100.00", number="A-10017")
    entry_ = paid(company, "950.00", "unknown", name="Nobody")
    share = [ShareDraft(one.pk, D("10.00"))]
    for words in ({}, {"paid_amount": D("5.00")}, {"paid_amount": D("-1.00")}):
        with pytest.raises(InvalidInput):
            receivables.match_entry(entry_.pk, shares=share, by=ROBOT, on=DAY, **words)
    both = [*share, ShareDraft(home.pk, D("10.00"))]
    with pytest.raises(InvalidInput):
        receivables.match_entry(entry_.pk, shares=both, paid_amount=D("20.00"), by=ROBOT, on=DAY)


def test_a_person_says_at_the_desk_how_much_was_paid(client: Client) -> None:
    company = books()
    one, two = owed(company, "1000.00", "300.00")
    entry_ = paid(company, "1110.00", "unknown", name="Acme Corp")
    client.force_login(make.user_with("finance_manager", company))
    row = reverse("receivables:matching_row", args=[entry_.pk])
    found = client.get(row, {"find": "1", "f": "INV-770"}).content.decode()
    assert "1,209.90" in found
    assert "At the rate of the day" in found
    match = reverse("receivables:match", args=[entry_.pk])
    words = {"item": [one.pk, two.pk], "difference": "open"}
    assert client.post(match, words).status_code in (302, 409, 422)
    assert left(one)[0][0] == D("1000.00")
    client.post(match, words | {"paid_USD": "1,200.00"})
    assert left(one, two) == [(0, 0), (D("100.00"), D("90.00"))]
    page = client.get(entry_.get_absolute_url()).content.decode()
    assert "1,000.00" in page
    assert "USD" in page
    (told,) = receivables.export_bookings(company, DAY, DAY, by=ROBOT)
    assert (told["paid_amount"], told["paid_currency"]) == (D("1200.00"), "USD")
    assert (told["remainder"], told["paid_remainder"]) == (0, 0)
    assert proved(company) == []


def test_an_import_that_is_undone_takes_what_it_matched_along() -> None:
    company = books()
    one, two = owed(company, "1000.00", "300.00")
    rows = [
        entry("904.84", "INV-77010", name="Acme Corp", told=sent("1000.00", kept="7.50")),
        entry("267.50", "INV-77020", name="Acme Corp", told=sent("300.00"), reference="B2"),
    ]
    file = imported(company, camt(*rows))
    assert left(one, two) == [(0, 0), (0, 0)]
    assert not receivables.why_not_undone(file)
    flow.undo_import(file.pk, by=ROBOT, on=DAY)
    assert left(one, two) == [(D("1000.00"), D("900.00")), (D("300.00"), D("270.00"))]
    assert set(sums(company)) == {"receivables"}
    assert proved(company) == []
    imported(company, camt(*rows))
    assert left(one, two) == [(0, 0), (0, 0)]
    assert proved(company) == []


def test_what_is_worth_less_than_a_cent_gets_one_or_is_refused() -> None:
    company = books()
    one, two = owed(company, "0.01", "500.00")
    entry_ = paid(company, "3.00", "unknown", name="Nobody")
    shares = [ShareDraft(one.pk, D("0.01"))]
    words = {"paid_amount": D("500.00"), "by": ROBOT, "on": DAY}
    match = receivables.match_entry(entry_.pk, shares=shares, **words)
    assert match.payment_item is not None
    assert match.payment_item.functional_amount == D("-0.01")
    assert proved(company) == []
    cent = paid(company, "0.01", "unknown", name="Nobody")
    with pytest.raises(InvalidInput):
        receivables.match_entry(cent.pk, shares=[ShareDraft(two.pk, D("1.00"))], **words)


# --- whatever the rates and splits ----------------------------------------------------------------
_CENTS = st.integers(1, 500_000).map(lambda cents: D(cents) / 100)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    amounts=st.lists(_CENTS, min_size=1, max_size=3),
    came=_CENTS.filter(lambda came: came > D("0.01")),
    charges=st.integers(0, 900),
    over=st.sampled_from([D(0), D("0.01"), D("77.77")]),
    is_back=st.booleans(),
)
def test_any_rate_and_split_leaves_clean_books(  # noqa: PLR0913 - what is drawn
    amounts: list[D], came: D, charges: int, over: D, *, is_back: bool
) -> None:
    company = books()
    items = owed(company, *map(str, amounts), name=make.unique("Acme "))
    kept = str(D(charges) / 100) if charges else ""
    entry_ = paid(company, str(came), "?", told=sent("", kept=kept))
    total = sum(amounts, D(0)) + over
    shares = [ShareDraft(one.pk, one.outstanding_amount) for one in items]
    match = receivables.match_entry(entry_.pk, shares=shares, paid_amount=total, by=ROBOT, on=DAY)
    assert left(*items) == [(0, 0)] * len(items)
    assert proved(company) == []
    if is_back:
        back = paid(company, str(-came), "back", reference=make.unique("R"))
        BankEntry.objects.filter(pk=back.pk).update(is_settled=False)
        flow.return_payment(back.pk, match_pk=match.pk, by=ROBOT, on=DAY)
    else:
        receivables.undo_match(match.pk, by=ROBOT, on=DAY)
    assert [amount for amount, _worth in left(*items)] == amounts
    assert sum(worth for _amount, worth in left(*items)) == sum(
        one.functional_amount for one in items
    )
    assert proved(company) == []
