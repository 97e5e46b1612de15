"""How the documents about loans are described to people."""

from loans.contract_kinds import CONTRACT_KINDS

KINDS = (*CONTRACT_KINDS,)
