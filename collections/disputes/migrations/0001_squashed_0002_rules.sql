CREATE TRIGGER dispute_stays BEFORE UPDATE ON disputes_dispute
    FOR EACH ROW WHEN (OLD.state <> 'open') EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER dispute_as_opened BEFORE UPDATE ON disputes_dispute
    FOR EACH ROW WHEN (
        (OLD.item_id, OLD.amount, OLD.reason, OLD.opened_on)
        IS DISTINCT FROM (NEW.item_id, NEW.amount, NEW.reason, NEW.opened_on)
    ) EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER dispute_kept BEFORE DELETE ON disputes_dispute
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- reverse
DROP TRIGGER dispute_kept ON disputes_dispute;
DROP TRIGGER dispute_as_opened ON disputes_dispute;
DROP TRIGGER dispute_stays ON disputes_dispute;
