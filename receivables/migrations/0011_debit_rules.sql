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

-- reverse
DROP TRIGGER debit_fits ON receivables_debit;
DROP FUNCTION receivables_debit_fits();
DROP TRIGGER debit_all_kept ON receivables_debit;
DROP TRIGGER debit_kept ON receivables_debit;
DROP TRIGGER debit_stays ON receivables_debit;
DROP TRIGGER debit_run_kept ON receivables_debitrun;
DROP TRIGGER debit_run_stays ON receivables_debitrun;
ALTER TABLE receivables_debitrun DROP CONSTRAINT debit_told_in_time;
