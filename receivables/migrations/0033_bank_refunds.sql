-- What was proposed stays; where the money goes stays from the decision on; nothing goes away.
CREATE TRIGGER refund_stays BEFORE UPDATE ON receivables_bankrefund
    FOR EACH ROW WHEN (
        (OLD.company_id, OLD.item_id, OLD.amount, OLD.cause, OLD.proposed_by_id, OLD.proposed_on)
        IS DISTINCT FROM
        (NEW.company_id, NEW.item_id, NEW.amount, NEW.cause, NEW.proposed_by_id, NEW.proposed_on)
        OR OLD.state <> 'proposed' AND (
            (OLD.iban, OLD.holder, OLD.bic, OLD.account_source, OLD.account_by_id,
             OLD.worth_amount, OLD.debit_item_id)
            IS DISTINCT FROM
            (NEW.iban, NEW.holder, NEW.bic, NEW.account_source, NEW.account_by_id,
             NEW.worth_amount, NEW.debit_item_id))
        OR OLD.run_id IS NOT NULL AND NEW.run_id IS DISTINCT FROM OLD.run_id
    ) EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER refund_goes_on BEFORE UPDATE OF state ON receivables_bankrefund
    FOR EACH ROW WHEN (
        NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
            ('proposed', 'approved'), ('proposed', 'refused'), ('approved', 'refused'),
            ('approved', 'sent'), ('sent', 'paid'), ('sent', 'returned'), ('paid', 'returned'),
            ('paid', 'sent'))
    ) EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER refund_kept BEFORE DELETE ON receivables_bankrefund
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER refund_all_kept BEFORE TRUNCATE ON receivables_bankrefund
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER refund_run_stays BEFORE UPDATE ON receivables_refundrun
    FOR EACH ROW WHEN (OLD.document_id IS NOT NULL) EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER refund_run_kept BEFORE DELETE ON receivables_refundrun
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- What goes back was taken off its credit: same company, customer, currency and sum; and a file
-- orders it from an account of the same company and currency.
CREATE FUNCTION receivables_refund_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state IN ('approved', 'sent', 'paid') AND NOT EXISTS (
        SELECT FROM receivables_openitem AS item
          JOIN receivables_openitem AS taker ON taker.id = NEW.debit_item_id
         WHERE item.id = NEW.item_id AND item.amount < 0 AND taker.kind = 'refund'
           AND (item.company_id, item.customer_id, item.currency)
             = (taker.company_id, taker.customer_id, taker.currency)
           AND item.company_id = NEW.company_id AND taker.amount = NEW.amount
           AND taker.functional_amount = NEW.worth_amount
           AND NEW.amount <= -item.amount
           AND (NEW.run_id IS NULL OR EXISTS (
                SELECT FROM receivables_refundrun AS run
                  JOIN receivables_bankaccount AS bank ON bank.id = run.bank_account_id
                 WHERE run.id = NEW.run_id AND run.company_id = NEW.company_id
                   AND bank.currency = item.currency AND run.document_id IS NOT NULL))
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_fits',
            MESSAGE = format('Refund %s fits neither its credit nor its run.', NEW.id);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER refund_fits AFTER INSERT OR UPDATE OF state ON receivables_bankrefund
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION receivables_refund_fits();

-- reverse
DROP TRIGGER refund_fits ON receivables_bankrefund;
DROP FUNCTION receivables_refund_fits();
DROP TRIGGER refund_run_kept ON receivables_refundrun;
DROP TRIGGER refund_run_stays ON receivables_refundrun;
DROP TRIGGER refund_all_kept ON receivables_bankrefund;
DROP TRIGGER refund_kept ON receivables_bankrefund;
DROP TRIGGER refund_goes_on ON receivables_bankrefund;
DROP TRIGGER refund_stays ON receivables_bankrefund;
