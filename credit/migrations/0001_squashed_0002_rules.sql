CREATE TRIGGER decision_stays BEFORE UPDATE OR DELETE ON credit_creditdecision
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER decision_kept BEFORE TRUNCATE ON credit_creditdecision
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

-- What somebody decided on stays as it was decided; it was approved by somebody else.
CREATE TRIGGER limit_stays BEFORE UPDATE ON credit_limitchange
    FOR EACH ROW WHEN (OLD.state <> 'proposed') EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER limit_as_proposed BEFORE UPDATE ON credit_limitchange
    FOR EACH ROW WHEN (
        (OLD.account_id, OLD.old_amount, OLD.new_amount, OLD.reason, OLD.proposed_by_id)
        IS DISTINCT FROM
        (NEW.account_id, NEW.old_amount, NEW.new_amount, NEW.reason, NEW.proposed_by_id)
    ) EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER limit_kept BEFORE DELETE ON credit_limitchange
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER hold_stays BEFORE UPDATE ON credit_credithold
    FOR EACH ROW WHEN (OLD.state <> 'open') EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER hold_as_asked BEFORE UPDATE ON credit_credithold
    FOR EACH ROW WHEN (
        (OLD.order_id, OLD.decision_id, OLD.requested_by_id)
        IS DISTINCT FROM (NEW.order_id, NEW.decision_id, NEW.requested_by_id)
    ) EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER hold_kept BEFORE DELETE ON credit_credithold
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- A limit moves only to the amount of its newest approved change.
CREATE FUNCTION credit_limit_needs_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.limit_amount IS DISTINCT FROM (
        SELECT c.new_amount FROM credit_limitchange c
        WHERE c.account_id = NEW.id AND c.state = 'approved'
        ORDER BY c.id DESC LIMIT 1
    ) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'restrict_violation',
            TABLE = 'credit_creditaccount',
            MESSAGE = format('A limit of %s was not approved by anybody.', NEW.limit_amount),
            HINT = 'Propose it; a second person approves it.';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER limit_needs_approval BEFORE UPDATE OF limit_amount ON credit_creditaccount
    FOR EACH ROW WHEN (NEW.limit_amount IS DISTINCT FROM OLD.limit_amount)
    EXECUTE FUNCTION credit_limit_needs_approval();
CREATE TRIGGER limit_starts_at_zero BEFORE INSERT ON credit_creditaccount
    FOR EACH ROW WHEN (NEW.limit_amount <> 0) EXECUTE FUNCTION credit_limit_needs_approval();

-- reverse
DROP TRIGGER hold_kept ON credit_credithold;
DROP TRIGGER hold_as_asked ON credit_credithold;
DROP TRIGGER hold_stays ON credit_credithold;
DROP TRIGGER limit_kept ON credit_limitchange;
DROP TRIGGER limit_as_proposed ON credit_limitchange;
DROP TRIGGER limit_stays ON credit_limitchange;
DROP TRIGGER decision_kept ON credit_creditdecision;
DROP TRIGGER decision_stays ON credit_creditdecision;
DROP FUNCTION
    credit_limit_needs_approval CASCADE;
