"""The posts that sign for business, and which of them stands above which. Pure.

Only these three stand on the ladder. Finance, auditors and administrators have tasks of their own
and sign nothing in the place of a checker.
"""

from enum import StrEnum


class Post(StrEnum):
    """The posts that sign, the lowest first."""

    CLERK = "CLERK"
    CHECKER = "CHECKER"
    SUPERVISOR = "SUPERVISOR"


_LADDER = tuple(Post)


def reaches(role: str, needed: str) -> bool:
    """Tell whether a role is the post that is needed or stands above it.

    Args:
        role: the role of a person; one that is not on the ladder reaches nothing.
        needed: the post that has to sign.
    """
    return needed in posts_up_to(role)


def posts_up_to(role: str) -> tuple[Post, ...]:
    """List the posts in whose place a role may sign, its own included; none off the ladder."""
    if role not in _LADDER:
        return ()
    return _LADDER[: _LADDER.index(Post(role)) + 1]
