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

-- A signed link opens what it was made for and nothing else. It is used up and revoked, never given
-- back; once revoked or expired nobody answers it.
CREATE FUNCTION core_guard_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['uses_left', 'used_at', 'answer', 'revoked_at'];
BEGIN
    IF to_jsonb(NEW) - loose = to_jsonb(OLD) - loose
       AND (OLD.revoked_at IS NULL OR NEW.revoked_at = OLD.revoked_at)
       AND ((NEW.uses_left, NEW.used_at, NEW.answer)
            IS NOT DISTINCT FROM (OLD.uses_left, OLD.used_at, OLD.answer)
            OR (NEW.uses_left = OLD.uses_left - 1 AND NEW.used_at IS NOT NULL
                AND NEW.revoked_at IS NULL AND now() < OLD.expires_at)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation',
        TABLE = TG_TABLE_NAME,
        CONSTRAINT = 'link_stays',
        MESSAGE = format('Link %s refused: it can only be answered once while it is valid, or ended.',
                         OLD.id);
END
$$;
CREATE TRIGGER link_stays BEFORE UPDATE ON core_signedlink
    FOR EACH ROW EXECUTE FUNCTION core_guard_link();

-- reverse
DROP FUNCTION
    core_guard_link,
    o2c_refuse_change CASCADE;
