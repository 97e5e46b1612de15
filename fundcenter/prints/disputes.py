"""The answer to a dispute about a balance, as a letter to the member (余额异议答复函)."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from contributions.models import Correction, Dispute
from contributions.queries import get_member_statement
from fundcenter.counter.sheets import sheet_of_stored
from fundcenter.prints.paper import Block, Facts, Paper, Signatures, Table, Text
from fundcenter.prints.parts import Ask, NothingToPrint, day, person_rows
from kernel.money import grouped_yuan


def is_answered(dispute: Dispute) -> bool:
    """Tell whether a second person has signed the answer, so that the letter may go out."""
    return dispute.state == Dispute.State.APPROVED


def make_dispute_letter(dispute: Dispute, ask: Ask) -> Paper:
    """Print what the reviews found and what the centre answers, as it was signed.

    Raises:
        NothingToPrint: the answer is not signed yet, or the member took the dispute back.

    Source: deadline.balance_dispute_days; Regulation art. 37.
    """
    if not is_answered(dispute):
        raise NothingToPrint(
            _("%(number)s is “%(state)s”: there is no letter before a second person has signed the "
              "answer.")
            % {"number": dispute.number, "state": dispute.get_state_display()}
        )  # fmt: skip
    blocks: list[Block] = [
        Facts(
            (
                *person_rows(dispute.member_account, full=False),
                (_("Dispute accepted on"), day(dispute.business_date)),
                (_("To be answered by"), day(dispute.due_date)),
                (_("Answered on"), day(dispute.answered_date)),
                (_("Number of the dispute"), dispute.number),
            )
        ),
        Text((dispute.claim,), title=_("What you told us")),
        _balances(dispute),
        _reviews(dispute),
        *_corrected(dispute.correction),
        Text((dispute.answer,), title=_("Our answer")),
        *_deadline(dispute),
        _further_ways(),
        Signatures((_("Seal of the centre"), _("Received by the member (signature)"), _("Date"))),
    ]
    return Paper(
        title=_("Answer to a dispute about a balance"),
        lead=_finding(dispute),
        blocks=tuple(blocks),
    )


def _finding(dispute: Dispute) -> str:
    if dispute.outcome == Dispute.Outcome.WRONG:
        return _("The balance of your account was wrong and has been corrected.")
    return _("The balance of your account is right.")


def _balances(dispute: Dispute) -> Table:
    """Set the books beside what the member claims; after a correction, what the books say since."""
    rows = [(_("In the books when you came to us"), grouped_yuan(dispute.balance_fen))]
    if dispute.claimed_fen is not None:
        difference_fen = dispute.claimed_fen - dispute.balance_fen
        rows += [
            (_("As you hold right"), grouped_yuan(dispute.claimed_fen)),
            (_("Difference"), grouped_yuan(difference_fen)),
        ]
    if dispute.outcome == Dispute.Outcome.WRONG and dispute.answered_date is not None:
        on = dispute.answered_date
        closing_fen = get_member_statement(dispute.member_account, on, on).closing_fen
        label = _("In the books at the end of %(day)s") % {"day": day(on)}
        rows.append((label, grouped_yuan(closing_fen)))
    return Table(
        head=(_("Balance"), _("Amount (yuan)")), rows=tuple(rows), widths=(3, 2), money=(1,)
    )


def _reviews(dispute: Dispute) -> Table:
    """List both reviews that the Regulation asks for: the bank's, then the centre's own."""
    return Table(
        head=(_("Review"), _("Date"), pgettext("paper", "Number"), _("Finding")),
        rows=(
            (
                _("The bank entrusted"),
                day(dispute.bank_date),
                dispute.bank_document_no,
                dispute.bank_finding,
            ),
            (
                _("The centre (%(name)s)") % {"name": dispute.checked_by},
                day(dispute.answered_date),
                dispute.number,
                str(dispute.get_outcome_display()),
            ),
        ),
        widths=(5, 4, 7, 9),
        title=_("The reviews"),
    )


def _corrected(correction: Correction | None) -> list[Block]:
    if correction is None:
        return []
    rows = [
        (_("Correction"), correction.number),
        (_("What was wrong"), correction.reason),
        (_("Wrong voucher"), correction.wrong_entry.document_no),
        (_("Taken back (yuan)"), grouped_yuan(correction.amount_fen)),
    ]
    if correction.right_amount_fen is not None:
        rows.append((_("Booked instead (yuan)"), grouped_yuan(correction.right_amount_fen)))
    return [Facts(tuple(rows))]


def _deadline(dispute: Dispute) -> list[Block]:
    """Say the legal day with its clause, as it was counted on the day of acceptance."""
    said = tuple(
        f"{row.text}（{row.clauses}）" if row.clauses else row.text
        for row in sheet_of_stored(dispute.decision).reasons
    )
    return [Text(said, title=_("Time for the answer"))] if said else []


def _further_ways() -> Text:
    return Text(
        (
            _("Come to the counter with papers that show another sum; we review it once more."),
            _("The law on administrative reconsideration and litigation stays open to you."),
        ),
        title=_("If you do not agree"),
        marks=("1.", "2."),
    )
