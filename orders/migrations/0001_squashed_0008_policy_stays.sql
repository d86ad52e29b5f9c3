-- What an order points to belongs to the order's company.
ALTER TABLE orders_order ADD CONSTRAINT order_of_company UNIQUE (id, company_id);
ALTER TABLE orders_order ADD CONSTRAINT order_customer_same_company
    FOREIGN KEY (customer_id, company_id)
    REFERENCES customers_customer (id, company_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE orders_order ADD CONSTRAINT order_terms_same_company
    FOREIGN KEY (payment_terms_id, company_id)
    REFERENCES customers_paymentterms (id, company_id) DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION orders_lines_in_one_company() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stranger record;
BEGIN
    SELECT line.order_id, line.product_id INTO stranger
      FROM added AS line
      JOIN orders_order AS o ON o.id = line.order_id
      JOIN catalog_product AS product ON product.id = line.product_id
     WHERE product.company_id <> o.company_id
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'order_line_one_company',
            MESSAGE = format('Product %s is not of the company of order %s.',
                             stranger.product_id, stranger.order_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER order_line_one_company AFTER INSERT ON orders_orderline
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION orders_lines_in_one_company();

-- Lines of anything but a draft keep article, quantity, price and VAT. What may still change:
-- the cancelled quantity (it only grows), the net that follows from it, and the promised day.
CREATE FUNCTION orders_guard_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    order_state text;
BEGIN
    SELECT state INTO order_state FROM orders_order WHERE id = OLD.order_id;
    IF order_state IS NULL OR order_state = 'draft' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE'
       AND NEW.cancelled_quantity >= OLD.cancelled_quantity
       AND (NEW.order_id, NEW.position, NEW.product_id, NEW.description, NEW.quantity, NEW.unit,
            NEW.unit_price, NEW.discount_rate, NEW.vat_category, NEW.vat_rate)
           IS NOT DISTINCT FROM
           (OLD.order_id, OLD.position, OLD.product_id, OLD.description, OLD.quantity, OLD.unit,
            OLD.unit_price, OLD.discount_rate, OLD.vat_category, OLD.vat_rate)
       AND (NEW.net_amount = OLD.net_amount OR NEW.cancelled_quantity > OLD.cancelled_quantity)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation',
        TABLE = TG_TABLE_NAME,
        CONSTRAINT = 'order_line_stays',
        MESSAGE = format('%s of line %s refused: order %s is %s.',
                         TG_OP, OLD.position, OLD.order_id, order_state);
END
$$;
CREATE TRIGGER order_line_stays BEFORE UPDATE OR DELETE ON orders_orderline
    FOR EACH ROW EXECUTE FUNCTION orders_guard_line();

-- An order goes forward only, keeps its number, and once submitted its customer and currency.
CREATE FUNCTION orders_guard_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state = 'draft' THEN
            RETURN OLD;
        END IF;
    ELSIF (NEW.number, NEW.company_id) IS NOT DISTINCT FROM (OLD.number, OLD.company_id)
       AND (OLD.state = 'draft'
            OR (NEW.customer_id, NEW.currency, NEW.ordered_on)
               IS NOT DISTINCT FROM (OLD.customer_id, OLD.currency, OLD.ordered_on))
       AND (OLD.confirmation_id IS NULL OR NEW.confirmation_id = OLD.confirmation_id)
       AND (NEW.state = OLD.state
            OR (OLD.state = 'draft' AND NEW.state IN ('submitted', 'cancelled'))
            OR (OLD.state = 'submitted' AND NEW.state IN ('released', 'on_hold', 'cancelled', 'completed'))
            OR (OLD.state = 'on_hold' AND NEW.state IN ('released', 'cancelled', 'completed'))
            OR (OLD.state = 'released'
                AND NEW.state IN ('on_hold', 'in_fulfilment', 'completed', 'cancelled'))
            OR (OLD.state = 'in_fulfilment' AND NEW.state = 'completed')
            OR (OLD.state = 'completed' AND NEW.state = 'closed'))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation',
        TABLE = TG_TABLE_NAME,
        CONSTRAINT = 'order_goes_forward',
        MESSAGE = format('%s of order %s (%s) refused.', TG_OP, OLD.number, OLD.state);
END
$$;
CREATE TRIGGER order_goes_forward BEFORE UPDATE OR DELETE ON orders_order
    FOR EACH ROW EXECUTE FUNCTION orders_guard_order();

-- The net of a submitted order is the sum of its lines and charges.
CREATE FUNCTION orders_totals_are_sums() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE CONSTRAINT TRIGGER order_net_is_a_sum AFTER INSERT OR UPDATE OF state, net_amount
    ON orders_order DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION orders_totals_are_sums();

-- Charges of anything but a draft stay as agreed. Percentages and discounts follow their lines when
-- some of them are cancelled: no discount takes off more than what is left comes to.
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
CREATE TRIGGER order_charge_stays BEFORE INSERT OR UPDATE OR DELETE ON orders_ordercharge
    FOR EACH ROW EXECUTE FUNCTION orders_guard_charge();

-- When an order is invoiced is agreed with it: its billing follows from that, ahead or after.
CREATE TRIGGER order_policy_stays BEFORE UPDATE OF billing_policy ON orders_order
    FOR EACH ROW WHEN (OLD.state <> 'draft' AND NEW.billing_policy <> OLD.billing_policy)
    EXECUTE FUNCTION o2c_refuse_change();

-- reverse
DROP TRIGGER order_policy_stays ON orders_order;
ALTER TABLE orders_order DROP CONSTRAINT order_terms_same_company;
ALTER TABLE orders_order DROP CONSTRAINT order_customer_same_company;
ALTER TABLE orders_order DROP CONSTRAINT order_of_company;
DROP FUNCTION
    orders_guard_charge,
    orders_totals_are_sums,
    orders_guard_order,
    orders_guard_line,
    orders_lines_in_one_company CASCADE;
