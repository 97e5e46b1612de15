"""Who signs for how much: on, below and above each limit, and tables that nobody can load."""

import datetime as dt

import pytest

from kernel.posts import Post, posts_up_to, reaches
from office.roles import Role
from policy.book import PolicyBook, Unset
from policy.limits import KEY, Business
from policy.loader import book_from_packs, load_catalogue
from policy.rules import approver_for
from policy.values import BadValue, Unit, Value

DAY = dt.date(2026, 10, 14)
CENTRES = ("bazhong", "liaoning", "lianyungang", "yantai", "kashgar")
ROWS = [
    {"business": "LOAN", "role": "CHECKER", "upto": "1000.00"},
    {"business": "LOAN", "role": "SUPERVISOR"},
]


def book_with(rows: object) -> PolicyBook:
    value = Value(
        key=KEY,
        jurisdiction="cn",
        unit=Unit.TABLE,
        printed=rows,
        effective_from=DAY,
        assumed=True,
        reason="测试",
    )
    return PolicyBook(
        centre="kashgar", on=DAY, chain=("cn",), values=[value], catalogue=load_catalogue()
    )


@pytest.mark.parametrize("centre", CENTRES)
def test_every_centre_knows_who_signs_for_every_business(centre: str) -> None:
    book = book_from_packs(centre, DAY)
    for business in Business:
        assert approver_for(book, business, 0) in Post
        assert approver_for(book, business, 10**13) is Post.SUPERVISOR


@pytest.mark.parametrize(
    ("business", "limit_fen", "below"),
    [
        (Business.WITHDRAWAL, 5_000_000, Post.CHECKER),
        (Business.EXIT, 5_000_000, Post.CHECKER),
        (Business.TRANSFER_OUT, 5_000_000, Post.CHECKER),
        (Business.CORRECTION, 5_000_000, Post.CHECKER),
        (Business.DEPOSIT, 10_000_000, Post.CLERK),
        (Business.HEIRS, 5_000_000, Post.CHECKER),
        (Business.REFUND, 5_000_000, Post.CHECKER),
        (Business.DISBURSEMENT, 50_000_000, Post.CHECKER),
    ],
)
def test_below_and_on_the_limit_the_lower_post_signs_above_it_the_supervisor(
    business: Business, limit_fen: int, below: Post
) -> None:
    book = book_from_packs("kashgar", DAY)
    posts = [approver_for(book, business, limit_fen + fen) for fen in (-1, 0, 1)]
    assert posts == [below, below, Post.SUPERVISOR]


@pytest.mark.parametrize("business", [Business.LOAN, Business.WRITE_OFF])
def test_of_loans_and_write_offs_every_fen_is_a_supervisors(business: Business) -> None:
    assert approver_for(book_from_packs("kashgar", DAY), business, 1) is Post.SUPERVISOR


def test_three_steps_are_walked_from_the_lowest() -> None:
    rows = [{"business": "LOAN", "role": "CLERK", "upto": "10.00"}, *ROWS]
    posts = [approver_for(book_with(rows), Business.LOAN, fen) for fen in (1000, 1001, 100_001)]
    assert posts == [Post.CLERK, Post.CHECKER, Post.SUPERVISOR]


def test_a_business_without_a_row_stops_with_its_name() -> None:
    with pytest.raises(Unset, match=r"approval\.limits: EXIT is unset for kashgar"):
        approver_for(book_with(ROWS), Business.EXIT, 1)


BROKEN = [
    ("no open end", ROWS[:1], r"LOAN ends at 1000\.00: add a last row without upto"),
    ("two open ends", [ROWS[1], ROWS[1]], r"row 2: LOAN has a row without upto already"),
    ("open end first", ROWS[::-1], r"row 2: LOAN has a row without upto already"),
    (
        "a limit twice",
        [ROWS[0], {**ROWS[0], "role": "SUPERVISOR"}, ROWS[1]],
        r"row 2: upto 1000\.00 of LOAN is not above 1000\.00",
    ),
    (
        "descending limits",
        [ROWS[0], {**ROWS[0], "role": "SUPERVISOR", "upto": "999.99"}],
        r"row 2: upto 999\.99 of LOAN is not above 1000\.00",
    ),
    (
        "descending posts",
        [{**ROWS[0], "role": "SUPERVISOR"}, {**ROWS[1], "role": "CHECKER"}],
        r"row 2: CHECKER of LOAN does not stand above SUPERVISOR",
    ),
    ("the same post twice", [ROWS[0], {**ROWS[1], "role": "CHECKER"}], r"does not stand above"),
    ("unknown role", [{**ROWS[1], "role": "MANAGER"}], r"row 1: unknown role MANAGER, one of"),
    ("finance", [{**ROWS[1], "role": "FINANCE"}], r"unknown role FINANCE"),
    ("unknown business", [{**ROWS[1], "business": "GIFT"}], r"unknown business GIFT"),
    ("number for a sum", [{**ROWS[0], "upto": 1000.0}, ROWS[1]], r"quote upto as a sum of yuan"),
    ("no sum", [{**ROWS[0], "upto": "1,000"}, ROWS[1]], r"'1,000' is not an amount in yuan"),
    ("unknown field", [{**ROWS[1], "from": "1"}], r"business, role and perhaps upto"),
    ("no rows", {"LOAN": "SUPERVISOR"}, r"a list of rows"),
]


@pytest.mark.parametrize(("what", "rows", "problem"), BROKEN, ids=[row[0] for row in BROKEN])
def test_a_table_that_leaves_somebody_in_doubt_is_not_loaded(
    what: str, rows: object, problem: str
) -> None:
    with pytest.raises(BadValue, match=problem):
        book_with(rows)


def test_a_higher_post_signs_for_a_lower_one_and_never_the_other_way() -> None:
    assert [reaches("SUPERVISOR", post) for post in Post] == [True, True, True]
    assert [reaches("CHECKER", post) for post in Post] == [True, True, False]
    assert [reaches("CLERK", post) for post in Post] == [True, False, False]


@pytest.mark.parametrize("role", sorted(set(Role.values) - set(Post)))
def test_who_is_not_on_the_ladder_signs_for_nobody(role: str) -> None:
    assert posts_up_to(role) == ()


def test_every_post_is_a_role_of_the_centre() -> None:
    assert set(Post) <= set(Role.values)
