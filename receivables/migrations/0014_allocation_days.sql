-- An allocation counts from a day on which both its items are there, after all that was taken back
-- of them, and a reversal is not before what it reverses: so on no day an item is beyond zero, and
-- past days add up. An opening item of a closed period is posted later than its document says.
CREATE FUNCTION receivables_allocation_day() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
    day date;
BEGIN
    SELECT fresh.id, fresh.effective_on INTO wrong, day FROM fresh
        JOIN receivables_openitem AS debit ON debit.id = fresh.debit_item_id
        JOIN receivables_openitem AS credit ON credit.id = fresh.credit_item_id
        WHERE fresh.effective_on < greatest(debit.document_on, credit.document_on)
           OR CASE WHEN debit.kind = 'invoice' AND debit.invoice_id IS NULL THEN
                (SELECT entry.posted_on > fresh.effective_on FROM receivables_journalentry AS entry
                  WHERE entry.id = debit.entry_id) END
           OR CASE WHEN credit.kind = 'credit_note' AND credit.invoice_id IS NULL THEN
                (SELECT entry.posted_on > fresh.effective_on FROM receivables_journalentry AS entry
                  WHERE entry.id = credit.entry_id) END
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_day',
            MESSAGE = format('Allocation %s of %s is before one of the items it joins.',
                             wrong, day);
    END IF;
    SELECT fresh.id, fresh.effective_on INTO wrong, day FROM fresh
        WHERE CASE WHEN fresh.amount > 0 THEN
                EXISTS (SELECT FROM receivables_allocation AS back
                         WHERE back.debit_item_id = fresh.debit_item_id AND back.amount < 0
                           AND back.effective_on > fresh.effective_on)
                OR EXISTS (SELECT FROM receivables_allocation AS back
                            WHERE back.credit_item_id = fresh.credit_item_id AND back.amount < 0
                              AND back.effective_on > fresh.effective_on)
              ELSE
                EXISTS (SELECT FROM receivables_allocation AS original
                         WHERE original.id = fresh.reverses_id
                           AND original.effective_on > fresh.effective_on)
              END
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_day',
            MESSAGE = format('Allocation %s of %s is before what was taken back of its items.',
                             wrong, day);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER allocation_day AFTER INSERT ON receivables_allocation
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION receivables_allocation_day();

-- reverse
DROP TRIGGER allocation_day ON receivables_allocation;
DROP FUNCTION receivables_allocation_day();
