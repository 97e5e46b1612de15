"""Taking in loan applications: facts from the books, the law of the day, one loan per household."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import BadField, OwnAccount, WrongState
from accounts.holds import has_loan_application
from accounts.models import MemberEvent, PendingBusiness
from accounts.services import change_agreement, close
from contributions.services import receive_deposit
from loans.errors import (
    AlreadyApplies,
    AnswerMissing,
    HouseholdUnknown,
    LoanRefused,
)
from loans.models import LoanApplication, LoanParty
from loans.requests import CreditRecord, GuarantorNamed
from loans.services import (
    cancel_loan_application,
    record_credit_event,
    return_application,
    withdraw_loan_application,
)
from office.documents import AlreadyDecided, find_withdrawal
from office.roles import Role
from office.services import NotAllowed
from policy.models import StoredDecision
from policy.services import verify_decisions
from tests.accounts.builders import make_stage, make_terms, number_of
from tests.accounts.households import marry
from tests.contributions.withdrawals import make_payer
from tests.loans.applications import (
    APPLIED,
    OPENED,
    add_saver,
    answer,
    answer_about,
    apply,
    be_single,
    codes,
    make_saver,
    pay,
    unset_keys,
)
from tests.loans.running import make_loan

pytestmark = pytest.mark.django_db
THREE_RUNNING = CreditRecord(overdue_in_a_row=3, overdue_total=3)
SIX_IN_ALL = CreditRecord(overdue_in_a_row=1, overdue_total=6)
SURETY = number_of(dt.date(1980, 2, 3), 301)


def couple(spouse_fen=80_000, spouse_months=10, before=None):
    """A borrower of 20 months and a spouse of ten, married, with answers about both.

    ``before`` happens to the spouse's account on the day of the marriage, just before it.
    """
    stage = make_stage("kashgar", dt.date(2024, 7, 10))
    account = add_saver(stage, 90_000, months=12)
    stage.on(dt.date(2025, 7, 10))
    pay(stage, account, 8 * 90_000)
    other = add_saver(stage, spouse_fen, months=spouse_months, born=dt.date(1988, 3, 3))
    stage.on(APPLIED)
    if before is not None:
        before(stage, other)
    marry(stage, account.member, other.member)
    answer(stage, account)
    answer(stage, other)
    return stage, account, other


def test_the_published_example_comes_out_from_real_deposits():
    stage = make_stage("kashgar", OPENED)
    account = stage.open_account(make_terms("MONTHLY", 50_000), born=dt.date(1986, 1, 31))
    for step in range(13):
        year, month = divmod(step, 12)
        stage.on(dt.date(2025 + year, month + 1, 10))
        fen = 50_000 if step < 6 else 200_000 if step < 12 else 300_000
        receive_deposit(
            member_account=account,
            amount_fen=fen,
            business_date=stage.day,
            document_no=f"R-{step}",
            clerk=stage.clerk,
        )
        following = {5: 200_000, 11: 300_000}.get(step)
        if following:
            change_agreement(
                member_account=account,
                mode="MONTHLY",
                monthly_amount_fen=following,
                business_date=stage.day,
                document_no=f"协{step}",
                clerk=stage.clerk,
            )
    stage.on(APPLIED)
    be_single(stage, account)
    answer(stage, account)
    application = apply(stage, account, asked_fen=70_000_000)
    quota = application.decision.result["quota"]
    assert quota["average_monthly_fen"] == 138_462, "18,000 in 13 months"
    assert (quota["multiplier"], quota["binding"]) == (15, "formula")
    assert quota["max_term_months"] == 300, "a man of 40: 25 years"
    assert (application.quota_fen, application.granted_fen) == (27_000_000, 27_000_000)
    assert application.asked_fen == 70_000_000
    assert application.decision.warnings[0]["code"] == "asked_above_quota_formula"
    assert verify_decisions([application.decision]) == []


@pytest.mark.parametrize(
    ("monthly_fen", "quota_fen"),
    [
        (50_000, 6_000_000),
        (100_000, 12_000_000),
        (150_000, 27_000_000),
        (200_000, 36_000_000),
        (250_000, 45_000_000),
        (300_000, 70_000_000),
    ],
)
def test_twelve_months_give_the_row_of_the_table(monthly_fen, quota_fen):
    stage, account = make_saver(monthly_fen)
    application = apply(stage, account, asked_fen=1_000_000)
    assert application.quota_fen == quota_fen
    assert application.granted_fen == 1_000_000, "never more than was asked"


@pytest.mark.parametrize(("monthly_fen", "quota"), [(50_000, 12_000_000), (150_000, 54_000_000)])
def test_months_paid_ahead_count_in_the_quota(monthly_fen, quota):
    stage = make_stage("kashgar", dt.date(2024, 7, 10))
    account = add_saver(stage, monthly_fen)
    stage.on(dt.date(2025, 7, 10))
    pay(stage, account, 12 * monthly_fen)
    stage.on(APPLIED)
    be_single(stage, account)
    answer(stage, account)
    assert apply(stage, account, asked_fen=1_000_000).quota_fen == quota


def test_a_couple_counts_with_both_averages_and_both_balances():
    stage, account, other = couple()
    application = apply(stage, account)
    assert application.quota_fen == 39_000_000
    assert [party.role for party in application.parties.order_by("pk")] == [
        "BORROWER",
        "CO_BORROWER",
    ]
    events = MemberEvent.objects.filter(kind="LOAN_APPLIED", document_no=application.number)
    assert {event.member_account_id for event in events} == {account.pk, other.pk}


def test_a_spouse_without_an_account_counts_nothing_but_is_bound():
    stage = make_stage("kashgar", OPENED)
    account = add_saver(stage)
    stage.on(APPLIED)
    record = marry(stage, account.member)
    answer(stage, account)
    answer_about(stage, record.spouse_number, record.spouse_name)
    application = apply(stage, account, spouse_borrows=False)
    spouse = application.parties.get(role="SPOUSE")
    assert (application.quota_fen, spouse.member, spouse.is_active) == (27_000_000, None, True)


def test_the_answer_is_due_in_fifteen_working_days():
    stage, account = make_saver()
    assert apply(stage, account).due_date == dt.date(2026, 2, 27), "the new year's feast between"


def test_since_the_new_regulation_ten_working_days_are_left():
    stage, account = make_saver(months=18, day=dt.date(2026, 10, 14))
    application = apply(stage, account, purchase_date=dt.date(2026, 9, 1), term_months=240)
    assert application.due_date == dt.date(2026, 10, 28)


def test_nothing_but_the_loan_is_held_up_by_an_application():
    stage, account = make_saver()
    apply(stage, account)
    assert not PendingBusiness.objects.filter(is_open=True).exists()
    pay(stage, account, 150_000)
    assert has_loan_application(account.member)


# --- refused


def test_an_unknown_household_is_sent_to_the_register_first():
    stage = make_stage("kashgar", OPENED)
    account = add_saver(stage)
    stage.on(APPLIED)
    answer(stage, account)
    with pytest.raises(HouseholdUnknown, match=account.member.name):
        apply(stage, account)
    assert not LoanApplication.objects.exists()


@pytest.mark.parametrize("code", ["bazhong", "liaoning", "lianyungang", "yantai"])
def test_where_the_centre_has_set_nothing_a_person_looks_and_the_keys_are_named(code):
    stage, account = make_payer(code, day=dt.date(2026, 10, 14), flex_fen=600_000)
    be_single(stage, account)
    answer(stage, account)
    with pytest.raises(LoanRefused) as caught:
        apply(stage, account, purchase_date=dt.date(2026, 9, 1))
    assert not caught.value.decision.approved
    assert {"loan.quota_family", "loan.cap", "loan.price_share"} <= unset_keys(caught)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"purchase_date": dt.date(2025, 1, 30)}, "purchase_recent"),
        ({"purchase_date": dt.date(2026, 2, 1)}, "purchase_recent"),
        ({"term_months": 301}, "loan_term"),
        (
            {"own_record": CreditRecord(overdue_in_a_row=3, overdue_total=3)},
            "loan_overdue_in_a_row",
        ),
        ({"own_record": CreditRecord(overdue_in_a_row=1, overdue_total=6)}, "loan_overdue_total"),
        ({"product": "COMBINATION", "bank": "建行", "bank_part_fen": 1}, "loan_product_offered"),
        (
            {"product": "RELOCATION_HOME", "purpose": "RELOCATION_EXTRA"},
            "loan_product_offered",
        ),
        ({"purpose": "RELOCATION_EXTRA"}, "loan_relocation_extra"),
        ({"is_insured": True}, "loan_insurance"),
        ({"security": "GUARANTEE"}, "loan_guarantor_named"),
        ({"family_income_fen": 1}, "quota"),
    ],
)
def test_the_law_refuses_and_says_which_test(changes, code):
    stage, account = make_saver()
    with pytest.raises(LoanRefused) as caught:
        apply(stage, account, **changes)
    assert code in codes(caught)
    assert not LoanApplication.objects.exists()
    assert not has_loan_application(account.member)


def test_a_refusal_is_kept_with_every_reason():
    stage, account = make_saver()
    with pytest.raises(LoanRefused) as caught:
        apply(stage, account, term_months=301, is_insured=True)
    assert {"loan_term", "loan_insurance"} <= set(codes(caught))


def test_eleven_months_of_span_are_one_too_few_however_much_was_paid_ahead():
    stage, account = make_saver(months=12, day=dt.date(2025, 12, 31))
    with pytest.raises(LoanRefused) as caught:
        apply(stage, account)
    assert codes(caught) == ["loan_span_months"]


@pytest.mark.parametrize(
    ("says", "code"),
    [({"CREDIT": "FAIL"}, "loan_not_dishonest"), ({"PLATFORM": "FAIL"}, "loan_platform")],
)
def test_what_a_register_has_against_somebody_refuses(says, code):
    stage, account = make_saver()
    answer(stage, account, **says)
    with pytest.raises(LoanRefused) as caught:
        apply(stage, account)
    assert codes(caught) == [code]


@pytest.mark.parametrize("register", ["PLATFORM", "CREDIT"])
def test_a_register_that_is_silent_opens_nothing(register):
    stage, account = make_saver()
    answer(stage, account, **{register: None})
    with pytest.raises(AnswerMissing) as caught:
        apply(stage, account)
    assert len(caught.value.lacking) == 1


def test_an_answer_that_has_grown_old_must_be_asked_again():
    stage, account = make_saver()
    stage.on(APPLIED + dt.timedelta(days=10))
    with pytest.raises(AnswerMissing) as caught:
        apply(stage, account)
    assert len(caught.value.lacking) == 2


def test_an_answer_serves_one_application():
    stage, account = make_saver()
    application = apply(stage, account)
    cancel_loan_application(application=application, business_date=stage.day, by=stage.clerk)
    with pytest.raises(AnswerMissing):
        apply(stage, account)
    answer(stage, account)
    assert apply(stage, account).state == "SUBMITTED"


def test_an_answer_for_an_opening_is_none_for_a_loan():
    stage = make_stage("kashgar", OPENED)
    account = add_saver(stage)
    be_single(stage, account)
    with pytest.raises(AnswerMissing):
        apply(stage, account)


def test_a_ban_refuses_through_its_last_day():
    stage, account = make_saver()
    account.member.bans.create(
        number="BN1",
        centre=stage.centre,
        business_date=stage.day,
        state="APPROVED",
        made_by=stage.clerk,
        checked_by=stage.checker,
        checked_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        digest="0" * 64,
        kind="FRAUDULENT_LOAN",
        decided_date=OPENED,
        until_date=APPLIED,
        document_no="限1",
    )
    with pytest.raises(LoanRefused) as caught:
        apply(stage, account)
    assert codes(caught) == ["loan_not_banned"]


def test_a_record_of_our_own_counts_beside_the_report_unless_it_was_corrected():
    stage, account = make_saver()
    event = record_credit_event(
        member_account=account,
        kind="OVERDUE",
        date=OPENED,
        document_no="逾1",
        business_date=stage.day,
        by=stage.clerk,
        in_a_row=3,
    )
    with pytest.raises(LoanRefused) as caught:
        apply(stage, account)
    assert codes(caught) == ["loan_overdue_in_a_row"]
    type(event).objects.filter(pk=event.pk).update(corrected_date=stage.day)
    assert apply(stage, account).state == "SUBMITTED"


@pytest.mark.parametrize("says", [{"CREDIT": "FAIL"}, {"PLATFORM": "FAIL"}])
def test_a_guarantor_must_be_good_for_it(says):
    stage, account = make_saver()
    answer_about(stage, SURETY, "赵保", **says)
    named = (GuarantorNamed(name="赵保", document_type="RESIDENT_ID", number=SURETY),)
    with pytest.raises(LoanRefused) as caught:
        apply(stage, account, security="GUARANTEE", guarantors=named)
    assert set(codes(caught)) <= {"loan_guarantor_honest", "loan_platform_guarantor"}
    answer_about(stage, SURETY, "赵保")
    application = apply(stage, account, security="GUARANTEE", guarantors=named)
    assert application.parties.get(role="GUARANTOR").name == "赵保"


def test_the_borrower_cannot_stand_surety_for_the_own_loan():
    stage, account = make_saver()
    paper = account.member.documents.get()
    named = (
        GuarantorNamed(
            name=account.member.name, document_type=paper.document_type, number=paper.number
        ),
    )
    with pytest.raises(AlreadyApplies):
        apply(stage, account, guarantors=named)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"asked_fen": 0}, "asked_fen"),
        ({"product": "CAR"}, "product"),
        ({"home_number": 3}, "home_number"),
        ({"address": " "}, "address"),
        ({"bank_part_fen": 5}, "bank_part_fen"),
        ({"product": "COMMERCIAL_REPLACEMENT"}, "bank"),
        ({"own_record": CreditRecord(overdue_in_a_row=3, overdue_total=2)}, "own_total"),
        (
            {"guarantors": (GuarantorNamed(name="赵", document_type="RESIDENT_ID", number="1"),)},
            "guarantors",
        ),
    ],
)
def test_a_form_that_cannot_be_right_names_its_field(changes, field):
    stage, account = make_saver()
    with pytest.raises(BadField) as caught:
        apply(stage, account, **changes)
    assert caught.value.field == field


def test_a_loan_that_replaces_a_banks_is_not_bound_to_the_year_of_the_purchase():
    stage, account = make_saver()
    old = {
        "product": "COMMERCIAL_REPLACEMENT",
        "purchase_date": dt.date(2020, 5, 1),
        "bank": "建行",
        "bank_contract_no": "商2020-5",
    }
    with pytest.raises(LoanRefused) as caught:
        apply(stage, account, **old, bank_part_fen=19_999_999)
    assert codes(caught) == ["loan_bank_balance"]
    assert apply(stage, account, **old, bank_part_fen=20_000_000).state == "SUBMITTED"


# --- one household, one loan


def test_the_spouse_cannot_apply_beside_it():
    stage, account, other = couple(150_000, 12)
    application = apply(stage, account)
    answer(stage, account)
    answer(stage, other)
    with pytest.raises(AlreadyApplies, match=application.number):
        apply(stage, other)


def test_a_spouse_with_a_loan_that_runs_is_refused_with_the_clause():
    stage, account, _other = couple(before=make_loan)
    with pytest.raises(LoanRefused) as caught:
        apply(stage, account)
    assert codes(caught) == ["no_open_loan"]


def test_the_database_itself_binds_a_person_once():
    stage, account = make_saver()
    application = apply(stage, account)
    party = application.parties.get()
    other = LoanApplication.objects.get(pk=application.pk)
    other.pk, other.number = None, "LA-OTHER"
    other.save(force_insert=True)
    for member in (None, party.member):
        with pytest.raises(IntegrityError), transaction.atomic():
            LoanParty.objects.create(
                application=other,
                centre=stage.centre,
                role="SPOUSE",
                name=party.name,
                document_type=party.document_type,
                number=party.number,
                person_index=party.person_index if member is None else "another paper",
                member=member,
            )


# --- who may, and taking it back


def test_nobody_takes_in_a_loan_of_their_own_or_of_the_spouse():
    stage, account, other = couple()
    for member in (account.member, other.member):
        clerk = stage.colleague(f"own-{member.pk}")
        clerk.person_index = member.documents.get().number_index
        clerk.save()
        with pytest.raises(OwnAccount):
            apply(stage, account, clerk=clerk)


def test_only_clerks_take_in_loans():
    stage, account = make_saver()
    with pytest.raises(NotAllowed):
        apply(stage, account, clerk=stage.colleague("boss", Role.FINANCE))


def test_taken_back_it_binds_nobody_and_restores_the_subsidy():
    stage, account = make_saver()
    application = apply(stage, account)
    cancel_loan_application(application=application, business_date=stage.day, by=stage.clerk)
    assert application.state == "CANCELLED"
    assert not has_loan_application(account.member)
    assert not application.parties.filter(is_active=True).exists()
    with pytest.raises(AlreadyDecided):
        cancel_loan_application(application=application, business_date=stage.day, by=stage.clerk)


def returned(stage, account):
    """Hand an application in and give it back for a paper that is missing."""
    application = apply(stage, account)
    return_application(
        application=application,
        reason="缺收入证明",
        business_date=stage.day,
        by=stage.checker,
    )
    return application


def take_back(stage, application, **changes):
    told = {"reason": "申请人不再购房", "business_date": stage.day, **changes}
    by = told.pop("by", None) or stage.colleague("by-default")
    return withdraw_loan_application(application=application, by=by, **told)


def test_any_clerk_takes_a_returned_one_back_for_the_applicant_with_the_reason():
    stage, account = make_saver()
    application = returned(stage, account)
    near = stage.colleague("near")
    take_back(stage, application, by=near)
    assert application.state == "CANCELLED"
    assert not has_loan_application(account.member)
    assert not application.parties.filter(is_active=True).exists()
    trail = find_withdrawal(application)
    assert (trail.actor, trail.branch, trail.reason) == (near, near.branch, "申请人不再购房")
    answer(stage, account)
    assert apply(stage, account).state == "SUBMITTED", "the household is free to apply anew"


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_nobody_takes_back_for_another(reason):
    stage, account = make_saver()
    application = returned(stage, account)
    with pytest.raises(ValueError, match="原因"):
        take_back(stage, application, reason=reason)
    assert has_loan_application(account.member)


def test_what_is_not_returned_is_for_its_maker_alone():
    stage, account = make_saver()
    application = apply(stage, account)
    with pytest.raises(AlreadyDecided):
        take_back(stage, application)
    with pytest.raises(NotAllowed):
        cancel_loan_application(
            application=application, business_date=stage.day, by=stage.colleague("near")
        )
    assert has_loan_application(account.member)


@pytest.mark.parametrize("role", [Role.CHECKER, Role.FINANCE, Role.AUDITOR])
def test_who_takes_in_no_applications_takes_none_back(role):
    stage, account = make_saver()
    application = returned(stage, account)
    with pytest.raises(NotAllowed):
        take_back(stage, application, by=stage.colleague("other", role))


def test_another_centres_clerk_takes_nothing_back():
    stage, account = make_saver()
    application = returned(stage, account)
    with pytest.raises(NotAllowed):
        take_back(stage, application, by=make_stage("yantai", stage.day).clerk)


def test_nobody_takes_an_application_of_the_own_household_back():
    stage, account = make_saver()
    application = returned(stage, account)
    clerk = stage.colleague("own")
    clerk.person_index = account.member.documents.get().number_index
    with pytest.raises(OwnAccount):
        take_back(stage, application, by=clerk)


def test_a_closed_account_applies_for_nothing():
    stage = make_stage("kashgar", OPENED)
    account = stage.open_account()
    close(
        member_account=account,
        reason="EXIT",
        business_date=stage.day,
        document_no="销1",
        by=stage.clerk,
    )
    be_single(stage, account)
    answer(stage, account)
    with pytest.raises(WrongState):
        apply(stage, account)
    assert StoredDecision.objects.filter(subject_type="loans.loanapplication").count() == 0
