-- Search by similarity (names) and exclusion constraints over ranges of dates.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Attach to every table whose rows are facts: BEFORE UPDATE OR DELETE FOR EACH ROW, and BEFORE
-- TRUNCATE FOR EACH STATEMENT. The error class is 23 (integrity), so clients see a refused rule.
CREATE FUNCTION o2c_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation',
        TABLE = TG_TABLE_NAME,
        MESSAGE = format('%s on %s refused: recorded facts are never changed.', TG_OP, TG_TABLE_NAME),
        HINT = 'Correct it with a new row that reverses the old one.';
END
$$;

CREATE TRIGGER event_stays BEFORE UPDATE OR DELETE ON core_event
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER event_kept BEFORE TRUNCATE ON core_event
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

CREATE TRIGGER seal_stays BEFORE UPDATE OR DELETE ON core_eventseal
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER seal_kept BEFORE TRUNCATE ON core_eventseal
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

CREATE TRIGGER sealed_event_stays BEFORE UPDATE OR DELETE ON core_sealedevent
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER sealed_event_kept BEFORE TRUNCATE ON core_sealedevent
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

CREATE TRIGGER document_stays BEFORE UPDATE OR DELETE ON core_storeddocument
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER document_kept BEFORE TRUNCATE ON core_storeddocument
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

-- reverse
DROP TRIGGER document_kept ON core_storeddocument;
DROP TRIGGER document_stays ON core_storeddocument;
DROP TRIGGER sealed_event_kept ON core_sealedevent;
DROP TRIGGER sealed_event_stays ON core_sealedevent;
DROP TRIGGER seal_kept ON core_eventseal;
DROP TRIGGER seal_stays ON core_eventseal;
DROP TRIGGER event_kept ON core_event;
DROP TRIGGER event_stays ON core_event;
DROP FUNCTION o2c_refuse_change();
DROP EXTENSION IF EXISTS btree_gist;
DROP EXTENSION IF EXISTS pg_trgm;
