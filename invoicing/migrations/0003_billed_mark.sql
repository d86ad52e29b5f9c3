-- A shipment knows that an invoice was made of it: what is not billed yet is a short index then,
-- not a comparison of a million shipments with a million invoices, every thirty seconds.
CREATE FUNCTION invoicing_mark_shipments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE fulfillment_shipment SET has_invoice = true
         WHERE id = NEW.shipment_id AND NOT has_invoice;
    ELSE
        UPDATE fulfillment_shipment SET has_invoice = false
         WHERE id = OLD.shipment_id AND NOT EXISTS (
               SELECT FROM invoicing_invoice WHERE shipment_id = OLD.shipment_id
                  AND kind = 'invoice');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER invoice_marks_shipment AFTER INSERT ON invoicing_invoice
    FOR EACH ROW WHEN (NEW.shipment_id IS NOT NULL AND NEW.kind = 'invoice')
    EXECUTE FUNCTION invoicing_mark_shipments();
CREATE TRIGGER invoice_unmarks_shipment AFTER DELETE ON invoicing_invoice
    FOR EACH ROW WHEN (OLD.shipment_id IS NOT NULL AND OLD.kind = 'invoice')
    EXECUTE FUNCTION invoicing_mark_shipments();
CREATE TRIGGER shipment_mark_is_kept BEFORE UPDATE OF has_invoice ON fulfillment_shipment
    FOR EACH ROW WHEN (NEW.has_invoice IS DISTINCT FROM OLD.has_invoice
                       AND pg_trigger_depth() = 0)
    EXECUTE FUNCTION o2c_refuse_change();
ALTER TABLE fulfillment_shipment DISABLE TRIGGER shipment_mark_is_kept;
UPDATE fulfillment_shipment AS shipment SET has_invoice = false
 WHERE NOT EXISTS (SELECT FROM invoicing_invoice AS invoice
                    WHERE invoice.shipment_id = shipment.id AND invoice.kind = 'invoice');
ALTER TABLE fulfillment_shipment ENABLE TRIGGER shipment_mark_is_kept;

-- reverse
DROP TRIGGER shipment_mark_is_kept ON fulfillment_shipment;
DROP TRIGGER invoice_unmarks_shipment ON invoicing_invoice;
DROP TRIGGER invoice_marks_shipment ON invoicing_invoice;
DROP FUNCTION invoicing_mark_shipments();
