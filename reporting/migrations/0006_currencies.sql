-- Which currencies there are, from one index entry each however many rows have it.
CREATE INDEX report_item_currency ON receivables_openitem (company_id, currency);
CREATE INDEX report_customer_currency ON customers_customer (company_id, currency);

-- reverse
DROP INDEX report_customer_currency, report_item_currency;
