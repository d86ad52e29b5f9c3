"""What must always hold in the ledger, checked on the live database; each breach is a sentence."""

from core.proofs import Check, check_of

_CONTROL = """
SELECT sides.currency, sum(sides.ledger), sum(sides.items),
       sum(sides.ledger_currency), sum(sides.items_currency)
  FROM (
      SELECT line.currency, line.amount AS ledger, line.currency_amount AS ledger_currency,
             0 AS items, 0 AS items_currency
        FROM receivables_journalline AS line
        JOIN receivables_account AS account ON account.id = line.account_id
       WHERE account.company_id = %(company)s AND account.role = 'receivables'
      UNION ALL
      SELECT currency, 0, 0, outstanding_functional_amount, outstanding_amount
        FROM receivables_openitem
       WHERE company_id = %(company)s AND outstanding_amount <> 0
  ) AS sides
 GROUP BY sides.currency
HAVING sum(sides.ledger) <> sum(sides.items)
    OR sum(sides.ledger_currency) <> sum(sides.items_currency)
"""
_ITEMS = """
SELECT item.document_number, item.amount, item.outstanding_amount, coalesce(moved.amount, 0),
       item.functional_amount, item.outstanding_functional_amount, coalesce(moved.worth, 0)
  FROM receivables_openitem AS item
  LEFT JOIN (
      SELECT item_id, sum(part) AS amount, sum(worth) AS worth FROM (
          SELECT debit_item_id AS item_id, amount AS part, debit_functional_amount AS worth
            FROM receivables_allocation WHERE company_id = %(company)s
          UNION ALL
          SELECT credit_item_id, -amount, -credit_functional_amount
            FROM receivables_allocation WHERE company_id = %(company)s
      ) AS sides GROUP BY item_id
  ) AS moved ON moved.item_id = item.id
 WHERE item.company_id = %(company)s
   AND (item.amount - item.outstanding_amount <> coalesce(moved.amount, 0)
        OR item.functional_amount - item.outstanding_functional_amount
            <> coalesce(moved.worth, 0))
"""
# Row by row on purpose (OFFSET 0): just after thousands of items were booked the planner still
# takes the tables for empty and would try every item with every other.
_EARLY = """
SELECT allocation.id, allocation.effective_on, debit.document_number, debit.posted_on,
       credit.document_number, credit.posted_on
  FROM receivables_allocation AS allocation
       CROSS JOIN LATERAL (
           SELECT item.document_number, entry.posted_on
             FROM receivables_openitem AS item
             JOIN receivables_journalentry AS entry ON entry.id = item.entry_id
            WHERE item.id = allocation.debit_item_id OFFSET 0) AS debit
       CROSS JOIN LATERAL (
           SELECT item.document_number, entry.posted_on
             FROM receivables_openitem AS item
             JOIN receivables_journalentry AS entry ON entry.id = item.entry_id
            WHERE item.id = allocation.credit_item_id OFFSET 0) AS credit
 WHERE allocation.company_id = %(company)s
   AND allocation.effective_on < greatest(debit.posted_on, credit.posted_on)
"""
# Only what was taken back can put a day beyond zero: else allocations only grow, up to what is now.
_BEYOND = """
SELECT item.document_number, item.amount, sums.day, sums.running
  FROM (
      SELECT item_id, day, sum(sum(part)) OVER (PARTITION BY item_id ORDER BY day) AS running
        FROM (
            SELECT debit_item_id AS item_id, effective_on AS day, amount AS part
              FROM receivables_allocation WHERE debit_item_id IN (
                  SELECT debit_item_id FROM receivables_allocation
                   WHERE company_id = %(company)s AND amount < 0)
            UNION ALL
            SELECT credit_item_id, effective_on, -amount
              FROM receivables_allocation WHERE credit_item_id IN (
                  SELECT credit_item_id FROM receivables_allocation
                   WHERE company_id = %(company)s AND amount < 0)
        ) AS sides GROUP BY item_id, day
  ) AS sums
  JOIN receivables_openitem AS item ON item.id = sums.item_id
 WHERE item.amount > 0 AND sums.running NOT BETWEEN 0 AND item.amount
    OR item.amount < 0 AND sums.running NOT BETWEEN item.amount AND 0
"""
_ENTRIES = """
SELECT entry.id, entry.source_key, count(line.id), coalesce(sum(line.amount), 0)
  FROM receivables_journalentry AS entry
  LEFT JOIN receivables_journalline AS line ON line.entry_id = entry.id
 WHERE entry.company_id = %(company)s
 GROUP BY entry.id
HAVING count(line.id) < 2 OR sum(line.amount) <> 0
"""
_INVOICES = """
SELECT invoice.number, invoice.gross_amount - invoice.deposit_amount + invoice.rounding_amount,
       coalesce(sum(item.amount), 0)
  FROM invoicing_invoice AS invoice
  JOIN receivables_journalentry AS entry
    ON entry.company_id = invoice.company_id AND entry.source_key = 'invoice:' || invoice.id
  LEFT JOIN receivables_openitem AS item ON item.entry_id = entry.id
 WHERE invoice.company_id = %(company)s
 GROUP BY invoice.id
HAVING coalesce(sum(item.amount), 0)
    <> CASE invoice.kind WHEN 'credit_note' THEN -1 ELSE 1 END
       * (invoice.gross_amount - invoice.deposit_amount + invoice.rounding_amount)
"""
_VAT = """
SELECT invoice.number, invoice.vat_amount - coalesce(max(deposits.vat_amount), 0),
       coalesce(-sum(line.currency_amount), 0)
  FROM invoicing_invoice AS invoice
  JOIN receivables_journalentry AS entry
    ON entry.company_id = invoice.company_id AND entry.source_key = 'invoice:' || invoice.id
  LEFT JOIN (receivables_journalline AS line
             JOIN receivables_account AS account
               ON account.id = line.account_id AND account.role = 'vat')
    ON line.entry_id = entry.id
  LEFT JOIN (SELECT invoice_id, sum(vat_amount) AS vat_amount FROM invoicing_invoicedeposit
              GROUP BY 1) AS deposits ON deposits.invoice_id = invoice.id
 WHERE invoice.company_id = %(company)s
 GROUP BY invoice.id
HAVING coalesce(-sum(line.currency_amount), 0)
    <> CASE invoice.kind WHEN 'credit_note' THEN -1 ELSE 1 END
       * (invoice.vat_amount - coalesce(max(deposits.vat_amount), 0))
"""
_BANK = """
SELECT bank.name, coalesce((
           SELECT sum(functional_amount) FROM receivables_bankentry AS entry
            WHERE entry.bank_account_id = bank.id AND NOT entry.is_undone), 0),
       coalesce((
           SELECT sum(line.amount) FROM receivables_journalline AS line
            WHERE line.account_id = bank.ledger_account_id), 0)
  FROM receivables_bankaccount AS bank
 WHERE bank.company_id = %(company)s AND bank.kind = 'bank'
   AND coalesce((
           SELECT sum(functional_amount) FROM receivables_bankentry AS entry
            WHERE entry.bank_account_id = bank.id AND NOT entry.is_undone), 0)
    <> coalesce((
           SELECT sum(line.amount) FROM receivables_journalline AS line
            WHERE line.account_id = bank.ledger_account_id), 0)
"""
_SETTLED = """
SELECT entry.id, entry.amount, entry.is_settled
  FROM receivables_bankentry AS entry
  LEFT JOIN receivables_bankmatch AS live
    ON live.bank_entry_id = entry.id AND live.undone_at IS NULL
 WHERE entry.company_id = %(company)s
   AND ((live.id IS NOT NULL AND NOT entry.is_settled)
        OR (live.id IS NULL AND entry.is_settled AND entry.amount > 0 AND NOT entry.is_undone)
        OR (live.id IS NOT NULL AND entry.is_undone))
"""
_CLEARING = """
SELECT account.number, sum(line.amount), coalesce((
           SELECT sum(functional_amount) FROM receivables_bankentry AS entry
            LEFT JOIN receivables_bankmatch AS live
              ON live.bank_entry_id = entry.id AND live.undone_at IS NULL
            WHERE entry.company_id = %(company)s AND live.id IS NULL
              AND NOT entry.is_undone), 0)
  FROM receivables_account AS account
  JOIN receivables_journalline AS line ON line.account_id = account.id
 WHERE account.company_id = %(company)s AND account.role = 'clearing'
 GROUP BY account.id
HAVING -sum(line.amount) <> coalesce((
           SELECT sum(functional_amount) FROM receivables_bankentry AS entry
            LEFT JOIN receivables_bankmatch AS live
              ON live.bank_entry_id = entry.id AND live.undone_at IS NULL
            WHERE entry.company_id = %(company)s AND live.id IS NULL
              AND NOT entry.is_undone), 0)
"""
# Where one stored statement follows another, entries between their balances must add up.
_CHAIN = """
SELECT number, name, opening_amount, moved, opening_amount + moved, closing_amount
  FROM (SELECT statement.id, statement.number, bank.name, statement.opening_amount,
               statement.closing_amount, coalesce((
                   SELECT sum(entry.amount) FROM receivables_bankentry AS entry
                    WHERE entry.statement_id = statement.id AND NOT entry.is_undone), 0) AS moved
          FROM receivables_bankstatement AS statement
          JOIN receivables_bankaccount AS bank ON bank.id = statement.bank_account_id
          JOIN receivables_bankfile AS file ON file.id = statement.file_id
         WHERE statement.company_id = %(company)s AND file.state = 'booked'
           AND file.known_count = 0) AS told
 WHERE opening_amount + moved <> closing_amount
 ORDER BY id
"""

_PROVIDER = """
SELECT ledger.balance, told.moved, told.fees, told.paid_out
  FROM (SELECT coalesce(sum(line.amount), 0) AS balance
          FROM receivables_journalline AS line
          JOIN receivables_account AS account ON account.id = line.account_id
         WHERE account.company_id = %(company)s AND account.role = 'provider') AS ledger,
       (SELECT coalesce((
                   SELECT sum(CASE WHEN kind IN ('capture', 'chargeback_won')
                                   THEN amount ELSE -amount END)
                     FROM receivables_providermovement WHERE company_id = %(company)s), 0) AS moved,
               coalesce((
                   SELECT sum(fee_amount) FROM receivables_providersettlement
                    WHERE company_id = %(company)s), 0) AS fees,
               coalesce((
                   SELECT sum(settlement.net_amount)
                     FROM receivables_providersettlement AS settlement
                     JOIN receivables_bankmatch AS live
                       ON live.id = settlement.match_id AND live.undone_at IS NULL
                    WHERE settlement.company_id = %(company)s), 0) AS paid_out) AS told
 WHERE ledger.balance <> told.moved - told.fees - told.paid_out
"""
_REFUNDS = """
SELECT ledger.balance, told.waiting
  FROM (SELECT coalesce(sum(line.amount), 0) AS balance
          FROM receivables_journalline AS line
          JOIN receivables_account AS account ON account.id = line.account_id
         WHERE account.company_id = %(company)s AND account.role = 'refunds') AS ledger,
       (SELECT coalesce(sum(worth_amount), 0) AS waiting FROM receivables_bankrefund
         WHERE company_id = %(company)s AND state IN ('approved', 'sent')) AS told
 WHERE ledger.balance <> -told.waiting
"""
_CLAIMS = """
SELECT item.document_number, claim.amount, claim.state, item.amount, item.outstanding_amount
  FROM receivables_claim AS claim
  JOIN receivables_openitem AS item ON item.id = claim.item_id
 WHERE claim.company_id = %(company)s
   AND (claim.amount <> item.amount
        OR item.outstanding_amount > claim.amount - claim.waived_amount)
"""
_REFUNDED = """
SELECT refund.id, refund.state, refund.amount, coalesce(sum(took.amount), 0)
  FROM receivables_bankrefund AS refund
  LEFT JOIN receivables_allocation AS took
    ON took.debit_item_id = refund.debit_item_id AND took.credit_item_id = refund.item_id
 WHERE refund.company_id = %(company)s AND refund.debit_item_id IS NOT NULL
 GROUP BY refund.id
HAVING coalesce(sum(took.amount), 0) > refund.amount
    OR refund.state IN ('returned', 'refused') AND coalesce(sum(took.amount), 0) <> 0
"""
_SETTLEMENTS = """
SELECT settlement.reference, settlement.gross_amount, settlement.fee_amount,
       coalesce(sum(line.gross_amount), 0), coalesce(sum(line.fee_amount), 0)
  FROM receivables_providersettlement AS settlement
  LEFT JOIN receivables_providersettlementline AS line ON line.settlement_id = settlement.id
 WHERE settlement.company_id = %(company)s
 GROUP BY settlement.id
HAVING coalesce(sum(line.gross_amount), 0) <> settlement.gross_amount
    OR coalesce(sum(line.fee_amount), 0) <> settlement.fee_amount
"""

# A till holds what was taken and went neither to the bank nor back.
_TILLS = """
SELECT till.name, coalesce(held.amount, 0), coalesce((
           SELECT sum(line.amount) FROM receivables_journalline AS line
            WHERE line.account_id = till.ledger_account_id), 0)
  FROM receivables_bankaccount AS till
  LEFT JOIN (SELECT kind, sum(amount) AS amount FROM receivables_receipt
              WHERE company_id = %(company)s AND state = 'held' GROUP BY kind) AS held
    ON held.kind = till.kind
 WHERE till.company_id = %(company)s AND till.kind <> 'bank'
   AND coalesce(held.amount, 0) <> coalesce((
           SELECT sum(line.amount) FROM receivables_journalline AS line
            WHERE line.account_id = till.ledger_account_id), 0)
"""
_TRANSIT = """
SELECT ledger.balance, told.handed_in, told.bounced, told.credited
  FROM (SELECT coalesce(sum(line.amount), 0) AS balance
          FROM receivables_journalline AS line
          JOIN receivables_account AS account ON account.id = line.account_id
         WHERE account.company_id = %(company)s AND account.role = 'transit') AS ledger,
       (SELECT coalesce((
                   SELECT sum(amount) FROM receivables_depositslip
                    WHERE company_id = %(company)s AND state <> 'open'), 0) AS handed_in,
               coalesce((
                   SELECT sum(amount + fee_amount) FROM receivables_receipt
                    WHERE company_id = %(company)s AND state = 'bounced'
                      AND slip_id IS NOT NULL), 0) AS bounced,
               coalesce((
                   SELECT sum(entry.amount)
                     FROM receivables_bankmatch AS match
                     JOIN receivables_bankentry AS entry ON entry.id = match.bank_entry_id
                    WHERE match.company_id = %(company)s AND match.undone_at IS NULL
                      AND (match.id IN (SELECT match_id FROM receivables_depositslip)
                           OR match.id IN (
                               SELECT bounce_match_id FROM receivables_receipt))), 0) AS credited
       ) AS told
 WHERE ledger.balance <> told.handed_in - told.bounced - told.credited
"""
_SLIPS = """
SELECT slip.number, slip.amount, coalesce(sum(receipt.amount), 0)
  FROM receivables_depositslip AS slip
  LEFT JOIN receivables_receipt AS receipt ON receipt.slip_id = slip.id
 WHERE slip.company_id = %(company)s
 GROUP BY slip.id
HAVING slip.amount <> coalesce(sum(receipt.amount), 0)
"""
_NETTINGS = """
SELECT netting.number, netting.amount, netting.state, coalesce((
           SELECT sum(allocation.amount) FROM receivables_allocation AS allocation
            WHERE allocation.credit_item_id = netting.credit_item_id), 0)
  FROM receivables_netting AS netting
 WHERE netting.company_id = %(company)s AND netting.state IN ('booked', 'taken_back')
   AND CASE netting.state WHEN 'booked' THEN netting.amount ELSE 0 END <> coalesce((
           SELECT sum(allocation.amount)
             FROM receivables_allocation AS allocation
             JOIN receivables_nettingitem AS listed
               ON listed.netting_id = netting.id AND listed.item_id = allocation.debit_item_id
            WHERE allocation.credit_item_id = netting.credit_item_id), 0)
"""


CHECKS: dict[str, Check] = {
    "ledger: open items equal the control account": check_of(
        _CONTROL,
        "In {0} the control account says {1}, the open items say {2} (in the currency {3} and"
        " {4}).",
    ),
    "ledger: items are their amount less allocations": check_of(
        _ITEMS,
        "Item {0} of {1} shows {2} open, but {3} is allocated (worth {4}: {5} and {6}).",
    ),
    "ledger: allocations follow the items they join": check_of(
        _EARLY, "Allocation {0} of {1} is before {2} ({3}) or {4} ({5}): past days do not add up."
    ),
    "ledger: on no day an item is beyond zero": check_of(
        _BEYOND, "Item {0} of {1} had {3} allocated at the end of {2}."
    ),
    "ledger: entries balance": check_of(_ENTRIES, "Entry {0} ({1}) has {2} lines that sum to {3}."),
    "ledger: invoices and items agree": check_of(_INVOICES, "Invoice {0}: total {1}, items {2}."),
    "ledger: invoices and VAT agree": check_of(_VAT, "Invoice {0}: VAT {1}, ledger {2}."),
    "bank: entries equal the ledger": check_of(
        _BANK, "Bank account {0}: entries sum to {1}, the ledger account says {2}."
    ),
    "bank: decided entries have a match": check_of(
        _SETTLED, "Bank entry {0} of {1}: settled is {2}, which its matches deny."
    ),
    "bank: clearing holds what is not decided": check_of(
        _CLEARING, "Clearing account {0} holds {1}, undecided entries sum to {2}."
    ),
    "provider: clearing is what came less what went back, fees and payouts": check_of(
        _PROVIDER,
        "The provider's account holds {0}; moved {1}, fees {2}, paid out {3}.",
    ),
    "refunds: what is on its way equals its account": check_of(
        _REFUNDS, "The account of refunds holds {0}, refunds on their way sum to {1}."
    ),
    "refunds: each takes its credit once": check_of(
        _REFUNDED, "Refund {0} ({1}) of {2} takes {3} of its credit."
    ),
    "claims: each stands as its item": check_of(
        _CLAIMS, "Claim {0} of {1} ({2}): its item is {3}, open {4}."
    ),
    "provider: settlements are the sum of their lines": check_of(
        _SETTLEMENTS, "Settlement {0}: gross {1}, fee {2}; its lines say {3} and {4}."
    ),
    "receipts: tills hold what was taken and is in hand": check_of(
        _TILLS, "{0}: {1} are in hand, the ledger account says {2}."
    ),
    "receipts: transit is what was handed in less what bounced and was credited": check_of(
        _TRANSIT, "Money in transit is {0}; handed in {1}, bounced {2}, credited {3}."
    ),
    "receipts: slips are the sum of their receipts": check_of(
        _SLIPS, "Slip {0} says {1}, its receipts {2}."
    ),
    "nettings: what is booked pays the items listed": check_of(
        _NETTINGS, "Netting {0} of {1} is {2}, but {3} pay its items."
    ),
    "bank: statements close": check_of(
        _CHAIN,
        "Statement {0} of {1}: {2} plus entries {3} is {4}, closing balance {5}.",
    ),
}
