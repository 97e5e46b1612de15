"""How the documents about loans are described to people."""

from loans.application_kinds import APPLICATION_KINDS

KINDS = (*APPLICATION_KINDS,)
