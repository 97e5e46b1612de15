"""Papers of loans: contract, schedule, notice of a new rate, settlement, release of a security."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fundcenter.prints.agreements import write_articles
from fundcenter.prints.paper import Block, Facts, Paper, Signatures, Table, Text
from fundcenter.prints.parts import Ask, NothingToPrint, day, in_words, person_rows, who
from kernel.money import grouped_yuan
from loans.contract_kinds import describe_offset
from loans.facts import LoanState
from loans.models import Loan, LoanContract, LoanEvent, SecurityRelease
from loans.queries import foresee_course, get_course
from policy.queries import open_book
from policy.wording import describe_citations, describe_term


def make_loan_contract(contract: LoanContract, ask: Ask) -> Paper:
    """Print the loan contract (借款合同) as it was signed, article by article."""
    account = contract.member_account
    due = contract.due_day
    terms = [
        (_("Contract number"), contract.contract_no),
        (_("Signed on"), day(contract.business_date)),
        (_("Principal"), in_words(contract.principal_fen)),
        (_("Term"), _("%(months)s months") % {"months": contract.term_months}),
        (_("Annual rate"), f"{contract.rate_percent}%"),
        (_("Method of repayment"), describe_term(contract.method)),
        (
            _("Due day"),
            _("day %(day)s of the month") % {"day": due} if due else _("the day of the payment"),
        ),
        (_("Repayment card"), f"{contract.bank}　{contract.card}"),
        (_("Home"), contract.application.address),
        (
            _("Security"),
            f"{describe_term(contract.application.security)}　{contract.application.security_note}",
        ),
        (
            _("Offset agreement"),
            describe_offset(contract.offset_mode, contract.offset_sources, contract.retained_fen),
        ),
    ]
    return Paper(
        title=_("Loan contract of the housing provident fund"),
        scope=contract.contract_no,
        blocks=(
            Facts(
                (
                    (_("Party A"), contract.centre.name),
                    (_("Party B"), account.member.name),
                    *person_rows(account, full=True)[1:],
                )
            ),
            Facts(tuple(terms), pairs=1),
            *write_articles(contract.document),
            Signatures((_("Party A (seal)"), _("Party B (signature)"), _("Date"))),
        ),
        notes=(_("What is marked “set” was set by the centre, because the text is silent."),),
    )


def make_loan_schedule(loan: Loan, ask: Ask) -> Paper:
    """Print the schedule of a loan (还款计划表) as it stands, what is paid beside what is due.

    Raises:
        NothingToPrint: the loan is not paid out.
    """
    _require_paid_out(loan)
    course = foresee_course(loan, ask.day)
    rows = tuple(
        (
            str(line.number),
            line.due_on.isoformat(),
            grouped_yuan(line.principal_fen + line.interest_fen),
            grouped_yuan(line.principal_fen),
            grouped_yuan(line.interest_fen),
            grouped_yuan(line.balance_fen),
            day(line.settled_on),
        )
        for line in course.lines
    )
    principal_fen = sum(line.principal_fen for line in course.lines)
    interest_fen = sum(line.interest_fen for line in course.lines)
    totals = (
        pgettext("paper", "Together"),
        "",
        grouped_yuan(principal_fen + interest_fen),
        grouped_yuan(principal_fen),
        grouped_yuan(interest_fen),
        "",
        "",
    )
    return Paper(
        title=_("Schedule of repayments"),
        scope=ask.day.isoformat(),
        blocks=(
            Facts((*person_rows(loan.member_account, full=False), *_loan_rows(loan))),
            Table(
                head=(
                    _("No."),
                    _("Due on"),
                    _("Payment (yuan)"),
                    _("Principal (yuan)"),
                    _("Interest (yuan)"),
                    _("Principal after it (yuan)"),
                    _("Paid off on"),
                ),
                rows=rows,
                widths=(1, 2, 2, 2, 2, 3, 2),
                money=(2, 3, 4, 5),
                totals=(totals,),
            ),
        ),
        notes=(
            _("As of %(day)s. Prepayments and new rates change what is to come.")
            % {"day": ask.day},
        ),
    )


def make_rate_notice(event: LoanEvent, ask: Ask) -> Paper:
    """Tell the borrower the rate from 1 January on, by the table and its clauses (利率调整通知)."""
    loan = event.loan
    course = get_course(loan)
    before = next((line for line in reversed(course.lines) if line.due_on < event.value_date), None)
    after = next((line for line in course.lines if line.due_on > event.value_date), None)
    later = course.lines[after.number] if after and after.number < len(course.lines) else after
    rows = [
        *_loan_rows(loan),
        (_("New annual rate"), f"{event.facts['annual_rate']}%"),
        (_("From"), day(event.value_date)),
    ]
    if before is not None:
        rows.append((_("Payment before"), grouped_yuan(before.principal_fen + before.interest_fen)))
    if later is not None:
        rows.append((_("Payment from"), day(later.due_on)))
        rows.append((_("Payment then"), grouped_yuan(later.principal_fen + later.interest_fen)))
    cited = open_book(loan.centre.code, event.value_date).get("loan_rate.repricing_date").citations
    return Paper(
        title=_("Notice of a new loan rate"),
        scope=day(event.value_date),
        lead=_("To %(who)s:") % {"who": who(loan.member_account)},
        blocks=(
            Facts(tuple(rows), pairs=1),
            Text(
                (
                    _(
                        "Running loans take the rate of their class on 1 January of the year after "
                        "it was published; the term of the contract fixes the class. Clause: "
                        "%(clauses)s."
                    )
                    % {"clauses": "；".join(describe_citations(cited)) or "—"},
                )
            ),
            Signatures((_("Seal of the centre"),)),
        ),
    )


def make_settlement_certificate(loan: Loan, ask: Ask) -> Paper:
    """Certify that a loan is paid off (结清证明).

    Raises:
        NothingToPrint: the loan is not paid off.
    """
    if loan.state != LoanState.SETTLED:
        said = _("Loan %(number)s is “%(state)s”, so nothing is certified.")
        raise NothingToPrint(said % {"number": loan.number, "state": loan.get_state_display()})
    bound = [f"{describe_term(one.kind)}　{one.register_no}" for one in loan.securities.all()]
    return Paper(
        title=_("Certificate that a loan is paid off"),
        scope=day(loan.ended_date),
        lead=_("This is to certify that %(who)s has repaid the loan below with all interest.")
        % {"who": who(loan.member_account)},
        blocks=(
            Facts((*person_rows(loan.member_account, full=True),)),
            Facts(
                (
                    *_loan_rows(loan),
                    (_("Paid off on"), day(loan.ended_date)),
                    (_("Secured by"), "；".join(bound) or "—"),
                ),
                pairs=1,
            ),
            Signatures((_("Handled by"), _("Checked by"), _("Seal of the centre"))),
        ),
        notes=(_("With it the security can be given back at the counter."),),
    )


def make_release_certificate(release: SecurityRelease, ask: Ask) -> Paper:
    """Certify to the register that a security is released (解除担保证明).

    Raises:
        NothingToPrint: no second person has signed it.
    """
    if release.state != SecurityRelease.State.APPROVED:
        said = _("Release %(number)s is not signed by a second person yet.")
        raise NothingToPrint(said % {"number": release.number})
    security = release.security
    rows: tuple[tuple[str, str], ...] = (
        (_("Number of the certificate"), release.certificate_no),
        (_("Security"), describe_term(security.kind)),
        (_("What secures it"), security.thing),
        (_("Number in the register"), security.register_no),
        (_("Released on"), day(security.released_date)),
        (_("Handed to"), release.receiver),
        *_loan_rows(security.loan),
    )
    blocks: tuple[Block, ...] = (
        Facts((*person_rows(release.member_account, full=True),)),
        Facts(rows, pairs=1),
        Signatures((_("Handled by"), _("Checked by"), _("Seal of the centre"))),
    )
    return Paper(
        title=_("Certificate that a security is released"),
        scope=release.certificate_no,
        lead=_("The claim that this security stood for is ended; please take it off the register."),
        blocks=blocks,
    )


def _loan_rows(loan: Loan) -> list[tuple[str, str]]:
    return [
        (_("Loan number"), loan.number),
        (_("Contract number"), loan.contract_no),
        (_("Principal"), in_words(loan.principal_fen)),
        (_("Term"), _("%(months)s months") % {"months": loan.term_months}),
        (_("Paid out on"), day(loan.disbursed_date)),
    ]


def _require_paid_out(loan: Loan) -> None:
    if loan.disbursed_date is None:
        said = _("Loan %(number)s is not paid out, so it has no schedule yet.")
        raise NothingToPrint(said % {"number": loan.number})
