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

-- What was approved is what goes out: nothing is added to a run that is not a proposal any more,
-- and what was decided about it stays.
CREATE FUNCTION dunning_only_into_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    IF TG_TABLE_NAME = 'dunning_dunningnotice' THEN
        SELECT r.state INTO found FROM dunning_dunningrun r WHERE r.id = NEW.run_id;
    ELSE
        SELECT r.state INTO found FROM dunning_dunningnotice n
          JOIN dunning_dunningrun r ON r.id = n.run_id WHERE n.id = NEW.notice_id;
    END IF;
    IF found <> 'proposed' THEN
        RAISE EXCEPTION USING
            ERRCODE = 'restrict_violation',
            TABLE = TG_TABLE_NAME,
            MESSAGE = 'Nothing is added to a dunning run that was decided on.';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER notice_only_into_proposal BEFORE INSERT ON dunning_dunningnotice
    FOR EACH ROW EXECUTE FUNCTION dunning_only_into_proposal();
CREATE TRIGGER run_as_approved BEFORE UPDATE ON dunning_dunningrun
    FOR EACH ROW WHEN (
        OLD.state <> 'proposed' AND
        (OLD.run_on, OLD.content_hash, OLD.proposed_by_id, OLD.approved_by_id, OLD.approved_at)
        IS DISTINCT FROM
        (NEW.run_on, NEW.content_hash, NEW.proposed_by_id, NEW.approved_by_id, NEW.approved_at)
    ) EXECUTE FUNCTION o2c_refuse_change();

-- An item that was reminded stays as it was reminded; one that was dropped does not come back.
CREATE FUNCTION dunning_item_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.is_live AND NOT OLD.is_live)
        OR (NEW.notice_id, NEW.item_id, NEW.level) IS DISTINCT FROM
           (OLD.notice_id, OLD.item_id, OLD.level)
        OR EXISTS (SELECT 1 FROM dunning_dunningnotice n
                    WHERE n.id = OLD.notice_id AND n.state = 'written')
    THEN
        RAISE EXCEPTION USING
            ERRCODE = 'restrict_violation',
            TABLE = 'dunning_dunningnoticeitem',
            MESSAGE = 'A reminded item stays as it was reminded.';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER item_stays BEFORE UPDATE OR DELETE ON dunning_dunningnoticeitem
    FOR EACH ROW EXECUTE FUNCTION dunning_item_stays();

CREATE FUNCTION dunning_items_only_into_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT notice_id FROM added) a
          JOIN dunning_dunningnotice n ON n.id = a.notice_id
          JOIN dunning_dunningrun r ON r.id = n.run_id
         WHERE r.state <> 'proposed'
    ) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'restrict_violation',
            TABLE = TG_TABLE_NAME,
            MESSAGE = 'Nothing is added to a dunning run that was decided on.';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER item_only_into_proposal AFTER INSERT ON dunning_dunningnoticeitem
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION dunning_items_only_into_proposal();

-- reverse
DROP TRIGGER run_as_approved ON dunning_dunningrun;
DROP TRIGGER run_kept ON dunning_dunningrun;
DROP TRIGGER run_stays ON dunning_dunningrun;
DROP TRIGGER notice_stays ON dunning_dunningnotice;
DROP FUNCTION
    dunning_items_only_into_proposal,
    dunning_item_stays,
    dunning_only_into_proposal,
    dunning_written_only_approved CASCADE;
