"""What is done about subsidies by people: recording the consents a text asks for."""

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from accounts.models import Member
from kernel.months import FundYear
from office.models import Centre, User
from office.services import audit, require_permission
from policy.wording import describe_key
from subsidies.models import EarlierSubsidy, SubsidyApproval
from subsidies.queries import APPROVALS, required_consents

# Finance reviews, a supervisor enters what the committee has resolved.
PERMISSIONS = {
    SubsidyApproval.Kind.FINANCE_REVIEW: "settlement.preview",
    SubsidyApproval.Kind.COMMITTEE: "subsidies.approve",
}


class BadConsent(ValueError):
    """A field of a consent is not what it must be; ``field`` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class AlreadyRecorded(Exception):
    """The consent is recorded already, or the same person has recorded the other one."""


@transaction.atomic
def record_approval(
    *,
    centre: Centre,
    year: int,
    kind: str,
    document_no: str,
    document_date: dt.date,
    business_date: dt.date,
    by: User,
) -> SubsidyApproval:
    """Record one of the two consents to a fund year's subsidy.

    Args:
        year: the calendar year whose 30 June ends the fund year.
        kind: a code of ``SubsidyApproval.Kind``.
        document_no: the review or resolution on paper.
        business_date: the day on which it is recorded.

    Raises:
        NotAllowed: the person's role or centre does not fit the consent.
        AlreadyRecorded: the kind is recorded, or by the same person the other one.
        BadConsent: the kind is unknown, the document has no number or is dated later than the
            day, the year has not begun, or its law asks for no such consent.

    Source: subsidy.approvals.
    """
    if kind not in PERMISSIONS:
        raise BadConsent("kind", gettext("“%(seen)s” is no kind of consent.") % {"seen": kind})
    require_permission(by, PERMISSIONS[SubsidyApproval.Kind(kind)], centre)
    _check_document(document_no, document_date, business_date)
    _check_year(centre, year, kind, business_date)
    try:
        with transaction.atomic():
            approval = SubsidyApproval.objects.create(
                centre=centre,
                year=year,
                kind=kind,
                document_no=document_no.strip(),
                document_date=document_date,
                recorded_by=by,
            )
    except IntegrityError as broken:
        raise AlreadyRecorded(
            gettext(
                "%(year)s: this consent is recorded already, or %(user)s has recorded the other "
                "one. The second consent is recorded by a second person."
            )
            % {"year": year, "user": by}
        ) from broken
    audit(
        actor=by,
        action="subsidies.approve",
        target=approval,
        centre=centre,
        subject=document_no,
        after={"year": year, "kind": kind, "document_date": document_date.isoformat()},
    )
    return approval


def _check_document(document_no: str, document_date: dt.date, business_date: dt.date) -> None:
    if not document_no.strip():
        raise BadConsent("document_no", gettext("a consent names its document."))
    if document_date > business_date:
        raise BadConsent(
            "document_date",
            gettext("%(seen)s lies after the business day %(day)s.")
            % {"seen": document_date, "day": business_date},
        )


def _check_year(centre: Centre, year: int, kind: str, business_date: dt.date) -> None:
    newest = FundYear.of(business_date).year
    if year > newest:
        raise BadConsent(
            "year",
            gettext("fund year %(seen)s has not begun; the newest one is %(newest)s.")
            % {"seen": year, "newest": newest},
        )
    if kind not in required_consents(centre, year):
        raise BadConsent(
            "year",
            gettext("the law of fund year %(seen)s asks for no such consent (%(key)s).")
            % {"seen": year, "key": describe_key(APPROVALS)},
        )


@transaction.atomic
def record_earlier_subsidies(
    *, rows: Sequence[tuple[Member, int, int, int]], document_no: str, by: User
) -> int:
    """Record what members had been credited before their accounts were taken over.

    Call it in the transaction of the takeover that two persons have signed.

    Args:
        rows: member, subsidies credited in fen, settlements that credited one, opening subsidy
            in fen; people who never had anything are left out by the caller.
        document_no: the takeover.

    Raises:
        AlreadyRecorded: for one of them something is recorded already.
    """
    try:
        with transaction.atomic():
            made = EarlierSubsidy.objects.bulk_create(
                (
                    EarlierSubsidy(
                        member=member,
                        credited_fen=credited_fen,
                        credits=credits,
                        opening_subsidy_fen=opening_fen,
                        document_no=document_no,
                        recorded_by=by,
                    )
                    for member, credited_fen, credits, opening_fen in rows
                ),
                batch_size=2_000,
            )
    except IntegrityError as broken:
        raise AlreadyRecorded(
            gettext(
                "%(document)s: for one of these people earlier subsidies are recorded already. "
                "Leave the row out."
            )
            % {"document": document_no}
        ) from broken
    return len(made)
