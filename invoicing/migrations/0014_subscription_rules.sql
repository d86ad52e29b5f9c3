-- 1. A subscription belongs to the company of its customer, its invoices to both.
ALTER TABLE invoicing_subscription ADD CONSTRAINT subscription_customer_same_company
    FOREIGN KEY (customer_id, company_id)
    REFERENCES customers_customer (id, company_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE invoicing_invoice ADD CONSTRAINT invoice_subscription_same_customer
    FOREIGN KEY (subscription_id, company_id, customer_id)
    REFERENCES invoicing_subscription (id, company_id, customer_id)
    DEFERRABLE INITIALLY DEFERRED;

-- 2. No day of a subscription is on two invoices; one that was taken back gives its days free.
ALTER TABLE invoicing_invoice ADD CONSTRAINT subscription_billed_once
    EXCLUDE USING gist (subscription_id WITH =, daterange(period_from, period_to, '[]') WITH &&)
    WHERE (subscription_id IS NOT NULL AND kind = 'invoice' AND state <> 'cancelled');

-- 3. Once agreed, a subscription keeps who, when and how often; what is billed stays billed; an
-- ended one stays as it is. None is deleted: numbers have no gap.
CREATE FUNCTION invoicing_guard_subscription() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'title', 'payment_terms_id', 'po_number', 'ends_on',
                          'notice_months', 'next_from', 'next_bill_on'];
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.company_id = OLD.company_id AND NEW.number = OLD.number
       AND (OLD.state = 'draft'
            OR (OLD.state <> 'ended' AND NEW.state <> 'draft'
                AND to_jsonb(NEW) - loose = to_jsonb(OLD) - loose
                AND NEW.next_from >= OLD.next_from
                AND (NEW.ends_on IS NULL OR NEW.ends_on >= NEW.next_from - 1))) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation',
        TABLE = TG_TABLE_NAME,
        CONSTRAINT = 'subscription_stays',
        MESSAGE = format('%s of subscription %s (%s) refused: what is agreed and billed stays.',
                         TG_OP, OLD.number, OLD.state);
END
$$;
CREATE TRIGGER subscription_stays BEFORE UPDATE OR DELETE ON invoicing_subscription
    FOR EACH ROW EXECUTE FUNCTION invoicing_guard_subscription();
CREATE TRIGGER subscription_kept BEFORE TRUNCATE ON invoicing_subscription
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

-- 4. Lines, prices and pauses change for days that are not billed yet. The subscription is locked
-- first, so that a change and a billing wait for each other.
CREATE FUNCTION invoicing_unbilled_from(subscription bigint) RETURNS date LANGUAGE plpgsql AS $$
DECLARE
    known record;
BEGIN
    SELECT state, next_from INTO known FROM invoicing_subscription
     WHERE id = subscription FOR NO KEY UPDATE;
    RETURN CASE known.state WHEN 'draft' THEN '-infinity' WHEN 'ended' THEN 'infinity'
           ELSE known.next_from END;
END
$$;
CREATE FUNCTION invoicing_refuse_billed(subscription bigint, what text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation',
        TABLE = what,
        CONSTRAINT = 'subscription_billed_stays',
        MESSAGE = format('Subscription %s: days that are billed don''t change.', subscription);
END
$$;
CREATE FUNCTION invoicing_guard_subscription_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    since date := invoicing_unbilled_from(coalesce(NEW.subscription_id, OLD.subscription_id));
BEGIN
    IF since = '-infinity'
       OR (TG_OP = 'INSERT' AND NEW.starts_on >= since)
       OR (TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'ends_on' = to_jsonb(OLD) - 'ends_on'
           AND coalesce(NEW.ends_on, 'infinity') >= since - 1
           AND coalesce(OLD.ends_on, 'infinity') >= since - 1) THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    PERFORM invoicing_refuse_billed(coalesce(NEW.subscription_id, OLD.subscription_id),
                                    TG_TABLE_NAME);
END
$$;
CREATE TRIGGER subscription_line_stays BEFORE INSERT OR UPDATE OR DELETE
    ON invoicing_subscriptionline
    FOR EACH ROW EXECUTE FUNCTION invoicing_guard_subscription_line();
CREATE FUNCTION invoicing_guard_subscription_price() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner bigint;
    since date;
BEGIN
    SELECT subscription_id INTO owner FROM invoicing_subscriptionline
     WHERE id = coalesce(NEW.line_id, OLD.line_id);
    since := CASE WHEN owner IS NULL THEN '-infinity' ELSE invoicing_unbilled_from(owner) END;
    IF since = '-infinity'
       OR (TG_OP <> 'UPDATE' AND coalesce(NEW.valid_from, OLD.valid_from) >= since) THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    PERFORM invoicing_refuse_billed(owner, TG_TABLE_NAME);
END
$$;
CREATE TRIGGER subscription_price_stays BEFORE INSERT OR UPDATE OR DELETE
    ON invoicing_subscriptionprice
    FOR EACH ROW EXECUTE FUNCTION invoicing_guard_subscription_price();
CREATE FUNCTION invoicing_guard_subscription_pause() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    since date := invoicing_unbilled_from(coalesce(NEW.subscription_id, OLD.subscription_id));
BEGIN
    IF (TG_OP = 'INSERT' AND NEW.first_on >= since)
       OR (TG_OP = 'UPDATE' AND OLD.last_on IS NULL AND NEW.last_on >= since - 1
           AND to_jsonb(NEW) - 'last_on' = to_jsonb(OLD) - 'last_on')
       OR (TG_OP = 'DELETE' AND OLD.first_on >= since) THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    PERFORM invoicing_refuse_billed(coalesce(NEW.subscription_id, OLD.subscription_id),
                                    TG_TABLE_NAME);
END
$$;
CREATE TRIGGER subscription_pause_stays BEFORE INSERT OR UPDATE OR DELETE
    ON invoicing_subscriptionpause
    FOR EACH ROW EXECUTE FUNCTION invoicing_guard_subscription_pause();

-- 5. An index value is never changed: a wrong one is taken away (while no price came of it) and
-- entered again.
CREATE TRIGGER index_value_stays BEFORE UPDATE ON invoicing_indexvalue
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- reverse
DROP TRIGGER index_value_stays ON invoicing_indexvalue;
DROP TRIGGER subscription_pause_stays ON invoicing_subscriptionpause;
DROP FUNCTION invoicing_guard_subscription_pause();
DROP TRIGGER subscription_price_stays ON invoicing_subscriptionprice;
DROP FUNCTION invoicing_guard_subscription_price();
DROP TRIGGER subscription_line_stays ON invoicing_subscriptionline;
DROP FUNCTION invoicing_guard_subscription_line();
DROP FUNCTION invoicing_refuse_billed(bigint, text);
DROP FUNCTION invoicing_unbilled_from(bigint);
DROP TRIGGER subscription_kept ON invoicing_subscription;
DROP TRIGGER subscription_stays ON invoicing_subscription;
DROP FUNCTION invoicing_guard_subscription();
ALTER TABLE invoicing_invoice DROP CONSTRAINT subscription_billed_once;
ALTER TABLE invoicing_invoice DROP CONSTRAINT invoice_subscription_same_customer;
ALTER TABLE invoicing_subscription DROP CONSTRAINT subscription_customer_same_company;
