-- Statements that were first to bring all of their entries, in the order of days, tell the balances.
UPDATE receivables_bankentry AS entry SET balance_amount = told.balance
  FROM (SELECT row.id, statement.opening_amount
               + sum(row.amount) OVER (PARTITION BY row.statement_id ORDER BY row.position) AS balance
          FROM receivables_bankentry AS row
          JOIN receivables_bankstatement AS statement ON statement.id = row.statement_id
          JOIN receivables_bankfile AS file ON file.id = statement.file_id
         WHERE file.known_count = 0
           AND row.statement_id NOT IN (
               SELECT statement_id FROM (
                   SELECT statement_id, booking_on < lag(booking_on) OVER (
                              PARTITION BY statement_id ORDER BY position) AS is_back
                     FROM receivables_bankentry) AS pairs
                WHERE is_back)) AS told
 WHERE told.id = entry.id;

DROP TRIGGER bank_entry_stays ON receivables_bankentry;
CREATE TRIGGER bank_entry_stays BEFORE UPDATE OF
        company_id, bank_account_id, statement_id, identity_key, booking_on, value_on, amount,
        currency, balance_amount, payer_name, payer_iban, remittance, entry_id
    ON receivables_bankentry FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- reverse
DROP TRIGGER bank_entry_stays ON receivables_bankentry;
CREATE TRIGGER bank_entry_stays BEFORE UPDATE OF
        company_id, bank_account_id, statement_id, identity_key, booking_on, value_on, amount,
        currency, payer_name, payer_iban, remittance, entry_id
    ON receivables_bankentry FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
