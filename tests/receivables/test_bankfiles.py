"""Bank files other people wrote, made-up dialects, and thousands of broken ones."""

import contextlib
import io
import random
import time
from decimal import Decimal
from pathlib import Path

import mt940
import pytest

from o2c.errors import InvalidInput
from receivables.bankfiles import ParsedFile, read
from receivables.bankfiles.accounts import account_key, is_same_account
from receivables.bankfiles.mt940_details import is_iban
from tests.receivables.make import camt, entry

FILES = Path(__file__).parent / "files"


def parsed(name: str) -> ParsedFile:
    return read((FILES / name).read_bytes())


def mt(*lines: str, opening: str = "C260302EUR100,00", closing: str = "C260302EUR110,00") -> bytes:
    head = [":20:X", ":25:DE89370400440532013000", ":28C:1/1", f":60F:{opening}"]
    return "\r\n".join([*head, *lines, f":62F:{closing}", "-"]).encode()


@pytest.mark.parametrize(
    ("name", "statements", "entries", "moved"),
    [
        ("camt053.v2.multi.statement.xml", 2, 2, "1.85"),
        ("reversal-return.camt053v02.xml", 1, 1, "-103.50"),
        ("cp1252-crlf.mt940.sta", 1, 2, "69.00"),
        ("sparkasse.txt", 2, 2, "-40.00"),
        ("lbbw.txt", 1, 2, "0.00"),
        ("sepa_mt9401.sta", 26, 97, "-9269135.90"),
    ],
)
def test_good_files_read_whole(name: str, statements: int, entries: int, moved: str) -> None:
    found = parsed(name)
    assert len(found.statements) == statements
    rows = [entry for statement in found.statements for entry in statement.entries]
    assert len(rows) == entries
    assert sum(row.amount for row in rows) == Decimal(moved)


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("camt053.v8.xml", "bankfile.currency", "SEK"),
        ("camt052.v2.xml", "bankfile.preview", "previews"),
        ("camt054.v8.xml", "bankfile.enriches", "camt.053"),
        ("postfinance.txt", "bankfile.chain", "159.60"),
        ("ing-dos.txt", "bankfile.chain", "3.47"),
        ("sepa_snippet_broken.sta", "bankfile.order", ":25:"),
        ("oldenburgischelandesbank2.txt", "bankfile.balance", ":62F:"),
    ],
)
def test_bad_files_end_in_a_named_error(name: str, code: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as refusal:
        parsed(name)
    assert refusal.value.code == code


@pytest.mark.parametrize("name", ["sepa_mt9401.sta", "sparkasse.txt", "lbbw.txt"])
def test_amounts_agree_with_another_reader(name: str) -> None:
    content = (FILES / name).read_bytes().decode("utf-8-sig")
    theirs = mt940.parse_statements(io.StringIO(content), options=mt940.Options.all())
    expected = [t.data["amount"].amount for statement in theirs for t in statement.transactions]
    assert [e.amount for s in parsed(name).statements for e in s.entries] == expected


def test_a_reversed_credit_is_money_out_with_its_reason() -> None:
    found = parsed("reversal-return.camt053v02.xml").statements[0].entries[0]
    assert (found.amount, found.return_reason, found.is_reversal) == (
        Decimal("-103.50"),
        "AC04",
        True,
    )
    assert (found.payer_name, found.end_to_end_id) == ("Käufer AG", "RE-2026-0007")


def test_german_details_in_the_windows_page() -> None:
    first, second = parsed("cp1252-crlf.mt940.sta").statements[0].entries
    assert first.payer_name == "Käufer AG"
    assert first.payer_iban == "DE02120300000000202051"
    assert first.text == "RE-2026-0001 Größe und Übermaß"
    assert (second.amount, second.return_reason) == (Decimal("-50.00"), "AC04")


@pytest.mark.parametrize(
    ("details", "text", "name"),
    [
        (
            ":86:/EREF/E1//CNTP/NL26VAYB8060476890/ABNANL2A/J JANSEN///REMI/USTD//RE-1 danke/",
            "RE-1 danke",
            "J JANSEN",
        ),
        (
            ":86:/TRTP/SEPA/IBAN/NL26VAYB8060476890/BIC/X/NAME/J JANSEN/REMI/RE-1/EREF/NOTPROVIDED",
            "RE-1",
            "J JANSEN",
        ),
        (
            ":86:020~00wplyw~20RE-1~32JAN~33 KOWALSKI~38PL61109010140000071219812874",
            "RE-1",
            "JAN KOWALSKI",
        ),
        (":86:Insättning RE-1", "Insättning RE-1", ""),
    ],
)
def test_dialects_of_details(details: str, text: str, name: str) -> None:
    found = read(mt(":61:2603020302C10,00NTRFNONREF", details)).statements[0].entries[0]
    assert (found.text, found.payer_name) == (text, name)


@pytest.mark.parametrize(
    ("line", "amount", "booked"),
    [
        (":61:2603020302C10,NTRFNONREF", "10.00", "2026-03-02"),
        (":61:260302C10,00NTRFNONREF//B1", "10.00", "2026-03-02"),
        (":61:2603020302CR10,00NTRFA REF", "10.00", "2026-03-02"),
        (":61:2603020302RD10,00NTRFNONREF", "10.00", "2026-03-02"),
        (":61:2512310102C10,00NTRFNONREF", "10.00", "2026-01-02"),
        (":61:2601021231C10,00NTRFNONREF", "10.00", "2025-12-31"),
    ],
)
def test_dialects_of_lines(line: str, amount: str, booked: str) -> None:
    found = read(mt(line)).statements[0].entries[0]
    assert (str(found.amount), str(found.booked_on)) == (amount, booked)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (mt(":61:2602290302C10,00NTRFNONREF"), "bankfile.date"),
        (mt(":61:2603020302C10,001NTRFNONREF"), "bankfile.decimals"),
        (mt(":61:2603020302X10,00NTRFNONREF"), "bankfile.entry"),
        (mt(":61:2603020302C10,00NTRF", closing="C260302USD110,00"), "bankfile.currency"),
        (mt(opening="C260302JPY100,00"), "bankfile.currency"),
        (b":20:X\r\n:25:1\r\n:34F:EUR0,\r\n:13D:2603020900+0100\r\n", "bankfile.preview"),
        (b"PK\x03\x04abc", "bankfile.archive"),
        (b"<Document/>", "bankfile.type"),
        (camt(entry("10.00", on="2026-02-30")), "bankfile.date"),  # type: ignore[arg-type]
        (camt(entry("10.001")), "bankfile.decimals"),
    ],
)
def test_single_faults_are_named(content: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read(content)
    assert refusal.value.code == code


def test_a_batch_comes_apart_and_must_add_up() -> None:
    part = '<TxDtls><Amt Ccy="EUR">{}</Amt><RmtInf><Ustrd>{}</Ustrd></RmtInf></TxDtls>'
    whole = entry("30.00").replace(
        entry("30.00")[entry("30.00").index("<TxDtls>") : entry("30.00").index("</NtryDtls>")],
        part.format("10.00", "a") + part.format("20.00", "b"),
    )
    rows = read(camt(whole)).statements[0].entries
    assert [(str(r.amount), r.part, r.text) for r in rows] == [
        ("10.00", "1/2", "a"),
        ("20.00", "2/2", "b"),
    ]
    with pytest.raises(InvalidInput, match="add up"):
        read(camt(whole.replace("20.00<", "21.00<")))


def test_accounts_have_one_key() -> None:
    iban = "DE89 3704 0044 0532 0130 00"
    assert account_key("37040044/0532013000EUR") == account_key(iban) == "DE89370400440532013000"
    assert is_same_account("NL26VAYB8060476890", "8060476890")
    assert not is_same_account("NL26VAYB8060476890", "476890")
    assert is_iban("DE89370400440532013000")
    assert not is_iban("DE88370400440532013000")


def test_ten_thousand_entries_in_a_few_seconds() -> None:
    content = camt(*[entry("1.00", f"RE-{n}", reference=f"B{n}") for n in range(10_000)])
    began = time.monotonic()
    assert len(read(content).statements[0].entries) == 10_000
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("seed", range(4))
def test_broken_bytes_never_escape_as_anything_else(seed: int) -> None:
    dice = random.Random(seed)
    originals = [path.read_bytes() for path in sorted(FILES.iterdir()) if path.suffix != ".md"]
    for _ in range(250):
        content = bytearray(dice.choice(originals))
        for _change in range(dice.randint(1, 8)):
            place = dice.randrange(len(content))
            match dice.randrange(4):
                case 0:
                    content[place] = dice.randrange(256)
                case 1:
                    del content[place : place + dice.randrange(40)]
                case 2:
                    content[place:place] = content[place : place + dice.randrange(60)]
                case _:
                    del content[place:]
            if not content:
                break
        began = time.monotonic()
        with contextlib.suppress(InvalidInput):
            read(bytes(content))
        assert time.monotonic() - began < 5
