"""Take in the balances of another general ledger of a day, and say where it differs from ours."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company
from core.services import record_event, require_open, store_document
from core.sheets import ImportReport, NotWritten, Sheet, SheetRow, fields_by_name, open_sheet
from core.typed_values import local_number
from o2c.errors import BusinessError, InvalidInput
from o2c.money import ZERO, cents
from receivables.models import Account, LedgerBalance, LedgerList

CHUNK = 2000
SHOWN = 200
_FIELDS = fields_by_name(
    {
        "account": "account, account number, account no, ledger account, number, Konto,"
        " Kontonummer, Sachkonto, Konto-Nr, konto, kontonummer, kontonr",
        "document": "document, document number, invoice, invoice number, voucher, item, Beleg,"
        " Belegnummer, Rechnung, Rechnungsnummer, Belegfeld 1, OP, faktura, fakturanummer,"
        " verifikation, verifikationsnummer",
        "balance": "balance, closing balance, amount, open amount, Saldo, Endsaldo, Betrag,"
        " EB-Wert, Schlusssaldo, Offener Betrag, saldo, utgående saldo, utgående balans, belopp",
        "debit": "debit, debit balance, Soll, Saldo Soll, Soll-Saldo, debet",
        "credit": "credit, credit balance, Haben, Saldo Haben, Haben-Saldo, kredit",
    }
)
_EXAMPLE = "account; balance"
_SIDE = re.compile(r"(.*\d)\s*(-|\u2212|S|H|D|K)", re.IGNORECASE)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class AccountDifference:
    """One account in both ledgers; ``theirs`` None where the list does not name it."""

    account: Account
    ours: Decimal
    theirs: Decimal | None

    @property
    def difference(self) -> Decimal:
        """What the other ledger has more."""
        return ZERO if self.theirs is None else self.theirs - self.ours


@dataclass(frozen=True, slots=True)
class DocumentDifference:
    """A document of the control account whose open amounts differ."""

    number: str
    ours: Decimal
    theirs: Decimal

    @property
    def difference(self) -> Decimal:
        """What the other ledger has more."""
        return self.theirs - self.ours


def import_balances(  # noqa: PLR0913 - what a person chooses
    company: Company,
    content: bytes,
    filename: str,
    *,
    day: date,
    by: Actor,
    on: date,
    skip_bad: bool = False,
    is_trial: bool = False,
) -> ImportReport:
    """Keep the balances of a CSV or XLSX list as of the end of a day; the same list twice is one.

    Columns: account and balance (or debit and credit), and where the list tells open items,
    document. Raises ``InvalidInput`` for a file that is no such list or a day to come.
    """
    require(by, "receivables.prepare_closing", company.pk)
    require_open(company)
    if day > on:
        raise InvalidInput("balances.day", _("Balances of a day to come can't be compared."))
    sheet = _open(content, filename)
    report = ImportReport(sheet.columns, sheet.ignored, counts={"new": 0, "known": 0})
    try:
        with transaction.atomic():
            Company.objects.select_for_update(no_key=True).get(pk=company.pk)
            _take(company, content, filename, sheet.rows, report, day=day, by=by)
            if is_trial or (report.problem_count and not skip_bad):
                raise NotWritten
            if report.counts["new"]:
                record_event(
                    "ledger.balances_imported", company, by=by, on=on, label=str(day), day=day
                )
    except NotWritten:
        report.is_written = False
    return report


def _open(content: bytes, filename: str) -> Sheet:
    """The list with its headings recognised; balances in one column or in two."""
    sheet = open_sheet(content, filename, field_of=_FIELDS, needed=("account",), example=_EXAMPLE)
    if not {"balance", "debit", "credit"} & sheet.columns.keys():
        raise InvalidInput(
            "sheet.headings",
            _("The list has no column with a balance, nor with debit and credit."),
            field="file",
        )
    return sheet


def _take(
    company: Company,
    content: bytes,
    filename: str,
    rows: Iterator[SheetRow],
    report: ImportReport,
    *,
    day: date,
    by: Actor,
) -> None:
    sha256 = hashlib.sha256(content).hexdigest()
    same = LedgerList.objects.filter(company=company, balance_on=day, sha256=sha256).first()
    if same:
        report.row_count = sum(1 for _row in rows)
        report.count("known", report.row_count)
        return
    document = store_document(
        content,
        company_id=company.pk,
        kind="ledger_balances",
        filename=filename,
        content_type=_XLSX if content.startswith(b"PK") else "text/csv",
        subject=company,
    )
    made = LedgerList.objects.create(
        company=company,
        balance_on=day,
        document=document,
        sha256=sha256,
        imported_by_name=by.actor_name,
    )
    read = _read(rows, made, report)
    while chunk := list(islice(read, CHUNK)):
        LedgerBalance.objects.bulk_create(chunk)


def _read(
    rows: Iterable[SheetRow], made: LedgerList, report: ImportReport
) -> Iterator[LedgerBalance]:
    for row in rows:
        report.row_count += 1
        try:
            balance = LedgerBalance(
                ledger_list=made,
                account_number=_account(row),
                document_number=row.text("document").strip()[:40],
                amount=_balance(row),
            )
        except BusinessError as error:
            report.refuse(row.number, error.message)
        else:
            report.count("new")
            yield balance


def _account(row: SheetRow) -> str:
    """The number alone; a workbook may have made 1400 of it as 1400.0."""
    text = row.text("account").strip().removesuffix(".0").split(" ")[0]
    if not text or len(text) > 12:
        raise InvalidInput(
            "balances.account",
            _("%(where)s: “%(text)s” is no account number. Correct it or leave the row out.")
            % {"where": row.where("account"), "text": text[:40]},
        )
    return text


def _balance(row: SheetRow) -> Decimal:
    """Debit positive; with columns for debit and credit the one less the other."""
    if row.text("balance").strip():
        return _figure(row, "balance")
    return _figure(row, "debit") - _figure(row, "credit")


def _figure(row: SheetRow, field: str) -> Decimal:
    """The amount as written: a minus or H (Haben), K (kredit) behind it means credit."""
    text = row.text(field).strip()
    if not text:
        return ZERO
    behind = _SIDE.fullmatch(text)
    value = local_number(behind[1] if behind else text, what=row.where(field))
    if value != cents(value):
        raise InvalidInput(
            "balances.cents",
            _("%(where)s: “%(text)s” has more than two decimals.")
            % {"where": row.where(field), "text": text[:40]},
        )
    return -value if behind and behind[2].upper() not in ("S", "D") else value


def newest_list(company: Company, day: date) -> LedgerList | None:
    """The list of a day that counts."""
    rows = LedgerList.objects.filter(company=company, balance_on=day)
    return rows.order_by("-pk").first()


_ACCOUNTS = """
SELECT account.id,
       COALESCE((SELECT sum(line.amount) FROM receivables_journalline AS line
                   JOIN receivables_journalentry AS entry ON entry.id = line.entry_id
                  WHERE line.account_id = account.id AND entry.posted_on <= %(day)s), 0.00),
       (SELECT CASE WHEN count(*) FILTER (WHERE document_number = '') > 0
                    THEN sum(amount) FILTER (WHERE document_number = '')
                    ELSE sum(amount) END
          FROM receivables_ledgerbalance AS balance
         WHERE balance.ledger_list_id = %(list)s AND balance.account_number = account.number)
  FROM receivables_account AS account
 WHERE account.company_id = %(company)s
"""
# Open amounts in the books' currency at the end of the day, by the document's plain number.
_DOCUMENTS = r"""
WITH ours AS (
    SELECT upper(regexp_replace(number, '\s', '', 'g')) AS number, sum(worth) AS amount FROM (
        SELECT item.document_number AS number, item.functional_amount AS worth
          FROM receivables_openitem AS item
          JOIN receivables_journalentry AS entry ON entry.id = item.entry_id
         WHERE item.company_id = %(company)s AND entry.posted_on <= %(day)s
        UNION ALL
        SELECT item.document_number, -allocation.debit_functional_amount
          FROM receivables_allocation AS allocation
          JOIN receivables_openitem AS item ON item.id = allocation.debit_item_id
         WHERE allocation.company_id = %(company)s AND allocation.effective_on <= %(day)s
        UNION ALL
        SELECT item.document_number, allocation.credit_functional_amount
          FROM receivables_allocation AS allocation
          JOIN receivables_openitem AS item ON item.id = allocation.credit_item_id
         WHERE allocation.company_id = %(company)s AND allocation.effective_on <= %(day)s
    ) AS moves GROUP BY 1
), theirs AS (
    SELECT upper(regexp_replace(document_number, '\s', '', 'g')) AS number, sum(amount) AS amount
      FROM receivables_ledgerbalance
     WHERE ledger_list_id = %(list)s AND document_number <> ''
       AND account_number = (SELECT number FROM receivables_account
                              WHERE company_id = %(company)s AND role = 'receivables')
     GROUP BY 1
)
SELECT number, COALESCE(ours.amount, 0.00), COALESCE(theirs.amount, 0.00), count(*) OVER ()
  FROM ours FULL JOIN theirs USING (number)
 WHERE EXISTS (SELECT FROM theirs) AND COALESCE(ours.amount, 0) <> COALESCE(theirs.amount, 0)
 ORDER BY abs(COALESCE(ours.amount, 0) - COALESCE(theirs.amount, 0)) DESC, number
 LIMIT %(limit)s
"""


def account_differences(company: Company, listed: LedgerList) -> list[AccountDifference]:
    """Every account of ours at the end of the list's day, with what the list says of it."""
    accounts = Account.objects.filter(company=company).in_bulk()
    with connection.cursor() as cursor:
        cursor.execute(
            _ACCOUNTS, {"company": company.pk, "day": listed.balance_on, "list": listed.pk}
        )
        rows = cursor.fetchall()
    found = [AccountDifference(accounts[pk], ours, theirs) for pk, ours, theirs in rows]
    shown = [one for one in found if one.ours or one.theirs is not None]
    return sorted(shown, key=lambda one: one.account.number)


def lacks_control_account(found: Iterable[AccountDifference]) -> bool:
    """Whether receivables have a balance that the list says nothing of: it proves nothing then."""
    control = Account.Role.RECEIVABLES
    return any(one.account.role == control and one.theirs is None for one in found)


def document_differences(
    company: Company, listed: LedgerList
) -> tuple[list[DocumentDifference], int]:
    """Documents of the control account that differ, the largest first, and how many there are."""
    values: dict[str, Any] = {
        "company": company.pk,
        "day": listed.balance_on,
        "list": listed.pk,
        "limit": SHOWN,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DOCUMENTS, values)
        rows = cursor.fetchall()
    return [DocumentDifference(*row[:3]) for row in rows], rows[0][3] if rows else 0
