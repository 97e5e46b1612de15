"""What is done about settlements: previewed by one, approved by another, posted, proved, sealed."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Min
from django.db.models.functions import Now
from django.utils.translation import gettext

from accounts.models import MemberAccount
from kernel.money import yuan
from kernel.months import FundYear
from office import documents
from office.models import Centre, User
from office.queries import find_open_day, get_open_day
from office.services import (
    audit,
    ensure_system_maker,
    next_number,
    open_days_until,
    require_permission,
)
from policy.queries import open_book
from policy.records import plain, value_record
from settlement.bulk import (
    ChangedSincePreview,
    Totals,
    id_ranges,
    post_shard,
    preview_shard,
    previewed,
    refresh_statistics,
)
from settlement.errors import RunUnderWay, SettlementRefused, YearNotEnded
from settlement.models import RunDay, SettlementException, SettlementRun, Shard
from settlement.preflight import check_year, read_year_terms
from settlement.queries import (
    YearReport,
    count_settled,
    find_run_under_way,
    list_runs,
    list_unsettled,
    prove,
    report_preview,
    report_year,
    sums_by_kind,
)
from settlement.terms import Terms, calendar, read_terms

State = SettlementRun.State
Tick = Callable[[int, int], None]
Step = Callable[[SettlementRun], SettlementRun]


class ProofFailed(Exception):
    """Items, entries and expense of a posted run do not add up to the same sum."""


def _no_tick(done: int, failed: int) -> None:
    """Nobody watches the progress."""


@transaction.atomic
def open_run(*, centre: Centre, year: int, by: User) -> SettlementRun:
    """Open the next round of a fund year, after everything it rests on was checked.

    Args:
        year: the calendar year whose 30 June ends the fund year.
        by: the system maker, or a person with ``settlement.preview``.

    Returns:
        A draft without totals; ``preview_run`` computes them.

    Raises:
        SettlementRefused: something stands in the way; the message says what.
        NotAllowed: the person may not preview settlements of the centre.
    """
    if not by.is_system:
        require_permission(by, "settlement.preview", centre)
    terms = check_year(centre, year)
    day = get_open_day(centre)
    last = list_runs(centre, year).order_by("-round").first()
    book = open_book(centre.code, terms.end)
    read_terms(book, year)
    try:
        with transaction.atomic():
            run = SettlementRun.objects.create(
                number=next_number(centre, "ST", day.date),
                centre=centre,
                branch=by.branch,
                business_date=day.date,
                made_by=by,
                year=year,
                round=last.round + 1 if last else 1,
                terms=plain(terms),
                parameters=[value_record(value) for value in book.opened],
                notes=list(terms.notes),
            )
    except IntegrityError as broken:
        raise RunUnderWay(
            gettext("%(centre)s: somebody else has just opened a settlement.")
            % {"centre": centre.name}
        ) from broken
    first = MemberAccount.objects.filter(centre=centre).aggregate(first=Min("opened_date"))["first"]
    RunDay.objects.bulk_create(
        (RunDay(run=run, **asdict(row)) for row in calendar(terms, first or terms.start)),
        batch_size=1_000,
    )
    return run


def preview_run(run: SettlementRun, tick: Tick = _no_tick) -> SettlementRun:
    """Compute a draft shard by shard, keep totals and exceptions, and hand it to a second person.

    Every statement of a posting is executed and rolled back. Calling again after a crash goes
    over the draft anew.
    """
    terms = _terms_of(run)
    with transaction.atomic():
        Shard.objects.filter(run=run).delete()
        SettlementException.objects.filter(run=run).delete()
    refresh_statistics()
    total = Totals()
    for lo, hi in id_ranges(list_unsettled(run.centre, run.year), shard_size()):
        shard = preview_shard(run=run, lo=lo, hi=hi, terms=terms, maker=run.made_by)
        with transaction.atomic():
            shard.save(force_insert=True)
            tick(shard.accounts, shard.failed)
        total.add(previewed(shard))
    with transaction.atomic():
        SettlementRun.objects.filter(pk=run.pk, state=State.DRAFT).update(**_sums(total))
        run.refresh_from_db()
        return documents.submit(document=run, by=run.made_by, shown=shown(run))


def approve_run(*, run: SettlementRun, by: User, digest: str) -> SettlementRun:
    """Approve what the preview shows.

    Args:
        by: a person with ``settlement.approve`` who is not the maker.
        digest: the digest of the preview that was looked at.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: as ``office.documents.approve``.
    """
    return documents.approve(document=run, by=by, digest=digest)


def return_run(*, run: SettlementRun, by: User, reason: str) -> SettlementRun:
    """Give a preview back; a new one can then be made.

    Raises:
        ValueError, SamePerson, NotAllowed, AlreadyDecided: as ``office.documents.return_``.
    """
    return documents.return_(document=run, by=by, reason=reason)


def post_run(run: SettlementRun, tick: Tick = _no_tick) -> SettlementRun:
    """Post an approved run, shard by shard, and prove it.

    May be killed anywhere and called again: what is posted stays and is not posted twice. A
    shard whose books have changed since the preview is left out, and settles in the next round
    with a preview of its own.

    Raises:
        AlreadyDecided: the run is neither approved nor being posted.
        ProofFailed: what was posted does not prove; the run stays open.
    """
    moved = SettlementRun.objects.filter(
        pk=run.pk, state__in=[State.APPROVED, State.POSTING]
    ).update(state=State.POSTING)
    run.refresh_from_db()
    if not moved:
        raise documents.AlreadyDecided(
            gettext("%(number)s is “%(state)s”; only an approved settlement can be posted.")
            % {"number": run.number, "state": run.get_state_display()}
        )
    terms = _terms_of(run)
    total = Totals()
    for shard in Shard.objects.filter(run=run).order_by("lo"):
        if shard.state == Shard.State.DONE:
            tick(shard.accounts, shard.failed)
            total.add(previewed(shard))
            continue
        try:
            with transaction.atomic():
                total.add(post_shard(run=run, shard=shard, terms=terms, maker=run.made_by))
                Shard.objects.filter(pk=shard.pk).update(state=Shard.State.DONE, done_at=Now())
                tick(shard.accounts, shard.failed)
        except ChangedSincePreview:
            total.failed += shard.accounts + shard.failed
            tick(0, shard.accounts + shard.failed)
    return _finish(run, total)


@transaction.atomic
def _finish(run: SettlementRun, total: Totals) -> SettlementRun:
    runs = SettlementRun.objects.filter(pk=run.pk)
    proof = prove(run.centre, runs, FundYear(run.year).last_day)
    if not proof.holds or proof.items_fen != sum(sums_by_kind(runs).values()):
        raise ProofFailed(f"{run.number}: {proof.as_dict()}")
    if total.accounts == 0 and total.failed:
        runs.update(
            state=State.RETURNED,
            return_reason=gettext("The books have changed since the preview. Preview again."),
        )
    else:
        runs.update(state=State.POSTED, posted_at=Now(), **_sums(total))
    run.refresh_from_db()
    audit(
        actor=run.made_by,
        action=f"settlement.{run.state.lower()}",
        target=run,
        centre=run.centre,
        subject=run.number,
        after={"accounts": run.accounts, "failed": run.failed, **proof.as_dict()},
    )
    return run


@transaction.atomic
def seal_run(*, run: SettlementRun, by: User) -> SettlementRun:
    """Seal a posted run after its proof was looked at; nothing moves it any more.

    Raises:
        NotAllowed: the role or centre does not allow it.
        AlreadyDecided: the run is not posted, or sealed already.
        ProofFailed: it does not prove.
    """
    require_permission(by, "settlement.approve", run.centre)
    runs = SettlementRun.objects.filter(pk=run.pk)
    if not prove(run.centre, runs, FundYear(run.year).last_day).holds:
        raise ProofFailed(run.number)
    sealed = runs.filter(state=State.POSTED).update(state=State.SEALED)
    run.refresh_from_db()
    if not sealed:
        raise documents.AlreadyDecided(
            gettext("%(number)s is “%(state)s”; only a posted settlement can be sealed.")
            % {"number": run.number, "state": run.get_state_display()}
        )
    audit(actor=by, action="settlement.sealed", target=run, centre=run.centre, subject=run.number)
    return run


def settle_year(
    *,
    centre: Centre,
    year: int,
    approver: User | None = None,
    preview: bool = False,
    preview_with: Step = preview_run,
    post_with: Step = post_run,
) -> tuple[YearReport, SettlementRun | None]:
    """Settle a fund year as the system maker, or go on where an earlier call stopped.

    A settled year is only reported. A preview that waits is made anew unless it was approved.

    Args:
        year: the calendar year whose 30 June ends the fund year.
        approver: the second person; without one an unapproved preview is left in the inbox.
        preview: stop after the preview.
        preview_with, post_with: how the two long steps are run; jobs pass themselves.

    Returns:
        The year's report, and the run that waits for a second person, if one does.

    Raises:
        SettlementRefused: something stands in the way; ``field`` names a wrong argument.
        SamePerson, NotAllowed: the approver may not approve.
    """
    if approver is not None:
        _require_approver(approver, centre)
    before = count_settled(centre, year)
    run = _run_to_go_on_with(centre, year)
    if run is None:
        return report_year(centre, year, already_settled=before), None
    if run.state == State.DRAFT:
        run = preview_with(run)
        if run.round > 1 and run.accounts == 0:
            documents.cancel(document=run, by=run.made_by)
            return report_year(centre, year, already_settled=before), None
    if run.state == State.SUBMITTED and not preview and approver is not None:
        run = approve_run(run=run, by=approver, digest=run.digest)
    if run.state == State.SUBMITTED or preview:
        return report_preview(run, already_settled=before), run
    post_with(run)
    return report_year(centre, year, already_settled=before), None


def pass_days_until_settlement(*, centre: Centre, year: int, today: dt.date) -> None:
    """Open the centre's business days up to 30 June, where today is later than its books.

    Raises:
        YearNotEnded: that 30 June has not come.
    """
    end = FundYear(year).last_day
    if today < end:
        raise YearNotEnded(
            gettext("%(year)s: the fund year ends on %(end)s; today is %(today)s.")
            % {"year": year, "end": end, "today": today},
            field="year",
        )
    day = find_open_day(centre)
    if day is not None and day.date < end:
        open_days_until(centre=centre, until=end, by=ensure_system_maker())


def shown(run: SettlementRun) -> dict[str, Any]:
    """Give what the second person sees and signs."""
    exceptions = SettlementException.objects.filter(run=run).order_by("member_account_id")
    listed = hashlib.sha256()
    for account, code in exceptions.values_list("member_account_id", "code").iterator():
        listed.update(f"{account} {code}\n".encode())
    return run.shown_to(
        centre=run.centre.code,
        year=run.year,
        round=run.round,
        accounts=run.accounts,
        interest=yuan(run.interest_fen),
        subsidy=yuan(run.subsidy_fen),
        failed=run.failed,
        exceptions=listed.hexdigest(),
        terms=run.terms,
    )


def shard_size() -> int:
    """How many accounts one transaction settles."""
    return int(getattr(settings, "SETTLEMENT_SHARD", 50_000))


def _run_to_go_on_with(centre: Centre, year: int) -> SettlementRun | None:
    """Find the run to continue, or open one; None where the year is settled."""
    run = find_run_under_way(centre)
    if run is not None and run.year == year:
        if run.state in (State.APPROVED, State.POSTING):
            return run
        documents.cancel(document=run, by=run.made_by)
    posted = list_runs(centre, year).exists()
    if posted and not list_unsettled(centre, year).exists():
        return None
    return open_run(centre=centre, year=year, by=ensure_system_maker())


def _require_approver(approver: User, centre: Centre) -> None:
    if approver.is_system:
        raise documents.SamePerson(
            gettext("%(user)s makes the settlement; somebody else approves it.")
            % {"user": approver}
        )
    require_permission(approver, SettlementRun.approve_permission, centre)


def _terms_of(run: SettlementRun) -> Terms:
    """Read the law again and refuse to go on by other terms than the run was opened with."""
    terms = read_year_terms(run.centre, run.year)
    if json.dumps(plain(terms), sort_keys=True) != json.dumps(run.terms, sort_keys=True):
        raise SettlementRefused(
            gettext("%(number)s: the law or the consents have changed since. Preview again.")
            % {"number": run.number}
        )
    return terms


def _sums(total: Totals) -> dict[str, int]:
    return {
        "accounts": total.accounts,
        "interest_fen": total.interest_fen,
        "subsidy_fen": total.subsidy_fen + total.opening_subsidy_fen,
        "failed": total.failed,
    }
