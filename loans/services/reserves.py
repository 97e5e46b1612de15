"""The risk reserve (301) and the bank account it lies in (102), held while they are spent."""

from ledger.chart import TITLES, Code
from ledger.models import LedgerAccount
from ledger.queries import get_balance_fen
from loans.late_errors import ReserveTooSmall
from office.models import Centre

_CODES = (Code.LOAN_RISK_RESERVE, Code.SURPLUS_BANK)


def lock_reserve(
    centre: Centre, amount_fen: int, refused: type[ReserveTooSmall]
) -> tuple[LedgerAccount, LedgerAccount]:
    """Hold the reserve and its bank account, so that nobody spends the same money twice.

    Args:
        amount_fen: what is to leave both, in fen.
        refused: what is raised where either holds less.

    Raises:
        ReserveTooSmall: one of the two holds less; of the kind that was asked for.
    """
    rows = LedgerAccount.objects.select_for_update().filter(
        centre=centre, code__in=[code.value for code in _CODES]
    )
    by_code = {row.code: row for row in rows.order_by("pk")}
    for code in _CODES:
        held_fen = get_balance_fen(by_code[code])
        if held_fen < amount_fen:
            raise refused(code.value, str(TITLES[code]), amount_fen, held_fen)
    reserve, surplus = (by_code[code] for code in _CODES)
    return reserve, surplus
