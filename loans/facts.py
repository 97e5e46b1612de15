"""What the loan rules are told."""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from kernel.days import days_in_month
from kernel.documents import Sex
from kernel.months import Month
from kernel.wire import BadFacts, Count, Facts, Flag, IsoDate, IsoMonth, Rate, YuanFen
from policy.facts import RetirementCategory

LONGEST_TERM = 1_200  # months; a bound on arithmetic, far beyond any term a policy allows
MOST_ROWS = 1_000  # instalments, contributions or repricings in one request

TermMonths = Annotated[int, Field(strict=True, ge=1, le=LONGEST_TERM)]
"""A term asked for; what a centre allows is tested by the rule."""

DueDay = Annotated[int, Field(strict=True, ge=1, le=31)]
"""Day of the month on which instalments fall due; short months use their last day."""


class RepaymentMethod(StrEnum):
    """等额本息: equal payments. 等额本金: equal parts of principal."""

    LEVEL_PAYMENT = "LEVEL_PAYMENT"
    LEVEL_PRINCIPAL = "LEVEL_PRINCIPAL"


class PrepaymentOption(StrEnum):
    """缩期: keep the payment, fewer instalments. 减额: keep the number, a smaller payment."""

    SHORTEN = "SHORTEN"
    REDUCE = "REDUCE"


class Product(StrEnum):
    """贷款种类. CONVERSION pays the bank itself off; REPLACEMENT pays the borrower who has."""

    FUND = "FUND"
    COMBINATION = "COMBINATION"
    COMMERCIAL_CONVERSION = "COMMERCIAL_CONVERSION"
    COMMERCIAL_REPLACEMENT = "COMMERCIAL_REPLACEMENT"
    RELOCATION_HOME = "RELOCATION_HOME"


class Purpose(StrEnum):
    """贷款用途: what the home is. RELOCATION_EXTRA is the area above the one exchanged."""

    NEW_HOME = "NEW_HOME"
    SECOND_HAND = "SECOND_HAND"
    BUILD = "BUILD"
    OVERHAUL = "OVERHAUL"
    RELOCATION_EXTRA = "RELOCATION_EXTRA"


class PartyRole(StrEnum):
    """How a person belongs to a loan. A spouse who does not borrow is still of the household."""

    BORROWER = "BORROWER"
    SPOUSE = "SPOUSE"
    CO_BORROWER = "CO_BORROWER"
    GUARANTOR = "GUARANTOR"


class SecurityKind(StrEnum):
    """担保方式 (JGJ/T 320: 01 抵押, 02 质押, 03 保证)."""

    MORTGAGE = "MORTGAGE"
    PLEDGE = "PLEDGE"
    GUARANTEE = "GUARANTEE"


class ReviewStep(StrEnum):
    """The looks a loan application gets after it was taken in, in their order."""

    FIRST_REVIEW = "FIRST_REVIEW"
    SECOND_REVIEW = "SECOND_REVIEW"
    APPROVAL = "APPROVAL"
    LARGE_APPROVAL = "LARGE_APPROVAL"


class RefusalCode(StrEnum):
    """Why a reviewer refuses what the law would let pass; a text says more."""

    INCOME = "INCOME"
    PURCHASE = "PURCHASE"
    PAPERS = "PAPERS"
    CREDIT = "CREDIT"
    SECURITY = "SECURITY"
    CONDITIONS = "CONDITIONS"
    OTHER = "OTHER"


class LoanState(StrEnum):
    """Where a loan stands, from the signed contract to its end."""

    SIGNED = "SIGNED"
    SECURED = "SECURED"
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    OVERDUE = "OVERDUE"
    SETTLED = "SETTLED"
    WRITTEN_OFF = "WRITTEN_OFF"
    CANCELLED = "CANCELLED"


class EventKind(StrEnum):
    """What can happen to a loan that is paid out; the course is replayed from these."""

    DISBURSED = "DISBURSED"
    REPRICED = "REPRICED"
    PAID = "PAID"
    TERM_CHANGED = "TERM_CHANGED"
    METHOD_CHANGED = "METHOD_CHANGED"


class Channel(StrEnum):
    """How a repayment came."""

    CARD = "CARD"
    COUNTER = "COUNTER"
    OFFSET = "OFFSET"
    SUSPENSE = "SUSPENSE"


class RiskClass(StrEnum):
    """五级分类 (JGJ/T 320: 01 to 05)."""

    NORMAL = "NORMAL"
    ATTENTION = "ATTENTION"
    SUBSTANDARD = "SUBSTANDARD"
    DOUBTFUL = "DOUBTFUL"
    LOSS = "LOSS"


class Contribution(Facts):
    """A contribution of one's own, without transfers, interest or subsidy, in fen.

    ``covers`` lists the months paid for; an empty list stands for the month of ``date``.
    """

    date: IsoDate
    amount: YuanFen
    covers: Annotated[tuple[IsoMonth, ...], Field(max_length=MOST_ROWS)]

    @property
    def months(self) -> tuple[Month, ...]:
        """The months that the contribution covers."""
        return self.covers or (Month.of(self.date),)


class Applicant(Facts):
    """One of one or two applicants, with the money and the record of the person, in fen.

    ``opened_on`` absent = no account, or unknown. ``overdue_in_a_row`` and ``overdue_total``
    count the overdue instalments of any loan inside the centre's credit window. A ban runs
    through ``banned_until``, that day included.
    """

    birth_date: IsoDate
    sex: Sex
    category: RetirementCategory | None = None
    opened_on: IsoDate | None = None
    contributions: Annotated[tuple[Contribution, ...], Field(max_length=MOST_ROWS)]
    transferred_in: YuanFen
    withdrawn: YuanFen
    interest_and_subsidy: YuanFen
    open_loan: Flag
    dishonest_person: Flag
    overdue_in_a_row: Count
    overdue_total: Count
    banned_until: IsoDate | None = None

    @model_validator(mode="after")
    def _category_fits_sex(self) -> Self:
        if self.category is not None:
            men = self.category is RetirementCategory.MEN_60
            if men != (self.sex is Sex.M):
                raise BadFacts("category", f"{self.category.value} is not open to {self.sex.value}")
        return self


class House(Facts):
    """The home to be bought or built; ``first_home`` = the family's first, ``price`` in fen."""

    price: YuanFen
    first_home: Flag
    local: Flag
    green: Flag
    purchased_on: IsoDate


class LoanQuotaFacts(Facts):
    """An application: who asks, for which home, over how many months.

    The borrower stands first, then the spouse. ``rent_withdrawn_last_year`` is the rent both
    have withdrawn within the year before the application, in fen.
    """

    applied_on: IsoDate
    applicants: Annotated[tuple[Applicant, ...], Field(min_length=1, max_length=2)]
    house: House
    family_monthly_income: YuanFen
    term_months: TermMonths
    method: RepaymentMethod
    talent: Flag
    rent_withdrawn_last_year: YuanFen
    annual_rate: Rate | None = None


class Repricing(Facts):
    """A new rate from a day on, that day included."""

    from_: IsoDate = Field(alias="from")
    annual_rate: Rate


class LoanScheduleFacts(Facts):
    """A loan to be repaid in monthly instalments; ``principal`` in fen."""

    principal: YuanFen
    term_months: TermMonths
    method: RepaymentMethod
    disbursed_on: IsoDate
    due_day: DueDay | None = None
    annual_rate: Rate | None = None
    home_number: Annotated[int, Field(strict=True, ge=1, le=2)] | None = None
    repricings: Annotated[tuple[Repricing, ...], Field(max_length=LONGEST_TERM)] | None = None

    @model_validator(mode="after")
    def _principal_and_repricings_make_sense(self) -> Self:
        if self.principal == 0:
            raise BadFacts("principal", "must be greater than 0.00")
        days = [repricing.from_ for repricing in self.repricings or ()]
        for index, day in enumerate(days):
            if day < self.disbursed_on:
                raise BadFacts(
                    f"repricings[{index}].from",
                    f"{day} must not be before disbursed_on {self.disbursed_on}",
                )
            if index and day <= days[index - 1]:
                raise BadFacts(
                    f"repricings[{index}].from",
                    f"{day} must be after the repricing before it, {days[index - 1]}",
                )
        return self

    def due_on(self, number: int) -> dt.date:
        """Return the due date of an instalment; number 0 is the day of disbursement."""
        if number == 0:
            return self.disbursed_on
        month = Month.of(self.disbursed_on) + number
        day = self.due_day or self.disbursed_on.day
        return dt.date(month.year, month.month, min(day, days_in_month(month.year, month.month)))


class PrepaymentFacts(LoanScheduleFacts):
    """A loan, what is already paid of it, and money brought before it is due.

    ``amount`` is the cash in fen, interest included. ``paid_on`` lies between the due date of
    the last paid instalment and the next one, both included; on the next due date itself that
    instalment is still to be paid.
    """

    paid_instalments: Count
    amount: YuanFen
    paid_on: IsoDate
    option: PrepaymentOption

    @model_validator(mode="after")
    def _paid_in_the_running_period(self) -> Self:
        if self.paid_instalments >= self.term_months:
            raise BadFacts(
                "paid_instalments",
                f"must be less than term_months {self.term_months}, not {self.paid_instalments}",
            )
        if self.amount == 0:
            raise BadFacts("amount", "must be greater than 0.00")
        first, last = self.due_on(self.paid_instalments), self.due_on(self.paid_instalments + 1)
        if not first <= self.paid_on <= last:
            raise BadFacts("paid_on", f"{self.paid_on} must lie from {first} to {last}")
        return self


class Instalment(Facts):
    """An instalment of which nothing has been paid, in fen."""

    principal: YuanFen
    interest: YuanFen
    due_on: IsoDate


class PenaltyFacts(Facts):
    """Overdue instalments, the day they are paid, and the money brought, if any, in fen."""

    annual_rate: Rate
    instalments: Annotated[tuple[Instalment, ...], Field(max_length=MOST_ROWS)]
    paid_on: IsoDate
    payment: YuanFen | None = None


class FundIndicatorsFacts(Facts):
    """Balances of the whole fund and of its flexible pool, in fen."""

    loan_balance: YuanFen
    contribution_balance: YuanFen
    flexible_loan_balance: YuanFen
    flexible_contribution_balance: YuanFen
    overdue_amount: YuanFen


class Reading(StrEnum):
    """The two readings of a clause whose text and table differ."""

    TABLE = "TABLE"
    TEXT = "TEXT"


class Guarantor(Facts):
    """Somebody who stands surety; a ban runs through ``banned_until``, that day included."""

    dishonest_person: Flag
    banned_until: IsoDate | None = None


class LoanApplicationFacts(Facts):
    """An application at the counter: what the quota is computed from, and what is asked for.

    ``asked``, ``bank_part`` in fen: the bank's part of a combination loan, or what is still owed
    to the bank that is to be replaced. ``against`` says for each applicant and then each guarantor
    whether the national platform has something against them. ``reading`` absent = the centre's.
    """

    quota: LoanQuotaFacts
    asked: YuanFen
    product: Product
    purpose: Purpose
    bank_part: YuanFen
    insured: Flag
    security: SecurityKind
    guarantors: Annotated[tuple[Guarantor, ...], Field(max_length=5)]
    against: Annotated[tuple[Flag, ...], Field(max_length=7)]
    reading: Reading | None = None

    @model_validator(mode="after")
    def _an_answer_for_each(self) -> Self:
        people = len(self.quota.applicants) + len(self.guarantors)
        if len(self.against) != people:
            raise BadFacts("against", f"must have an answer for each of {people} people")
        if self.asked == 0:
            raise BadFacts("asked", "must be greater than 0.00")
        return self
