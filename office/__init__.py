"""The ground floor: centres, staff, business days, two-person documents, jobs, audit."""
