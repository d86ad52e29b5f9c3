CREATE TRIGGER dispute_stays BEFORE UPDATE ON disputes_dispute
    FOR EACH ROW WHEN (OLD.state <> 'open') EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER dispute_kept BEFORE DELETE ON disputes_dispute
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- reverse
DROP TRIGGER dispute_kept ON disputes_dispute;
DROP TRIGGER dispute_stays ON disputes_dispute;
