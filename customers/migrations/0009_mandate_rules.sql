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
