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

-- Lists in the order of the screen: a page is the first rows of an index, however long the list is.
CREATE INDEX list_order_ordered ON orders_order (company_id, ordered_on, id);
CREATE INDEX list_order_wanted ON orders_order (company_id, requested_on, id);
CREATE INDEX list_order_net ON orders_order (company_id, net_amount, id);
CREATE INDEX list_shipment_dispatched ON fulfillment_shipment (company_id, dispatched_on, id);
CREATE INDEX list_invoice_due ON invoicing_invoice (company_id, due_on, id);
CREATE INDEX list_invoice_signed ON invoicing_invoice (company_id,
    (CASE WHEN kind = 'credit_note' THEN gross_amount * '-1'::numeric ELSE gross_amount END), id);
CREATE INDEX list_credit_note ON invoicing_invoice (company_id, id) WHERE kind = 'credit_note';
CREATE INDEX list_item_due ON receivables_openitem (company_id, due_on, id);

-- What their search boxes and the search of the whole house look for, anywhere in the text.
CREATE INDEX search_order_po_trgm ON orders_order USING gin (po_number gin_trgm_ops);
CREATE INDEX search_invoice_po_trgm ON invoicing_invoice USING gin (po_number gin_trgm_ops);
CREATE INDEX search_shipment_tracking_trgm ON fulfillment_shipment USING gin (tracking_number gin_trgm_ops);
CREATE INDEX search_item_document_trgm ON receivables_openitem USING gin (document_number gin_trgm_ops);
CREATE INDEX search_bank_entry_payer_trgm ON receivables_bankentry USING gin (payer_name gin_trgm_ops);
CREATE INDEX search_journal_text_trgm ON receivables_journalentry USING gin (text gin_trgm_ops);
CREATE INDEX search_event_label_trgm ON core_event USING gin (subject_label gin_trgm_ops);
CREATE INDEX search_event_actor ON core_event (company_id, actor_name, id);

-- The end of a number is what people type of it.
CREATE INDEX search_order_end ON orders_order (company_id, reverse(number::text) text_pattern_ops);
CREATE INDEX search_shipment_end ON fulfillment_shipment (company_id, reverse(number::text) text_pattern_ops);
CREATE INDEX search_invoice_end ON invoicing_invoice (company_id, reverse(number::text) text_pattern_ops);

-- What was allocated after a day (ageing, items and forecast as of a day).
CREATE INDEX report_allocation_day ON receivables_allocation (company_id, effective_on);
CREATE INDEX report_invoice_sales ON invoicing_invoice (company_id, issued_on)
    INCLUDE (currency, kind, state, net_amount, order_id, id, issued_at, delivered_on, replaces_id,
             shipment_id, po_number);

-- What was handed over since a day.
CREATE INDEX report_delivery_day ON invoicing_invoicedelivery (company_id, created_at);

-- Refused attempts are few among very many events.
CREATE INDEX report_refused ON core_event (company_id, effective_on)
    WHERE name = 'invoice.not_possible';

-- Which currencies there are, from one index entry each however many rows have it.
CREATE INDEX report_item_currency ON receivables_openitem (company_id, currency);
CREATE INDEX report_customer_currency ON customers_customer (company_id, currency);

-- reverse
DROP INDEX report_customer_currency;
DROP INDEX report_item_currency;
DROP INDEX report_refused;
DROP INDEX report_delivery_day;
DROP INDEX report_invoice_sales;
DROP INDEX report_allocation_day;
DROP INDEX search_invoice_end;
DROP INDEX search_shipment_end;
DROP INDEX search_order_end;
DROP INDEX search_event_actor;
DROP INDEX search_event_label_trgm;
DROP INDEX search_journal_text_trgm;
DROP INDEX search_bank_entry_payer_trgm;
DROP INDEX search_item_document_trgm;
DROP INDEX search_shipment_tracking_trgm;
DROP INDEX search_invoice_po_trgm;
DROP INDEX search_order_po_trgm;
DROP INDEX list_item_due;
DROP INDEX list_credit_note;
DROP INDEX list_invoice_signed;
DROP INDEX list_invoice_due;
DROP INDEX list_shipment_dispatched;
DROP INDEX list_order_net;
DROP INDEX list_order_wanted;
DROP INDEX list_order_ordered;
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
