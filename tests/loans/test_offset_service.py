"""冲还贷: which accounts serve a loan, in which order, and what stays in them."""

import datetime as dt

import pytest

from accounts.holds import get_loan_hold_fen
from accounts.models import MemberAccount, MemberEvent
from accounts.services import approve_freeze, keep_for_loan, seal, submit_freeze
from contributions.queries import get_holdings
from contributions.services import Paper, cancel_withdrawal
from ledger.models import Entry
from ledger.verify import prove
from loans.facts import PrepaymentOption
from loans.models import Loan, LoanParty, OffsetAgreement
from loans.queries import get_course
from loans.repayment_errors import NoAgreementToOffset
from loans.services import Offset, offset_due, offset_principal
from loans.services.agreed import agree_offset
from office.services import DayNotOpen, NotAllowed
from policy.loader import PACKS
from tests.accounts.builders import Stage, make_stage
from tests.contributions.withdrawals import TERMS, add_payer, ask, bring, make_payer
from tests.loans.running import make_loan
from tests.loans.test_repayment_service import DUE, OUT, lines

PAYMENT = 284_176  # the first instalment of 300,000 yuan over 120 months at 2.60 %


@pytest.fixture
def couple(db: None) -> tuple[Stage, Loan, MemberAccount]:
    """A borrower with 5,000 yuan, and the spouse with 3,000; the first instalment is due."""
    stage, account = make_payer(day=OUT)
    spouse = add_payer(stage, flex_fen=300_000)
    loan = make_loan(stage, account)
    bind_spouse(stage, loan, spouse)
    return stage, loan, spouse


def bind_spouse(stage: Stage, loan: Loan, spouse: MemberAccount) -> None:
    """Let a member be the borrower's spouse on the application of a loan."""
    paper = spouse.member.documents.get(is_current=True)
    LoanParty.objects.create(
        application=loan.application,
        centre=stage.centre,
        role="SPOUSE",
        name=spouse.member.name,
        document_type=paper.document_type,
        number=paper.number,
        person_index=paper.number_index,
        member=spouse.member,
    )


def agree(
    stage: Stage,
    loan: Loan,
    mode: str = "MONTHLY",
    sources: str = "BORROWER",
    kept_fen: int = 0,
    document_no: str = "冲1",
) -> OffsetAgreement | None:
    """Agree that accounts serve a loan, as the signed contract or its change does."""
    offset = Offset(mode, sources, kept_fen)
    return agree_offset(loan, offset, signed_date=stage.day, document_no=document_no)


def run(stage: Stage, loan: Loan, on: dt.date = DUE):
    if stage.day != on:
        stage.on(on)
    return offset_due(loan=loan, business_date=on, by=stage.system)


def yearly(stage: Stage, loan: Loan, option=PrepaymentOption.SHORTEN, by=None):
    return offset_principal(loan=loan, business_date=stage.day, by=by or stage.clerk, option=option)


def held(account: MemberAccount) -> int:
    return get_holdings(account).total_fen


def owed(loan: Loan, on: dt.date = DUE) -> int:
    return sum(one.total_fen for one in get_course(loan).owed_on(on))


def freeze(stage: Stage, account: MemberAccount, fen: int | None) -> None:
    order = submit_freeze(
        member_account=account,
        amount_fen=fen,
        court="喀什市人民法院",
        order_no="（2026）新31执1号",
        from_date=stage.day,
        until_date=dt.date(2027, 1, 1),
        business_date=stage.day,
        by=stage.supervisor,
    )
    approve_freeze(freeze=order, digest=order.digest, by=stage.checker)


def test_the_borrowers_account_pays_the_instalment_in_one_voucher(couple) -> None:
    stage, loan, spouse = couple
    agree(stage, loan)
    due = owed(loan)
    paid = run(stage, loan)
    assert paid is not None
    assert (paid.amount_fen, paid.channel) == (due, "OFFSET")
    assert paid.entry.kind == Entry.Kind.OFFSET
    assert lines(paid.entry) == {
        "20102": -due,
        "121": paid.principal_fen,
        "40103": paid.interest_fen,
    }
    assert held(loan.member_account) == 500_000 - due
    assert held(spouse) == 300_000
    assert all(proof.holds for proof in prove([stage.centre]))


def test_what_the_borrower_lacks_comes_from_the_spouse_and_the_rest_is_left_to_the_card(
    couple,
) -> None:
    stage, loan, spouse = couple
    agree(stage, loan, sources="BORROWER SPOUSE")
    stage.on(DUE)
    freeze(stage, loan.member_account, 400_000)
    paid = run(stage, loan)
    assert held(loan.member_account) == 400_000
    assert paid is not None
    assert paid.amount_fen == owed_before(paid)
    assert held(spouse) == 300_000 - (paid.amount_fen - 100_000)
    debits = {posting.debit_id for posting in paid.entry.postings.all()}
    assert debits == {
        loan.member_account.flex_ledger_account_id,
        spouse.flex_ledger_account_id,
    }


def owed_before(paid) -> int:
    first = paid.loan.instalments.get(number=1)
    return int(first.principal_fen + first.interest_fen)


def test_two_accounts_that_cover_a_part_pay_a_part(couple) -> None:
    stage, loan, spouse = couple
    agree(stage, loan, sources="BORROWER SPOUSE")
    stage.on(DUE)
    due = owed(loan)
    freeze(stage, loan.member_account, 450_000)
    freeze(stage, spouse, 200_000)
    paid = run(stage, loan)
    assert paid is not None
    assert paid.amount_fen == 150_000
    assert owed(loan) == due - 150_000
    assert all(proof.holds for proof in prove([stage.centre]))


def test_running_twice_on_a_day_takes_once(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan)
    first = run(stage, loan)
    again = run(stage, loan)
    assert first is not None
    assert again is not None
    assert again.pk == first.pk
    assert held(loan.member_account) == 500_000 - first.amount_fen


def test_without_agreement_nothing_is_taken_in_kashgar(couple) -> None:
    stage, loan, _spouse = couple
    assert run(stage, loan) is None
    assert held(loan.member_account) == 500_000


def test_in_liaoning_the_borrowers_account_serves_the_loan_without_agreement(db) -> None:
    stage, account = make_payer("liaoning", day=OUT, flex_fen=600_000)
    loan = make_loan(stage, account)
    paid = run(stage, loan)
    assert paid is not None
    assert paid.suspense_fen == 0
    assert held(account) == 600_000 - paid.amount_fen


def test_an_agreement_that_ended_serves_no_more(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan)
    stage.on(DUE)
    agree_offset(loan, None, signed_date=DUE, document_no="变1")
    assert run(stage, loan) is None


def test_before_anything_is_due_nothing_is_taken(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan)
    assert run(stage, loan, dt.date(2026, 4, 9)) is None


def test_a_wholly_frozen_account_gives_nothing(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan)
    stage.on(DUE)
    freeze(stage, loan.member_account, None)
    assert run(stage, loan) is None


def test_what_must_stay_while_the_loan_runs_stays(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan)
    keep_for_loan(member_account=loan.member_account, amount_fen=480_000, document_no="LA-1")
    paid = run(stage, loan)
    assert paid is not None
    assert paid.amount_fen == 20_000


def test_a_sealed_account_still_serves_its_loan(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan)
    stage.on(DUE)
    seal(member_account=loan.member_account, business_date=DUE, document_no="封1", by=stage.clerk)
    assert run(stage, loan) is not None


def test_unit_money_serves_after_flexible_money(db) -> None:
    stage, account = make_payer(day=OUT, flex_fen=100_000, unit_fen=400_000)
    loan = make_loan(stage, account)
    agree(stage, loan)
    paid = run(stage, loan)
    assert paid is not None
    booked = lines(paid.entry)
    assert booked["20102"] == -100_000
    assert booked["20101"] == -(paid.amount_fen - 100_000)


def test_late_instalments_are_paid_with_their_penalty_oldest_first(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan)
    paid = run(stage, loan, dt.date(2026, 5, 20))
    assert paid is not None
    assert paid.amount_fen == 500_000
    assert [share["number"] for share in paid.shares] == [1, 2]
    assert paid.penalty_fen > 0


def test_an_offset_stops_no_subsidy_because_it_is_no_withdrawal(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan)
    run(stage, loan)
    assert not MemberEvent.objects.filter(kind="WITHDRAWAL").exists()


@pytest.mark.parametrize("option", list(PrepaymentOption))
def test_once_a_year_the_account_repays_principal(couple, option) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan, "YEARLY")
    stage.on(DUE)
    due = owed(loan)
    paid = yearly(stage, loan, option)
    assert paid is not None
    assert paid.amount_fen == 500_000
    assert paid.shares[-1]["number"] == 0
    assert paid.shares[-1]["principal_fen"] == 500_000 - due
    assert yearly(stage, loan, option) is None
    second, last = loan.instalments.get(number=2), loan.instalments.last()
    reduced = second.principal_fen + second.interest_fen < PAYMENT
    assert reduced == (option is PrepaymentOption.REDUCE)
    assert (last.principal_fen < PAYMENT // 2) == (option is PrepaymentOption.SHORTEN)


def test_a_yearly_offset_takes_no_more_than_pays_the_loan_off(db) -> None:
    stage, account = make_payer(day=OUT)
    loan = make_loan(stage, account, principal_fen=300_000, term_months=12)
    agree(stage, loan, "YEARLY")
    stage.on(dt.date(2026, 3, 25))
    paid = yearly(stage, loan)
    assert paid is not None
    loan.refresh_from_db()
    assert loan.state == "SETTLED"
    assert held(account) == 500_000 - paid.amount_fen


def test_nobody_offsets_principal_without_its_agreement(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan)
    with pytest.raises(NoAgreementToOffset):
        yearly(stage, loan)


def test_who_may_not_repay_loans_offsets_nothing(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan)
    with pytest.raises(NotAllowed):
        offset_due(loan=loan, business_date=stage.day, by=stage.checker)
    with pytest.raises(NotAllowed):
        yearly(stage, loan, by=stage.checker)


def test_the_spouses_account_comes_first_where_that_is_agreed(couple) -> None:
    stage, loan, spouse = couple
    agree(stage, loan, sources="SPOUSE BORROWER")
    due = owed(loan)
    paid = run(stage, loan)
    assert paid is not None
    assert held(spouse) == 300_000 - due
    assert held(loan.member_account) == 500_000


def test_the_spouse_alone_serves_where_that_is_agreed(couple) -> None:
    stage, loan, spouse = couple
    agree(stage, loan, sources="SPOUSE")
    stage.on(DUE)
    freeze(stage, spouse, 250_000)
    paid = run(stage, loan)
    assert paid is not None
    assert paid.amount_fen == 50_000
    assert held(loan.member_account) == 500_000


def test_what_is_agreed_to_stay_stays_in_each_account(couple) -> None:
    stage, loan, spouse = couple
    agree(stage, loan, sources="BORROWER SPOUSE", kept_fen=290_000)
    paid = run(stage, loan)
    assert paid is not None
    assert (held(loan.member_account), held(spouse)) == (290_000, 290_000)
    assert paid.amount_fen == 210_000 + 10_000


def test_a_yearly_agreement_pays_no_instalment(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan, "YEARLY")
    assert run(stage, loan) is None


def test_no_offset_is_booked_on_a_day_that_is_not_open(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan)
    with pytest.raises(DayNotOpen):
        offset_due(loan=loan, business_date=DUE, by=stage.system)


def test_where_the_text_names_a_ratio_the_balance_kept_follows_the_loan(
    db, tmp_path, monkeypatch
) -> None:
    page = tmp_path / "keeping" / "loan.yaml"
    page.parent.mkdir()
    (tmp_path / "centres.yaml").write_text("keeping: {chain: [keeping, yantai, cn]}\n")
    monkeypatch.setitem(TERMS, "keeping", TERMS["yantai"])
    page.write_text(
        'retained_ratio:\n  - {from: 2026-01-01, value: "0.10", assumed: true, reason: 测试}\n',
        encoding="utf-8",
    )
    stage = make_stage("keeping", OUT, roots=(PACKS, tmp_path))
    account = add_payer(stage)
    loan = make_loan(stage, account)
    assert get_loan_hold_fen(account) == 30_000  # one thousandth of 300,000 yuan
    agree(stage, loan)
    stage.on(DUE)
    ask_for(stage, account)
    paid = run(stage, loan)
    assert paid is not None
    left_fen = 30_000_000 - paid.principal_fen
    assert get_loan_hold_fen(account) == -(-left_fen // 1000)


def ask_for(stage: Stage, account: MemberAccount) -> None:
    """A withdrawal of everything is cut to what need not stay."""
    asked = ask(
        stage,
        account,
        500_000,
        ground="REPAY_LOAN",
        papers=[Paper(code="LOAN_CONTRACT", document_no="借1")],
    )
    assert asked.allowed_fen == 470_000
    cancel_withdrawal(withdrawal=asked, by=stage.clerk)


def test_where_the_text_names_no_ratio_nothing_is_kept_for_a_loan(couple) -> None:
    stage, loan, _spouse = couple
    agree(stage, loan)
    run(stage, loan)
    assert get_loan_hold_fen(loan.member_account) == 0


def test_accounts_that_money_was_brought_into_pay_from_transfers_too(db) -> None:
    stage, account = make_payer(day=OUT, flex_fen=100_000)
    bring(stage, account, 200_000)
    loan = make_loan(stage, account)
    agree(stage, loan)
    paid = run(stage, loan)
    assert paid is not None
    assert held(account) == 300_000 - paid.amount_fen
