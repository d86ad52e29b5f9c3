"""import_bank_file: what books, what is known, what is refused, and never half."""

from datetime import timedelta
from decimal import Decimal

import pytest

from o2c.errors import InvalidInput
from receivables.models import BankEntry, BankFile, BankMatch, BooksClosing, JournalEntry, OpenItem
from receivables.proof import CHECKS
from tests import make
from tests.receivables.make import DAY, camt, entry, imported, item, ledger

pytestmark = pytest.mark.django_db


def proved(company) -> list[str]:
    return [breach for check in CHECKS.values() for breach in check(company)]


def test_a_payment_that_names_its_invoice_is_matched_by_itself() -> None:
    company = ledger()
    customer = make.customer(company, "Käufer AG")
    open_item = item(customer, "119.00", number="INV-2026-0001")
    file = imported(company, camt(entry("119.00", "Rg INV-2026-0001 danke", name="Käufer AG")))
    assert (file.state, file.message) == ("booked", "")
    assert (file.new_count, file.known_count, file.matched_count) == (1, 0, 1)
    open_item.refresh_from_db()
    assert open_item.outstanding_amount == 0
    match = BankMatch.objects.get()
    assert match.confidence == "strong"
    assert [e["code"] for e in match.evidence] == ["reference", "name", "amount"]
    assert proved(company) == []


def test_the_same_file_twice_changes_nothing() -> None:
    company = ledger()
    content = camt(entry("10.00", "x"), entry("10.00", "x"), entry("-3.00", "fee"))
    assert imported(company, content).new_count == 3
    before = (BankFile.objects.count(), BankEntry.objects.count(), JournalEntry.objects.count())
    again = imported(company, content)
    assert (again.state, again.new_count, again.known_count) == ("known", 0, 3)
    assert before == (
        BankFile.objects.count(),
        BankEntry.objects.count(),
        JournalEntry.objects.count(),
    )
    assert proved(company) == []


def test_an_overlapping_file_brings_only_what_is_new() -> None:
    company = ledger()
    imported(company, camt(entry("10.00", "a"), entry("20.00", "b")))
    wide = camt(entry("10.00", "a"), entry("20.00", "b"), entry("30.00", "c"), number="2")
    file = imported(company, wide)
    assert (file.new_count, file.known_count) == (1, 2)
    assert sum(e.amount for e in BankEntry.objects.all()) == Decimal("60.00")
    assert proved(company) == []


def test_twins_in_two_statements_of_one_day_are_two_payments() -> None:
    company = ledger()
    imported(company, camt(entry("10.00", "twin"), opening="100.00", number="1"))
    second = imported(company, camt(entry("10.00", "twin"), opening="110.00", number="2"))
    assert (second.new_count, second.known_count) == (1, 0)
    assert BankEntry.objects.count() == 2


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_any_order_of_files_ends_in_the_same_books(order: tuple[int, ...]) -> None:
    company = ledger()
    files = [
        camt(entry("10.00", "twin"), opening="100.00", number="1"),
        camt(entry("10.00", "twin"), opening="110.00", number="2"),
        camt(entry("10.00", "twin"), entry("10.00", "twin"), opening="100.00", number="3"),
    ]
    for position in order:
        imported(company, files[position])
    assert BankEntry.objects.count() == 2
    assert proved(company) == []


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (camt(entry("10.00"), closing="1.00"), "bankfile.chain", "does not close"),
        (camt(entry("10.00"), iban="DE02120300000000202051"), "bankfile.account", "DE0212030000"),
        (camt(entry("10.00", currency="USD")), "bankfile.currency", "USD"),
        (camt(), "bankfile.no_entries", "no booked entry"),
        (b"", "bankfile.empty", "is empty"),
        (b"Dear bank,", "bankfile.type", "no bank file"),
        (b"<!DOCTYPE a><a/>", "xml.doctype", "DOCTYPE"),
        (camt(entry("10.00"))[:-60], "xml.malformed", "not well-formed"),
    ],
)
def test_what_is_wrong_is_refused_by_name_and_books_nothing(
    content: bytes, code: str, words: str
) -> None:
    company = ledger()
    file = imported(company, content)
    assert file.state == "refused"
    assert file.format == code
    assert words in file.message
    assert not BankEntry.objects.exists()
    assert not JournalEntry.objects.exists()
    assert imported(company, content).pk == file.pk


def test_a_closed_period_refuses_the_file() -> None:
    company = ledger()
    BooksClosing.objects.create(company=company, closed_until=DAY, closed_by_name="x")
    file = imported(company, camt(entry("10.00")))
    assert (file.state, file.format) == ("refused", "ledger.period_closed")
    assert not OpenItem.objects.exists()


def test_a_payment_of_nothing_is_kept_and_moves_nothing() -> None:
    company = ledger()
    file = imported(company, camt(entry("0.00", "notice"), entry("10.00", "x")))
    assert (file.state, file.new_count) == ("booked", 2)
    assert JournalEntry.objects.count() == 1
    assert BankEntry.objects.get(amount=0).is_settled
    assert proved(company) == []


def test_statement_numbers_may_jump() -> None:
    company = ledger()
    imported(company, camt(entry("10.00", "a"), number="7"))
    file = imported(company, camt(entry("20.00", "b"), number="3", opening="1010.00"))
    assert (file.state, file.new_count) == ("booked", 1)


def test_a_reversal_of_something_unknown_is_booked_and_waits_for_a_person() -> None:
    company = ledger()
    unknown = entry("-10.00", "Retoure", reference="B9").replace(
        "<Sts>", "<RvslInd>true</RvslInd><Sts>"
    )
    file = imported(company, camt(unknown))
    assert (file.state, file.new_count, file.matched_count) == ("booked", 1, 0)
    found = BankEntry.objects.get()
    assert (found.amount, found.is_reversal, found.is_settled) == (Decimal("-10.00"), True, False)
    assert proved(company) == []


def test_a_file_above_the_limit_is_told_the_limit_and_the_remedy(settings) -> None:
    company = ledger()
    settings.BANK_FILE_MAX_BYTES = 2 << 20
    with pytest.raises(InvalidInput, match=r"3 MB; at most 2 MB .* file per month, .*_MAX_MIB"):
        imported(company, b" " * (3 << 20))
    assert not BankFile.objects.exists()


def test_one_bad_entry_among_good_ones_books_none() -> None:
    company = ledger()
    entries = [entry("1.00", f"RE-{n}") for n in range(40)]
    file = imported(company, camt(*entries, entry("1.00", on=DAY.replace(year=2999)), *entries))
    assert (file.state, file.format) == ("refused", "bankfile.date")
    assert "2999-03-02" in file.message
    assert not BankEntry.objects.exists()


def mt940(*lines: str) -> bytes:
    """The account of ``ledger`` from 1000.00 to 1030.00 on one day."""
    head = [":20:X", ":25:37040044/0532013000EUR", ":28C:1/1", ":60F:C260302EUR1000,00"]
    return "\r\n".join([*head, *lines, ":62F:C260302EUR1030,00", "-"]).encode()


def test_the_same_days_in_another_format_are_known() -> None:
    company = ledger()
    imported(company, camt(entry("10.00", "Rg 1", name="Müller"), entry("20.00", "Rg 2")))
    file = imported(
        company, mt940(":61:2603020302C20,00NTRFNONREF", ":61:2603020302C10,00NTRFNONREF//B7")
    )
    assert (file.state, file.known_count) == ("known", 2)
    assert BankEntry.objects.count() == 2


def test_the_same_days_told_with_other_amounts_are_refused() -> None:
    company = ledger()
    imported(company, camt(entry("10.00", "Rg 1"), entry("20.00", "Rg 2")))
    file = imported(
        company, mt940(":61:2603020302C15,00NTRFNONREF", ":61:2603020302C15,00NTRFNONREF")
    )
    assert (file.state, file.format) == ("refused", "bankfile.retold")
    assert "in one format only" in file.message
    assert BankEntry.objects.count() == 2
    assert proved(company) == []


def test_equal_rounds_of_one_day_are_refused_and_a_longer_statement_decides() -> None:
    """Paid, returned, paid and returned again - or the same told twice: nothing tells."""
    company = ledger()
    around = [entry("10.00", "Miete"), entry("-10.00", "Retoure")]
    assert imported(company, camt(*around, number="1")).new_count == 2
    again = imported(company, camt(*around, number="2"))
    assert (again.state, again.format) == ("refused", "bankfile.undecided")
    assert "the entry of 10.00 on" in again.message
    before, after = entry("1.00", on=DAY - timedelta(1)), entry("2.00", on=DAY + timedelta(1))
    longer = camt(before, *around, *around, after, opening="999.00", number="3")
    assert imported(company, longer).new_count == 4
    assert BankEntry.objects.count() == 6
    assert proved(company) == []


def test_an_entry_keeps_the_balance_after_it() -> None:
    company = ledger()
    imported(company, camt(entry("10.00", "a"), entry("-3.00", "b"), opening="100.00"))
    told = BankEntry.objects.order_by("position").values_list("balance_amount", flat=True)
    assert list(told) == [Decimal("110.00"), Decimal("107.00")]
