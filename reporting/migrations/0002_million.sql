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

-- reverse
DROP INDEX search_invoice_end, search_shipment_end, search_order_end;
DROP INDEX search_event_actor, search_event_label_trgm, search_journal_text_trgm;
DROP INDEX search_bank_entry_payer_trgm, search_item_document_trgm, search_shipment_tracking_trgm;
DROP INDEX search_invoice_po_trgm, search_order_po_trgm;
DROP INDEX list_item_due, list_credit_note, list_invoice_signed, list_invoice_due;
DROP INDEX list_shipment_dispatched, list_order_net, list_order_wanted, list_order_ordered;
