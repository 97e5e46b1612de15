"""Tests that every payment to a member shares: freezes, bans and guarantees. Pure."""

import datetime as dt

from policy.decisions import Sheet


def check_not_frozen(sheet: Sheet, frozen: bool, key: str) -> None:
    """Test that no court froze the account."""
    sheet.test("is_frozen" if frozen else "not_frozen", not frozen, key)


def check_not_banned(sheet: Sheet, banned_until: dt.date | None) -> None:
    """Test that no ban runs on the day; a ban holds through its last day."""
    key = "withdrawal.not_banned"
    if banned_until is not None and sheet.book.on <= banned_until:
        sheet.test("banned", False, key, until=banned_until.isoformat())
    else:
        sheet.test("not_banned", True, key)


def check_guarantee(sheet: Sheet, guarantee: bool, key: str) -> None:
    """Test what standing surety for another's loan does, by the centre's parameter ``key``."""
    effect = sheet.book.choice(key)
    if not guarantee:
        sheet.test("no_guarantee", True, key)
    elif effect == "BLOCKS":
        sheet.test("guarantee_blocks", False, key)
    else:
        sheet.test("guarantee_does_not_block", True, key)
        if effect == "WARNS":
            sheet.warn("stands_as_guarantor")
