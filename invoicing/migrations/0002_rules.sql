-- 1. An invoice belongs to the company of its customer and order.
ALTER TABLE invoicing_invoice ADD CONSTRAINT invoice_customer_same_company
    FOREIGN KEY (customer_id, company_id)
    REFERENCES customers_customer (id, company_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE invoicing_invoice ADD CONSTRAINT invoice_order_same_company
    FOREIGN KEY (order_id, company_id)
    REFERENCES orders_order (id, company_id) DEFERRABLE INITIALLY DEFERRED;

-- 2. A document is born as a draft. Once issued it keeps every word and figure; what may still
-- happen: its files and its delivery are noted (once), and an invoice is cancelled by its credit.
CREATE FUNCTION invoicing_guard_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'pdf_id', 'xml_id', 'is_delivery_planned'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'draft' THEN
            RETURN NEW;
        END IF;
    ELSIF OLD.state = 'draft' THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        ELSIF NEW.state IN ('draft', 'issued')
              AND (NEW.company_id, NEW.kind) = (OLD.company_id, OLD.kind) THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE'
          AND to_jsonb(NEW) - loose = to_jsonb(OLD) - loose
          AND (OLD.pdf_id IS NULL OR NEW.pdf_id = OLD.pdf_id)
          AND (OLD.xml_id IS NULL OR NEW.xml_id = OLD.xml_id)
          AND (NOT OLD.is_delivery_planned OR NEW.is_delivery_planned)
          AND (NEW.state = OLD.state
               OR (OLD.state = 'issued' AND NEW.state = 'cancelled' AND OLD.kind = 'invoice'
                   AND EXISTS (SELECT FROM invoicing_invoice AS credit
                                WHERE credit.corrects_id = OLD.id AND credit.kind = 'credit_note'
                                  AND credit.state = 'issued')))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation',
        TABLE = TG_TABLE_NAME,
        CONSTRAINT = 'invoice_stays',
        MESSAGE = format('%s of invoice %s refused: an issued document never changes.',
                         TG_OP, coalesce(OLD.number, NEW.number, 'without number'));
END
$$;
CREATE TRIGGER invoice_stays BEFORE INSERT OR UPDATE OR DELETE ON invoicing_invoice
    FOR EACH ROW EXECUTE FUNCTION invoicing_guard_invoice();
CREATE TRIGGER invoice_kept BEFORE TRUNCATE ON invoicing_invoice
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

-- 3. Lines, VAT rows and instalments change only while their invoice is a draft.
CREATE FUNCTION invoicing_guard_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    invoice bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.invoice_id ELSE OLD.invoice_id END;
    invoice_state text;
BEGIN
    SELECT state INTO invoice_state FROM invoicing_invoice WHERE id = invoice;
    IF coalesce(invoice_state, 'draft') = 'draft'
       AND (TG_OP <> 'UPDATE' OR NEW.invoice_id = OLD.invoice_id) THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation',
        TABLE = TG_TABLE_NAME,
        CONSTRAINT = 'invoice_part_stays',
        MESSAGE = format('%s refused: invoice %s is %s.', TG_OP, invoice, invoice_state);
END
$$;
CREATE TRIGGER invoice_line_stays BEFORE INSERT OR UPDATE OR DELETE ON invoicing_invoiceline
    FOR EACH ROW EXECUTE FUNCTION invoicing_guard_part();
CREATE TRIGGER invoice_line_kept BEFORE TRUNCATE ON invoicing_invoiceline
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER invoice_vat_stays BEFORE INSERT OR UPDATE OR DELETE ON invoicing_invoicevat
    FOR EACH ROW EXECUTE FUNCTION invoicing_guard_part();
CREATE TRIGGER invoice_vat_kept BEFORE TRUNCATE ON invoicing_invoicevat
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER instalment_stays BEFORE INSERT OR UPDATE OR DELETE ON invoicing_invoiceinstalment
    FOR EACH ROW EXECUTE FUNCTION invoicing_guard_part();
CREATE TRIGGER instalment_kept BEFORE TRUNCATE ON invoicing_invoiceinstalment
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

-- 4. Invoiced never exceeds shipped, per shipment line. The shipment line is locked first, so two
-- invoices of one line wait for each other. Cancelled invoices give their quantity back.
CREATE FUNCTION invoicing_check_invoiced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    shipped numeric;
    invoiced numeric;
BEGIN
    SELECT quantity INTO shipped FROM fulfillment_shipmentline
     WHERE id = NEW.shipment_line_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(line.quantity), 0) INTO invoiced
      FROM invoicing_invoiceline AS line
      JOIN invoicing_invoice AS invoice ON invoice.id = line.invoice_id
     WHERE line.shipment_line_id = NEW.shipment_line_id
       AND invoice.kind = 'invoice' AND invoice.state <> 'cancelled';
    IF invoiced > shipped THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'invoiced_within_shipped',
            MESSAGE = format('Shipment line %s: %s invoiced, but only %s shipped.',
                             NEW.shipment_line_id, invoiced, shipped);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER invoiced_within_shipped AFTER INSERT OR UPDATE ON invoicing_invoiceline
    FOR EACH ROW WHEN (NEW.shipment_line_id IS NOT NULL)
    EXECUTE FUNCTION invoicing_check_invoiced();

-- 5. Credited never exceeds invoiced, per line, in quantity and in value; what is credited was
-- issued before. The corrected line is locked first.
CREATE FUNCTION invoicing_check_credited() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    original record;
    credited record;
BEGIN
    SELECT line.quantity, line.net_amount, invoice.state, invoice.kind INTO original
      FROM invoicing_invoiceline AS line
      JOIN invoicing_invoice AS invoice ON invoice.id = line.invoice_id
     WHERE line.id = NEW.corrects_id FOR NO KEY UPDATE OF line;
    SELECT sum(quantity) AS quantity, sum(net_amount) AS net_amount INTO credited
      FROM invoicing_invoiceline WHERE corrects_id = NEW.corrects_id;
    IF original.kind <> 'invoice' OR original.state = 'draft'
       OR credited.quantity > original.quantity OR credited.net_amount > original.net_amount THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'credited_within_invoiced',
            MESSAGE = format('Invoice line %s (%s): %s for %s credited, but %s for %s invoiced.',
                             NEW.corrects_id, original.state, credited.quantity,
                             credited.net_amount, original.quantity, original.net_amount);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER credited_within_invoiced AFTER INSERT OR UPDATE ON invoicing_invoiceline
    FOR EACH ROW WHEN (NEW.corrects_id IS NOT NULL)
    EXECUTE FUNCTION invoicing_check_credited();

-- 6. At issue every total is the sum of its rows, the VAT table that of the lines, each VAT amount
-- its net times its rate (numeric rounds half away from zero, as o2c.money does).
CREATE FUNCTION invoicing_check_totals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lines numeric;
    vat record;
    due numeric;
    wrong integer;
BEGIN
    SELECT coalesce(sum(net_amount), 0) INTO lines
      FROM invoicing_invoiceline WHERE invoice_id = NEW.id;
    SELECT coalesce(sum(net_amount), 0) AS net, coalesce(sum(vat_amount), 0) AS amount INTO vat
      FROM invoicing_invoicevat WHERE invoice_id = NEW.id;
    SELECT coalesce(sum(amount), 0) INTO due
      FROM invoicing_invoiceinstalment WHERE invoice_id = NEW.id;
    SELECT count(*) INTO wrong
      FROM invoicing_invoicevat AS row
      LEFT JOIN (SELECT vat_category, vat_rate, sum(net_amount) AS net
                   FROM invoicing_invoiceline WHERE invoice_id = NEW.id GROUP BY 1, 2) AS line
             ON (line.vat_category, line.vat_rate) = (row.vat_category, row.vat_rate)
     WHERE row.invoice_id = NEW.id
       AND (row.net_amount IS DISTINCT FROM line.net
            OR row.vat_amount <> round(row.net_amount * row.vat_rate, 2));
    IF lines <> NEW.net_amount OR vat.net <> NEW.net_amount OR vat.amount <> NEW.vat_amount
       OR due <> NEW.gross_amount OR wrong > 0 THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'invoice_totals_are_sums',
            MESSAGE = format('Invoice %s: net %s, VAT %s, total %s; lines %s, VAT table %s and %s,'
                             ' instalments %s, wrong VAT rows %s.', NEW.number, NEW.net_amount,
                             NEW.vat_amount, NEW.gross_amount, lines, vat.net, vat.amount, due,
                             wrong);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER invoice_totals_are_sums BEFORE UPDATE OF state ON invoicing_invoice
    FOR EACH ROW WHEN (OLD.state = 'draft' AND NEW.state = 'issued')
    EXECUTE FUNCTION invoicing_check_totals();

-- 7. Deliveries are facts.
CREATE TRIGGER delivery_stays BEFORE UPDATE OR DELETE ON invoicing_invoicedelivery
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER delivery_kept BEFORE TRUNCATE ON invoicing_invoicedelivery
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

-- reverse
DROP TRIGGER delivery_kept ON invoicing_invoicedelivery;
DROP TRIGGER delivery_stays ON invoicing_invoicedelivery;
DROP TRIGGER invoice_totals_are_sums ON invoicing_invoice;
DROP FUNCTION invoicing_check_totals();
DROP TRIGGER credited_within_invoiced ON invoicing_invoiceline;
DROP FUNCTION invoicing_check_credited();
DROP TRIGGER invoiced_within_shipped ON invoicing_invoiceline;
DROP FUNCTION invoicing_check_invoiced();
DROP TRIGGER instalment_kept ON invoicing_invoiceinstalment;
DROP TRIGGER instalment_stays ON invoicing_invoiceinstalment;
DROP TRIGGER invoice_vat_kept ON invoicing_invoicevat;
DROP TRIGGER invoice_vat_stays ON invoicing_invoicevat;
DROP TRIGGER invoice_line_kept ON invoicing_invoiceline;
DROP TRIGGER invoice_line_stays ON invoicing_invoiceline;
DROP FUNCTION invoicing_guard_part();
DROP TRIGGER invoice_kept ON invoicing_invoice;
DROP TRIGGER invoice_stays ON invoicing_invoice;
DROP FUNCTION invoicing_guard_invoice();
ALTER TABLE invoicing_invoice DROP CONSTRAINT invoice_order_same_company;
ALTER TABLE invoicing_invoice DROP CONSTRAINT invoice_customer_same_company;
