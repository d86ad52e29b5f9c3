-- What closings were decided on stays.
CREATE TRIGGER late_posting_stays BEFORE UPDATE OR DELETE ON receivables_lateposting
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER late_posting_kept BEFORE TRUNCATE ON receivables_lateposting
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER proof_stays BEFORE UPDATE OR DELETE ON receivables_proofrun
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER reopening_stays BEFORE UPDATE ON receivables_reopening
    FOR EACH ROW WHEN (OLD.state <> 'proposed') EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER reopening_asked_stays BEFORE UPDATE OF
        company_id, area, strength, closed_until, reason, proposed_by_id
    ON receivables_reopening FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER reopening_kept BEFORE DELETE ON receivables_reopening
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- A late posting lets the transaction that wrote it, no other.
ALTER TABLE receivables_lateposting
    ADD COLUMN posted_in bigint NOT NULL DEFAULT txid_current();
CREATE INDEX late_posting_act ON receivables_lateposting (company_id, posted_in);

-- The area of the books an entry is in, by its source.
CREATE FUNCTION receivables_area_of(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE split_part($1, ':', 1)
        WHEN 'invoice' THEN 'invoicing' WHEN 'bank' THEN 'bank' ELSE 'receivables' END
$$;

-- Up to when an area of a company is closed to this transaction: hard closings, and soft ones
-- unless it says why it posts late.
CREATE FUNCTION receivables_closed_until(bigint, text) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT max(newest.closed_until) FROM (
        SELECT DISTINCT ON (area, strength) strength, closed_until
          FROM receivables_booksclosing
         WHERE company_id = $1 AND area IN ('all', $2)
         ORDER BY area, strength, id DESC) AS newest
     WHERE newest.strength = 'hard'
        OR NOT EXISTS (
            SELECT FROM receivables_lateposting
             WHERE company_id = $1 AND area IN ('all', $2)
               AND posted_in = txid_current_if_assigned())
$$;

CREATE OR REPLACE FUNCTION receivables_period_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    company bigint;
    part text;
    earliest date;
    closed date;
BEGIN
    FOR company, part, earliest IN
        SELECT company_id, receivables_area_of(source_key), min(posted_on)
          FROM fresh GROUP BY 1, 2 ORDER BY 1, 2
    LOOP
        PERFORM pg_advisory_xact_lock_shared(7101, company::int);
        SELECT receivables_closed_until(company, part) INTO closed;
        IF closed >= earliest THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'period_open',
                MESSAGE = format('The books are closed until %s; %s can''t be posted.',
                                 closed, earliest);
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

-- Closing waits for postings on their way; going back to an earlier day is what two people decided.
CREATE OR REPLACE FUNCTION receivables_closing_waits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last date;
BEGIN
    PERFORM pg_advisory_xact_lock(7101, NEW.company_id::int);
    SELECT closed_until INTO last FROM receivables_booksclosing
     WHERE company_id = NEW.company_id AND area = NEW.area AND strength = NEW.strength
     ORDER BY id DESC LIMIT 1;
    IF NEW.closed_until < last AND NOT EXISTS (
        SELECT FROM receivables_reopening AS asked
         WHERE asked.id = NEW.reopening_id AND asked.state = 'approved'
           AND asked.company_id = NEW.company_id AND asked.area = NEW.area
           AND asked.strength = NEW.strength AND asked.closed_until = NEW.closed_until
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'closing_reopened_by_two',
            MESSAGE = format('The books are closed until %s; going back to %s takes two people.',
                             last, NEW.closed_until);
    END IF;
    RETURN NEW;
END
$$;

-- reverse
CREATE OR REPLACE FUNCTION receivables_closing_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7101, NEW.company_id::int);
    RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION receivables_period_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    company bigint;
    earliest date;
    closed date;
BEGIN
    FOR company, earliest IN
        SELECT company_id, min(posted_on) FROM fresh GROUP BY company_id ORDER BY company_id
    LOOP
        PERFORM pg_advisory_xact_lock_shared(7101, company::int);
        SELECT closed_until INTO closed FROM receivables_booksclosing
         WHERE company_id = company ORDER BY id DESC LIMIT 1;
        IF closed >= earliest THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'period_open',
                MESSAGE = format('The books are closed until %s; %s can''t be posted.',
                                 closed, earliest);
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;
DROP FUNCTION receivables_closed_until(bigint, text);
DROP FUNCTION receivables_area_of(text);
DROP INDEX late_posting_act;
ALTER TABLE receivables_lateposting DROP COLUMN posted_in;
DROP TRIGGER reopening_kept ON receivables_reopening;
DROP TRIGGER reopening_asked_stays ON receivables_reopening;
DROP TRIGGER reopening_stays ON receivables_reopening;
DROP TRIGGER proof_stays ON receivables_proofrun;
DROP TRIGGER late_posting_kept ON receivables_lateposting;
DROP TRIGGER late_posting_stays ON receivables_lateposting;
