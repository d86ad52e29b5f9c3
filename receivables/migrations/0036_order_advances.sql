-- An advance is a customer's own payment for their own order, and is bound once: only its end is told later.
CREATE FUNCTION receivables_advance_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.freed_at IS NOT NULL OR NEW.order_id <> OLD.order_id
            OR NEW.item_id <> OLD.item_id OR NEW.company_id <> OLD.company_id) THEN
        RAISE EXCEPTION 'an advance payment is freed and bound anew, never changed'
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' AND NOT EXISTS (
        SELECT 1 FROM receivables_openitem AS item
          JOIN orders_order AS placed ON placed.id = NEW.order_id
         WHERE item.id = NEW.item_id AND item.kind = 'payment' AND item.amount < 0
           AND item.customer_id = placed.customer_id
           AND item.company_id = NEW.company_id AND placed.company_id = NEW.company_id
    ) THEN
        RAISE EXCEPTION 'an advance payment is a payment of the order''s own customer'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER advance_fits BEFORE INSERT OR UPDATE ON receivables_orderadvance
    FOR EACH ROW EXECUTE FUNCTION receivables_advance_fits();

-- reverse
DROP TRIGGER advance_fits ON receivables_orderadvance;
DROP FUNCTION receivables_advance_fits();
