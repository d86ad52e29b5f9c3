-- What was allocated after a day (ageing, items and forecast as of a day).
CREATE INDEX report_allocation_day ON receivables_allocation (company_id, effective_on);

-- Net sales of months, from the index alone.
CREATE INDEX report_invoice_sales ON invoicing_invoice (company_id, issued_on)
    INCLUDE (currency, kind, state, net_amount, order_id);

-- reverse
DROP INDEX report_invoice_sales, report_allocation_day;
