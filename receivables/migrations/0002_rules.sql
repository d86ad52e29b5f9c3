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
CREATE TRIGGER item_by_allocation BEFORE UPDATE OF outstanding_amount ON receivables_openitem
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION o2c_refuse_change();

-- Of a bank entry only the decision about it may change.
CREATE TRIGGER bank_entry_stays BEFORE UPDATE OF
        company_id, bank_account_id, statement_id, identity_key, booking_on, value_on, amount,
        currency, payer_name, payer_iban, remittance, entry_id
    ON receivables_bankentry FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

CREATE FUNCTION receivables_item_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'item_begins_whole',
        MESSAGE = format('Item %s begins with %s open of %s.',
                         NEW.document_number, NEW.outstanding_amount, NEW.amount);
END
$$;
CREATE TRIGGER item_begins BEFORE INSERT ON receivables_openitem
    FOR EACH ROW WHEN (NEW.outstanding_amount <> NEW.amount)
    EXECUTE FUNCTION receivables_item_begins();

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

-- At commit every entry balances in the company's currency, stays inside its company, and what it
-- says on the control account is what its open items say.
CREATE FUNCTION receivables_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line_count bigint;
    total numeric;
    controlled numeric;
    is_foreign boolean;
    on_items numeric;
BEGIN
    SELECT count(*), sum(line.amount),
           coalesce(sum(line.amount) FILTER (WHERE account.role = 'receivables'), 0),
           bool_or(account.company_id <> NEW.company_id
                   OR (account.role = 'receivables' AND line.customer_id IS NULL))
      INTO line_count, total, controlled, is_foreign
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
    SELECT coalesce(sum(functional_amount), 0) INTO on_items
      FROM receivables_openitem WHERE entry_id = NEW.id;
    IF on_items <> controlled THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_items',
            MESSAGE = format('Entry %s has %s on receivables but its items have %s.',
                             NEW.id, controlled, on_items);
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
    earliest date;
    closed date;
BEGIN
    FOR company, earliest IN
        SELECT company_id, min(posted_on) FROM fresh GROUP BY company_id ORDER BY company_id
    LOOP
        PERFORM pg_advisory_xact_lock_shared(7101, company::int);
        SELECT closed_until INTO closed FROM receivables_booksclosing
         WHERE company_id = company ORDER BY id DESC LIMIT 1;
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

CREATE FUNCTION receivables_closing_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7101, NEW.company_id::int);
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
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_reverses',
            MESSAGE = format('Allocation %s does not reverse its original.', wrong);
    END IF;
    UPDATE receivables_openitem AS item
       SET outstanding_amount = item.outstanding_amount - moved.amount
      FROM (
          SELECT item_id, sum(part) AS amount FROM (
              SELECT debit_item_id AS item_id, amount AS part FROM fresh
              UNION ALL
              SELECT credit_item_id, -amount FROM fresh
          ) AS sides GROUP BY item_id
      ) AS moved
     WHERE item.id = moved.item_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER allocation_moves AFTER INSERT ON receivables_allocation
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION receivables_allocate();

-- reverse
DROP TRIGGER allocation_moves ON receivables_allocation;
DROP FUNCTION receivables_allocate();
DROP TRIGGER closing_waits ON receivables_booksclosing;
DROP FUNCTION receivables_closing_waits();
DROP TRIGGER period_open ON receivables_journalentry;
DROP FUNCTION receivables_period_open();
DROP TRIGGER entry_balances ON receivables_journalentry;
DROP FUNCTION receivables_entry_balances();
DROP TRIGGER item_joins ON receivables_openitem;
DROP TRIGGER line_joins ON receivables_journalline;
DROP FUNCTION receivables_entry_sealed();
ALTER TABLE receivables_journalentry DROP COLUMN posted_in;
DROP TRIGGER item_begins ON receivables_openitem;
DROP FUNCTION receivables_item_begins();
DROP TRIGGER bank_entry_stays ON receivables_bankentry;
DROP TRIGGER item_by_allocation ON receivables_openitem;
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
