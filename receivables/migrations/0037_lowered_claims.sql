-- What is claimed stays; it is only lowered, and its days are reckoned anew with that.
DROP TRIGGER claim_stays ON receivables_claim;
CREATE TRIGGER claim_stays BEFORE UPDATE ON receivables_claim
    FOR EACH ROW WHEN (
        OLD.state <> 'claimed'
        OR NEW.lowered_amount < OLD.lowered_amount
        OR (NEW.lowered_amount = OLD.lowered_amount AND NEW.spans IS DISTINCT FROM OLD.spans)
        OR (OLD.company_id, OLD.kind, OLD.item_id, OLD.principal_id, OLD.entry_id,
            OLD.return_entry_id, OLD.amount, OLD.from_on, OLD.until_on, OLD.claimed_on)
           IS DISTINCT FROM
           (NEW.company_id, NEW.kind, NEW.item_id, NEW.principal_id, NEW.entry_id,
            NEW.return_entry_id, NEW.amount, NEW.from_on, NEW.until_on, NEW.claimed_on)
    ) EXECUTE FUNCTION o2c_refuse_change();
UPDATE receivables_claim SET reckoned_at = now() WHERE kind = 'interest';
-- reverse
DROP TRIGGER claim_stays ON receivables_claim;
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
