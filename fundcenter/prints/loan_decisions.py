"""The decision on a loan application (审批决定), and the notice of its refusal."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fundcenter.prints.paper import Block, Facts, Paper, Signatures, Table, Text
from fundcenter.prints.parts import Ask, NothingToPrint, in_words, person_rows
from loans.models import LoanApplication, LoanReview
from office.inbox import kind_of

State = LoanApplication.State
_DECIDED = (State.APPROVED, State.REFUSED)


def make_loan_decision(application: LoanApplication, ask: Ask) -> Paper:
    """Print what was decided of an application, for the borrower.

    Raises:
        NothingToPrint: it is not decided yet.
    """
    if application.state not in _DECIDED:
        raise NothingToPrint(
            _("%(number)s is not decided yet; until then the receipt of acceptance is printed.")
            % {"number": application.number}
        )
    refused = application.state == State.REFUSED
    kind = kind_of(application)
    account = application.member_account
    blocks: list[Block] = [
        Facts((*person_rows(account, full=False), *_without_member(kind.facts(application)))),
        *(
            []
            if refused
            else [Facts(((_("Granted"), in_words(application.granted_fen)),), pairs=1)]
        ),
        *(_refusal(application) if refused else []),
        _looks(application),
        *(_next(application) if not refused else _objection()),
        Signatures((_("Applicant (signature)"), _("Seal of the centre"), _("Date"))),
    ]
    title = _("Notice of refusal of a loan") if refused else _("Decision on a loan application")
    lead = f"{application.number}　{kind.headline(application)}"
    return Paper(title=title, lead=lead, blocks=tuple(blocks))


def _granted(application: LoanApplication) -> list[Block]:
    return [Facts(((_("Granted"), in_words(application.granted_fen)),), pairs=1)]


def _without_member(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [row for row in rows if row[0] != _("Member")]


def _refusal(application: LoanApplication) -> list[Block]:
    last = application.reviews.filter(outcome=LoanReview.Outcome.REFUSED).last()
    said = [str(application.get_refusal_code_display())]
    if last is not None:
        said.append(last.reason)
    return [Text(tuple(said), title=_("Why it is refused"))]


def _looks(application: LoanApplication) -> Table:
    looks = application.reviews.filter(round=application.round).select_related("reviewed_by")
    return Table(
        head=(
            pgettext("paper", "Review"),
            pgettext("paper", "Outcome"),
            _("Reviewed by"),
            _("Date"),
        ),
        rows=tuple(
            (
                str(look.get_step_display()),
                str(look.get_outcome_display()),
                str(look.reviewed_by),
                look.business_date.isoformat(),
            )
            for look in looks.order_by("id")
        ),
        widths=(4, 3, 4, 3),
        title=_("Reviews"),
    )


def _next(application: LoanApplication) -> list[Block]:
    return [
        Text(
            (
                _("The borrower and the co-borrower sign the loan contract with this decision."),
                _("Money is paid out once the security is registered."),
            ),
            title=_("What follows"),
            marks=("1.", "2."),
        )
    ]


def _objection() -> list[Block]:
    return [
        Text(
            (
                _("Ask the counter to look at it again, with papers that prove what was missing."),
                _("Object in writing to the centre; it answers in writing within the legal time."),
                _("The law on administrative reconsideration and litigation stays open to you."),
            ),
            title=_("If you do not agree"),
            marks=("1.", "2.", "3."),
        )
    ]
