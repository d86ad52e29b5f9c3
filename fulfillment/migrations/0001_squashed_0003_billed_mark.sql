-- Moves are facts.
CREATE TRIGGER stock_move_stays BEFORE UPDATE OR DELETE ON fulfillment_stockmove
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER stock_move_kept BEFORE TRUNCATE ON fulfillment_stockmove
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

-- On hand is the sum of the moves, reserved the sum of the reservations. Statement triggers:
-- one update for fifty lines. The verbs have locked the levels in primary-key order before.
CREATE FUNCTION fulfillment_add_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE fulfillment_stocklevel AS level
       SET on_hand = level.on_hand + moved.quantity
      FROM (SELECT level_id, sum(quantity) AS quantity FROM added GROUP BY level_id) AS moved
     WHERE level.id = moved.level_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER stock_move_adds AFTER INSERT ON fulfillment_stockmove
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION fulfillment_add_moves();

CREATE FUNCTION fulfillment_add_reservations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE fulfillment_stocklevel AS level
           SET reserved = level.reserved + change.quantity
          FROM (SELECT level_id, sum(quantity) AS quantity FROM added GROUP BY level_id) AS change
         WHERE level.id = change.level_id;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE fulfillment_stocklevel AS level
           SET reserved = level.reserved - change.quantity
          FROM (SELECT level_id, sum(quantity) AS quantity FROM removed GROUP BY level_id) AS change
         WHERE level.id = change.level_id;
    ELSE
        UPDATE fulfillment_stocklevel AS level
           SET reserved = level.reserved + change.quantity
          FROM (SELECT level_id, sum(quantity) AS quantity
                  FROM (SELECT level_id, quantity FROM added
                        UNION ALL SELECT level_id, -quantity FROM removed) AS both_sides
                 GROUP BY level_id) AS change
         WHERE level.id = change.level_id AND change.quantity <> 0;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER reservation_adds AFTER INSERT ON fulfillment_reservation
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION fulfillment_add_reservations();
CREATE TRIGGER reservation_changes AFTER UPDATE ON fulfillment_reservation
    REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION fulfillment_add_reservations();
CREATE TRIGGER reservation_frees AFTER DELETE ON fulfillment_reservation
    REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION fulfillment_add_reservations();

-- The totals change through the triggers above only (depth 0 is a statement of a client).
CREATE FUNCTION fulfillment_refuse_total() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation',
        TABLE = TG_TABLE_NAME,
        MESSAGE = 'on_hand and reserved are sums kept by the database.',
        HINT = 'Insert a stock move or a reservation instead.';
END
$$;
CREATE TRIGGER stock_level_is_a_sum BEFORE UPDATE OF on_hand, reserved ON fulfillment_stocklevel
    FOR EACH ROW
    WHEN (pg_trigger_depth() = 0
          AND (NEW.on_hand, NEW.reserved) IS DISTINCT FROM (OLD.on_hand, OLD.reserved))
    EXECUTE FUNCTION fulfillment_refuse_total();
CREATE TRIGGER stock_level_starts_empty BEFORE INSERT ON fulfillment_stocklevel
    FOR EACH ROW WHEN (NEW.on_hand <> 0 OR NEW.reserved <> 0)
    EXECUTE FUNCTION fulfillment_refuse_total();

-- Shipped (everything in a shipment that is not cancelled) never exceeds ordered - cancelled.
-- The order line is locked first, so two shipments of one line wait for each other.
CREATE FUNCTION fulfillment_check_shipped(line bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    ordered numeric;
    shipped numeric;
BEGIN
    SELECT quantity - cancelled_quantity INTO ordered
      FROM orders_orderline WHERE id = line FOR NO KEY UPDATE;
    SELECT coalesce(sum(item.quantity), 0) INTO shipped
      FROM fulfillment_shipmentline AS item
      JOIN fulfillment_shipment AS shipment ON shipment.id = item.shipment_id
     WHERE item.order_line_id = line AND shipment.state <> 'cancelled';
    IF shipped > ordered THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            CONSTRAINT = 'shipped_within_ordered',
            MESSAGE = format('Order line %s: %s in shipments, but only %s ordered and not cancelled.',
                             line, shipped, ordered);
    END IF;
END
$$;

CREATE FUNCTION fulfillment_guard_shipment_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM fulfillment_shipment AS shipment
                     JOIN orders_orderline AS line ON line.order_id = shipment.order_id
                    WHERE shipment.id = NEW.shipment_id AND line.id = NEW.order_line_id) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            CONSTRAINT = 'shipment_line_of_its_order',
            MESSAGE = format('Order line %s does not belong to the order of shipment %s.',
                             NEW.order_line_id, NEW.shipment_id);
    END IF;
    PERFORM fulfillment_check_shipped(NEW.order_line_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER shipment_line_within_order AFTER INSERT OR UPDATE ON fulfillment_shipmentline
    FOR EACH ROW EXECUTE FUNCTION fulfillment_guard_shipment_line();

CREATE FUNCTION fulfillment_guard_order_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM fulfillment_check_shipped(NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER order_line_covers_shipped
    AFTER UPDATE OF quantity, cancelled_quantity ON orders_orderline
    FOR EACH ROW
    WHEN (NEW.quantity - NEW.cancelled_quantity < OLD.quantity - OLD.cancelled_quantity)
    EXECUTE FUNCTION fulfillment_guard_order_line();

-- What has left, or was cancelled, keeps its lines; a number is never dropped.
CREATE FUNCTION fulfillment_guard_gone_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_state text;
    new_state text;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        SELECT state INTO old_state FROM fulfillment_shipment WHERE id = OLD.shipment_id FOR SHARE;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        SELECT state INTO new_state FROM fulfillment_shipment WHERE id = NEW.shipment_id FOR SHARE;
    END IF;
    IF coalesce(old_state, 'picking') <> 'picking' OR coalesce(new_state, 'picking') <> 'picking' THEN
        RAISE EXCEPTION USING
            ERRCODE = 'restrict_violation',
            TABLE = TG_TABLE_NAME,
            MESSAGE = format('%s refused: the shipment is %s, its lines stay as they are.',
                             TG_OP, coalesce(old_state, new_state));
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER shipment_line_gone BEFORE INSERT OR UPDATE OR DELETE ON fulfillment_shipmentline
    FOR EACH ROW EXECUTE FUNCTION fulfillment_guard_gone_line();

CREATE FUNCTION fulfillment_guard_shipment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (NEW.number, NEW.order_id, NEW.company_id) IS NOT DISTINCT FROM
           (OLD.number, OLD.order_id, OLD.company_id)
       AND (NEW.state = OLD.state
            OR (OLD.state = 'picking' AND NEW.state IN ('dispatched', 'cancelled'))
            OR (OLD.state = 'dispatched' AND NEW.state = 'delivered'))
       AND (OLD.state = 'picking'
            OR (NEW.warehouse_id, NEW.dispatched_on, NEW.ship_to, NEW.carrier, NEW.tracking_number)
               IS NOT DISTINCT FROM
               (OLD.warehouse_id, OLD.dispatched_on, OLD.ship_to, OLD.carrier, OLD.tracking_number))
       AND (OLD.delivery_note_id IS NULL OR NEW.delivery_note_id = OLD.delivery_note_id)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation',
        TABLE = TG_TABLE_NAME,
        MESSAGE = format('%s of shipment %s (%s) refused.', TG_OP, OLD.number, OLD.state);
END
$$;
CREATE TRIGGER shipment_goes_forward BEFORE UPDATE OR DELETE ON fulfillment_shipment
    FOR EACH ROW EXECUTE FUNCTION fulfillment_guard_shipment();

-- What belongs together belongs to one company.
ALTER TABLE fulfillment_warehouse ADD CONSTRAINT warehouse_of_company UNIQUE (id, company_id);
ALTER TABLE fulfillment_stocklevel ADD CONSTRAINT stock_level_of_company UNIQUE (id, company_id);
ALTER TABLE catalog_product ADD CONSTRAINT product_of_company_for_stock UNIQUE (id, company_id);
ALTER TABLE fulfillment_stocklevel ADD CONSTRAINT stock_level_product_same_company
    FOREIGN KEY (product_id, company_id)
    REFERENCES catalog_product (id, company_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE fulfillment_stocklevel ADD CONSTRAINT stock_level_warehouse_same_company
    FOREIGN KEY (warehouse_id, company_id)
    REFERENCES fulfillment_warehouse (id, company_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE fulfillment_shipment ADD CONSTRAINT shipment_order_same_company
    FOREIGN KEY (order_id, company_id)
    REFERENCES orders_order (id, company_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE fulfillment_shipment ADD CONSTRAINT shipment_warehouse_same_company
    FOREIGN KEY (warehouse_id, company_id)
    REFERENCES fulfillment_warehouse (id, company_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE fulfillment_reservation ADD CONSTRAINT reservation_level_same_company
    FOREIGN KEY (level_id, company_id)
    REFERENCES fulfillment_stocklevel (id, company_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE fulfillment_stockmove ADD CONSTRAINT stock_move_level_same_company
    FOREIGN KEY (level_id, company_id)
    REFERENCES fulfillment_stocklevel (id, company_id) DEFERRABLE INITIALLY DEFERRED;

-- reverse
ALTER TABLE fulfillment_stockmove DROP CONSTRAINT stock_move_level_same_company;
ALTER TABLE fulfillment_reservation DROP CONSTRAINT reservation_level_same_company;
ALTER TABLE fulfillment_shipment DROP CONSTRAINT shipment_warehouse_same_company;
ALTER TABLE fulfillment_shipment DROP CONSTRAINT shipment_order_same_company;
ALTER TABLE fulfillment_stocklevel DROP CONSTRAINT stock_level_warehouse_same_company;
ALTER TABLE fulfillment_stocklevel DROP CONSTRAINT stock_level_product_same_company;
ALTER TABLE catalog_product DROP CONSTRAINT product_of_company_for_stock;
ALTER TABLE fulfillment_stocklevel DROP CONSTRAINT stock_level_of_company;
ALTER TABLE fulfillment_warehouse DROP CONSTRAINT warehouse_of_company;
DROP TRIGGER stock_move_kept ON fulfillment_stockmove;
DROP TRIGGER stock_move_stays ON fulfillment_stockmove;
DROP FUNCTION
    fulfillment_guard_shipment,
    fulfillment_guard_gone_line,
    fulfillment_guard_order_line,
    fulfillment_guard_shipment_line,
    fulfillment_check_shipped,
    fulfillment_refuse_total,
    fulfillment_add_reservations,
    fulfillment_add_moves CASCADE;
