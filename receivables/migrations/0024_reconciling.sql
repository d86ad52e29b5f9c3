-- Lists of balances stay as they came.
CREATE TRIGGER ledger_list_stays BEFORE UPDATE OR DELETE ON receivables_ledgerlist
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER ledger_balance_stays BEFORE UPDATE OR DELETE ON receivables_ledgerbalance
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();
CREATE TRIGGER provision_rate_stays BEFORE UPDATE OR DELETE ON receivables_provisionrate
    FOR EACH ROW EXECUTE FUNCTION o2c_refuse_change();

-- reverse
DROP TRIGGER provision_rate_stays ON receivables_provisionrate;
DROP TRIGGER ledger_balance_stays ON receivables_ledgerbalance;
DROP TRIGGER ledger_list_stays ON receivables_ledgerlist;
