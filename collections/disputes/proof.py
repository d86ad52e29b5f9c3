"""What must hold between deductions and the ledger; each breach is a sentence."""

from core.proofs import Check, check_of

# What was written off is one credit of its entry, wholly used for its item while it stands.
_BOOKED = """
SELECT item.document_number, made.amount, made.state, coalesce(-credit.amount, 0),
       coalesce(live.amount, 0)
  FROM receivables_writeoff AS made
  JOIN receivables_openitem AS item ON item.id = made.item_id
  LEFT JOIN receivables_openitem AS credit ON credit.entry_id = made.entry_id
  LEFT JOIN LATERAL (
      SELECT sum(amount) AS amount FROM receivables_allocation
       WHERE credit_item_id = credit.id AND debit_item_id = made.item_id) AS live ON true
 WHERE made.company_id = %(company)s AND made.entry_id IS NOT NULL
   AND (coalesce(-credit.amount, 0) <> made.amount
        OR coalesce(live.amount, 0)
            <> CASE made.state WHEN 'booked' THEN made.amount ELSE 0 END)
"""
_CASES = """
SELECT item.document_number, dispute.state, coalesce(made.state, 'no write-off'),
       CASE WHEN match.undone_at IS NULL THEN 'stands' ELSE 'is undone' END
  FROM disputes_dispute AS dispute
  JOIN receivables_openitem AS item ON item.id = dispute.item_id
  JOIN receivables_bankmatch AS match ON match.id = dispute.match_id
  LEFT JOIN receivables_writeoff AS made ON made.id = dispute.write_off_id
 WHERE dispute.company_id = %(company)s AND dispute.source = 'payment'
   AND (dispute.state = 'accepted' AND made.state IS DISTINCT FROM 'booked'
            AND made.state IS DISTINCT FROM 'taken_back'
        OR dispute.state <> 'accepted' AND made.state = 'booked'
        OR made.amount > dispute.amount OR made.item_id <> dispute.item_id)
"""
# A payment that is gone keeps nothing that was given up for it.
_GONE = """
SELECT item.document_number, made.amount
  FROM receivables_writeoff AS made
  JOIN receivables_openitem AS item ON item.id = made.item_id
  JOIN receivables_bankmatch AS match ON match.id = made.match_id
 WHERE made.company_id = %(company)s AND made.state = 'booked' AND match.undone_at IS NOT NULL
"""

CHECKS: dict[str, Check] = {
    "write-offs: what is booked is in the ledger": check_of(
        _BOOKED, "Write-off of {0}: {1} is {2}, its credit says {3}, {4} of it is set off."
    ),
    "deductions: cases and write-offs agree": check_of(
        _CASES, "Deduction on {0} is {1}, its write-off {2}, its payment {3}."
    ),
    "write-offs: none stands for a payment that was undone": check_of(
        _GONE, "{1} of {0} is written off for a payment that was undone."
    ),
}
