-- An invoice belongs to the company of its customer and order.
ALTER TABLE invoicing_invoice ADD CONSTRAINT invoice_customer_same_company
    FOREIGN KEY (customer_id, company_id)
    REFERENCES customers_customer (id, company_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE invoicing_invoice ADD CONSTRAINT invoice_order_same_company
    FOREIGN KEY (order_id, company_id)
    REFERENCES orders_order (id, company_id) DEFERRABLE INITIALLY DEFERRED;

-- A deposit invoice is taken back like any other.
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
CREATE TRIGGER invoice_stays BEFORE INSERT OR UPDATE OR DELETE ON invoicing_invoice
    FOR EACH ROW EXECUTE FUNCTION invoicing_guard_invoice();
CREATE TRIGGER invoice_kept BEFORE TRUNCATE ON invoicing_invoice
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

-- Lines, VAT rows and instalments change only while their invoice is a draft.
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

-- Invoiced never exceeds shipped, per shipment line. The shipment line is locked first, so two
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

-- A credit of value alone gives no quantity back; a deposit is credited like an invoice.
CREATE FUNCTION invoicing_check_credited() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER credited_within_invoiced AFTER INSERT OR UPDATE ON invoicing_invoiceline
    FOR EACH ROW WHEN (NEW.corrects_id IS NOT NULL)
    EXECUTE FUNCTION invoicing_check_credited();

-- Several credits of one invoice together give its VAT exactly, so that a single one may differ
-- from its net times its rate by the cent that another took; never more than was invoiced per rate.
CREATE FUNCTION invoicing_check_totals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lines numeric;
    vat record;
    due numeric;
    deposits numeric;
    wrong integer;
    is_credit boolean := NEW.kind = 'credit_note';
BEGIN
    SELECT coalesce(sum(net_amount), 0) INTO lines
      FROM invoicing_taxed WHERE invoice_id = NEW.id;
    SELECT coalesce(sum(net_amount + vat_amount), 0) INTO deposits
      FROM invoicing_invoicedeposit WHERE invoice_id = NEW.id AND (is_live OR is_credit);
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
            OR abs(row.vat_amount - round(row.net_amount * row.vat_rate, 2))
               > CASE WHEN is_credit THEN 0.01 ELSE 0 END);
    IF is_credit THEN
        PERFORM FROM invoicing_invoice WHERE id = NEW.corrects_id FOR NO KEY UPDATE;
        SELECT wrong + count(*) INTO wrong
          FROM invoicing_invoicevat AS original
          JOIN (SELECT row.vat_category, row.vat_rate,
                       sum(row.net_amount) AS net, sum(row.vat_amount) AS vat
                  FROM invoicing_invoicevat AS row
                  JOIN invoicing_invoice AS note ON note.id = row.invoice_id
                 WHERE note.corrects_id = NEW.corrects_id
                   AND (note.state <> 'draft' OR note.id = NEW.id)
                 GROUP BY 1, 2) AS credited
            ON (credited.vat_category, credited.vat_rate)
               = (original.vat_category, original.vat_rate)
         WHERE original.invoice_id = NEW.corrects_id AND original.net_amount >= 0
           AND (credited.net > original.net_amount OR credited.vat > original.vat_amount);
    END IF;
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
CREATE TRIGGER invoice_totals_are_sums BEFORE UPDATE OF state ON invoicing_invoice
    FOR EACH ROW WHEN (OLD.state = 'draft' AND NEW.state = 'issued')
    EXECUTE FUNCTION invoicing_check_totals();
CREATE TRIGGER delivery_kept BEFORE TRUNCATE ON invoicing_invoicedelivery
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER shipment_mark_is_kept BEFORE UPDATE OF has_invoice ON fulfillment_shipment
    FOR EACH ROW WHEN (NEW.has_invoice IS DISTINCT FROM OLD.has_invoice
                       AND pg_trigger_depth() = 0)
    EXECUTE FUNCTION o2c_refuse_change();

-- What VAT is charged on: lines, and charges less allowances on the whole document.
CREATE VIEW invoicing_taxed AS
    SELECT invoice_id, vat_category, vat_rate, net_amount FROM invoicing_invoiceline
    UNION ALL
    SELECT invoice_id, vat_category, vat_rate, CASE WHEN is_charge THEN amount ELSE -amount END
      FROM invoicing_invoicecharge;

-- Charges and deducted deposits change only while their invoice is a draft, like lines do. The
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

-- A credit note of a final invoice gives its deductions up: it carries them as rows that are not
-- live, so that it pays back what was asked for and no more.
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
    IF final.kind = 'credit_note' AND NOT NEW.is_live THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(net_amount), 0) AS net, coalesce(sum(vat_amount), 0) AS vat INTO taken
      FROM invoicing_invoicedeposit
     WHERE deposit_id = NEW.deposit_id AND is_live
       AND (vat_category, vat_rate) = (NEW.vat_category, NEW.vat_rate);
    SELECT vat.net_amount - coalesce(sum(back.net_amount), 0) AS net,
           vat.vat_amount - coalesce(sum(back.vat_amount), 0) AS vat
      INTO asked
      FROM invoicing_invoicevat AS vat
      LEFT JOIN invoicing_invoice AS note
             ON note.corrects_id = vat.invoice_id AND note.state <> 'draft'
      LEFT JOIN invoicing_invoicevat AS back
             ON back.invoice_id = note.id
            AND (back.vat_category, back.vat_rate) = (vat.vat_category, vat.vat_rate)
     WHERE vat.invoice_id = NEW.deposit_id
       AND (vat.vat_category, vat.vat_rate) = (NEW.vat_category, NEW.vat_rate)
     GROUP BY vat.id;
    IF deposit.kind <> 'deposit' OR deposit.state <> 'issued' OR final.kind <> 'invoice'
       OR NOT NEW.is_live
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

-- What was billed in advance is never more than what was ordered and not cancelled. The order
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

-- What was sent to whom never changes; how it went on is noted. Only the mail itself may change
-- the address. What is closed opens again only when the other side rejects or returns it late.
CREATE FUNCTION invoicing_guard_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'not_before', 'lease_owner', 'lease_until', 'attempts',
        'last_error', 'done_at', 'receipt', 'receipt_at', 'receipt_text', 'findings', 'remote_id',
        'timeout_at', 'alarmed_at', 'closed_at', 'closed_by_id', 'batch_id'];
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - loose - 'recipient' = to_jsonb(OLD) - loose - 'recipient'
       AND (NEW.recipient = OLD.recipient OR pg_trigger_depth() > 1)
       AND (OLD.batch_id IS NULL OR NEW.batch_id = OLD.batch_id)
       AND (OLD.receipt NOT IN ('rejected', 'bounced') OR NEW.receipt = OLD.receipt)
       AND (OLD.closed_at IS NULL OR NEW.closed_at = OLD.closed_at
            OR (NEW.receipt <> OLD.receipt AND NEW.receipt IN ('rejected', 'bounced')))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation',
        TABLE = TG_TABLE_NAME,
        CONSTRAINT = 'delivery_stays',
        MESSAGE = format('%s of delivery %s refused: what was sent never changes.', TG_OP, OLD.id);
END
$$;
CREATE TRIGGER delivery_stays BEFORE UPDATE OR DELETE ON invoicing_invoicedelivery
    FOR EACH ROW EXECUTE FUNCTION invoicing_guard_delivery();

-- The delivery of a mail stands where its mail stands, in the same moment.
CREATE FUNCTION invoicing_follow_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invoicing_invoicedelivery
       SET state = NEW.state, recipient = NEW."to", attempts = NEW.attempts,
           last_error = NEW.last_error, done_at = NEW.done_at,
           receipt = CASE WHEN NEW.state = 'done' AND receipt = '' THEN 'awaited'
                          ELSE receipt END,
           timeout_at = CASE WHEN NEW.state = 'done'
                                  THEN NEW.done_at + timeout_hours * interval '1 hour'
                             WHEN NEW.state IN ('uncertain', 'parked') THEN NEW.not_before
                             ELSE timeout_at END
     WHERE message_id = NEW.id AND closed_at IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER message_moves_delivery
    AFTER UPDATE OF state, last_error, "to" ON core_outboundmessage
    FOR EACH ROW WHEN (NEW.about_type = 'invoicing.invoice')
    EXECUTE FUNCTION invoicing_follow_message();

-- Only letters are in a print batch.
ALTER TABLE invoicing_invoicedelivery ADD CONSTRAINT delivery_batch_of_letters
    CHECK (batch_id IS NULL OR channel = 'letter');

-- A print batch that was handed over stays as it was.
CREATE FUNCTION invoicing_guard_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.handed_over_at IS NULL
       AND (OLD.pdf_id IS NULL OR NEW.pdf_id = OLD.pdf_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation',
        TABLE = TG_TABLE_NAME,
        CONSTRAINT = 'letter_batch_stays',
        MESSAGE = format('%s of print batch %s refused.', TG_OP, OLD.id);
END
$$;
CREATE TRIGGER letter_batch_stays BEFORE UPDATE OR DELETE ON invoicing_letterbatch
    FOR EACH ROW EXECUTE FUNCTION invoicing_guard_batch();

-- What is rounded is rounded to a whole amount, by half of one at most. A credit note gives back
-- what its invoice was rounded by, with the last of its parts.
ALTER TABLE invoicing_invoice ADD CONSTRAINT invoice_rounded_to_whole CHECK (
    rounding_amount = 0 OR kind = 'credit_note'
    OR (rounding_amount BETWEEN -0.49 AND 0.50
        AND (gross_amount - deposit_amount + rounding_amount) % 1 = 0)
);

-- A subscription belongs to the company of its customer, its invoices to both.
ALTER TABLE invoicing_subscription ADD CONSTRAINT subscription_customer_same_company
    FOREIGN KEY (customer_id, company_id)
    REFERENCES customers_customer (id, company_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE invoicing_invoice ADD CONSTRAINT invoice_subscription_same_customer
    FOREIGN KEY (subscription_id, company_id, customer_id)
    REFERENCES invoicing_subscription (id, company_id, customer_id)
    DEFERRABLE INITIALLY DEFERRED;

-- No day of a subscription is on two invoices; one that was taken back gives its days free.
ALTER TABLE invoicing_invoice ADD CONSTRAINT subscription_billed_once
    EXCLUDE USING gist (subscription_id WITH =, daterange(period_from, period_to, '[]') WITH &&)
    WHERE (subscription_id IS NOT NULL AND kind = 'invoice' AND state <> 'cancelled');

-- Once agreed, a subscription keeps who, when and how often; what is billed stays billed; an
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

-- Lines, prices and pauses change for days that are not billed yet. The subscription is locked
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

-- An index value is never changed: a wrong one is taken away (while no price came of it) and
-- entered again.
CREATE TRIGGER index_value_stays BEFORE UPDATE ON invoicing_indexvalue
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- Files go with a draft or come off it; those of an issued invoice stay, like its lines.
CREATE TRIGGER invoice_file_stays BEFORE INSERT OR UPDATE OR DELETE ON invoicing_invoicefile
    FOR EACH ROW EXECUTE FUNCTION invoicing_guard_part();
CREATE TRIGGER invoice_file_kept BEFORE TRUNCATE ON invoicing_invoicefile
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

-- Nothing is billed ahead of its delivery and with it again: whatever a line is of, all live
-- invoices of an order line ask for no more than was ordered and not cancelled.
-- Lines without a shipment keep their own trigger; that of lines with one comes after the rule on
-- what was shipped (triggers fire by name), which says more.
CREATE TRIGGER invoiced_within_whole_order AFTER INSERT OR UPDATE ON invoicing_invoiceline
    FOR EACH ROW WHEN (NEW.shipment_line_id IS NOT NULL AND NEW.order_line_id IS NOT NULL
                       AND NEW.corrects_id IS NULL)
    EXECUTE FUNCTION invoicing_check_advance();

-- Live invoices of an order bear each of its charges at most once. The charge is locked first.
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

-- The name that databases made step by step have.
ALTER TABLE invoicing_invoicedelivery RENAME CONSTRAINT invoicing_invoicedelivery_idempotency_key_key
    TO invoicing_invoicedelivery_idempotency_key_b18e7908_uniq;

-- reverse
DROP TRIGGER invoice_file_kept ON invoicing_invoicefile;
DROP TRIGGER index_value_stays ON invoicing_indexvalue;
DROP TRIGGER subscription_kept ON invoicing_subscription;
ALTER TABLE invoicing_invoice DROP CONSTRAINT subscription_billed_once;
ALTER TABLE invoicing_invoice DROP CONSTRAINT invoice_subscription_same_customer;
ALTER TABLE invoicing_subscription DROP CONSTRAINT subscription_customer_same_company;
ALTER TABLE invoicing_invoice DROP CONSTRAINT invoice_rounded_to_whole;
ALTER TABLE invoicing_invoicedelivery DROP CONSTRAINT delivery_batch_of_letters;
DROP TRIGGER invoice_deposit_kept ON invoicing_invoicedeposit;
DROP TRIGGER invoice_charge_kept ON invoicing_invoicecharge;
DROP VIEW invoicing_taxed;
DROP TRIGGER shipment_mark_is_kept ON fulfillment_shipment;
DROP TRIGGER delivery_kept ON invoicing_invoicedelivery;
DROP TRIGGER instalment_kept ON invoicing_invoiceinstalment;
DROP TRIGGER invoice_vat_kept ON invoicing_invoicevat;
DROP TRIGGER invoice_line_kept ON invoicing_invoiceline;
DROP TRIGGER invoice_kept ON invoicing_invoice;
ALTER TABLE invoicing_invoice DROP CONSTRAINT invoice_order_same_company;
ALTER TABLE invoicing_invoice DROP CONSTRAINT invoice_customer_same_company;
DROP FUNCTION
    invoicing_check_borne,
    invoicing_guard_subscription_pause,
    invoicing_guard_subscription_price,
    invoicing_guard_subscription_line,
    invoicing_refuse_billed,
    invoicing_unbilled_from,
    invoicing_guard_subscription,
    invoicing_guard_batch,
    invoicing_follow_message,
    invoicing_guard_delivery,
    invoicing_unmark_shipments,
    invoicing_mark_shipments,
    invoicing_check_charge_credited,
    invoicing_check_advance,
    invoicing_check_deposit,
    invoicing_guard_deposit,
    invoicing_check_totals,
    invoicing_check_credited,
    invoicing_check_invoiced,
    invoicing_guard_part,
    invoicing_guard_invoice CASCADE;
