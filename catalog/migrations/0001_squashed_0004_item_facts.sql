-- An agreement's customer belongs to the list's company.
ALTER TABLE catalog_pricelist ADD CONSTRAINT price_list_customer_same_company
    FOREIGN KEY (customer_id, company_id)
    REFERENCES customers_customer (id, company_id) DEFERRABLE INITIALLY DEFERRED;

-- A price joins a list and a product of the same company.
CREATE FUNCTION catalog_price_in_one_company() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM catalog_pricelist AS list JOIN catalog_product AS product
        ON product.company_id = list.company_id
     WHERE list.id = NEW.price_list_id AND product.id = NEW.product_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'price_one_company',
            MESSAGE = format('Product %s is not of the company of price list %s.',
                             NEW.product_id, NEW.price_list_id);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER price_one_company BEFORE INSERT OR UPDATE OF price_list_id, product_id
    ON catalog_price FOR EACH ROW EXECUTE FUNCTION catalog_price_in_one_company();

-- reverse
ALTER TABLE catalog_pricelist DROP CONSTRAINT price_list_customer_same_company;
DROP FUNCTION
    catalog_price_in_one_company CASCADE;
