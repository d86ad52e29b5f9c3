"""W2: a bank statement is stored, booked and allocated."""

from collections.abc import Iterator
from decimal import Decimal

from core.roles import Role
from o2c import flow
from o2c.bench.dataset import AS_OF, Credit, debts, statement
from o2c.bench.debtors import open_books
from o2c.bench.figures import Clock, Figure, peak_mib
from o2c.demo.bank import Bank, Payment
from receivables.models import Allocation, BankEntry


def measure(*, lines: int, of_debts: int = 10_000) -> Iterator[Figure]:
    """Import one statement of so many credit lines; how many were matched, how many wrongly."""
    pattern = open_books(of_debts)
    paid = list(statement(lines, of_debts))
    bank = Bank(pattern.company.iban, pattern.company.currency)
    bank.balance += pattern.invoice.gross_amount
    content = bank.statement(AS_OF, [_payment(at, one) for at, one in enumerate(paid)])
    clock = Clock()
    with clock.step("import"):
        file = flow.import_statement(
            pattern.company,
            content,
            filename="bench.xml",
            by=pattern.people[Role.AR_ACCOUNTANT],
            on=AS_OF,
        )
    if file.state != "booked":
        raise RuntimeError(f"The statement was not booked: {file.message}")
    matched, wrong = _judge(paid, of_debts)
    name = f"W2 {lines:,} lines"
    yield Figure(name, "rate", lines / clock.total, "lines/s")
    yield Figure(name, "matched", 100 * matched / lines, "%")
    yield Figure(name, "matched wrongly", wrong, "lines")
    yield Figure(name, "SQL statements", clock.statements["import"], "in all")
    yield Figure(name, "peak memory", peak_mib(), "MiB")


def _payment(at: int, one: Credit) -> Payment:
    return Payment(Decimal(one.cents) / 100, "", "", one.text, end_to_end=f"E{at:08d}")


def _judge(lines: list[Credit], of_debts: int) -> tuple[int, int]:
    """Lines allocated, and those of them that paid anything but what the dataset says."""
    numbers = [debt.number for debt in debts(of_debts)]
    paid = dict(
        Allocation.objects.filter(credit_item__matches__isnull=False).values_list(
            "credit_item__matches__bank_entry__end_to_end_id", "debit_item__document_number"
        )
    )
    truth = {f"E{at:08d}": numbers[one.debt] for at, one in enumerate(lines)}
    known = set(BankEntry.objects.values_list("end_to_end_id", flat=True))
    found = {key: number for key, number in paid.items() if key in truth and key in known}
    return len(found), sum(number != truth[key] for key, number in found.items())
