"""Why a payment was short: each pattern, words in five languages, and what is no deduction."""

from datetime import date
from decimal import Decimal

import pytest

from disputes.rules import Line, Part, Shortage, guess, is_deduction

D = Decimal
UNTIL, LATE = date(2026, 3, 16), date(2026, 3, 19)
FREIGHT = Part("freight", "charge", D("23.80"), {})
PRICE = Part("price", "agreed_price", D("23.80"), {})


def short(amount: str = "23.80", **more: object) -> Shortage:
    return Shortage(**{"amount": D(amount), "item_amount": D("1190.00"), "value_on": LATE, **more})


OFFER = {"discount_amount": D("23.80"), "discount_until": UNTIL}
FORTY = [Line(1, "Valve", D(40), D("14.875")), Line(2, "Pump", D(2), D("297.50"))]


@pytest.mark.parametrize(
    ("shortage", "reason", "sureness"),
    [
        (short(**OFFER), "discount", "amount"),
        (short(**OFFER, text="RE-7 abzgl. 2 % Skonto"), "discount", "both"),
        (short("23.77", **OFFER), "discount", "amount"),
        (short(**OFFER, value_on=UNTIL), "unknown", ""),
        (short("35.70"), "discount", "amount"),
        (short("24.00", **OFFER), "unknown", ""),
        (short(parts=[FREIGHT]), "unknown", ""),
        (short(parts=[FREIGHT], text="minus Versandkosten"), "freight", "both"),
        (short("23.81", parts=[FREIGHT]), "unknown", ""),
        (short("44.63", lines=FORTY), "quantity", "amount"),
        (short("44.63", lines=FORTY, text="3 Stück beschädigt"), "unknown", ""),
        (short("44.64", lines=FORTY), "unknown", ""),
        (short("44.63", lines=[Line(1, "Screw", D(9000), D("0.01"))]), "unknown", ""),
        (short("50.00", text="faktura 7 minus frakt"), "freight", "words"),
        (short("50.00", text="varor saknas"), "quantity", "words"),
        (short("50.00", text="2 pcs broken"), "quality", "words"),
        (short("50.00", text="Preisdifferenz lt. Auftrag, Fracht"), "unknown", ""),
        (short("50.00", text="Verfrachtung Unterpreis"), "unknown", ""),
        (short("50.00"), "unknown", ""),
    ],
)
def test_a_reason_is_never_surer_than_its_evidence(shortage, reason, sureness) -> None:
    found = guess(shortage)
    assert (found.reason, found.sureness) == (reason, sureness)


def test_two_amounts_that_fit_are_told_both_and_only_words_decide() -> None:
    both = [FREIGHT, PRICE]
    plain, told = (
        guess(short("23.80", parts=both, item_amount=D("999.00"), text=text))
        for text in ("", "falscher Preis")
    )
    assert (plain.reason, [row["code"] for row in plain.evidence]) == (
        "unknown",
        ["charge", "agreed_price"],
    )
    assert (told.reason, told.sureness) == ("price", "both")


@pytest.mark.parametrize(
    ("shortage", "is_one"),
    [
        (short("0.05"), False),
        (short("0.06"), True),
        (short("357.00"), True),
        (short("357.01"), False),
        (short("800.00", text="Ware beschädigt"), True),
        (short("100.00", text="2. Rate Rechnung 7"), False),
        (short("100.00", text="delbetalning"), False),
        (short("100.00", text="Inserate"), True),
        (short("800.00", parts=[Part("price", "contested", D(800), {})]), True),
    ],
)
def test_cents_and_payments_in_part_are_no_deductions(shortage, is_one: bool) -> None:
    assert is_deduction(shortage, guess(shortage), part_rate=D("0.3")) is is_one
