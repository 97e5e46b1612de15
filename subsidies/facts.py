"""What the subsidy rules are told."""

from enum import StrEnum

from accounts.facts import ContributionMode
from kernel.days import DayCount
from kernel.wire import Count, Facts, Flag, IsoDate, IsoMonth, Rate, SignedYuanFen, YuanFen


class Origin(StrEnum):
    """Where money in a member account came from."""

    FLEX = "FLEX"
    UNIT = "UNIT"
    TRANSFER_IN = "TRANSFER_IN"
    INTEREST = "INTEREST"
    SUBSIDY = "SUBSIDY"


class EventKind(StrEnum):
    """What may stop a subsidy. EXIT is leaving of one's own will."""

    WITHDRAWAL = "WITHDRAWAL"
    VOLUNTARY_WITHDRAWAL = "VOLUNTARY_WITHDRAWAL"
    LOAN_APPLIED = "LOAN_APPLIED"
    LOAN_DISBURSED = "LOAN_DISBURSED"
    ARREARS = "ARREARS"
    SEALED = "SEALED"
    EXIT = "EXIT"


class Reading(StrEnum):
    """How money that is old enough earns: a full year, or the days after its anniversary."""

    FULL_YEAR = "FULL_YEAR"
    AFTER_ANNIVERSARY = "AFTER_ANNIVERSARY"


class Category(StrEnum):
    """Who a member is for the opening subsidy."""

    GRADUATE = "GRADUATE"
    TALENT = "TALENT"
    NONE = "NONE"


class SubsidyMovement(Facts):
    """Money in or out with its origin, in fen; ``covers`` lists the months it pays for."""

    date: IsoDate
    amount: SignedYuanFen
    origin: Origin
    covers: tuple[IsoMonth, ...]


class SubsidyEvent(Facts):
    """Something that happened to the member and may stop the subsidy."""

    date: IsoDate
    kind: EventKind


class SubsidyFacts(Facts):
    """A member's whole history up to a settlement day."""

    settled_on: IsoDate
    opened_on: IsoDate
    mode: ContributionMode
    first_time: Flag
    movements: tuple[SubsidyMovement, ...]
    events: tuple[SubsidyEvent, ...]
    credited_before: YuanFen
    credits_before: Count
    annual_rate: Rate | None = None
    day_count: DayCount | None = None
    reading: Reading | None = None


class OpeningSubsidyFacts(Facts):
    """What decides the opening subsidy; ``left_school_on`` absent = still at school."""

    opened_on: IsoDate
    first_time: Flag
    category: Category
    left_school_on: IsoDate | None = None
    full_months: Count
    granted_before: Flag
