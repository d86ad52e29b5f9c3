-- A reminder becomes a letter only when its run is approved, and once written it stays.
CREATE FUNCTION dunning_written_only_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM dunning_dunningrun r
        WHERE r.id = NEW.run_id AND r.state IN ('approved', 'sent') AND r.approved_by_id IS NOT NULL
    ) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'restrict_violation',
            TABLE = 'dunning_dunningnotice',
            MESSAGE = 'A reminder is written only after somebody approved its run.';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER notice_written_only_approved BEFORE INSERT OR UPDATE OF state ON dunning_dunningnotice
    FOR EACH ROW WHEN (NEW.state = 'written') EXECUTE FUNCTION dunning_written_only_approved();
CREATE TRIGGER notice_stays BEFORE UPDATE OR DELETE ON dunning_dunningnotice
    FOR EACH ROW WHEN (OLD.state = 'written') EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER run_stays BEFORE UPDATE ON dunning_dunningrun
    FOR EACH ROW WHEN (OLD.state IN ('sent', 'discarded')) EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER run_kept BEFORE DELETE ON dunning_dunningrun
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- reverse
DROP TRIGGER run_kept ON dunning_dunningrun;
DROP TRIGGER run_stays ON dunning_dunningrun;
DROP TRIGGER notice_stays ON dunning_dunningnotice;
DROP TRIGGER notice_written_only_approved ON dunning_dunningnotice;
DROP FUNCTION dunning_written_only_approved();
