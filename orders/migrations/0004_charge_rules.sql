-- 1. Charges of anything but a draft stay as agreed. One that is a percentage of the lines follows
-- them when some of them are cancelled.
CREATE FUNCTION orders_guard_charge() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER order_charge_stays BEFORE INSERT OR UPDATE OR DELETE ON orders_ordercharge
    FOR EACH ROW EXECUTE FUNCTION orders_guard_charge();

-- 2. The net of a submitted order is the sum of its lines and charges.
CREATE OR REPLACE FUNCTION orders_totals_are_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    current record;
    summed numeric;
BEGIN
    SELECT state, net_amount, number INTO current FROM orders_order WHERE id = NEW.id;
    IF NOT FOUND OR current.state IN ('draft', 'cancelled') THEN
        RETURN NULL;
    END IF;
    SELECT (SELECT coalesce(sum(net_amount), 0) FROM orders_orderline WHERE order_id = NEW.id)
         + (SELECT coalesce(sum(CASE WHEN is_charge THEN amount ELSE -amount END), 0)
              FROM orders_ordercharge WHERE order_id = NEW.id)
      INTO summed;
    IF summed <> current.net_amount THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'order_net_is_a_sum',
            MESSAGE = format('Order %s: net %s, but its lines and charges sum to %s.',
                             current.number, current.net_amount, summed);
    END IF;
    RETURN NULL;
END
$$;

-- reverse
CREATE OR REPLACE FUNCTION orders_totals_are_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    current record;
    summed numeric;
BEGIN
    SELECT state, net_amount, number INTO current FROM orders_order WHERE id = NEW.id;
    IF NOT FOUND OR current.state IN ('draft', 'cancelled') THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(net_amount), 0) INTO summed FROM orders_orderline WHERE order_id = NEW.id;
    IF summed <> current.net_amount THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'order_net_is_a_sum',
            MESSAGE = format('Order %s: net %s, but its lines sum to %s.',
                             current.number, current.net_amount, summed);
    END IF;
    RETURN NULL;
END
$$;
DROP TRIGGER order_charge_stays ON orders_ordercharge;
DROP FUNCTION orders_guard_charge();
