-- What was handed out stays as it was; a debtor's number, once given, is in other people's books.
CREATE TRIGGER books_export_stays BEFORE UPDATE OR DELETE ON receivables_booksexport
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER books_export_kept BEFORE TRUNCATE ON receivables_booksexport
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER personal_account_stays BEFORE UPDATE OR DELETE ON receivables_personalaccount
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER personal_account_kept BEFORE TRUNCATE ON receivables_personalaccount
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

-- reverse
DROP TRIGGER personal_account_kept ON receivables_personalaccount;
DROP TRIGGER personal_account_stays ON receivables_personalaccount;
DROP TRIGGER books_export_kept ON receivables_booksexport;
DROP TRIGGER books_export_stays ON receivables_booksexport;
