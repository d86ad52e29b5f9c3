-- Of a receipt only where it is, what became of it and its paper may change.
CREATE TRIGGER receipt_stays BEFORE UPDATE OF
        company_id, customer_id, key, kind, number, amount, currency, received_on, cheque_number,
        drawer_bank, identification, bank_entry_id
    ON receivables_receipt FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER receipt_kept BEFORE DELETE ON receivables_receipt
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER receipt_all_kept BEFORE TRUNCATE ON receivables_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER receipt_bounced_stays BEFORE UPDATE OF
        bounced_on, fee_amount, bounce_entry_id, bounce_reason
    ON receivables_receipt FOR EACH ROW WHEN (OLD.bounced_on IS NOT NULL)
    EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER deposit_stays BEFORE UPDATE OF company_id, number, bank_account_id, currency
    ON receivables_depositslip FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER deposit_handed_in_stays BEFORE UPDATE OF entry_id, handed_in_on
    ON receivables_depositslip FOR EACH ROW WHEN (OLD.entry_id IS NOT NULL)
    EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER deposit_by_receipts BEFORE UPDATE OF amount ON receivables_depositslip
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER deposit_kept BEFORE DELETE ON receivables_depositslip
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- A receipt is the entry of the till or of the folder of cheques that tells of it.
CREATE FUNCTION receivables_receipt_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM receivables_bankentry AS told
          JOIN receivables_bankaccount AS account ON account.id = told.bank_account_id
         WHERE told.id = NEW.bank_entry_id AND told.company_id = NEW.company_id
           AND told.amount = NEW.amount AND told.currency = NEW.currency
           AND account.kind = NEW.kind) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_told',
            MESSAGE = format('Receipt %s is not what its entry tells.', NEW.number);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER receipt_told AFTER INSERT ON receivables_receipt
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION receivables_receipt_told();

-- Only an open slip takes receipts or gives them back; its amount is their sum.
CREATE FUNCTION receivables_deposit_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    slip receivables_depositslip;
BEGIN
    FOR slip IN SELECT * FROM receivables_depositslip
                 WHERE id IN (OLD.slip_id, NEW.slip_id) ORDER BY id FOR UPDATE LOOP
        IF slip.state <> 'open' OR slip.company_id <> NEW.company_id
           OR slip.currency <> NEW.currency THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'deposit_open',
                MESSAGE = format('Slip %s takes or gives no receipt %s.', slip.number, NEW.number);
        END IF;
        UPDATE receivables_depositslip SET amount = coalesce((
            SELECT sum(amount) FROM receivables_receipt WHERE slip_id = slip.id), 0)
         WHERE id = slip.id;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER deposit_sum AFTER UPDATE OF slip_id ON receivables_receipt
    FOR EACH ROW WHEN (OLD.slip_id IS DISTINCT FROM NEW.slip_id)
    EXECUTE FUNCTION receivables_deposit_sum();

-- What is on an open slip is in hand; what is on another one is not.
CREATE FUNCTION receivables_deposit_agrees() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint;
    wrong text;
BEGIN
    IF TG_TABLE_NAME = 'receivables_receipt' THEN
        wanted := NEW.slip_id;
    ELSE
        wanted := NEW.id;
    END IF;
    SELECT receipt.number INTO wrong
      FROM receivables_receipt AS receipt
      JOIN receivables_depositslip AS slip ON slip.id = receipt.slip_id
     WHERE slip.id = wanted AND (slip.state = 'open') <> (receipt.state = 'held') LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'deposit_agrees',
            MESSAGE = format('Receipt %s is not where its slip is.', wrong);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER deposit_agrees AFTER UPDATE ON receivables_depositslip
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION receivables_deposit_agrees();
CREATE CONSTRAINT TRIGGER receipt_agrees AFTER UPDATE ON receivables_receipt
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION receivables_deposit_agrees();

-- What a netting says stays; it may be decided and taken back.
CREATE TRIGGER netting_stays BEFORE UPDATE OF
        company_id, customer_id, number, currency, ours_amount, theirs_amount, amount,
        proposed_by_id
    ON receivables_netting FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER netting_booked_stays BEFORE UPDATE OF entry_id, credit_item_id, decided_by_id
    ON receivables_netting FOR EACH ROW WHEN (OLD.decided_on IS NOT NULL)
    EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER netting_kept BEFORE DELETE ON receivables_netting
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER netting_item_stays BEFORE UPDATE OF netting_id, item_id, amount
    ON receivables_nettingitem FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER netting_item_by_netting BEFORE UPDATE OF is_waiting ON receivables_nettingitem
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER netting_item_kept BEFORE DELETE ON receivables_nettingitem
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER netting_document_stays BEFORE UPDATE OF
        netting_id, customer_id, position, number, number_key, document_on, amount
    ON receivables_nettingdocument FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER netting_document_by_netting BEFORE UPDATE OF is_live ON receivables_nettingdocument
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER netting_document_kept BEFORE DELETE ON receivables_nettingdocument
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- Its items and documents are free again when it is refused or taken back.
CREATE FUNCTION receivables_netting_frees() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE receivables_nettingitem SET is_waiting = NEW.state = 'proposed'
     WHERE netting_id = NEW.id;
    UPDATE receivables_nettingdocument SET is_live = NEW.state IN ('proposed', 'booked')
     WHERE netting_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER netting_frees AFTER UPDATE OF state ON receivables_netting
    FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION receivables_netting_frees();

-- Both sides are the sum of what is listed, and booked is what was approved.
CREATE FUNCTION receivables_netting_agrees() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    netting receivables_netting;
    wanted bigint;
BEGIN
    IF TG_TABLE_NAME = 'receivables_netting' THEN
        wanted := NEW.id;
    ELSE
        wanted := NEW.netting_id;
    END IF;
    SELECT * INTO netting FROM receivables_netting WHERE id = wanted;
    IF netting.ours_amount <> coalesce((
           SELECT sum(amount) FROM receivables_nettingitem WHERE netting_id = wanted), 0)
       OR netting.theirs_amount <> coalesce((
           SELECT sum(amount) FROM receivables_nettingdocument WHERE netting_id = wanted), 0)
       OR EXISTS (
           SELECT FROM receivables_nettingdocument
            WHERE netting_id = wanted AND customer_id <> netting.customer_id)
       OR EXISTS (
           SELECT FROM receivables_nettingitem AS row
             JOIN receivables_openitem AS item ON item.id = row.item_id
            WHERE row.netting_id = wanted
              AND (item.customer_id <> netting.customer_id OR item.currency <> netting.currency
                   OR item.amount < 0))
       OR (netting.credit_item_id IS NOT NULL AND NOT EXISTS (
           SELECT FROM receivables_openitem AS item
            WHERE item.id = netting.credit_item_id AND item.entry_id = netting.entry_id
              AND item.customer_id = netting.customer_id AND item.amount = -netting.amount)) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'netting_agrees',
            MESSAGE = format('Netting %s is not what it lists.', netting.number);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER netting_agrees AFTER INSERT OR UPDATE ON receivables_netting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION receivables_netting_agrees();
CREATE CONSTRAINT TRIGGER netting_item_agrees AFTER INSERT ON receivables_nettingitem
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION receivables_netting_agrees();
CREATE CONSTRAINT TRIGGER netting_document_agrees AFTER INSERT ON receivables_nettingdocument
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION receivables_netting_agrees();

-- reverse
DROP TRIGGER netting_document_agrees ON receivables_nettingdocument;
DROP TRIGGER netting_item_agrees ON receivables_nettingitem;
DROP TRIGGER netting_agrees ON receivables_netting;
DROP FUNCTION receivables_netting_agrees();
DROP TRIGGER netting_frees ON receivables_netting;
DROP FUNCTION receivables_netting_frees();
DROP TRIGGER netting_document_kept ON receivables_nettingdocument;
DROP TRIGGER netting_document_by_netting ON receivables_nettingdocument;
DROP TRIGGER netting_document_stays ON receivables_nettingdocument;
DROP TRIGGER netting_item_kept ON receivables_nettingitem;
DROP TRIGGER netting_item_by_netting ON receivables_nettingitem;
DROP TRIGGER netting_item_stays ON receivables_nettingitem;
DROP TRIGGER netting_kept ON receivables_netting;
DROP TRIGGER netting_booked_stays ON receivables_netting;
DROP TRIGGER netting_stays ON receivables_netting;
DROP TRIGGER receipt_agrees ON receivables_receipt;
DROP TRIGGER deposit_agrees ON receivables_depositslip;
DROP FUNCTION receivables_deposit_agrees();
DROP TRIGGER deposit_sum ON receivables_receipt;
DROP FUNCTION receivables_deposit_sum();
DROP TRIGGER receipt_told ON receivables_receipt;
DROP FUNCTION receivables_receipt_told();
DROP TRIGGER deposit_kept ON receivables_depositslip;
DROP TRIGGER deposit_by_receipts ON receivables_depositslip;
DROP TRIGGER deposit_handed_in_stays ON receivables_depositslip;
DROP TRIGGER deposit_stays ON receivables_depositslip;
DROP TRIGGER receipt_bounced_stays ON receivables_receipt;
DROP TRIGGER receipt_all_kept ON receivables_receipt;
DROP TRIGGER receipt_kept ON receivables_receipt;
DROP TRIGGER receipt_stays ON receivables_receipt;
