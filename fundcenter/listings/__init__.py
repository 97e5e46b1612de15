"""Lists: one mechanism to filter, sort, sum, page and export whatever a centre has many of."""
