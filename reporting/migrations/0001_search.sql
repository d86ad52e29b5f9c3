-- One index per arm of the search that its room has no index for.
CREATE INDEX search_customer_vat_id ON customers_customer (company_id, vat_id);
CREATE INDEX search_order_po ON orders_order (company_id, upper(po_number::text));
CREATE INDEX search_order_amount ON orders_order (company_id, gross_amount);
CREATE INDEX search_shipment_number ON fulfillment_shipment USING gin (number gin_trgm_ops);
CREATE INDEX search_shipment_tracking ON fulfillment_shipment (company_id, upper(tracking_number::text));
CREATE INDEX search_invoice_po ON invoicing_invoice (company_id, upper(po_number::text));
CREATE INDEX search_invoice_amount ON invoicing_invoice (company_id, gross_amount);
CREATE INDEX search_invoice_reference ON invoicing_invoice (company_id, upper(payment_reference::text));
CREATE INDEX search_bank_entry_amount ON receivables_bankentry (company_id, amount);
CREATE INDEX search_bank_entry_iban ON receivables_bankentry (company_id, payer_iban);

-- reverse
DROP INDEX search_bank_entry_iban;
DROP INDEX search_bank_entry_amount;
DROP INDEX search_invoice_reference;
DROP INDEX search_invoice_amount;
DROP INDEX search_invoice_po;
DROP INDEX search_shipment_tracking;
DROP INDEX search_shipment_number;
DROP INDEX search_order_amount;
DROP INDEX search_order_po;
DROP INDEX search_customer_vat_id;
