"""The ways in which firms pay, each from tidy to hopeless; see ``bank_year``."""

from decimal import Decimal

from tests.receivables.bank_year import CENT, Debt, Firm, Paid, Year

ZERO = Decimal(0)


def _paid(
    year: Year,
    kind: str,
    firm: Firm,
    amount: Decimal,
    text: str,
    truth: dict[str, Decimal],
    *,
    decided: bool = True,
    discounts: dict[str, Decimal] | None = None,
    payer: str | None = None,
    iban: str | None = None,
    reference: str = "",
) -> Paid:
    return Paid(
        kind,
        year.day,
        amount,
        firm.spelled if payer is None else payer,
        firm.iban if iban is None else iban,
        text,
        truth,
        decided,
        discounts or {},
        firm.number,
        reference,
    )


def _one(year: Year, firm: Firm) -> Debt:
    return year.rng.choice(year.of(firm))


def _words(year: Year, number: str) -> str:
    rng = year.rng
    return rng.choice(
        ["Rechnung {}", "RE {} danke", "{}", "Faktura {}", "Rg.Nr. {} vom {day}", "Invoice no {}"]
    ).format(number, day=f"{year.day:%d.%m.%Y}")


def exact(year: Year, firm: Firm) -> Paid:
    debt = _one(year, firm)
    text = _words(year, debt.number)
    return _paid(year, "exact", firm, debt.left, text, {debt.number: debt.left})


def sloppy(year: Year, firm: Firm) -> Paid:
    """Blanks, points and small letters within the number."""
    debt = _one(year, firm)
    number = debt.number.lower()
    for sign in "-/":
        number = number.replace(sign, year.rng.choice([" ", ".", "", "/"]))
    text = year.rng.choice(["rechnung:{}", "rg {}", "zahlung {} danke", "re.nr.{}"]).format(number)
    return _paid(year, "sloppy", firm, debt.left, text, {debt.number: debt.left})


def cut_up(year: Year, firm: Firm) -> Paid:
    """The bank cuts the text at 27 signs, in the middle of the number."""
    debt = _one(year, firm)
    lead = "Kundennummer 4711 Zahlung "[: year.rng.randint(19, 25)]
    whole = f"{lead} {debt.number} besten Dank"
    text = "\n".join(whole[at : at + 27] for at in range(0, len(whole), 27))
    return _paid(year, "cut_up", firm, debt.left, text, {debt.number: debt.left})


def _is_told(year: Year, firm: Firm, written: str, amount: Decimal) -> bool:
    """Whether payer and amount say it, although the number as written says nothing, or another's.

    Another's number is a slip where the account is known and that invoice asks something else.
    """
    named = year.named(written)
    is_slip = named is not None and named.firm is not firm and named.left != amount
    is_clear = named is None or (firm.is_iban_known and is_slip)
    alike = [d for d in year.of(firm) if amount in (d.left, d.left - d.discount)]
    meant = [d for d in alike if _is_one_slip(written, d.number)]
    return year.knows(firm) and is_clear and (len(alike) == 1 or len(meant) == 1)


def _is_one_slip(written: str, number: str) -> bool:
    """Whether one sign of a number is another, or its last is missing."""
    if len(written) == len(number):
        return sum(a != b for a, b in zip(written, number, strict=True)) == 1
    return written == number[:-1]


def typo(year: Year, firm: Firm) -> Paid:
    """One digit is another."""
    debt = _one(year, firm)
    at = year.rng.choice([p for p, sign in enumerate(debt.number) if sign.isdigit()][-4:])
    wrong = str((int(debt.number[at]) + year.rng.randint(1, 9)) % 10)
    written = debt.number[:at] + wrong + debt.number[at + 1 :]
    decided = _is_told(year, firm, written, debt.left)
    return _paid(
        year,
        "typo",
        firm,
        debt.left,
        _words(year, written),
        {debt.number: debt.left},
        decided=decided,
    )


def missing_digit(year: Year, firm: Firm) -> Paid:
    """The last digit is missing."""
    debt = _one(year, firm)
    written = debt.number[:-1]
    decided = _is_told(year, firm, written, debt.left)
    text = _words(year, written)
    return _paid(
        year, "missing_digit", firm, debt.left, text, {debt.number: debt.left}, decided=decided
    )


def other_payer(year: Year, firm: Firm) -> Paid:
    """Somebody we don't know pays, and names the invoice."""
    debt = _one(year, firm)
    at = year.rng.randint(100_000, 999_999)
    return _paid(
        year,
        "other_payer",
        firm,
        debt.left,
        _words(year, debt.number),
        {debt.number: debt.left},
        payer=f"Steuerbüro {at % 97} Partner",
        iban=f"DE{98 - int(f'50010517{at:010}131400') % 97:02}50010517{at:010}",
    )


def group_payer(year: Year, firm: Firm) -> Paid | None:
    """The parent pays for its daughter and names the invoice."""
    if firm.parent is None:
        return None
    debt = _one(year, firm)
    return _paid(
        year,
        "group_payer",
        firm,
        debt.left,
        _words(year, debt.number),
        {debt.number: debt.left},
        payer=firm.parent.spelled,
        iban=firm.parent.iban,
    )


def several(year: Year, firm: Firm) -> Paid | None:
    """Several invoices, each named."""
    debts = year.of(firm)[: year.rng.randint(2, 4)]
    if len(debts) < 2:
        return None
    text = year.rng.choice([", ", " ", " + ", " und "]).join(d.number for d in debts)
    truth = {d.number: d.left for d in debts}
    return _paid(year, "several", firm, sum(truth.values(), ZERO), f"Rechnungen {text}", truth)


def several_short(year: Year, firm: Firm) -> Paid | None:
    """The first in full, of the others only how they end."""
    debts = year.of(firm)[: year.rng.randint(2, 4)]
    if len(debts) < 2:
        return None
    text = "/".join([debts[0].number, *(d.number[-3:] for d in debts[1:])])
    truth = {d.number: d.left for d in debts}
    total = sum(truth.values(), ZERO)
    decided = _sums(year, firm, total, having=debts[0]) == 1 or _ends_are_told(year, debts)
    return _paid(year, "several_short", firm, total, f"Rechn. {text}", truth, decided=decided)


def _ends_are_told(year: Year, debts: list[Debt]) -> bool:
    """Whether each ending is that of one open invoice of the firm only."""
    others = [d.number for d in year.of(debts[0].firm) if d is not debts[0]]
    return all(sum(n.endswith(d.number[-3:]) for n in others) == 1 for d in debts[1:])


def _sums(year: Year, firm: Firm, total: Decimal, *, having: Debt | None = None) -> int:
    """How many choices of a firm's invoices come to a total, among those that hold one."""
    goal = int((total - (having.left if having else 0)) * 100)
    ways = {0: 1}
    for debt in [d for d in year.of(firm) if d is not having][:14]:
        cents = int(debt.left * 100)
        for reached, count in list(ways.items()):
            ways[reached + cents] = ways.get(reached + cents, 0) + count
    return ways.get(goal, 0)


def several_unnamed(year: Year, firm: Firm) -> Paid | None:
    """Two or three invoices, none named; the sum alone says it."""
    debts = year.of(firm)[: year.rng.randint(2, 3)]
    if len(debts) < 2:
        return None
    truth = {d.number: d.left for d in debts}
    total = sum(truth.values(), ZERO)
    decided = year.knows(firm) and _sums(year, firm, total) == 1
    return _paid(year, "several_unnamed", firm, total, "offene Posten", truth, decided=decided)


def discount(year: Year, firm: Firm) -> Paid | None:
    """The discount is taken in time, the number named."""
    debts = [d for d in year.of(firm) if d.discount_until and d.left == d.amount]
    debts = [d for d in debts if d.discount_until and d.discount_until >= year.day]
    if not debts:
        return None
    debt = debts[0]
    net = debt.left - debt.discount
    text = f"{_words(year, debt.number)} abz. 2% Skonto"
    return _paid(
        year,
        "discount",
        firm,
        net,
        text,
        {debt.number: net},
        discounts={debt.number: debt.discount},
    )


def discount_late(year: Year, firm: Firm) -> Paid | None:
    """The discount is taken after its last day: the money is the invoice's, the rest stays open."""
    debts = [d for d in year.of(firm) if d.discount_until and d.left == d.amount]
    debts = [d for d in debts if d.discount_until and d.discount_until < year.day]
    if not debts:
        return None
    debt = debts[0]
    net = debt.left - debt.discount
    text = f"{_words(year, debt.number)} abzgl. Skonto"
    return _paid(
        year, "discount_late", firm, net, text, {debt.number: net}, decided=year.knows(firm)
    )


def charges(year: Year, firm: Firm) -> Paid | None:
    """A bank between kept some of it."""
    debt = _one(year, firm)
    if debt.left < 20:
        return None
    net = debt.left - Decimal(year.rng.choice(["7.50", "5.00", "2.90"]))
    text = _words(year, debt.number)
    return _paid(year, "charges", firm, net, text, {debt.number: net}, decided=year.knows(firm))


def part(year: Year, firm: Firm) -> Paid | None:
    """A part of a named invoice."""
    debt = _one(year, firm)
    if debt.left < 20:
        return None
    money = (debt.left * Decimal(year.rng.choice(["0.5", "0.3"]))).quantize(CENT)
    text = f"Teilzahlung {debt.number}"
    return _paid(year, "part", firm, money, text, {debt.number: money}, decided=year.knows(firm))


def order_number(year: Year, firm: Firm) -> Paid | None:
    """The payer's own order number, and nothing else."""
    debt = next((d for d in year.of(firm) if d.po), None)
    if debt is None:
        return None
    text = f"Bestellung {debt.po}"
    return _paid(year, "order_number", firm, debt.left, text, {debt.number: debt.left})


def name_only(year: Year, firm: Firm) -> Paid:
    """Only who paid, from an account nobody knows, and an amount that one invoice asks."""
    debt = _one(year, firm)
    decided = year.knows(firm) and year.asks_just(firm, debt.left) == 1
    truth = {debt.number: debt.left}
    return _paid(year, "name_only", firm, debt.left, "danke", truth, decided=decided)


def twin(year: Year, firm: Firm) -> Paid | None:
    """A name that two customers could have, cut short, from a new account, without a number."""
    if not firm.has_twin:
        return None
    debt = _one(year, firm)
    return _paid(
        year,
        "twin",
        firm,
        debt.left,
        "Ihre Lieferung",
        {debt.number: debt.left},
        decided=False,
        payer=firm.name.split()[0],
        iban="",
    )


def twice(year: Year, firm: Firm) -> Paid | None:
    """An invoice that was paid already is paid once more."""
    before = [
        d
        for d in year.settled[-400:]
        if d.firm is firm and d.amount > 0 and d.settled_on != year.day
    ]
    if not before:
        return None
    debt = before[-1]
    text = _words(year, debt.number)
    return _paid(year, "twice", firm, debt.amount, text, {}, decided=False)


def other_currency(year: Year, firm: Firm) -> Paid:
    """The figure was meant in another currency: far too little, or far too much."""
    debt = _one(year, firm)
    money = (debt.left / Decimal("11.37")).quantize(CENT) or CENT
    text = f"SEK {debt.left} Ref {year.rng.randint(10, 99)}"
    return _paid(year, "other_currency", firm, money, text, {}, decided=False)


def nothing(year: Year, firm: Firm) -> Paid:
    """Nobody and nothing."""
    money = Decimal(year.rng.randint(1000, 99_999)).scaleb(-2)
    return _paid(year, "nothing", firm, money, "diverse", {}, decided=False, payer="", iban="")


def own_number(year: Year, firm: Firm) -> Paid:
    """The payer's own voucher number looks like another's invoice; payer and amount say it."""
    debt = _one(year, firm)
    other = year.rng.choice(year.debts)
    digits = "".join(sign for sign in other.number if sign.isdigit())
    if other.firm is firm or year.asks_just(other.firm, debt.left):
        digits = f"77{year.rng.randint(10_000, 99_999)}"
    decided = _is_told(year, firm, digits, debt.left)
    return _paid(
        year,
        "own_number",
        firm,
        debt.left,
        f"Unser Beleg {digits}",
        {debt.number: debt.left},
        decided=decided,
    )


def netted(year: Year, firm: Firm) -> Paid | None:
    """An invoice less a credit note, both named."""
    debt = _one(year, firm)
    if debt.left < 20:
        return None
    note = year.note(firm, (debt.left * Decimal("0.25")).quantize(CENT))
    text = f"{debt.number} abzgl. GS {note.number}"
    truth = {debt.number: debt.left, note.number: note.left}
    return _paid(year, "netted", firm, debt.left + note.left, text, truth)


def too_much(year: Year, firm: Firm) -> Paid:
    """More than a named invoice asks; the rest is on account."""
    debt = _one(year, firm)
    money = debt.left + Decimal(year.rng.randint(100, 9000)).scaleb(-2)
    text = _words(year, debt.number)
    return _paid(year, "too_much", firm, money, text, {debt.number: debt.left}, decided=False)


KINDS = {
    made.__name__: made
    for made in (
        exact, sloppy, cut_up, typo, missing_digit, other_payer, group_payer, several,
        several_short, several_unnamed, discount, discount_late, charges, part, order_number,
        name_only, twin, twice, other_currency, nothing, own_number, netted, too_much,
    )
}  # fmt: skip
