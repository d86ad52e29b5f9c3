-- What is posted stays: journal, allocations, closings, statements.
CREATE TRIGGER entry_stays BEFORE UPDATE OR DELETE ON receivables_journalentry
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER entry_kept BEFORE TRUNCATE ON receivables_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER line_stays BEFORE UPDATE OR DELETE ON receivables_journalline
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER line_kept BEFORE TRUNCATE ON receivables_journalline
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER allocation_stays BEFORE UPDATE OR DELETE ON receivables_allocation
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER allocation_kept BEFORE TRUNCATE ON receivables_allocation
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER closing_stays BEFORE UPDATE OR DELETE ON receivables_booksclosing
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER statement_stays BEFORE UPDATE OR DELETE ON receivables_bankstatement
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER item_kept BEFORE DELETE ON receivables_openitem
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER item_all_kept BEFORE TRUNCATE ON receivables_openitem
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER bank_entry_kept BEFORE DELETE ON receivables_bankentry
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- Of an item only what is left may change, and only by an allocation.
CREATE TRIGGER item_stays BEFORE UPDATE OF
        company_id, customer_id, kind, document_number, instalment, invoice_id, entry_id,
        document_on, due_on, currency, amount, functional_amount, discount_amount, discount_until
    ON receivables_openitem FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

CREATE FUNCTION receivables_item_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'item_begins_whole',
        MESSAGE = format('Item %s begins with %s open of %s.',
                         NEW.document_number, NEW.outstanding_amount, NEW.amount);
END
$$;

-- An entry is sealed with its transaction: lines and items join it only there.
ALTER TABLE receivables_journalentry
    ADD COLUMN posted_in bigint NOT NULL DEFAULT txid_current();

CREATE FUNCTION receivables_entry_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sealed bigint;
BEGIN
    SELECT entry.id INTO sealed FROM fresh
        JOIN receivables_journalentry AS entry ON entry.id = fresh.entry_id
        WHERE entry.posted_in <> txid_current() LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
            MESSAGE = format('Entry %s is posted; nothing joins it any more.', sealed);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER line_joins AFTER INSERT ON receivables_journalline
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION receivables_entry_sealed();
CREATE TRIGGER item_joins AFTER INSERT ON receivables_openitem
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION receivables_entry_sealed();

-- At commit an entry balances, stays in its company, and says on the control account what its
-- items say, in both currencies; or what the allocation has as difference of exchange.
CREATE FUNCTION receivables_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line_count bigint;
    total numeric;
    controlled numeric;
    controlled_currency numeric;
    is_foreign boolean;
    on_items numeric;
    on_items_currency numeric;
BEGIN
    SELECT count(*), sum(line.amount),
           coalesce(sum(line.amount) FILTER (WHERE account.role = 'receivables'), 0),
           coalesce(sum(line.currency_amount) FILTER (WHERE account.role = 'receivables'), 0),
           bool_or(account.company_id <> NEW.company_id
                   OR (account.role = 'receivables' AND line.customer_id IS NULL))
      INTO line_count, total, controlled, controlled_currency, is_foreign
      FROM receivables_journalline AS line
      JOIN receivables_account AS account ON account.id = line.account_id
     WHERE line.entry_id = NEW.id;
    IF line_count < 2 OR total <> 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_balances',
            MESSAGE = format('Entry %s (%s) does not balance: %s lines sum to %s.',
                             NEW.id, NEW.source_key, line_count, coalesce(total, 0));
    END IF;
    IF is_foreign THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_in_company',
            MESSAGE = format('Entry %s uses an account of another company, or receivables '
                             'without a customer.', NEW.id);
    END IF;
    IF NEW.exchange_of_id IS NULL THEN
        SELECT coalesce(sum(functional_amount), 0), coalesce(sum(amount), 0)
          INTO on_items, on_items_currency
          FROM receivables_openitem WHERE entry_id = NEW.id;
    ELSE
        SELECT credit_functional_amount - debit_functional_amount, 0
          INTO on_items, on_items_currency
          FROM receivables_allocation
         WHERE id = NEW.exchange_of_id AND company_id = NEW.company_id;
    END IF;
    IF on_items IS DISTINCT FROM controlled OR on_items_currency <> controlled_currency THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_items',
            MESSAGE = format('Entry %s has %s (%s in currency) on receivables but its items have '
                             '%s (%s).', NEW.id, controlled, controlled_currency,
                             on_items, on_items_currency);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON receivables_journalentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION receivables_entry_balances();

-- Nothing is posted into a closed period; closing waits for postings on their way.
CREATE FUNCTION receivables_period_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    company bigint;
    part text;
    earliest date;
    closed date;
BEGIN
    FOR company, part, earliest IN
        SELECT company_id, receivables_area_of(source_key), min(posted_on)
          FROM fresh GROUP BY 1, 2 ORDER BY 1, 2
    LOOP
        PERFORM pg_advisory_xact_lock_shared(7101, company::int);
        SELECT receivables_closed_until(company, part) INTO closed;
        IF closed >= earliest THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'period_open',
                MESSAGE = format('The books are closed until %s; %s can''t be posted.',
                                 closed, earliest);
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER period_open AFTER INSERT ON receivables_journalentry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION receivables_period_open();

-- Closing waits for postings on their way; going back to an earlier day is what two people decided.
CREATE FUNCTION receivables_closing_waits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last date;
BEGIN
    PERFORM pg_advisory_xact_lock(7101, NEW.company_id::int);
    SELECT closed_until INTO last FROM receivables_booksclosing
     WHERE company_id = NEW.company_id AND area = NEW.area AND strength = NEW.strength
     ORDER BY id DESC LIMIT 1;
    IF NEW.closed_until < last AND NOT EXISTS (
        SELECT FROM receivables_reopening AS asked
         WHERE asked.id = NEW.reopening_id AND asked.state = 'approved'
           AND asked.company_id = NEW.company_id AND asked.area = NEW.area
           AND asked.strength = NEW.strength AND asked.closed_until = NEW.closed_until
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'closing_reopened_by_two',
            MESSAGE = format('The books are closed until %s; going back to %s takes two people.',
                             last, NEW.closed_until);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER closing_waits BEFORE INSERT ON receivables_booksclosing
    FOR EACH ROW EXECUTE FUNCTION receivables_closing_waits();

-- Allocations carry what is left of both items; the items' check keeps them from passing zero.
CREATE FUNCTION receivables_allocate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
BEGIN
    SELECT fresh.id INTO wrong FROM fresh
        JOIN receivables_openitem AS debit ON debit.id = fresh.debit_item_id
        JOIN receivables_openitem AS credit ON credit.id = fresh.credit_item_id
        WHERE debit.amount < 0 OR credit.amount > 0
           OR debit.company_id <> fresh.company_id OR credit.company_id <> fresh.company_id
           OR debit.currency <> credit.currency
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_fits',
            MESSAGE = format('Allocation %s must join a debit and a credit of one company and '
                             'currency.', wrong);
    END IF;
    SELECT fresh.id INTO wrong FROM fresh
        JOIN receivables_allocation AS original ON original.id = fresh.reverses_id
        WHERE original.amount <> -fresh.amount OR original.debit_item_id <> fresh.debit_item_id
           OR original.credit_item_id <> fresh.credit_item_id
           OR original.debit_functional_amount <> -fresh.debit_functional_amount
           OR original.credit_functional_amount <> -fresh.credit_functional_amount
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_reverses',
            MESSAGE = format('Allocation %s does not reverse its original.', wrong);
    END IF;
    UPDATE receivables_openitem AS item
       SET outstanding_amount = item.outstanding_amount - moved.amount,
           outstanding_functional_amount
               = item.outstanding_functional_amount - moved.functional_amount
      FROM (
          SELECT item_id, sum(part) AS amount, sum(worth) AS functional_amount FROM (
              SELECT debit_item_id AS item_id, amount AS part, debit_functional_amount AS worth
                FROM fresh
              UNION ALL
              SELECT credit_item_id, -amount, -credit_functional_amount FROM fresh
          ) AS sides GROUP BY item_id
      ) AS moved
     WHERE item.id = moved.item_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER allocation_moves AFTER INSERT ON receivables_allocation
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION receivables_allocate();

-- What was handed out stays as it was; a debtor's number, once given, is in other people's books.
CREATE TRIGGER books_export_stays BEFORE UPDATE OR DELETE ON receivables_booksexport
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER books_export_kept BEFORE TRUNCATE ON receivables_booksexport
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER personal_account_stays BEFORE UPDATE OR DELETE ON receivables_personalaccount
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER personal_account_kept BEFORE TRUNCATE ON receivables_personalaccount
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

-- Customers are told so many days ahead.
ALTER TABLE receivables_debitrun ADD CONSTRAINT debit_told_in_time
    CHECK (announced_on IS NULL OR collect_on >= announced_on + notice_days);

-- What was approved stays, and with it what the bank was told.
CREATE TRIGGER debit_run_stays BEFORE UPDATE OF
        company_id, bank_account_id, scheme, format, collect_on, notice_days, announced_on,
        approved_by_id, document_id, left_out, state
    ON receivables_debitrun FOR EACH ROW WHEN (OLD.state <> 'proposed')
    EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER debit_run_kept BEFORE DELETE ON receivables_debitrun
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER debit_stays BEFORE UPDATE OF
        company_id, run_id, item_id, mandate_id, amount, sequence, end_to_end_id
    ON receivables_debit FOR EACH ROW
    WHEN ((OLD.company_id, OLD.run_id, OLD.item_id, OLD.mandate_id, OLD.amount, OLD.sequence,
           OLD.end_to_end_id)
          IS DISTINCT FROM
          (NEW.company_id, NEW.run_id, NEW.item_id, NEW.mandate_id, NEW.amount, NEW.sequence,
           NEW.end_to_end_id))
    EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER debit_kept BEFORE DELETE ON receivables_debit
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER debit_all_kept BEFORE TRUNCATE ON receivables_debit
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

-- What is collected belongs to the customer who signed, in the run's company, and nothing is given
-- to the bank that was not approved.
CREATE FUNCTION receivables_debit_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM receivables_debitrun AS run
          JOIN receivables_openitem AS item ON item.id = NEW.item_id
          JOIN customers_mandate AS mandate ON mandate.id = NEW.mandate_id
         WHERE run.id = NEW.run_id
           AND run.company_id = NEW.company_id AND item.company_id = NEW.company_id
           AND mandate.customer_id = item.customer_id AND mandate.scheme = run.scheme
           AND (NEW.state IN ('proposed', 'dropped') OR run.state = 'approved')
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'debit_fits',
            MESSAGE = format('Debit %s fits neither its run nor its mandate.', NEW.end_to_end_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER debit_fits AFTER INSERT OR UPDATE OF state ON receivables_debit
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION receivables_debit_fits();

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
CREATE TRIGGER item_by_allocation
    BEFORE UPDATE OF outstanding_amount, outstanding_functional_amount ON receivables_openitem
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER item_begins BEFORE INSERT ON receivables_openitem
    FOR EACH ROW WHEN (NEW.outstanding_amount <> NEW.amount
                       OR NEW.outstanding_functional_amount <> NEW.functional_amount)
    EXECUTE FUNCTION receivables_item_begins();
CREATE TRIGGER bank_entry_worth_stays BEFORE UPDATE OF functional_amount ON receivables_bankentry
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- An item has the sign of its worth, and in the books' own currency it is worth what it says.
CREATE FUNCTION receivables_item_worth() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong text;
BEGIN
    SELECT fresh.document_number INTO wrong FROM fresh
        JOIN core_company AS company ON company.id = fresh.company_id
        WHERE sign(fresh.amount) <> sign(fresh.functional_amount)
           OR (fresh.currency = company.currency AND fresh.amount <> fresh.functional_amount)
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'item_worth',
            MESSAGE = format('Item %s does not fit what it is worth in the books.', wrong);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER item_worth AFTER INSERT ON receivables_openitem
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION receivables_item_worth();

-- An allocation whose sides are worth different amounts has an entry that books the difference.
CREATE FUNCTION receivables_exchange_booked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM receivables_journalentry WHERE exchange_of_id = NEW.id) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'exchange_booked',
            MESSAGE = format('The difference of exchange of allocation %s is not booked.', NEW.id);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER exchange_booked AFTER INSERT ON receivables_allocation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.debit_functional_amount <> NEW.credit_functional_amount)
    EXECUTE FUNCTION receivables_exchange_booked();
CREATE TRIGGER bank_entry_stays BEFORE UPDATE OF
        company_id, bank_account_id, statement_id, identity_key, booking_on, value_on, amount,
        currency, balance_amount, payer_name, payer_iban, remittance, entry_id
    ON receivables_bankentry FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- What closings were decided on stays.
CREATE TRIGGER late_posting_stays BEFORE UPDATE OR DELETE ON receivables_lateposting
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER late_posting_kept BEFORE TRUNCATE ON receivables_lateposting
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER proof_stays BEFORE UPDATE OR DELETE ON receivables_proofrun
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER reopening_stays BEFORE UPDATE ON receivables_reopening
    FOR EACH ROW WHEN (OLD.state <> 'proposed') EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER reopening_asked_stays BEFORE UPDATE OF
        company_id, area, strength, closed_until, reason, proposed_by_id
    ON receivables_reopening FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER reopening_kept BEFORE DELETE ON receivables_reopening
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- A late posting lets the transaction that wrote it, no other.
ALTER TABLE receivables_lateposting
    ADD COLUMN posted_in bigint NOT NULL DEFAULT txid_current();
CREATE INDEX late_posting_act ON receivables_lateposting (company_id, posted_in);

-- The area of the books an entry is in, by its source.
CREATE FUNCTION receivables_area_of(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE split_part($1, ':', 1)
        WHEN 'invoice' THEN 'invoicing' WHEN 'bank' THEN 'bank' ELSE 'receivables' END
$$;

-- Up to when an area of a company is closed to this transaction: hard closings, and soft ones
-- unless it says why it posts late.
CREATE FUNCTION receivables_closed_until(bigint, text) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT max(newest.closed_until) FROM (
        SELECT DISTINCT ON (area, strength) strength, closed_until
          FROM receivables_booksclosing
         WHERE company_id = $1 AND area IN ('all', $2)
         ORDER BY area, strength, id DESC) AS newest
     WHERE newest.strength = 'hard'
        OR NOT EXISTS (
            SELECT FROM receivables_lateposting
             WHERE company_id = $1 AND area IN ('all', $2)
               AND posted_in = txid_current_if_assigned())
$$;

-- Lists of balances stay as they came.
CREATE TRIGGER ledger_list_stays BEFORE UPDATE OR DELETE ON receivables_ledgerlist
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER ledger_balance_stays BEFORE UPDATE OR DELETE ON receivables_ledgerbalance
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER provision_rate_stays BEFORE UPDATE OR DELETE ON receivables_provisionrate
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- What stays row by row can't be emptied as a whole either: without closings all days are open.
CREATE TRIGGER closing_kept BEFORE TRUNCATE ON receivables_booksclosing
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER reopening_all_kept BEFORE TRUNCATE ON receivables_reopening
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER proof_kept BEFORE TRUNCATE ON receivables_proofrun
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER ledger_list_kept BEFORE TRUNCATE ON receivables_ledgerlist
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER ledger_balance_kept BEFORE TRUNCATE ON receivables_ledgerbalance
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER provision_rate_kept BEFORE TRUNCATE ON receivables_provisionrate
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

-- reverse
DROP TRIGGER provision_rate_kept ON receivables_provisionrate;
DROP TRIGGER ledger_balance_kept ON receivables_ledgerbalance;
DROP TRIGGER ledger_list_kept ON receivables_ledgerlist;
DROP TRIGGER proof_kept ON receivables_proofrun;
DROP TRIGGER reopening_all_kept ON receivables_reopening;
DROP TRIGGER closing_kept ON receivables_booksclosing;
DROP TRIGGER provision_rate_stays ON receivables_provisionrate;
DROP TRIGGER ledger_balance_stays ON receivables_ledgerbalance;
DROP TRIGGER ledger_list_stays ON receivables_ledgerlist;
DROP INDEX late_posting_act;
ALTER TABLE receivables_lateposting DROP COLUMN posted_in;
DROP TRIGGER reopening_kept ON receivables_reopening;
DROP TRIGGER reopening_asked_stays ON receivables_reopening;
DROP TRIGGER reopening_stays ON receivables_reopening;
DROP TRIGGER proof_stays ON receivables_proofrun;
DROP TRIGGER late_posting_kept ON receivables_lateposting;
DROP TRIGGER late_posting_stays ON receivables_lateposting;
DROP TRIGGER bank_entry_stays ON receivables_bankentry;
DROP TRIGGER bank_entry_worth_stays ON receivables_bankentry;
DROP TRIGGER item_by_allocation ON receivables_openitem;
DROP TRIGGER debit_all_kept ON receivables_debit;
DROP TRIGGER debit_kept ON receivables_debit;
DROP TRIGGER debit_stays ON receivables_debit;
DROP TRIGGER debit_run_kept ON receivables_debitrun;
DROP TRIGGER debit_run_stays ON receivables_debitrun;
ALTER TABLE receivables_debitrun DROP CONSTRAINT debit_told_in_time;
DROP TRIGGER personal_account_kept ON receivables_personalaccount;
DROP TRIGGER personal_account_stays ON receivables_personalaccount;
DROP TRIGGER books_export_kept ON receivables_booksexport;
DROP TRIGGER books_export_stays ON receivables_booksexport;
ALTER TABLE receivables_journalentry DROP COLUMN posted_in;
DROP TRIGGER item_stays ON receivables_openitem;
DROP TRIGGER bank_entry_kept ON receivables_bankentry;
DROP TRIGGER item_all_kept ON receivables_openitem;
DROP TRIGGER item_kept ON receivables_openitem;
DROP TRIGGER statement_stays ON receivables_bankstatement;
DROP TRIGGER closing_stays ON receivables_booksclosing;
DROP TRIGGER allocation_kept ON receivables_allocation;
DROP TRIGGER allocation_stays ON receivables_allocation;
DROP TRIGGER line_kept ON receivables_journalline;
DROP TRIGGER line_stays ON receivables_journalline;
DROP TRIGGER entry_kept ON receivables_journalentry;
DROP TRIGGER entry_stays ON receivables_journalentry;
DROP FUNCTION
    receivables_closed_until,
    receivables_area_of,
    receivables_exchange_booked,
    receivables_item_worth,
    receivables_allocation_day,
    receivables_debit_fits,
    receivables_allocate,
    receivables_closing_waits,
    receivables_period_open,
    receivables_entry_balances,
    receivables_entry_sealed,
    receivables_item_begins CASCADE;
