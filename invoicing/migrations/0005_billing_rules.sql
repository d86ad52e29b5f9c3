-- 1. What VAT is charged on: lines, and charges less allowances on the whole document.
CREATE VIEW invoicing_taxed AS
    SELECT invoice_id, vat_category, vat_rate, net_amount FROM invoicing_invoiceline
    UNION ALL
    SELECT invoice_id, vat_category, vat_rate, CASE WHEN is_charge THEN amount ELSE -amount END
      FROM invoicing_invoicecharge;

-- 2. Charges and deducted deposits change only while their invoice is a draft, like lines do. The
-- deductions of a final invoice that is taken back are given up, so that another may take them.
CREATE TRIGGER invoice_charge_stays BEFORE INSERT OR UPDATE OR DELETE ON invoicing_invoicecharge
    FOR EACH ROW EXECUTE FUNCTION invoicing_guard_part();
CREATE TRIGGER invoice_charge_kept BEFORE TRUNCATE ON invoicing_invoicecharge
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE FUNCTION invoicing_guard_deposit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.is_live AND NOT NEW.is_live
       AND to_jsonb(NEW) - 'is_live' = to_jsonb(OLD) - 'is_live'
       AND EXISTS (SELECT FROM invoicing_invoice
                    WHERE id = OLD.invoice_id AND state = 'cancelled') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation',
        TABLE = TG_TABLE_NAME,
        CONSTRAINT = 'invoice_part_stays',
        MESSAGE = format('%s of a deducted deposit of invoice %s refused.', TG_OP,
                         OLD.invoice_id);
END
$$;
CREATE TRIGGER invoice_deposit_stays BEFORE INSERT OR DELETE ON invoicing_invoicedeposit
    FOR EACH ROW EXECUTE FUNCTION invoicing_guard_part();
CREATE TRIGGER invoice_deposit_given_up BEFORE UPDATE ON invoicing_invoicedeposit
    FOR EACH ROW EXECUTE FUNCTION invoicing_guard_deposit();
CREATE TRIGGER invoice_deposit_kept BEFORE TRUNCATE ON invoicing_invoicedeposit
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

-- 3. A deposit is deducted once it is issued, of its own customer, never more than it was.
CREATE FUNCTION invoicing_check_deposit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    deposit record;
    final record;
    taken record;
    asked record;
BEGIN
    SELECT id, number, kind, state, customer_id, currency INTO deposit FROM invoicing_invoice
     WHERE id = NEW.deposit_id FOR NO KEY UPDATE;
    SELECT kind, customer_id, currency INTO final FROM invoicing_invoice WHERE id = NEW.invoice_id;
    SELECT coalesce(sum(net_amount), 0) AS net, coalesce(sum(vat_amount), 0) AS vat INTO taken
      FROM invoicing_invoicedeposit
     WHERE deposit_id = NEW.deposit_id AND is_live
       AND (vat_category, vat_rate) = (NEW.vat_category, NEW.vat_rate);
    SELECT net_amount AS net, vat_amount AS vat INTO asked FROM invoicing_invoicevat
     WHERE invoice_id = NEW.deposit_id
       AND (vat_category, vat_rate) = (NEW.vat_category, NEW.vat_rate);
    IF deposit.kind <> 'deposit' OR deposit.state <> 'issued' OR final.kind <> 'invoice'
       OR (deposit.customer_id, deposit.currency) <> (final.customer_id, final.currency)
       OR asked IS NULL OR taken.net > asked.net OR taken.vat > asked.vat THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'deposit_deducted_within',
            MESSAGE = format('Deposit %s (%s, %s): %s and %s VAT deducted of %s and %s.',
                             deposit.number, deposit.kind, deposit.state, taken.net, taken.vat,
                             asked.net, asked.vat);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER deposit_deducted_within AFTER INSERT ON invoicing_invoicedeposit
    FOR EACH ROW EXECUTE FUNCTION invoicing_check_deposit();

-- 4. What was billed in advance is never more than what was ordered and not cancelled. The order
-- line is locked first. Lines of shipments have their own rule.
CREATE FUNCTION invoicing_check_advance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ordered numeric;
    invoiced numeric;
BEGIN
    SELECT quantity - cancelled_quantity INTO ordered FROM orders_orderline
     WHERE id = NEW.order_line_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(line.quantity), 0) INTO invoiced
      FROM invoicing_invoiceline AS line
      JOIN invoicing_invoice AS invoice ON invoice.id = line.invoice_id
     WHERE line.order_line_id = NEW.order_line_id
       AND invoice.kind = 'invoice' AND invoice.state <> 'cancelled';
    IF invoiced > ordered AND EXISTS (SELECT FROM invoicing_invoice
                                       WHERE id = NEW.invoice_id AND kind = 'invoice') THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'invoiced_within_ordered',
            MESSAGE = format('Order line %s: %s invoiced, but only %s ordered.',
                             NEW.order_line_id, invoiced, ordered);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER invoiced_within_ordered AFTER INSERT OR UPDATE ON invoicing_invoiceline
    FOR EACH ROW WHEN (NEW.shipment_line_id IS NULL AND NEW.order_line_id IS NOT NULL)
    EXECUTE FUNCTION invoicing_check_advance();

-- 5. A deposit invoice is taken back like any other.
CREATE OR REPLACE FUNCTION invoicing_guard_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
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
               OR (OLD.state = 'issued' AND NEW.state = 'cancelled' AND OLD.kind <> 'credit_note'
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

-- 6. A credit of value alone gives no quantity back; a deposit is credited like an invoice.
CREATE OR REPLACE FUNCTION invoicing_check_credited() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    original record;
    credited record;
BEGIN
    SELECT line.quantity, line.net_amount, invoice.state, invoice.kind INTO original
      FROM invoicing_invoiceline AS line
      JOIN invoicing_invoice AS invoice ON invoice.id = line.invoice_id
     WHERE line.id = NEW.corrects_id FOR NO KEY UPDATE OF line;
    SELECT coalesce(sum(quantity) FILTER (WHERE NOT is_value_only), 0) AS quantity,
           sum(net_amount) AS net_amount
      INTO credited
      FROM invoicing_invoiceline WHERE corrects_id = NEW.corrects_id;
    IF original.kind = 'credit_note' OR original.state = 'draft'
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

CREATE FUNCTION invoicing_check_charge_credited() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    original record;
    credited numeric;
BEGIN
    SELECT charge.amount, invoice.state, invoice.kind INTO original
      FROM invoicing_invoicecharge AS charge
      JOIN invoicing_invoice AS invoice ON invoice.id = charge.invoice_id
     WHERE charge.id = NEW.corrects_id FOR NO KEY UPDATE OF charge;
    SELECT sum(amount) INTO credited FROM invoicing_invoicecharge
     WHERE corrects_id = NEW.corrects_id;
    IF original.kind = 'credit_note' OR original.state = 'draft' OR credited > original.amount THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'credited_within_invoiced',
            MESSAGE = format('Charge %s (%s): %s credited of %s.', NEW.corrects_id,
                             original.state, credited, original.amount);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER charge_credited_within AFTER INSERT OR UPDATE ON invoicing_invoicecharge
    FOR EACH ROW WHEN (NEW.corrects_id IS NOT NULL)
    EXECUTE FUNCTION invoicing_check_charge_credited();

-- 7. Totals with charges, deposits and rounding.
CREATE OR REPLACE FUNCTION invoicing_check_totals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lines numeric;
    vat record;
    due numeric;
    deposits numeric;
    wrong integer;
BEGIN
    SELECT coalesce(sum(net_amount), 0) INTO lines
      FROM invoicing_taxed WHERE invoice_id = NEW.id;
    SELECT coalesce(sum(net_amount + vat_amount), 0) INTO deposits
      FROM invoicing_invoicedeposit WHERE invoice_id = NEW.id AND is_live;
    SELECT coalesce(sum(net_amount), 0) AS net, coalesce(sum(vat_amount), 0) AS amount INTO vat
      FROM invoicing_invoicevat WHERE invoice_id = NEW.id;
    SELECT coalesce(sum(amount), 0) INTO due
      FROM invoicing_invoiceinstalment WHERE invoice_id = NEW.id;
    SELECT count(*) INTO wrong
      FROM invoicing_invoicevat AS row
      LEFT JOIN (SELECT vat_category, vat_rate, sum(net_amount) AS net
                   FROM invoicing_taxed WHERE invoice_id = NEW.id GROUP BY 1, 2) AS line
             ON (line.vat_category, line.vat_rate) = (row.vat_category, row.vat_rate)
     WHERE row.invoice_id = NEW.id
       AND (row.net_amount IS DISTINCT FROM line.net
            OR row.vat_amount <> round(row.net_amount * row.vat_rate, 2));
    IF lines <> NEW.net_amount OR vat.net <> NEW.net_amount OR vat.amount <> NEW.vat_amount
       OR due <> NEW.gross_amount - NEW.deposit_amount + NEW.rounding_amount
       OR deposits <> NEW.deposit_amount OR wrong > 0 THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'invoice_totals_are_sums',
            MESSAGE = format('Invoice %s: net %s, VAT %s, total %s; lines and charges %s, VAT'
                             ' table %s and %s, deposits %s, instalments %s, wrong VAT rows %s.',
                             NEW.number, NEW.net_amount, NEW.vat_amount, NEW.gross_amount, lines,
                             vat.net, vat.amount, deposits, due, wrong);
    END IF;
    RETURN NEW;
END
$$;

-- 8. A shipment is billed when a line of it is: one invoice may hold many shipments.
DROP TRIGGER invoice_unmarks_shipment ON invoicing_invoice;
DROP TRIGGER invoice_marks_shipment ON invoicing_invoice;
DROP FUNCTION invoicing_mark_shipments();
CREATE FUNCTION invoicing_mark_shipments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE fulfillment_shipment AS shipment SET has_invoice = true
     WHERE NOT shipment.has_invoice AND shipment.id IN (
           SELECT gone.shipment_id FROM added AS line
             JOIN fulfillment_shipmentline AS gone ON gone.id = line.shipment_line_id
             JOIN invoicing_invoice AS invoice ON invoice.id = line.invoice_id
            WHERE invoice.kind = 'invoice');
    RETURN NULL;
END
$$;
CREATE FUNCTION invoicing_unmark_shipments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE fulfillment_shipment AS shipment SET has_invoice = false
     WHERE shipment.has_invoice AND shipment.id IN (
           SELECT gone.shipment_id FROM removed AS line
             JOIN fulfillment_shipmentline AS gone ON gone.id = line.shipment_line_id)
       AND NOT EXISTS (
           SELECT FROM fulfillment_shipmentline AS gone
             JOIN invoicing_invoiceline AS line ON line.shipment_line_id = gone.id
             JOIN invoicing_invoice AS invoice ON invoice.id = line.invoice_id
            WHERE gone.shipment_id = shipment.id AND invoice.kind = 'invoice');
    RETURN NULL;
END
$$;
CREATE TRIGGER line_marks_shipment AFTER INSERT ON invoicing_invoiceline
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION invoicing_mark_shipments();
CREATE TRIGGER line_unmarks_shipment AFTER DELETE ON invoicing_invoiceline
    REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION invoicing_unmark_shipments();

-- reverse
DROP TRIGGER line_unmarks_shipment ON invoicing_invoiceline;
DROP TRIGGER line_marks_shipment ON invoicing_invoiceline;
DROP FUNCTION invoicing_unmark_shipments();
DROP FUNCTION invoicing_mark_shipments();
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
CREATE OR REPLACE FUNCTION invoicing_check_totals() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE FUNCTION invoicing_check_credited() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE FUNCTION invoicing_guard_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
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
DROP TRIGGER charge_credited_within ON invoicing_invoicecharge;
DROP FUNCTION invoicing_check_charge_credited();
DROP TRIGGER invoiced_within_ordered ON invoicing_invoiceline;
DROP FUNCTION invoicing_check_advance();
DROP TRIGGER deposit_deducted_within ON invoicing_invoicedeposit;
DROP FUNCTION invoicing_check_deposit();
DROP TRIGGER invoice_deposit_kept ON invoicing_invoicedeposit;
DROP TRIGGER invoice_deposit_given_up ON invoicing_invoicedeposit;
DROP TRIGGER invoice_deposit_stays ON invoicing_invoicedeposit;
DROP FUNCTION invoicing_guard_deposit();
DROP TRIGGER invoice_charge_kept ON invoicing_invoicecharge;
DROP TRIGGER invoice_charge_stays ON invoicing_invoicecharge;
DROP VIEW invoicing_taxed;
