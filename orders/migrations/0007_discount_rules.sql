-- Charges of anything but a draft stay as agreed. Percentages and discounts follow their lines when
-- some of them are cancelled: no discount takes off more than what is left comes to.
CREATE OR REPLACE FUNCTION orders_guard_charge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['amount', 'base_amount'];
    order_state text;
BEGIN
    SELECT state INTO order_state FROM orders_order
     WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.order_id ELSE OLD.order_id END;
    IF order_state IS NULL OR order_state = 'draft' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.rate IS NOT NULL OR NOT OLD.is_charge)
       AND NEW.amount <= OLD.amount
       AND to_jsonb(NEW) - loose = to_jsonb(OLD) - loose THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation',
        TABLE = TG_TABLE_NAME,
        CONSTRAINT = 'order_charge_stays',
        MESSAGE = format('%s of a charge refused: its order is %s.', TG_OP, order_state);
END
$$;

-- reverse
CREATE OR REPLACE FUNCTION orders_guard_charge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['amount', 'base_amount'];
    order_state text;
BEGIN
    SELECT state INTO order_state FROM orders_order
     WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.order_id ELSE OLD.order_id END;
    IF order_state IS NULL OR order_state = 'draft' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.rate IS NOT NULL AND NEW.amount <= OLD.amount
       AND to_jsonb(NEW) - loose = to_jsonb(OLD) - loose THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation',
        TABLE = TG_TABLE_NAME,
        CONSTRAINT = 'order_charge_stays',
        MESSAGE = format('%s of a charge refused: its order is %s.', TG_OP, order_state);
END
$$;
