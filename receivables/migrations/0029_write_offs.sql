-- What was asked stays; what is decided stays, but for being taken back; nothing goes away.
CREATE TRIGGER write_off_asked_stays BEFORE UPDATE ON receivables_writeoff
    FOR EACH ROW WHEN (
        (OLD.item_id, OLD.amount, OLD.limit_amount, OLD.reason, OLD.note, OLD.match_id,
         OLD.is_automatic, OLD.asked_by_id, OLD.asked_on)
        IS DISTINCT FROM
        (NEW.item_id, NEW.amount, NEW.limit_amount, NEW.reason, NEW.note, NEW.match_id,
         NEW.is_automatic, NEW.asked_by_id, NEW.asked_on)
    ) EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER write_off_decided_stays BEFORE UPDATE ON receivables_writeoff
    FOR EACH ROW WHEN (
        OLD.state <> 'asked' AND (
            OLD.state <> 'booked' OR NEW.state <> 'taken_back'
            OR (OLD.entry_id, OLD.worth_amount, OLD.decided_by_id, OLD.decided_on)
               IS DISTINCT FROM
               (NEW.entry_id, NEW.worth_amount, NEW.decided_by_id, NEW.decided_on))
    ) EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER write_off_kept BEFORE DELETE ON receivables_writeoff
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER tolerance_policy_stays BEFORE UPDATE OR DELETE ON receivables_tolerancepolicy
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER tolerance_stays BEFORE UPDATE OR DELETE ON receivables_tolerance
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- reverse
DROP TRIGGER tolerance_stays ON receivables_tolerance;
DROP TRIGGER tolerance_policy_stays ON receivables_tolerancepolicy;
DROP TRIGGER write_off_kept ON receivables_writeoff;
DROP TRIGGER write_off_decided_stays ON receivables_writeoff;
DROP TRIGGER write_off_asked_stays ON receivables_writeoff;
