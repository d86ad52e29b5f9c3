"""Books with a bit of everything, and what the ledger itself says of them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

import receivables.services as receivables
from core.models import Company
from core.roles import Role
from receivables.models import (
    Account,
    BankAccount,
    BankEntry,
    BooksSetting,
    JournalLine,
    OpenItem,
)
from receivables.services import ShareDraft
from receivables.services.posting import Accounts, LineDraft, Posting, post
from tests import make
from tests.receivables.make import DAY, IBAN, ROBOT, camt, entry, imported, invoice, item, ledger

START, END = DAY.replace(day=1), date(2026, 3, 31)


def german() -> Company:
    """A German company with DATEV's numbers and a month of business."""
    company = ledger()
    BooksSetting.objects.create(company=company, consultant_number=29098, client_number=55003)
    _live(company, "0.19", "0.07")
    return company


def swedish() -> Company:
    """A Swedish company with a month of business."""
    company = make.company_se()
    receivables.set_up_ledger(company)
    receivables.add_bank_account(company, name="Banken", iban=IBAN)
    _live(company, "0.25", "0.12")
    return company


def dollars() -> Company:
    """A German company that is owed dollars: an item from before, paid at a better rate than it
    was booked at, one still open at the end of the month, when the dollar is worth more; and an
    invoice in euros with VAT."""
    company = ledger()
    BooksSetting.objects.create(company=company, consultant_number=29098, client_number=55003)
    account = "DE02120300000000202051"
    receivables.add_bank_account(company, name="Dollarkonto", iban=account, currency="USD")
    for day, rate in ((DAY, "1.0500"), (END, "0.9000")):
        receivables.enter_rate(
            company, currency="USD", valid_on=day, currency_amount=Decimal(rate),
            books_amount=Decimal(1), by=ROBOT, on=END,
        )  # fmt: skip
    customer = make.customer(company, name="Acme Corp")
    head = "number;customer;issue date;due date;currency;amount;local amount"
    paid_soon = f"INV-77012;{customer.number};2026-02-01;2026-03-01;USD;105.00;90.00"
    left_open = f"INV-77013;{customer.number};2026-03-02;2026-04-01;USD;172.55;"
    rows = "\n".join([head, paid_soon, left_open])
    receivables.import_items(company, rows.encode(), "items.csv", by=ROBOT, on=DAY)
    paid = entry("105.00", "INV-77012", name="Acme Corp", currency="USD")
    imported(company, camt(paid, number=make.unique(""), iban=account, currency="USD"))
    document = invoice(customer, nets=[("100.00", "0.19"), ("50.05", "0.07")])
    receivables.book_invoice(document.pk, by=ROBOT)
    receivables.revalue(company, day=END, by=ROBOT, on=END + timedelta(2))
    return company


def _live(company: Company, high: str, low: str) -> None:
    """Mixed rates, instalments, a discount taken, a payment on account, an undone match, credits,
    a write-off, a deposit taken back; before the month, in it and after it."""
    first = make.customer(company, "Łódź „Möbel“ & Söhne; <GmbH>", vat_id="DE136695976")
    second = make.customer(company, "=HYPERLINK(evil)")
    overdue = item(first, "250.00", on=START - timedelta(40), rate=high)
    mixed = invoice(first, nets=[("33.33", high), ("66.67", low), ("0.07", low)])
    receivables.book_invoice(mixed, by=ROBOT)
    receivables.book_invoice(invoice(first, nets=[("33.33", high)], corrects=mixed), by=ROBOT)
    item(second, "118.99", rate=high, instalments=[("60.00", 14), ("58.99", 45)])
    discounted = item(first, "238.00", rate=high, discount=("0.02", 10))
    _pay(company, "233.24", discounted.document_number, first.name)
    open_item = item(second, "119.00", rate=high)
    waiting = _pay(company, "100.00", "danke", "Unbekannt")
    shares = [ShareDraft(open_item.pk, Decimal("100.00"))]
    made = receivables.match_entry(waiting.pk, shares=shares, by=ROBOT, on=DAY)
    receivables.undo_match(made.pk, by=ROBOT, on=DAY)
    waiting.refresh_from_db()
    receivables.match_entry(waiting.pk, shares=(), customer_id=second.pk, by=ROBOT, on=DAY)
    _take_back_a_deposit(company, Decimal(high))
    _by_other_ways(item(second, "119.00", rate=high), overdue)
    item(second, "250.00", on=END + timedelta(5), rate=high)


def _by_other_ways(owed: OpenItem, overdue: OpenItem) -> None:
    """Cash and a cheque that bounced on a slip, a netting, money going back, interest claimed."""
    company, customer = owed.company, owed.customer
    boss, act = make.user_with(Role.FINANCE_MANAGER, company), {"by": ROBOT, "on": DAY}
    account = BankAccount.objects.get(company=company, kind="bank").pk
    shares = [ShareDraft(owed.pk, Decimal("40.00"))]
    drafts = [
        receivables.ReceiptDraft(customer.pk, "cash", Decimal("60.00"), DAY),
        receivables.ReceiptDraft(
            customer.pk, "cheque", Decimal("40.00"), DAY, cheque_number="1", drawer_bank="B",
            shares=shares,
        ),
    ]  # fmt: skip
    cash, cheque = (receivables.take_receipt(company, draft, **act) for draft in drafts)
    keys = [cash.pk, cheque.pk]
    slip = receivables.put_on_slip(company, keys, bank_account_pk=account, **act)
    receivables.hand_in(slip.pk, **act)
    receivables.bounce_cheque(cheque.pk, bounced_on=DAY, reason="x", fee=Decimal("5.00"), **act)
    documents = [receivables.SupplierDocument("K-1", DAY, Decimal("50.00"))]
    draft = receivables.NettingDraft([owed.pk], documents)
    netting = receivables.propose_netting(customer.pk, draft, disputed={}, **act)
    decided = {"is_approved": True, "by": boss, "on": DAY}
    receivables.decide_netting(netting.pk, disputed={}, **decided)
    credit, back = (
        cash.bank_entry.matches.get().payment_item,
        make.user_with("ar_accountant", company),
    )
    to = receivables.RefundAccount("DE02120300000000202051", "X", "by letter")
    refund = receivables.propose_bank_refund(
        credit.pk, amount=Decimal("30.00"), note="x", account=to, by=back, on=DAY
    )
    receivables.decide_bank_refund(refund.pk, **decided)
    receivables.claim_interest(overdue.pk, until=DAY, **act)


def _pay(company: Company, amount: str, text: str, name: str) -> BankEntry:
    content = camt(
        entry(amount, text, name=name[:20].replace("&", "").replace("<", ""),
              currency=company.currency),
        number=make.unique(""), currency=company.currency,
    )  # fmt: skip
    imported(company, content)
    return BankEntry.objects.filter(company=company).latest("pk")


@transaction.atomic
def _take_back_a_deposit(company: Company, rate: Decimal) -> None:
    """One entry that debits and credits one VAT account and moves nothing in the end."""
    accounts = Accounts(company)
    vat = accounts.of(Account.Role.VAT, "S", rate)
    advance = accounts.advance("S", rate)
    revenue = accounts.of(Account.Role.REVENUE, "S", rate)
    lines = [(advance, "100.00"), (vat, "19.00"), (revenue, "-100.00"), (vat, "-19.00")]
    post(
        company,
        Posting(
            DAY, "Schlussrechnung\r\n\"mit\" Anzahlung", make.unique("manual:"),
            [LineDraft(account, Decimal(amount)) for account, amount in lines],
            document_number="SR/2026-0001_ä",
        ),
    )  # fmt: skip


def ledger_sums(company: Company, start: date = START, end: date = END) -> dict[str, Decimal]:
    """Account number -> what the period changed it by; accounts that end where they began left
    out."""
    lines = JournalLine.objects.filter(entry__company=company, entry__posted_on__range=(start, end))
    return summed(lines.values_list("account__number", "amount"))


def balances(company: Company, until: date) -> dict[str, Decimal]:
    """Account number -> balance at the end of a day."""
    return ledger_sums(company, date(1970, 1, 1), until)


def customer_sums(company: Company, start: date, end: date) -> dict[str, Decimal]:
    """Customer number -> what the period changed on receivables."""
    lines = JournalLine.objects.filter(
        entry__company=company,
        entry__posted_on__range=(start, end),
        account__role="receivables",
    )
    return summed(lines.values_list("customer__number", "amount"))


def summed(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Sums by name, without those that are nothing."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for name, amount in pairs:
        sums[name] += amount
    return {name: amount for name, amount in sums.items() if amount}
