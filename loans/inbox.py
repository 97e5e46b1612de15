"""How the documents about loans are described to whoever decides them; see ``office.inbox``."""

from loans.late_kinds import LATE_KINDS

KINDS = (*LATE_KINDS,)
