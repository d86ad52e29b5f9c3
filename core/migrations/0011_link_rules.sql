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
DROP TRIGGER link_stays ON core_signedlink;
DROP FUNCTION core_guard_link();
