"""What people do about a late loan and write down: reminders, and steps before court."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import AlreadyEntered, BadField
from accounts.holds import require_not_own
from accounts.services.checks import read_text
from kernel.money import MAX_FEN
from loans.errors import WrongLoanState
from loans.models import CollectionAction, LegalRecord, Loan
from loans.queries import lock_loan
from loans.states import OWED_STATES
from office.models import User
from office.services import audit, next_number, require_open, require_permission

SERVE = "loans.serve"
_LENGTH, _NOTE = 64, 400


@transaction.atomic
def record_collection(
    *,
    loan: Loan,
    way: str,
    outcome: str,
    acted_date: dt.date,
    business_date: dt.date,
    by: User,
    note: str = "",
    promised_date: dt.date | None = None,
    promised_fen: int | None = None,
) -> CollectionAction:
    """Write down how a borrower was reminded and what came of it (催收记录).

    Args:
        promised_date, promised_fen: what was promised, with the outcome PROMISED and only then.

    Raises:
        NotAllowed, OwnAccount: the person may not do this.
        WrongLoanState: nothing is owed of the loan.
        BadField: a code is unknown, a day impossible, or a promise half told.
        DayNotOpen: the business day is not open.
    """
    standing = _owed(loan, business_date, by)
    _require_code("way", way, CollectionAction.Way.values)
    _require_code("outcome", outcome, CollectionAction.Outcome.values)
    _require_past("acted_date", acted_date, standing.disbursed_date, business_date)
    read_text("note", note, _NOTE, needed=False)
    promised = outcome == CollectionAction.Outcome.PROMISED
    if promised and (promised_date is None or promised_date < acted_date):
        expected = _("a day from %(first)s on") % {"first": acted_date}
        raise BadField("promised_date", seen=str(promised_date or " "), expected=expected)
    if promised and not 1 <= (promised_fen or 0) <= MAX_FEN:
        raise BadField("promised_fen", seen=str(promised_fen or " "))
    action = CollectionAction.objects.create(
        number=next_number(standing.centre, "CA", business_date),
        centre=standing.centre,
        branch=by.branch,
        loan=standing,
        member_account=standing.member_account,
        business_date=business_date,
        made_by=by,
        way=way,
        outcome=outcome,
        acted_date=acted_date,
        note=note.strip(),
        promised_date=promised_date if promised else None,
        promised_fen=promised_fen if promised else None,
    )
    audit(
        actor=by,
        action="loans.collect",
        target=action,
        centre=standing.centre,
        subject=standing.number,
        after={"way": way, "outcome": outcome},
    )
    return action


@transaction.atomic
def record_legal(
    *,
    loan: Loan,
    stage: str,
    since_date: dt.date,
    document_no: str,
    business_date: dt.date,
    by: User,
    note: str = "",
) -> LegalRecord:
    """Put the borrower's death or a step before court on record; NONE ends what was before.

    Raises:
        NotAllowed, OwnAccount: the person may not do this.
        WrongLoanState: nothing is owed of the loan.
        BadField: the stage is unknown, the day impossible, or the paper has no number.
        AlreadyEntered: the paper is on record for this stage.
        DayNotOpen: the business day is not open.
    """
    standing = _owed(loan, business_date, by)
    _require_code("stage", stage, LegalRecord.Stage.values)
    _require_past("since_date", since_date, standing.contract_date, business_date)
    read_text("note", note, _NOTE, needed=False)
    read_text("document_no", document_no, _LENGTH)
    try:
        with transaction.atomic():
            record = LegalRecord.objects.create(
                number=next_number(standing.centre, "LG", business_date),
                centre=standing.centre,
                branch=by.branch,
                loan=standing,
                member_account=standing.member_account,
                business_date=business_date,
                made_by=by,
                stage=stage,
                since_date=since_date,
                document_no=document_no.strip(),
                note=note.strip(),
            )
    except IntegrityError as broken:
        raise AlreadyEntered(document_no.strip()) from broken
    audit(
        actor=by,
        action="loans.legal",
        target=record,
        centre=standing.centre,
        subject=standing.number,
        after={"stage": stage, "document_no": record.document_no},
    )
    return record


def _owed(loan: Loan, business_date: dt.date, by: User) -> Loan:
    require_permission(by, SERVE, loan.centre)
    require_not_own(loan.member_account, by)
    require_open(loan.centre, business_date)
    standing = lock_loan(loan.pk)
    if standing.state not in OWED_STATES:
        raise WrongLoanState(standing.number, str(standing.get_state_display()))
    return standing


def _require_code(name: str, seen: str, known: list[str]) -> None:
    if seen not in known:
        raise BadField(name, seen=seen or " ", expected=", ".join(known))


def _require_past(name: str, seen: dt.date, first: dt.date | None, last: dt.date) -> None:
    if seen > last or (first is not None and seen < first):
        raise BadField(name, seen=str(seen), expected=f"{first or '…'} – {last}")
