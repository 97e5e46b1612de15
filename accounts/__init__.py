"""Members, their individual accounts, agreements, holds and events."""
