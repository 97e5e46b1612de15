"""What happened to money: chart of accounts, entries, postings, balances."""
