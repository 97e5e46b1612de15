"""What is asked for at the window for withdrawals: the form, and what cannot be right in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.errors import BadField
from accounts.households import HouseholdOnRecord, HouseholdState
from accounts.services.checks import read_text
from contributions.facts import Evidence, Ground, Household
from kernel.money import MAX_FEN, yuan

_NUMBER_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A piece of evidence that was seen, and its number."""

    code: str
    document_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalRequest:
    """What is asked for at the window; amounts in fen.

    ``amount_fen``: the sum asked; for rent the rent proven. ``spouse_taken_fen`` and
    ``spouse_document_no``: what the spouse took in the period, and what proves it. The card of
    the mandate is paid.
    """

    ground: str
    amount_fen: int
    papers: Sequence[Paper] = ()
    household: str = Household.SINGLE
    spouse_taken_fen: int = 0
    spouse_document_no: str = ""
    guarantee: bool = False


def check_request(request: WithdrawalRequest) -> None:
    """Refuse a form that cannot be right, before anything is asked of the law.

    Raises:
        BadField: naming the first wrong field, what was seen and what is expected.
    """
    if request.ground not in list(Ground):
        raise BadField("ground", seen=request.ground or " ", expected=", ".join(Ground))
    if request.ground == Ground.DEATH:
        # One way only: heirs are paid by their shares, one or many of them.
        message = _("Heirs are paid by “Inheritance”. Report the death first.")
        raise BadField("ground", message)
    if type(request.amount_fen) is not int or not 1 <= request.amount_fen <= MAX_FEN:
        raise BadField("amount_fen", seen=repr(request.amount_fen), expected=f"1–{MAX_FEN}")
    if request.household not in list(Household):
        raise BadField("household", seen=request.household or " ", expected=", ".join(Household))
    for place, paper in enumerate(request.papers):
        if paper.code not in list(Evidence):
            expected = ", ".join(Evidence)
            raise BadField(f"papers[{place}].code", seen=paper.code or " ", expected=expected)
        read_text(f"papers[{place}].document_no", paper.document_no, _NUMBER_LENGTH)
    _check_spouse(request)


def _check_spouse(request: WithdrawalRequest) -> None:
    taken_fen = request.spouse_taken_fen
    if type(taken_fen) is not int or not 0 <= taken_fen <= MAX_FEN:
        raise BadField("spouse_taken_fen", seen=repr(taken_fen), expected=f"0–{MAX_FEN}")
    couple = request.household == Household.COUPLE
    if taken_fen and not couple:
        expected = _("0, except for couples")
        raise BadField("spouse_taken_fen", seen=str(taken_fen), expected=expected)
    read_text("spouse_document_no", request.spouse_document_no, _NUMBER_LENGTH, needed=False)


def check_household(request: WithdrawalRequest, recorded: HouseholdOnRecord) -> None:
    """Refuse a claim about the household that the register does not bear out.

    The limits of relocation rent count person by person and couple by couple, so there the
    register decides. A spouse with an account here is never typed: our books say what they took.

    Raises:
        BadField: saying what is on record, and what to record first.

    Source: withdrawal.relocation_single, withdrawal.relocation_couple.
    """
    couple = request.household == Household.COUPLE
    if request.ground == Ground.RELOCATION_RENT:
        _require_agreement(couple, recorded)
    if not couple:
        return
    if recorded.spouse is not None:
        if request.spouse_taken_fen:
            expected = _("empty: %(spouse)s has an account here, and the books say what was taken")
            raise BadField(
                "spouse_taken_fen",
                seen=yuan(request.spouse_taken_fen),
                expected=expected % {"spouse": recorded.spouse.name},
            )
    elif not request.spouse_document_no.strip():
        # Nothing taken is a statement about the spouse too, so a couple proves it either way.
        raise BadField("spouse_document_no")


def _require_agreement(couple: bool, recorded: HouseholdOnRecord) -> None:
    facts = {
        "since": recorded.since,
        "spouse": recorded.spouse_name,
        "paper": recorded.evidence_no,
    }
    if recorded.state is HouseholdState.UNKNOWN:
        message = _(
            "Nothing is on record of this household. Record the marriage, or a signed declaration "
            "of being single, first."
        )
    elif recorded.state is HouseholdState.MARRIED and not couple:
        message = _(
            "On record as married to %(spouse)s since %(since)s (%(paper)s). Ask as one of a "
            "couple, or record the end of the marriage first."
        )
    elif recorded.state is HouseholdState.SINGLE_DECLARED and couple:
        message = _(
            "On record as single since %(since)s (%(paper)s). Ask alone, or record the marriage "
            "first."
        )
    else:
        return
    raise BadField("household", message % facts)
