-- Files go with a draft or come off it; those of an issued invoice stay, like its lines.
CREATE TRIGGER invoice_file_stays BEFORE INSERT OR UPDATE OR DELETE ON invoicing_invoicefile
    FOR EACH ROW EXECUTE FUNCTION invoicing_guard_part();
CREATE TRIGGER invoice_file_kept BEFORE TRUNCATE ON invoicing_invoicefile
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
-- reverse
DROP TRIGGER invoice_file_kept ON invoicing_invoicefile;
DROP TRIGGER invoice_file_stays ON invoicing_invoicefile;
