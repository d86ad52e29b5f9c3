-- What a customer points to belongs to the customer's company.
ALTER TABLE customers_paymentterms ADD CONSTRAINT payment_terms_of_company UNIQUE (id, company_id);
ALTER TABLE customers_customer ADD CONSTRAINT customer_of_company UNIQUE (id, company_id);
ALTER TABLE customers_customer ADD CONSTRAINT customer_terms_same_company
    FOREIGN KEY (payment_terms_id, company_id)
    REFERENCES customers_paymentterms (id, company_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE customers_customer ADD CONSTRAINT customer_parent_same_company
    FOREIGN KEY (group_parent_id, company_id)
    REFERENCES customers_customer (id, company_id) DEFERRABLE INITIALLY DEFERRED;

-- The parts of payment terms sum to the whole when the transaction ends. Locking the terms first
-- makes two transactions that each add a part wait for one another, so that neither slips by.
CREATE FUNCTION customers_terms_are_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint;
    total numeric;
BEGIN
    IF TG_TABLE_NAME = 'customers_paymentterms' THEN
        checked := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        checked := OLD.terms_id;
    ELSE
        checked := NEW.terms_id;
    END IF;
    PERFORM 1 FROM customers_paymentterms WHERE id = checked FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(share), 0) INTO total
      FROM customers_paymenttermspart WHERE terms_id = checked;
    IF total <> 1 THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'payment_terms_whole',
            MESSAGE = format('The parts of payment terms %s sum to %s, not to 1.', checked, total);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER payment_terms_whole AFTER INSERT ON customers_paymentterms
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_terms_are_whole();
CREATE CONSTRAINT TRIGGER payment_terms_part_whole
    AFTER INSERT OR DELETE OR UPDATE OF share ON customers_paymenttermspart
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_terms_are_whole();

-- A part stays with its terms, or the terms it leaves would go unchecked.
CREATE FUNCTION customers_part_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'payment_terms_part_stays',
        MESSAGE = 'A part of payment terms can''t move to other terms.';
END
$$;
CREATE TRIGGER payment_terms_part_stays BEFORE UPDATE OF terms_id ON customers_paymenttermspart
    FOR EACH ROW WHEN (OLD.terms_id <> NEW.terms_id) EXECUTE FUNCTION customers_part_stays();

-- What stands on the signed paper stays; only where the mandate stands and when it was used change.
CREATE TRIGGER mandate_stays BEFORE UPDATE OF
        company_id, customer_id, reference, scheme, iban, bic, holder, signed_on,
        entered_by_id, entered_by_name
    ON customers_mandate FOR EACH ROW
    WHEN ((OLD.company_id, OLD.customer_id, OLD.reference, OLD.scheme, OLD.iban, OLD.bic,
           OLD.holder, OLD.signed_on, OLD.entered_by_name)
          IS DISTINCT FROM
          (NEW.company_id, NEW.customer_id, NEW.reference, NEW.scheme, NEW.iban, NEW.bic,
           NEW.holder, NEW.signed_on, NEW.entered_by_name)
          OR OLD.entered_by_id IS DISTINCT FROM NEW.entered_by_id)
    EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER mandate_kept BEFORE DELETE ON customers_mandate
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER mandate_all_kept BEFORE TRUNCATE ON customers_mandate
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

-- At its end it stays there.
CREATE TRIGGER mandate_ended BEFORE UPDATE OF state ON customers_mandate
    FOR EACH ROW WHEN (OLD.state IN ('revoked', 'expired') AND NEW.state <> OLD.state)
    EXECUTE FUNCTION o2c_refuse_change();
ALTER TABLE customers_mandate ADD CONSTRAINT mandate_of_company UNIQUE (id, company_id);
ALTER TABLE customers_mandate ADD CONSTRAINT mandate_customer_same_company
    FOREIGN KEY (customer_id, company_id)
    REFERENCES customers_customer (id, company_id) DEFERRABLE INITIALLY DEFERRED;

-- reverse
ALTER TABLE customers_mandate DROP CONSTRAINT mandate_customer_same_company;
ALTER TABLE customers_mandate DROP CONSTRAINT mandate_of_company;
DROP TRIGGER mandate_ended ON customers_mandate;
DROP TRIGGER mandate_all_kept ON customers_mandate;
DROP TRIGGER mandate_kept ON customers_mandate;
DROP TRIGGER mandate_stays ON customers_mandate;
ALTER TABLE customers_customer DROP CONSTRAINT customer_parent_same_company;
ALTER TABLE customers_customer DROP CONSTRAINT customer_terms_same_company;
ALTER TABLE customers_customer DROP CONSTRAINT customer_of_company;
ALTER TABLE customers_paymentterms DROP CONSTRAINT payment_terms_of_company;
DROP FUNCTION
    customers_part_stays,
    customers_terms_are_whole CASCADE;
