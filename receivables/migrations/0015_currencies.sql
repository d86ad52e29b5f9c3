-- What is left of an item, in both currencies, changes by allocations only.
DROP TRIGGER item_by_allocation ON receivables_openitem;
CREATE TRIGGER item_by_allocation
    BEFORE UPDATE OF outstanding_amount, outstanding_functional_amount ON receivables_openitem
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION o2c_refuse_change();
DROP TRIGGER item_begins ON receivables_openitem;
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

-- At commit an entry balances, stays in its company, and says on the control account what its
-- items say, in both currencies; or what the allocation has as difference of exchange.
CREATE OR REPLACE FUNCTION receivables_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION receivables_allocate() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- reverse
CREATE OR REPLACE FUNCTION receivables_allocate() RETURNS trigger LANGUAGE plpgsql AS $$
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
DROP TRIGGER exchange_booked ON receivables_allocation;
DROP FUNCTION receivables_exchange_booked();
CREATE OR REPLACE FUNCTION receivables_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
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
DROP TRIGGER item_worth ON receivables_openitem;
DROP FUNCTION receivables_item_worth();
DROP TRIGGER bank_entry_worth_stays ON receivables_bankentry;
DROP TRIGGER item_begins ON receivables_openitem;
CREATE TRIGGER item_begins BEFORE INSERT ON receivables_openitem
    FOR EACH ROW WHEN (NEW.outstanding_amount <> NEW.amount)
    EXECUTE FUNCTION receivables_item_begins();
DROP TRIGGER item_by_allocation ON receivables_openitem;
CREATE TRIGGER item_by_allocation BEFORE UPDATE OF outstanding_amount ON receivables_openitem
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION o2c_refuse_change();
