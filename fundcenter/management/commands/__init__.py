"""One command per file; each parses, calls one service, prints."""
