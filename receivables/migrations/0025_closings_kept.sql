-- What stays row by row can't be emptied as a whole either: without closings all days are open.
CREATE TRIGGER closing_kept BEFORE TRUNCATE ON receivables_booksclosing
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER reopening_all_kept BEFORE TRUNCATE ON receivables_reopening
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER proof_kept BEFORE TRUNCATE ON receivables_proofrun
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER ledger_list_kept BEFORE TRUNCATE ON receivables_ledgerlist
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER ledger_balance_kept BEFORE TRUNCATE ON receivables_ledgerbalance
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER provision_rate_kept BEFORE TRUNCATE ON receivables_provisionrate
    FOR EACH STATEMENT EXECUTE FUNCTION o2c_refuse_change();

-- reverse
DROP TRIGGER provision_rate_kept ON receivables_provisionrate;
DROP TRIGGER ledger_balance_kept ON receivables_ledgerbalance;
DROP TRIGGER ledger_list_kept ON receivables_ledgerlist;
DROP TRIGGER proof_kept ON receivables_proofrun;
DROP TRIGGER reopening_all_kept ON receivables_reopening;
DROP TRIGGER closing_kept ON receivables_booksclosing;
