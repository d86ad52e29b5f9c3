-- 1. Deliveries from before: their mail says where they stand; what could not be sent is closed
-- when something was sent after it.
DROP TRIGGER delivery_stays ON invoicing_invoicedelivery;
UPDATE invoicing_invoicedelivery AS delivery
   SET not_before = delivery.created_at,
       idempotency_key = coalesce(
           (SELECT left(encode(sha256(convert_to(idempotency_key, 'UTF8')), 'hex'), 40)
              FROM core_outboundmessage WHERE id = delivery.message_id), 'before:' || delivery.id),
       document_id = (SELECT pdf_id FROM invoicing_invoice WHERE id = delivery.invoice_id),
       timeout_at = delivery.created_at + interval '48 hours';
UPDATE invoicing_invoicedelivery AS delivery
   SET state = message.state, attempts = message.attempts, last_error = message.last_error,
       done_at = message.done_at,
       receipt = CASE WHEN message.state = 'done' THEN 'assumed' ELSE '' END,
       closed_at = CASE WHEN message.state = 'done' THEN message.done_at END,
       alarmed_at = CASE WHEN message.state IN ('uncertain', 'parked')
                         THEN delivery.created_at END
  FROM core_outboundmessage AS message WHERE message.id = delivery.message_id;
UPDATE invoicing_invoicedelivery AS delivery
   SET state = 'parked', last_error = delivery.reason, alarmed_at = delivery.created_at,
       closed_at = (SELECT min(later.created_at) FROM invoicing_invoicedelivery AS later
                     WHERE later.invoice_id = delivery.invoice_id AND later.id > delivery.id)
 WHERE delivery.channel = 'blocked';

-- The checks of what was filled in happen now, so that the table may be altered below.
SET CONSTRAINTS ALL IMMEDIATE;

-- 2. What was sent to whom never changes; how it went on is noted. Only the mail itself may change
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

-- 3. The delivery of a mail stands where its mail stands, in the same moment.
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

-- 4. Only letters are in a print batch.
ALTER TABLE invoicing_invoicedelivery ADD CONSTRAINT delivery_batch_of_letters
    CHECK (batch_id IS NULL OR channel = 'letter');

-- 5. A print batch that was handed over stays as it was.
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

-- reverse
DROP TRIGGER letter_batch_stays ON invoicing_letterbatch;
DROP FUNCTION invoicing_guard_batch();
ALTER TABLE invoicing_invoicedelivery DROP CONSTRAINT delivery_batch_of_letters;
DROP TRIGGER message_moves_delivery ON core_outboundmessage;
DROP FUNCTION invoicing_follow_message();
DROP TRIGGER delivery_stays ON invoicing_invoicedelivery;
DROP FUNCTION invoicing_guard_delivery();
CREATE TRIGGER delivery_stays BEFORE UPDATE OR DELETE ON invoicing_invoicedelivery
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
