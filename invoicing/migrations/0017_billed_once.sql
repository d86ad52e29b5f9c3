-- 1. Nothing is billed ahead of its delivery and with it again: whatever a line is of, all live
-- invoices of an order line ask for no more than was ordered and not cancelled.
-- Lines without a shipment keep their own trigger; that of lines with one comes after the rule on
-- what was shipped (triggers fire by name), which says more.
CREATE TRIGGER invoiced_within_whole_order AFTER INSERT OR UPDATE ON invoicing_invoiceline
    FOR EACH ROW WHEN (NEW.shipment_line_id IS NOT NULL AND NEW.order_line_id IS NOT NULL
                       AND NEW.corrects_id IS NULL)
    EXECUTE FUNCTION invoicing_check_advance();

-- 2. Live invoices of an order bear each of its charges at most once. The charge is locked first.
CREATE FUNCTION invoicing_check_borne() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    agreed numeric;
    borne numeric;
BEGIN
    SELECT amount INTO agreed FROM orders_ordercharge
     WHERE id = NEW.order_charge_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(charge.amount), 0) INTO borne
      FROM invoicing_invoicecharge AS charge
      JOIN invoicing_invoice AS invoice ON invoice.id = charge.invoice_id
     WHERE charge.order_charge_id = NEW.order_charge_id
       AND invoice.kind = 'invoice' AND invoice.state <> 'cancelled';
    IF borne > agreed AND EXISTS (SELECT FROM invoicing_invoice
                                   WHERE id = NEW.invoice_id AND kind = 'invoice') THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'charge_borne_once',
            MESSAGE = format('Order charge %s: %s on invoices, but only %s agreed.',
                             NEW.order_charge_id, borne, agreed);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER charge_borne_once AFTER INSERT OR UPDATE ON invoicing_invoicecharge
    FOR EACH ROW WHEN (NEW.order_charge_id IS NOT NULL AND NEW.corrects_id IS NULL)
    EXECUTE FUNCTION invoicing_check_borne();

-- reverse
DROP TRIGGER charge_borne_once ON invoicing_invoicecharge;
DROP FUNCTION invoicing_check_borne();
DROP TRIGGER invoiced_within_whole_order ON invoicing_invoiceline;
