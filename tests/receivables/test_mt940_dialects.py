"""MT940 as the banks of five countries write it, in the encodings files come in."""

import pytest

from o2c.errors import InvalidInput
from receivables.bankfiles import ParsedEntry, read
from receivables.bankfiles.accounts import is_same_account


def statement(
    account: str,
    currency: str,
    *lines: str,
    before: str = "",
    after: str = "-",
    number: str = "1/1",
) -> str:
    """A statement that takes 10.00 in; ``lines`` are its ``:61:`` and ``:86:``."""
    head = [before] if before else []
    return "\r\n".join(
        [
            *head,
            ":20:X",
            f":25:{account}",
            f":28C:{number}",
            f":60F:C260302{currency}100,00",
            *lines,
            f":62F:C260302{currency}110,00",
            after,
        ]
    )


def only(text: str) -> ParsedEntry:
    (found,) = read(text.encode()).statements[0].entries
    return found


DIALECTS = {
    "Commerzbank": (
        "50040000/0123456789",
        "EUR",
        (
            ":61:2603020302CR10,00NTRFNONREF//B1",
            ":86:166?00GUTSCHRIFT?109310?20EREF+NOTPROVIDED?21SVWZ+RE-1 und RE-2?30COBADEFF",
            "XXX?31DE02120300000000202051?32KUNDE?33 GMBH",
        ),
        ("KUNDE GMBH", "DE02120300000000202051", "RE-1 und RE-2", "", "B1"),
    ),
    "ING with an unstructured text": (
        "NL69INGB0123456789EUR",
        "EUR",
        (
            ":61:2603020302C10,00NTRFEREF//06061000000001",
            "/TRCD/00100/",
            ":86:/EREF/E2E-1//CNTP/NL32INGB0000012345/INGBNL2A/ING BANK N.V. I",
            "NZAKE WEB///REMI/USTD//EV10001REP1000000T1000/",
        ),
        (
            "ING BANK N.V. INZAKE WEB",
            "NL32INGB0000012345",
            "EV10001REP1000000T1000",
            "E2E-1",
            "06061000000001",
        ),
    ),
    "Rabobank": (
        "NL50RABO0300065264 EUR",
        "EUR",
        (
            ":61:260302C000000000010,00N541EREF//00123456",
            "NL32INGB0000012345",
            ":86:/EREF/120015739//ORDP//NAME/J. JANSEN BV/ADDR/DAMRAK 1 AMSTERDAM",
            "/REMI/Factuur RE-1 klant 12/ISDT/2026-03-02",
        ),
        ("J. JANSEN BV", "NL32INGB0000012345", "Factuur RE-1 klant 12", "120015739", "00123456"),
    ),
    "ABN AMRO": (
        "123456789",
        "EUR",
        (
            ":61:2603020302C10,N196NONREF",
            ":86:/TRTP/SEPA OVERBOEKING/IBAN/NL32INGB0000012345/BIC/INGBNL2A/NAM",
            "E/J JANSEN/REMI/RE-1/EREF/NOTPROVIDED",
        ),
        ("J JANSEN", "NL32INGB0000012345", "RE-1", "", ""),
    ),
    "mBank": (
        "PL61109010140000071219812874",
        "PLN",
        (
            ":61:2603020302CN10,00S920NONREF//0123",
            ":86:920~00D920",
            "~20RE-1 faktura~21 dalszy ci",
            "~22g~29PL83101010230000261395100000",
            "~3010101023~310000261395100000~32JAN KOWALSKI~33UL. PROSTA 1",
            "~38PL83101010230000261395100000",
        ),
        ("JAN KOWALSKI", "PL83101010230000261395100000", "RE-1 faktura dalszy ci g", "", "0123"),
    ),
    "ING Bank Śląski": (
        "/PL61109010140000071219812874",
        "PLN",
        (
            ":61:2603020302C10,00S076NONREF",
            ":86:076<00PRZELEW<107619<20Zaplata RE-1<21<22<27JAN KOWALSKI<28UL PROSTA 1",
            "<29WARSZAWA<3010101023<310000261395100000<38PL83101010230000261395100000",
        ),
        ("JAN KOWALSKI", "PL83101010230000261395100000", "Zaplata RE-1", "", ""),
    ),
    "SEB": (
        "SE3550000000054910000003",
        "SEK",
        (":61:2603020302C10,00NTRFNONREF//1234567890", ":86:INSÄTTNING BG 5050-1055 RE-1"),
        ("", "", "INSÄTTNING BG 5050-1055 RE-1", "", "1234567890"),
    ),
    "Handelsbanken": (
        "SE3550000000054910000003",
        "SEK",
        (
            ":61:2603020302C10,00NMSCNONREF//5050-1055",
            "BANKGIRO",
            ":86:/OCMT/SEK10,00/",
            "KUND AB RE-1",
        ),
        ("", "", "/OCMT/SEK10,00/ KUND AB RE-1", "", "5050-1055"),
    ),
    "Swedbank": (
        "SE3550000000054910000003",
        "SEK",
        (":61:2603020302C10,00NTRFNONREF", ":86:Kund AB", "OCR 1234567897"),
        ("", "", "Kund AB OCR 1234567897", "", ""),
    ),
    "PostFinance": (
        "CH9300762011623852957",
        "CHF",
        (
            ":61:2603020302C10,FMSC01916//NONREF",
            "20131209007602187654321000000012",
            ":86:GIRO AUS ONLINE-SIC 81379 AUFTRAGGEBER: JOHN DOE MITTEILUNGEN: RE-1",
        ),
        ("", "", "GIRO AUS ONLINE-SIC 81379 AUFTRAGGEBER: JOHN DOE MITTEILUNGEN: RE-1", "", ""),
    ),
}


@pytest.mark.parametrize("bank", DIALECTS)
def test_a_payment_reads_alike_from_every_bank(bank: str) -> None:
    account, currency, lines, expected = DIALECTS[bank]
    found = only(statement(account, currency, *lines))
    assert (str(found.amount), found.currency, str(found.booked_on)) == (
        "10.00",
        currency,
        "2026-03-02",
    )
    assert (
        found.payer_name,
        found.payer_iban,
        found.text,
        found.end_to_end_id,
        found.bank_reference,
    ) == expected


def test_accounts_as_dutch_and_polish_banks_write_them() -> None:
    assert is_same_account("NL69INGB0123456789", "NL69INGB0123456789EUR")
    assert is_same_account("NL50 RABO 0300 0652 64", "NL50RABO0300065264 EUR")
    assert is_same_account("PL61109010140000071219812874", "/PL61109010140000071219812874")
    assert is_same_account("PL61109010140000071219812874", "61109010140000071219812874")


def test_the_envelopes_of_swift_and_of_a_bank_are_left_out() -> None:
    lines = (":61:2603020302C10,00NTRFNONREF", ":86:RE-1")
    swift = "{1:F01INGBNL2ABXXX0000000000}\r\n{2:I940INGBNL2AXXXN}\r\n{4:"
    assert (
        only(statement("1", "EUR", *lines, before=swift, after=":86:/SUM/1/\r\n-}")).text == "RE-1"
    )
    assert only(statement("1", "EUR", *lines, before="ABNANL2A\r\n940\r\nABNANL2A")).text == "RE-1"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings(encoding: str) -> None:
    text = statement("1", "EUR", ":61:2603020302C10,00NTRFNONREF", ":86:166?20SVWZ+Größe?32Müller")
    (found,) = read(text.encode(encoding)).statements[0].entries
    assert (found.text, found.payer_name) == ("Größe", "Müller")


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        (("2603020302C10,00", "2602290302C10,00"), "date", "Line 5: 2026-02-29 .* fetch the file"),
        (("C260302EUR100,00", "C250229EUR100,00"), "date", "Line 4: 2025-02-29"),
        (("2603020302C10,00", "2603020302C10,001"), "decimals", "Line 5: “10,001” has more than"),
        (("C260302EUR110,00", "C260302EUR111,00"), "chain", "110.00, but .* 111.00.*whole file"),
        ((":62F:", ":99X:"), "order", "Line 7: field :99X:"),
        ((":60F:C260302EUR", ":60F:X260302EUR"), "balance", "Line 4: “X260302EUR100,00”"),
        ((":25:1", ":25:"), "account", "Line 1: .* :25:"),
        (("EUR1", "ZZZ1"), "currency", "Line 4: currency “ZZZ”"),
    ],
)
def test_what_is_wrong_names_line_value_and_remedy(
    changed: tuple[str, str], code: str, words: str
) -> None:
    text = statement("1", "EUR", ":61:2603020302C10,00NTRFNONREF", ":86:RE-1").replace(*changed)
    with pytest.raises(InvalidInput, match=words) as refusal:
        read(text.encode())
    assert refusal.value.code == f"bankfile.{code}"
    assert "Nothing was booked" in refusal.value.message


def test_a_file_cut_anywhere_is_refused_or_whole() -> None:
    text = statement("1", "EUR", ":61:2603020302C10,00NTRFNONREF", ":86:RE-1")
    last = text.index(":62F:") + len(":62F:C260302EUR110")
    for place in range(last):
        with pytest.raises(InvalidInput):
            read(text[:place].encode())


def test_mt942_is_a_preview() -> None:
    text = statement("1", "EUR", ":34F:EUR0,", ":61:2603020302C10,00NTRFNONREF")
    lines = [line for line in text.split("\r\n") if line[:5] not in (":60F:", ":62F:")]
    with pytest.raises(InvalidInput, match="MT942 previews"):
        read("\r\n".join(lines).encode())
