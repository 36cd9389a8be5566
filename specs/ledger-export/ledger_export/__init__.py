"""Export of a ledger's entries to CSV files, each entry once."""
