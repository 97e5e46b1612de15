"""Why it was allowed: dated parameters with their clauses, and stored decisions."""
