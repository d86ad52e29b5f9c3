"""Pages of receivables: items and accounts, bank files, matching, ledger, panels for others."""
