-- What is claimed stays; waiving is the end of it; nothing goes away.
CREATE TRIGGER claim_stays BEFORE UPDATE ON receivables_claim
    FOR EACH ROW WHEN (
        OLD.state <> 'claimed'
        OR (OLD.company_id, OLD.kind, OLD.item_id, OLD.principal_id, OLD.entry_id,
            OLD.return_entry_id, OLD.amount, OLD.from_on, OLD.until_on, OLD.spans,
            OLD.claimed_on)
           IS DISTINCT FROM
           (NEW.company_id, NEW.kind, NEW.item_id, NEW.principal_id, NEW.entry_id,
            NEW.return_entry_id, NEW.amount, NEW.from_on, NEW.until_on, NEW.spans,
            NEW.claimed_on)
    ) EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER claim_kept BEFORE DELETE ON receivables_claim
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER claim_all_kept BEFORE TRUNCATE ON receivables_claim
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER base_rate_stays BEFORE UPDATE OR DELETE ON receivables_baserate
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- A claim's item is what is claimed, of the customer and in the currency of its principal.
CREATE FUNCTION receivables_claim_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM receivables_openitem AS item
         WHERE item.id = NEW.item_id AND item.kind = NEW.kind AND item.amount = NEW.amount
           AND item.company_id = NEW.company_id AND item.entry_id = NEW.entry_id
           AND (NEW.principal_id IS NULL OR EXISTS (
                SELECT FROM receivables_openitem AS principal
                 WHERE principal.id = NEW.principal_id
                   AND (principal.company_id, principal.customer_id, principal.currency)
                     = (item.company_id, item.customer_id, item.currency)))
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_fits',
            MESSAGE = format('Claim %s fits neither its item nor what it is for.', NEW.id);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER claim_fits AFTER INSERT ON receivables_claim
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION receivables_claim_fits();

-- reverse
DROP TRIGGER claim_fits ON receivables_claim;
DROP FUNCTION receivables_claim_fits();
DROP TRIGGER base_rate_stays ON receivables_baserate;
DROP TRIGGER claim_all_kept ON receivables_claim;
DROP TRIGGER claim_kept ON receivables_claim;
DROP TRIGGER claim_stays ON receivables_claim;
