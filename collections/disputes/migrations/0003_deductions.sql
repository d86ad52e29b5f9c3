-- A decided dispute stays, but an accepted deduction goes back with its payment.
DROP TRIGGER dispute_stays ON disputes_dispute;
CREATE TRIGGER dispute_stays BEFORE UPDATE ON disputes_dispute
    FOR EACH ROW WHEN (
        OLD.state <> 'open' AND (
            OLD.state <> 'accepted' OR NEW.state <> 'undone' OR OLD.source <> 'payment'
            OR (OLD.match_id, OLD.write_off_id, OLD.owner_id, OLD.note, OLD.resolution)
               IS DISTINCT FROM
               (NEW.match_id, NEW.write_off_id, NEW.owner_id, NEW.note, NEW.resolution))
    ) EXECUTE FUNCTION o2c_refuse_change();
DROP TRIGGER dispute_as_opened ON disputes_dispute;
-- The reason of a deduction was guessed: a person may say better while it is open.
CREATE TRIGGER dispute_as_opened BEFORE UPDATE ON disputes_dispute
    FOR EACH ROW WHEN (
        (OLD.item_id, OLD.amount, OLD.opened_on, OLD.source)
        IS DISTINCT FROM (NEW.item_id, NEW.amount, NEW.opened_on, NEW.source)
        OR (OLD.source = 'person' AND OLD.reason IS DISTINCT FROM NEW.reason)
        OR (OLD.source = 'payment' AND OLD.match_id IS DISTINCT FROM NEW.match_id)
    ) EXECUTE FUNCTION o2c_refuse_change();

-- reverse
DROP TRIGGER dispute_as_opened ON disputes_dispute;
CREATE TRIGGER dispute_as_opened BEFORE UPDATE ON disputes_dispute
    FOR EACH ROW WHEN (
        (OLD.item_id, OLD.amount, OLD.reason, OLD.opened_on)
        IS DISTINCT FROM (NEW.item_id, NEW.amount, NEW.reason, NEW.opened_on)
    ) EXECUTE FUNCTION o2c_refuse_change();
DROP TRIGGER dispute_stays ON disputes_dispute;
CREATE TRIGGER dispute_stays BEFORE UPDATE ON disputes_dispute
    FOR EACH ROW WHEN (OLD.state <> 'open') EXECUTE FUNCTION o2c_refuse_change();
