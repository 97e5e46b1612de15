"""How events are booked. Pure: who calls gives the accounts, the sums and the value date.

A move has one debit, one credit and one amount, so a list of moves balances whatever it holds.
Every builder names its 借 (debit) and 贷 (credit) as 财会字〔1999〕33号 prescribes them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ledger.facts import Component, Movement

Line = TypeVar("Line")


@dataclass(frozen=True)
class Move(Generic[Line]):
    """One sum from one account to another; ``value_date`` is the day it counts from."""

    debit: Line
    credit: Line
    amount_fen: int
    value_date: dt.date
    component: Component = Component.PRINCIPAL


def spread(
    balances: Mapping[Component, int],
    amount_fen: int,
    order: Sequence[Component] = tuple(Component),
) -> dict[Component, int]:
    """Split a sum to be taken out over the components that hold money.

    Args:
        balances: what each component holds, in fen.
        amount_fen: what is taken out.
        order: which component is used up first; principal unless said otherwise.

    Returns:
        Fen per component, zeros left out; the parts add up to ``amount_fen``.

    Raises:
        ValueError: the components together hold less than ``amount_fen``.
    """
    left_fen = amount_fen
    parts: dict[Component, int] = {}
    for component in order:
        part_fen = min(left_fen, max(0, balances.get(component, 0)))
        if part_fen:
            parts[component] = part_fen
            left_fen -= part_fen
    if left_fen:
        raise ValueError(f"{amount_fen} fen asked, {amount_fen - left_fen} fen held")
    return parts


def deposit_moves(
    *, bank: Line, member: Line, amount_fen: int, value_date: dt.date
) -> list[Move[Line]]:
    """借：住房公积金存款  贷：住房公积金（个人明细）."""
    return [Move(bank, member, amount_fen, value_date)]


def opening_moves(
    *, bank: Line, member: Line, amount_fen: int, value_date: dt.date, component: Component
) -> list[Move[Line]]:
    """借：住房公积金存款  贷：住房公积金（个人明细）, as another system kept it.

    Fen below zero are money that was taken out there, and turn the sides.
    """
    debit, credit = (bank, member) if amount_fen > 0 else (member, bank)
    return [Move(debit, credit, abs(amount_fen), value_date, component)]


def suspense_moves(
    *, bank: Line, suspense: Line, amount_fen: int, value_date: dt.date
) -> list[Move[Line]]:
    """借：住房公积金存款  贷：其他应付款—暂存款. Money came in and nobody knows whose it is."""
    return [Move(bank, suspense, amount_fen, value_date)]


def allocation_moves(
    *, suspense: Line, member: Line, amount_fen: int, value_date: dt.date
) -> list[Move[Line]]:
    """借：其他应付款—暂存款  贷：住房公积金（个人明细）."""
    return [Move(suspense, member, amount_fen, value_date)]


def refund_moves(
    *, payable: Line, bank: Line, amount_fen: int, value_date: dt.date
) -> list[Move[Line]]:
    """借：其他应付款—待退款或暂存款  贷：住房公积金存款. Money goes back to the payer."""
    return [Move(payable, bank, amount_fen, value_date)]


def interest_moves(
    *, expense: Line, member: Line, amount_fen: int, value_date: dt.date
) -> list[Move[Line]]:
    """借：业务支出—公积金利息支出（或应付利息）  贷：住房公积金（个人明细）."""
    return [Move(expense, member, amount_fen, value_date, Component.INTEREST)]


def subsidy_moves(
    *, expense: Line, member: Line, amount_fen: int, value_date: dt.date
) -> list[Move[Line]]:
    """借：业务支出—灵活就业缴存补贴支出  贷：住房公积金（个人明细）."""
    return [Move(expense, member, amount_fen, value_date, Component.SUBSIDY)]


def opening_subsidy_moves(
    *, expense: Line, member: Line, amount_fen: int, value_date: dt.date
) -> list[Move[Line]]:
    """借：业务支出—开户补贴支出  贷：住房公积金（个人明细）."""
    return [Move(expense, member, amount_fen, value_date, Component.SUBSIDY)]


def _part_moves(
    debit: Line, credit: Line, parts: Mapping[Component, int], value_date: dt.date
) -> list[Move[Line]]:
    """One move per component that holds money, in the order of the components."""
    return [
        Move(debit, credit, parts[component], value_date, component)
        for component in Component
        if parts.get(component)
    ]


def withdrawal_moves(
    *, bank: Line, member: Line, parts: Mapping[Component, int], value_date: dt.date
) -> list[Move[Line]]:
    """借：住房公积金（个人明细）  贷：住房公积金存款, one line per component (see ``spread``).

    With 应付提取款 in the place of the bank, the money is owed until the bank has paid it out.
    """
    return _part_moves(member, bank, parts, value_date)


def exit_moves(
    *, bank: Line, member: Line, parts: Mapping[Component, int], value_date: dt.date
) -> list[Move[Line]]:
    """借：住房公积金（个人明细）  贷：住房公积金存款, all of it, after the interest of the exit."""
    return _part_moves(member, bank, parts, value_date)


def unclaimed_moves(
    *, income: Line, member: Line, parts: Mapping[Component, int], value_date: dt.date
) -> list[Move[Line]]:
    """借：住房公积金（个人明细）  贷：其他收入或增值收益. Nobody inherits."""
    return _part_moves(member, income, parts, value_date)


def transfer_in_moves(
    *, bank: Line, member: Line, amount_fen: int, value_date: dt.date
) -> list[Move[Line]]:
    """借：住房公积金存款  贷：住房公积金（个人明细）. Some rules leave it out."""
    return [Move(bank, member, amount_fen, value_date, Component.TRANSFER_IN)]


def transfer_out_moves(
    *, bank: Line, member: Line, parts: Mapping[Component, int], value_date: dt.date
) -> list[Move[Line]]:
    """借：住房公积金（个人明细）  贷：住房公积金存款. The money goes to another centre."""
    return _part_moves(member, bank, parts, value_date)


def conversion_moves(
    *, source: Line, target: Line, parts: Mapping[Component, int], value_date: dt.date
) -> list[Move[Line]]:
    """借：住房公积金（原身份明细）  贷：住房公积金（新身份明细）. Components stay."""
    return _part_moves(source, target, parts, value_date)


def merge_moves(
    *,
    source: Line,
    target: Line,
    movements: Iterable[Movement],
    value_date_of: Callable[[Movement], dt.date],
) -> list[Move[Line]]:
    """借：住房公积金（并销账户明细）  贷：住房公积金（保留账户明细）.

    One line per value date and component, so that interest and the age of money come out as if
    everything had been paid into the target; what was taken out on a day goes the other way.
    """
    sums: dict[tuple[dt.date, Component], int] = defaultdict(int)
    for movement in movements:
        sums[value_date_of(movement), movement.component] += movement.amount_fen
    return [
        Move(source, target, fen, day, component)
        if fen > 0
        else Move(target, source, -fen, day, component)
        for (day, component), fen in sorted(sums.items(), key=lambda item: item[0])
        if fen
    ]


def disbursement_moves(
    *, loan: Line, bank: Line, amount_fen: int, value_date: dt.date
) -> list[Move[Line]]:
    """借：委托贷款（贷款明细）  贷：住房公积金存款."""
    return [Move(loan, bank, amount_fen, value_date)]


def repayment_moves(
    *,
    source: Line,
    principal: Line,
    overdue: Line,
    interest: Line,
    penalty: Line,
    principal_fen: int,
    overdue_fen: int,
    interest_fen: int,
    penalty_fen: int,
    value_date: dt.date,
) -> list[Move[Line]]:
    """借：住房公积金存款（或暂存款）  贷：委托贷款、逾期贷款、委托贷款利息收入、其他收入（罚息）.

    Sums of nought leave no line. ``overdue_fen`` is principal that had become overdue in the books.
    """
    parts = [
        (penalty, penalty_fen),
        (interest, interest_fen),
        (overdue, overdue_fen),
        (principal, principal_fen),
    ]
    return [Move(source, line, fen, value_date) for line, fen in parts if fen]


def overdue_moves(
    *, principal: Line, overdue: Line, amount_fen: int, value_date: dt.date
) -> list[Move[Line]]:
    """借：逾期贷款  贷：委托贷款; fen below zero are principal that is no longer overdue."""
    debit, credit = (overdue, principal) if amount_fen > 0 else (principal, overdue)
    return [Move(debit, credit, abs(amount_fen), value_date)]


def accrual_moves(
    *, receivable: Line, income: Line, amount_fen: int, value_date: dt.date
) -> list[Move[Line]]:
    """借：应收利息  贷：委托贷款利息收入; fen below zero were paid, or do not count any longer."""
    debit, credit = (receivable, income) if amount_fen > 0 else (income, receivable)
    return [Move(debit, credit, abs(amount_fen), value_date)]


def closing_moves(
    *, surplus: Line, balances: Iterable[tuple[Line, int]], value_date: dt.date
) -> list[Move[Line]]:
    """借：业务收入各明细  贷：增值收益；借：增值收益  贷：业务支出各明细.

    Args:
        balances: each account with its credits less its debits of the year, in fen: income is
            above nought, expense below.
    """
    return [
        Move(line, surplus, fen, value_date) if fen > 0 else Move(surplus, line, -fen, value_date)
        for line, fen in balances
        if fen
    ]


def distribution_moves(
    *,
    surplus: Line,
    undistributed: Line,
    parts: Iterable[tuple[Line, Line, int]],
    value_date: dt.date,
) -> list[Move[Line]]:
    """借：增值收益  贷：待分配；借：待分配  贷：分配明细；借：分配明细  贷：风险准备、专项应付款.

    Args:
        parts: sub-account of the distribution, the account it goes to, and the sum in fen.
    """
    wanted = [(through, to, fen) for through, to, fen in parts if fen]
    total_fen = sum(fen for _through, _to, fen in wanted)
    moves = [Move(surplus, undistributed, total_fen, value_date)] if total_fen else []
    for through, to, fen in wanted:
        moves.append(Move(undistributed, through, fen, value_date))
        moves.append(Move(through, to, fen, value_date))
    return moves


def write_off_moves(
    *,
    reserve: Line,
    overdue: Line,
    bank: Line,
    surplus_bank: Line,
    amount_fen: int,
    value_date: dt.date,
) -> list[Move[Line]]:
    """借：贷款风险准备  贷：逾期贷款；同时 借：住房公积金存款  贷：增值收益存款.

    The reserve lies with the surplus at the bank, so its money goes over to the fund's.
    """
    return [
        Move(reserve, overdue, amount_fen, value_date),
        Move(bank, surplus_bank, amount_fen, value_date),
    ]


def recovery_moves(
    *, bank: Line, reserve: Line, surplus_bank: Line, amount_fen: int, value_date: dt.date
) -> list[Move[Line]]:
    """借：住房公积金存款  贷：贷款风险准备；同时 借：增值收益存款  贷：住房公积金存款."""
    return [
        Move(bank, reserve, amount_fen, value_date),
        Move(surplus_bank, bank, amount_fen, value_date),
    ]


def reversal_moves(moves: Sequence[Move[Line]]) -> list[Move[Line]]:
    """红冲: the same lines with 借 and 贷 exchanged, on the value dates of the wrong entry.

    Keeping the value date undoes the interest days as well, as if the entry had never been.
    """
    return [
        Move(move.credit, move.debit, move.amount_fen, move.value_date, move.component)
        for move in moves
    ]
