-- Invoices of a span of days with all that billing quality and sales ask of them, from the index.
DROP INDEX report_invoice_sales;
CREATE INDEX report_invoice_sales ON invoicing_invoice (company_id, issued_on)
    INCLUDE (currency, kind, state, net_amount, order_id, id, issued_at, delivered_on, replaces_id,
             shipment_id, po_number);

-- What was handed over since a day.
CREATE INDEX report_delivery_day ON invoicing_invoicedelivery (company_id, created_at);

-- Refused attempts are few among very many events.
CREATE INDEX report_refused ON core_event (company_id, effective_on)
    WHERE name = 'invoice.not_possible';

-- reverse
DROP INDEX report_refused, report_delivery_day, report_invoice_sales;
CREATE INDEX report_invoice_sales ON invoicing_invoice (company_id, issued_on)
    INCLUDE (currency, kind, state, net_amount, order_id);
