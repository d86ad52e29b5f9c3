-- What the provider told stays: movements, shares, settlements; of a payment what was asked for.
CREATE TRIGGER provider_movement_stays BEFORE UPDATE OR DELETE ON receivables_providermovement
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER provider_movement_kept BEFORE TRUNCATE ON receivables_providermovement
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER provider_share_stays BEFORE UPDATE OR DELETE ON receivables_providershare
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER provider_payment_stays BEFORE UPDATE OF
        company_id, customer_id, key, amount, currency
    ON receivables_providerpayment FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER provider_payment_kept BEFORE DELETE ON receivables_providerpayment
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER provider_refund_stays BEFORE UPDATE OF
        company_id, payment_id, key, amount, reason, needs_approval, proposed_by_id
    ON receivables_providerrefund FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER provider_refund_kept BEFORE DELETE ON receivables_providerrefund
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER provider_settlement_stays BEFORE UPDATE OF
        company_id, reference, paid_on, currency, gross_amount, fee_amount, net_amount,
        document_id, sha256, entry_id
    ON receivables_providersettlement FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER provider_settlement_kept BEFORE DELETE ON receivables_providersettlement
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER provider_settlement_all_kept BEFORE TRUNCATE ON receivables_providersettlement
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER provider_line_stays BEFORE UPDATE OF
        settlement_id, position, kind, remote_id, payment_remote_id, gross_amount, fee_amount,
        net_amount
    ON receivables_providersettlementline FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER provider_line_found BEFORE UPDATE OF movement_id
    ON receivables_providersettlementline FOR EACH ROW WHEN (OLD.movement_id IS NOT NULL)
    EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER provider_line_kept BEFORE DELETE ON receivables_providersettlementline
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- A movement stands in the books for what it says: one entry, its item, the same amount.
CREATE FUNCTION receivables_provider_booked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    booked numeric;
    open_as numeric;
    wanted numeric := CASE WHEN NEW.kind IN ('capture', 'chargeback_won')
                           THEN NEW.amount ELSE -NEW.amount END;
BEGIN
    SELECT coalesce(sum(line.amount), 0) INTO booked
      FROM receivables_journalline AS line
      JOIN receivables_account AS account ON account.id = line.account_id
     WHERE line.entry_id = NEW.entry_id AND account.role = 'provider';
    SELECT -item.amount INTO open_as
      FROM receivables_openitem AS item
      JOIN receivables_providerpayment AS payment ON payment.id = NEW.payment_id
     WHERE item.id = NEW.item_id AND item.entry_id = NEW.entry_id
       AND item.company_id = NEW.company_id AND payment.company_id = NEW.company_id
       AND item.customer_id = payment.customer_id AND item.currency = payment.currency;
    IF booked <> wanted OR open_as IS DISTINCT FROM wanted THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'provider_movement_booked',
            MESSAGE = format('Movement %s moves %s, its entry %s and its item %s.',
                             NEW.remote_id, wanted, booked, coalesce(open_as, 0));
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER provider_booked AFTER INSERT ON receivables_providermovement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION receivables_provider_booked();

-- No more is given back than came and did not go back yet, whatever runs beside it.
CREATE FUNCTION receivables_provider_refundable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    left_over numeric;
BEGIN
    PERFORM 1 FROM receivables_providerpayment WHERE id = NEW.payment_id FOR UPDATE;
    SELECT coalesce((
               SELECT sum(CASE WHEN kind IN ('capture', 'chargeback_won')
                               THEN amount ELSE -amount END)
                 FROM receivables_providermovement WHERE payment_id = NEW.payment_id), 0)
         - coalesce((
               SELECT sum(amount) FROM receivables_providerrefund
                WHERE payment_id = NEW.payment_id AND state IN ('proposed', 'approved')), 0)
      INTO left_over;
    IF NEW.amount > left_over THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'provider_refund_covered',
            MESSAGE = format('Payment %s has %s left to give back, not %s.',
                             NEW.payment_id, left_over, NEW.amount);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER provider_refundable BEFORE INSERT ON receivables_providerrefund
    FOR EACH ROW EXECUTE FUNCTION receivables_provider_refundable();

-- reverse
DROP TRIGGER provider_refundable ON receivables_providerrefund;
DROP FUNCTION receivables_provider_refundable();
DROP TRIGGER provider_booked ON receivables_providermovement;
DROP FUNCTION receivables_provider_booked();
DROP TRIGGER provider_line_kept ON receivables_providersettlementline;
DROP TRIGGER provider_line_found ON receivables_providersettlementline;
DROP TRIGGER provider_line_stays ON receivables_providersettlementline;
DROP TRIGGER provider_settlement_all_kept ON receivables_providersettlement;
DROP TRIGGER provider_settlement_kept ON receivables_providersettlement;
DROP TRIGGER provider_settlement_stays ON receivables_providersettlement;
DROP TRIGGER provider_refund_kept ON receivables_providerrefund;
DROP TRIGGER provider_refund_stays ON receivables_providerrefund;
DROP TRIGGER provider_payment_kept ON receivables_providerpayment;
DROP TRIGGER provider_payment_stays ON receivables_providerpayment;
DROP TRIGGER provider_share_stays ON receivables_providershare;
DROP TRIGGER provider_movement_kept ON receivables_providermovement;
DROP TRIGGER provider_movement_stays ON receivables_providermovement;
