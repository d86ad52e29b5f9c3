"""Moves of open items and of the receivables account: summed days, and what came since."""

from typing import Any

from core.models import Company
from reporting.reads.kept import Past, past_of

ALL = 2**63 - 1

ROWS = """
    SELECT i.currency, CASE WHEN i.amount > 0 THEN 'owed' WHEN i.kind = 'payment' THEN 'cash'
                            ELSE 'credit' END AS side, e.posted_on AS moved_on, i.due_on, i.amount
      FROM receivables_openitem i JOIN receivables_journalentry e ON e.id = i.entry_id
     WHERE i.company_id = %(company)s AND i.id > %(items)s AND i.id <= %(items_to)s
    UNION ALL
    SELECT i.currency, 'billed', e.posted_on, e.posted_on, i.amount
      FROM receivables_openitem i JOIN receivables_journalentry e ON e.id = i.entry_id
     WHERE i.company_id = %(company)s AND i.id > %(items)s AND i.id <= %(items_to)s
           AND i.kind IN ('invoice', 'credit_note')
    UNION ALL
    SELECT d.currency, 'owed', a.effective_on, d.due_on, -a.amount
      FROM receivables_allocation a JOIN receivables_openitem d ON d.id = a.debit_item_id
     WHERE a.company_id = %(company)s AND a.id > %(allocations)s AND a.id <= %(allocations_to)s
    UNION ALL
    SELECT c.currency, CASE WHEN c.kind = 'payment' THEN 'cash' ELSE 'credit' END,
           a.effective_on, c.due_on, a.amount
      FROM receivables_allocation a JOIN receivables_openitem c ON c.id = a.credit_item_id
     WHERE a.company_id = %(company)s AND a.id > %(allocations)s AND a.id <= %(allocations_to)s
    UNION ALL
    SELECT l.currency, 'ledger', e.posted_on, e.posted_on, l.currency_amount
      FROM receivables_journalline l
      JOIN receivables_account k ON k.id = l.account_id AND k.role = 'receivables'
      JOIN receivables_journalentry e ON e.id = l.entry_id
     WHERE k.company_id = %(company)s AND l.id > %(lines)s AND l.id <= %(lines_to)s
"""
"""Every move between two marks: currency, side, moved_on, due_on, amount."""

MOVES = f"""
    SELECT currency, side, moved_on, due_on, amount FROM reporting_daymove
     WHERE company_id = %(company)s AND currency = %(currency)s AND side = ANY(%(sides)s)
    UNION ALL
    SELECT * FROM ({ROWS}) AS since
     WHERE currency = %(currency)s AND side = ANY(%(sides)s)
"""  # noqa: S608 - our own parts
"""All moves of the sides asked for: summed days, and single rows since the marks."""


def since_the_marks(
    company: Company, past: Past | None, *, currency: str, sides: list[str]
) -> dict[str, Any]:
    """What ``MOVES`` is asked with."""
    items, allocations, lines = (past or past_of(company)).marks
    return {
        "company": company.pk,
        "currency": currency,
        "sides": sides,
        "items": items,
        "items_to": ALL,
        "allocations": allocations,
        "allocations_to": ALL,
        "lines": lines,
        "lines_to": ALL,
    }
