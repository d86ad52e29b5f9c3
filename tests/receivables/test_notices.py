"""camt.054: its transactions join the booking of the statement, whichever comes first."""

from decimal import Decimal

import pytest

import receivables.services as receivables
from core.models import Company
from receivables.models import (
    BankAccount,
    BankEntry,
    BankMatch,
    BankNotice,
    BooksClosing,
    JournalLine,
)
from receivables.proof import CHECKS
from tests import make
from tests.receivables.make import DAY, IBAN, ROBOT, camt, entry, imported, item, ledger

pytestmark = pytest.mark.django_db
PARTS = (("119.00", "Käufer AG", "Rg INV-2026-0001"), ("50.00", "Wer Auch", "nichts"))


def notice(*parts: tuple[str, str, str], reference: str = "B77", total: str = "") -> bytes:
    """A camt.054 of one credited batch of ``DAY``."""
    details = "".join(
        f'<TxDtls><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty>'
        f"<Nm>{name}</Nm></Pty></Dbtr></RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"
        for amount, name, text in parts
    )
    total = total or str(sum(Decimal(amount) for amount, *_rest in parts))
    told = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    return (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">'
        f"<BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>M</MsgId></GrpHdr><Ntfctn><Id>1</Id><Acct><Id>"
        f"<IBAN>{IBAN}</IBAN></Id></Acct><Ntry><Amt Ccy='EUR'>{total}</Amt>"
        f"<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{DAY}</Dt></BookgDt>"
        f"{told}<NtryDtls>{details}</NtryDtls></Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    ).encode()


def statement(amount: str = "169.00", reference: str = "B77", number: str = "1") -> bytes:
    return camt(entry(amount, "SAMMLER", reference=reference), number=number)


def buyer() -> Company:
    company = ledger()
    item(make.customer(company, "Käufer AG"), "119.00", number="INV-2026-0001")
    return company


def in_books() -> list[tuple[Decimal, str]]:
    rows = BankEntry.objects.in_books().order_by("-amount")
    return list(rows.values_list("amount", "payer_name"))


def on_the_bank(company: Company) -> Decimal:
    account = BankAccount.objects.get(company=company).ledger_account
    return sum((line.amount for line in JournalLine.objects.filter(account=account)), Decimal(0))


def proved(company: Company) -> list[str]:
    return [breach for check in CHECKS.values() for breach in check(company)]


@pytest.mark.parametrize("order", ["statement first", "notification first"])
def test_a_sum_is_taken_apart_and_matched_in_either_order(order: str) -> None:
    company = buyer()
    files = [statement(), notice(*PARTS)]
    first, second = files if order == "statement first" else reversed(files)
    imported(company, first)
    imported(company, second)
    assert in_books() == [(Decimal("119.00"), "Käufer AG"), (Decimal("50.00"), "Wer Auch")]
    assert BankMatch.objects.get(undone_at=None).bank_entry.amount == Decimal("119.00")
    assert on_the_bank(company) == Decimal("169.00")
    assert BankNotice.objects.get().bank_entry.amount == Decimal("119.00")
    assert proved(company) == []


def test_nothing_is_doubled_however_often_and_in_whatever_cut_it_comes() -> None:
    company = buyer()
    wider = camt(
        entry("7.00", "x"),
        entry("169.00", "SAMMLER", reference="B77"),
        opening="993.00",
        number="2",
    )
    files = [notice(*PARTS), statement(), notice(*PARTS), statement(number="9"), wider]
    states = [imported(company, content).state for content in files]
    assert states == ["details", "booked", "details", "known", "booked"]
    assert [amount for amount, _name in in_books()] == [Decimal(n) for n in ("119", "50", "7")]
    assert on_the_bank(company) == Decimal("176.00")
    assert BankNotice.objects.count() == 1
    assert proved(company) == []


def test_another_sum_is_kept_and_said() -> None:
    company = buyer()
    imported(company, statement("170.00"))
    file = imported(company, notice(*PARTS))
    kept = BankNotice.objects.get()
    assert (file.state, kept.bank_entry) == ("details", None)
    assert "170.00" in kept.note
    assert file.message.endswith("1 waits for its statement.")
    assert in_books() == [(Decimal("170.00"), "")]


def test_without_reference_day_and_amount_must_be_the_only_ones() -> None:
    company = buyer()
    imported(
        company, camt(entry("169.00", "SAMMLER"), entry("1.00", "x"), entry("169.00", "SAMMLER 2"))
    )
    imported(company, notice(*PARTS, reference=""))
    kept = BankNotice.objects.get()
    assert kept.bank_entry is None
    assert "nothing says which" in kept.note
    assert on_the_bank(company) == Decimal("339.00")


def test_what_a_person_decided_stays_and_the_transactions_are_shown(client) -> None:
    company = buyer()
    imported(company, statement())
    whole = BankEntry.objects.get()
    payer = make.customer(company, "Wer Auch")
    receivables.match_entry(whole.pk, shares=[], customer_id=payer.pk, by=ROBOT, on=DAY)
    imported(company, notice(*PARTS))
    assert in_books() == [(Decimal("169.00"), "")]
    kept = BankNotice.objects.get()
    assert (kept.bank_entry, "only shown" in kept.note) == (whole, True)
    client.force_login(make.user_with("ar_accountant", company))
    assert "Rg INV-2026-0001" in client.get(whole.get_absolute_url()).content.decode()
    assert "joined" in client.get(kept.file.get_absolute_url()).content.decode()
    assert proved(company) == []


@pytest.mark.parametrize(
    ("area", "amounts"),
    [
        ("bank", ["169.00"]),
        ("receivables", ["119.00", "50.00"]),
        ("invoicing", ["119.00", "50.00"]),
    ],
)
def test_only_a_closed_bank_keeps_a_booking_whole(area: str, amounts: list[str]) -> None:
    """Taking it apart posts in the bank's area alone, also what takes the sum back."""
    company = buyer()
    imported(company, statement())
    BooksClosing.objects.create(company=company, area=area, closed_until=DAY, closed_by_name="x")
    file = imported(company, notice(*PARTS))
    assert file.state == "details", file.message
    assert [str(amount) for amount, _name in in_books()] == amounts
    assert ("only shown" in BankNotice.objects.get().note) == (area == "bank")
    assert proved(company) == []


def test_the_statement_undone_and_imported_again_is_joined_again() -> None:
    company = buyer()
    imported(company, notice(*PARTS))
    file = imported(company, statement())
    receivables.undo_import(file.pk, by=ROBOT, on=DAY)
    assert (in_books(), on_the_bank(company)) == ([], Decimal(0))
    assert BankNotice.objects.get().bank_entry is None
    imported(company, statement())
    assert [amount for amount, _name in in_books()] == [Decimal("119.00"), Decimal("50.00")]
    assert on_the_bank(company) == Decimal("169.00")
    assert proved(company) == []


def test_a_foreign_account_is_refused() -> None:
    company = buyer()
    told = notice(*PARTS).replace(IBAN.encode(), b"DE02120300000000202051")
    file = imported(company, told)
    assert (file.state, file.format) == ("refused", "bankfile.account")
    assert not BankNotice.objects.exists()
