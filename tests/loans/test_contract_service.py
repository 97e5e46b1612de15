"""The loan contract, what secures the loan, and giving the security back after the end."""

import datetime as dt
from fractions import Fraction
from functools import cache

import pytest

from accounts.errors import BadField
from accounts.holds import has_loan_application
from accounts.services import record_event
from loans.agreeing import decide_loan_contract
from loans.contract_facts import ContractFacts, OffsetMode
from loans.errors import (
    AlreadyContracted,
    AlreadyThere,
    LoanRefused,
    NotBound,
    NotGranted,
    WrongLoanState,
)
from loans.facts import RepaymentMethod
from loans.models import Loan, LoanApplication, LoanParty, OffsetAgreement
from loans.queries import find_offset_agreement
from loans.services import (
    Offset,
    approve_change,
    approve_contract,
    approve_release,
    approve_security,
    cancel_contract,
    register_security,
    release_security,
    return_contract,
    sign_contract,
    submit_change,
)
from loans.services.changes import ChangeRequest
from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.services import NotAllowed
from policy.loader import load_packs
from tests.accounts.builders import CARD
from tests.contributions.withdrawals import add_payer, make_payer
from tests.loans.running import ask_platform_again, make_granted, make_loan, pay_out

OTHER_CARD = "6217000010007654321"
MONTHLY = Offset("MONTHLY")


def refused_by(caught):
    return [reason.code for reason in caught.value.decision.reasons if not reason.met]


def sign(stage, application, **changes):
    told = {
        "contract_no": f"借{application.number}",
        "due_day": 15,
        "bank": "中国建设银行",
        "card": CARD,
        "offset": MONTHLY,
        "business_date": stage.day,
        "by": stage.clerk,
        **changes,
    }
    return sign_contract(application=application, **told)


def agree(stage, contract, by=None):
    return approve_contract(
        contract=contract,
        digest=contract.digest,
        business_date=stage.day,
        by=by or stage.checker,
    )


def secure(stage, loan, **changes):
    told = {
        "kind": "MORTGAGE",
        "thing": "人民路1号",
        "register_no": f"不动产证明{loan.number}",
        "registered_date": stage.day,
        "value_fen": 60_000_000,
        "business_date": stage.day,
        "by": stage.clerk,
        **changes,
    }
    return register_security(loan=loan, **told)


def confirm(stage, security, by=None):
    return approve_security(
        security=security,
        digest=security.digest,
        business_date=stage.day,
        by=by or stage.checker,
    )


def make_signed(code="kashgar", **changes):
    stage, account = make_payer(code)
    offset = MONTHLY if code == "kashgar" else None
    application = make_granted(stage, account, **changes)
    return stage, agree(stage, sign(stage, application, offset=offset))


# --- the contract -------------------------------------------------------------------------------


def test_a_contract_becomes_a_loan_when_the_second_person_has_looked(db):
    stage, account = make_payer()
    application = make_granted(stage, account)
    contract = sign(stage, application)
    assert not Loan.objects.exists()
    loan = agree(stage, contract)
    assert (loan.state, loan.rate_percent, loan.due_day) == ("SIGNED", "2.60", 15)
    assert (loan.principal_fen, loan.term_months) == (30_000_000, 120)
    contract.refresh_from_db()
    assert contract.loan == loan
    agreed = find_offset_agreement(loan)
    assert (agreed.mode, agreed.sources, agreed.retained_fen) == ("MONTHLY", ("BORROWER",), 0)
    assert agreed.signed_date == stage.day


def test_the_contract_keeps_the_law_it_was_signed_on_article_by_article(db):
    stage, account = make_payer()
    contract = sign(stage, make_granted(stage, account))
    titles = [article["title"] for article in contract.document["articles"]]
    assert titles == ["贷款", "利率", "还款", "贷后缴存", "变更", "违约"]
    texts = [
        clause["text"] for article in contract.document["articles"] for clause in article["clauses"]
    ]
    assert any("贷款期间乙方继续履行缴存义务" in text for text in texts)
    assert any("150%" in text for text in texts)
    assert contract.edition


@pytest.mark.parametrize("state", ["SUBMITTED", "RETURNED", "CANCELLED", "REFUSED"])
def test_only_a_granted_application_is_followed_by_a_contract(db, state):
    stage, account = make_payer()
    application = make_granted(stage, account)
    more = {
        "SUBMITTED": {
            "next_step": "FIRST_REVIEW",
            "next_role": "CHECKER",
            "checked_by": None,
            "checked_at": None,
        },
        "RETURNED": {"return_reason": "补件"},
        "REFUSED": {"refusal_code": "loan_term"},
        "CANCELLED": {},
    }
    LoanApplication.objects.filter(pk=application.pk).update(state=state, **more[state])
    with pytest.raises(NotGranted):
        sign(stage, application)


def test_an_application_has_one_contract_and_a_number_one_loan(db):
    stage, account = make_payer()
    first = make_granted(stage, account)
    contract = sign(stage, first)
    with pytest.raises(AlreadyContracted):
        sign(stage, first, contract_no="借2")
    with pytest.raises(AlreadyContracted):
        sign(stage, make_granted(stage, add_payer(stage)), contract_no=contract.contract_no)
    agree(stage, contract)
    with pytest.raises(AlreadyContracted):
        sign(stage, first, contract_no="借3")
    with pytest.raises((AlreadyContracted, AlreadyDecided)):
        agree(stage, contract)
    assert Loan.objects.count() == 1


@pytest.mark.parametrize("end", ["returned", "cancelled"])
def test_a_contract_that_came_to_nothing_makes_room_for_the_next(db, end):
    stage, account = make_payer()
    application = make_granted(stage, account)
    contract = sign(stage, application)
    if end == "returned":
        return_contract(contract=contract, reason="还款日不符", by=stage.checker)
    else:
        cancel_contract(contract=contract, by=stage.clerk)
    assert agree(stage, sign(stage, application)).state == "SIGNED"


def test_who_may_not_sign(db):
    stage, account = make_payer()
    application = make_granted(stage, account)
    with pytest.raises(NotAllowed):
        sign(stage, application, by=stage.checker)
    contract = sign(stage, application)
    with pytest.raises(SamePerson):
        agree(stage, contract, stage.clerk)
    with pytest.raises(NotAllowed):
        agree(stage, contract, stage.colleague("clerk-2"))
    contract.digest = "0" * 64
    with pytest.raises(ChangedMeanwhile):
        agree(stage, contract)
    assert not Loan.objects.exists()


FORMS = [
    ("contract_no", {"contract_no": " "}),
    ("annual_rate", {"annual_rate": "3.1%"}),
    ("due_day", {"due_day": 0}),
    ("due_day", {"due_day": 32}),
    ("bank", {"bank": ""}),
    ("card", {"card": "12"}),
    ("check_no", {"card": OTHER_CARD}),
    ("offset_mode", {"offset": Offset("DAILY")}),
    ("offset_sources", {"offset": Offset("MONTHLY", "FRIEND")}),
    ("offset_sources", {"offset": Offset("MONTHLY", "BORROWER SPOUSE")}),
    ("retained_fen", {"offset": Offset("MONTHLY", retained_fen=-1)}),
]


@pytest.mark.parametrize(("field", "changes"), FORMS)
def test_a_form_that_cannot_be_right_is_refused_by_its_field(db, field, changes):
    stage, account = make_payer()
    with pytest.raises(BadField) as caught:
        sign(stage, make_granted(stage, account), **changes)
    assert caught.value.field == field


def test_another_card_is_proven_by_the_banks_answer(db):
    stage, account = make_payer()
    contract = sign(stage, make_granted(stage, account), card=OTHER_CARD, check_no="核1")
    assert contract.card_last4 == "4321"


def test_where_the_centre_wants_it_no_loan_goes_without_the_offset(db):
    stage, account = make_payer("kashgar")
    with pytest.raises(LoanRefused) as caught:
        sign(stage, make_granted(stage, account), offset=None)
    assert refused_by(caught) == ["loan_offset_monthly"]


def test_elsewhere_the_offset_is_free(db):
    _stage, loan = make_signed("yantai")
    assert find_offset_agreement(loan) is None


# --- the rule -----------------------------------------------------------------------------------


@cache
def law():
    return load_packs()


def decide(code, day, **changes):
    told = {
        "principal": 30_000_000,
        "term_months": 120,
        "method": RepaymentMethod.LEVEL_PAYMENT,
        "home_number": 1,
        "due_day": 10,
        "insured": False,
        "offset": OffsetMode.MONTHLY,
        **changes,
    }
    facts = ContractFacts(**told)
    return decide_loan_contract(facts, law().book(code, dt.date.fromisoformat(day)))


def codes(decision):
    return [reason.code for reason in decision.reasons if not reason.met]


# day, months, home, rate of the table in percent
RATES = [
    ("2024-07-01", 60, 1, "2.35"),
    ("2024-07-01", 61, 1, "2.85"),
    ("2024-07-01", 60, 2, "2.775"),
    ("2024-07-01", 61, 2, "3.325"),
    ("2025-05-07", 60, 1, "2.35"),
    ("2025-05-07", 61, 1, "2.85"),
    ("2025-05-08", 60, 1, "2.10"),
    ("2025-05-08", 61, 1, "2.60"),
    ("2025-05-07", 61, 2, "3.325"),
    ("2025-05-08", 60, 2, "2.525"),
    ("2025-05-08", 61, 2, "3.075"),
    ("2025-05-09", 61, 2, "3.075"),
]


@pytest.mark.parametrize(("day", "months", "home", "percent"), RATES)
def test_the_rate_is_that_of_day_term_and_home(day, months, home, percent):
    decision = decide("kashgar", day, term_months=months, home_number=home)
    assert decision.approved
    assert decision.result.annual_rate == Fraction(percent) / 100


# home, rate asked for, what refuses it
MARGINS = [
    (1, "2.60", []),
    (1, "2.61", ["loan_rate_of_the_table"]),
    (1, "2.59", ["loan_rate_of_the_table"]),
    (2, "3.075", []),
    (2, "3.50", []),
    (2, "3.07", ["loan_rate_not_below_floor"]),
]


@pytest.mark.parametrize(("home", "percent", "against"), MARGINS)
def test_a_second_home_may_cost_more_and_a_first_home_costs_the_table(home, percent, against):
    asked = Fraction(percent) / 100
    decision = decide("kashgar", "2026-03-10", home_number=home, annual_rate=asked)
    assert codes(decision) == against


@pytest.mark.parametrize(("day", "right"), [(1, True), (28, True), (29, False), (None, False)])
def test_the_due_day_agreed_on_is_one_that_every_month_has(day, right):
    decision = decide("kashgar", "2026-03-10", due_day=day)
    assert (codes(decision) == []) is right


@pytest.mark.parametrize(("code", "right"), [("bazhong", True), ("yantai", False)])
def test_loan_insurance_is_there_where_the_centre_offers_it(code, right):
    assert (codes(decide(code, "2026-03-10", insured=True)) == []) is right


@pytest.mark.parametrize("code", ["kashgar", "liaoning", "yantai", "bazhong", "lianyungang"])
def test_the_offset_is_wanted_in_kashgar_and_liaoning(code):
    wanted = {"kashgar": ["loan_offset_monthly"], "liaoning": ["loan_offset_agreed"]}
    assert codes(decide(code, "2026-03-10", offset=None)) == wanted.get(code, [])


def test_kashgar_wants_the_offset_of_each_month_and_liaoning_any():
    yearly = {"offset": OffsetMode.YEARLY}
    assert codes(decide("kashgar", "2026-03-10", **yearly)) == ["loan_offset_monthly"]
    assert codes(decide("liaoning", "2026-03-10", **yearly)) == []


# --- security -----------------------------------------------------------------------------------


def test_a_loan_is_secured_when_two_persons_have_seen_the_register(db):
    stage, loan = make_signed()
    security = secure(stage, loan)
    loan.refresh_from_db()
    assert loan.state == "SIGNED"
    confirm(stage, security)
    loan.refresh_from_db()
    assert loan.state == "SECURED"
    ask_platform_again(stage, loan.application)
    assert pay_out(stage, loan).state == "RUNNING"


def test_a_signed_loan_without_security_is_not_paid_out(db):
    stage, loan = make_signed()
    ask_platform_again(stage, loan.application)
    with pytest.raises(WrongLoanState):
        pay_out(stage, loan)


SECURITIES = [
    ("kind", {"kind": "PROMISE"}),
    ("kind", {"kind": "GUARANTEE"}),
    ("thing", {"thing": " "}),
    ("register_no", {"register_no": ""}),
    ("value_fen", {"value_fen": 0}),
    ("registered_date", {"registered_date": dt.date(2026, 10, 15)}),
    ("registered_date", {"registered_date": dt.date(2026, 10, 13)}),
    ("insurance_no", {"insurance_no": "保1"}),
]


@pytest.mark.parametrize(("field", "changes"), SECURITIES)
def test_a_security_that_cannot_be_right_is_refused_by_its_field(db, field, changes):
    stage, loan = make_signed()
    with pytest.raises(BadField) as caught:
        secure(stage, loan, **changes)
    assert caught.value.field == field


def test_loan_insurance_is_kept_where_the_centre_has_it(db):
    stage, loan = make_signed("bazhong")
    assert secure(stage, loan, insurance_no="保1").insurance_no == "保1"


def test_one_number_of_the_register_secures_one_loan(db):
    stage, loan = make_signed()
    secure(stage, loan, register_no="证1")
    other = agree(stage, sign(stage, make_granted(stage, add_payer(stage))))
    with pytest.raises(AlreadyThere):
        secure(stage, other, register_no="证1")


def test_who_may_not_secure(db):
    stage, loan = make_signed()
    with pytest.raises(NotAllowed):
        secure(stage, loan, by=stage.checker)
    security = secure(stage, loan)
    with pytest.raises(SamePerson):
        confirm(stage, security, stage.clerk)
    loan.refresh_from_db()
    assert loan.state == "SIGNED"


def release(stage, security, **changes):
    told = {
        "certificate_no": "解1",
        "receiver": "王芳",
        "business_date": stage.day,
        "by": stage.clerk,
        **changes,
    }
    return release_security(security=security, **told)


def hand_over(stage, asked, by=None):
    return approve_release(
        release=asked, digest=asked.digest, business_date=stage.day, by=by or stage.checker
    )


def test_a_security_is_given_back_after_the_loan_has_ended_by_two_persons(db):
    stage, account = make_payer()
    loan = make_loan(stage, account)
    security = loan.securities.get()
    with pytest.raises(WrongLoanState):
        release(stage, security)
    Loan.objects.filter(pk=loan.pk).update(state="SETTLED", ended_date=stage.day)
    asked = release(stage, security)
    security.refresh_from_db()
    assert security.released_date is None
    with pytest.raises(SamePerson):
        hand_over(stage, asked, stage.clerk)
    with pytest.raises(AlreadyThere):
        release(stage, security, certificate_no="解2")
    hand_over(stage, asked)
    security.refresh_from_db()
    assert security.released_date == stage.day
    with pytest.raises(NotBound):
        release(stage, security, certificate_no="解3")


@pytest.mark.parametrize("field", ["certificate_no", "receiver"])
def test_a_release_names_certificate_and_receiver(db, field):
    stage, account = make_payer()
    loan = make_loan(stage, account)
    Loan.objects.filter(pk=loan.pk).update(state="SETTLED", ended_date=stage.day)
    with pytest.raises(BadField) as caught:
        release(stage, loan.securities.get(), **{field: " "})
    assert caught.value.field == field


# --- given up before the payment ----------------------------------------------------------------


def give_up(stage, loan):
    request = ChangeRequest(kind="CANCEL", reason="不买了")
    asked = submit_change(loan=loan, request=request, business_date=stage.day, by=stage.clerk)
    return approve_change(
        change=asked, digest=asked.digest, business_date=stage.day, by=stage.checker
    )


def test_a_loan_given_up_frees_its_people_and_their_accounts(db):
    stage, loan = make_signed()
    record_event(
        member_account=loan.member_account,
        kind="LOAN_APPLIED",
        date=stage.day,
        document_no=loan.application.number,
        by=stage.clerk,
    )
    assert has_loan_application(loan.member_account.member)
    give_up(stage, loan)
    loan.refresh_from_db()
    assert (loan.state, loan.ended_date) == ("CANCELLED", stage.day)
    assert not LoanParty.objects.filter(is_active=True).exists()
    assert not has_loan_application(loan.member_account.member)
    assert not OffsetAgreement.objects.filter(ended_date__isnull=True).exists()
    assert make_granted(stage, loan.member_account).state == "APPROVED", "a new one may come"


def test_a_loan_that_is_paid_out_cannot_be_given_up(db):
    stage, account = make_payer()
    with pytest.raises(WrongLoanState):
        give_up(stage, make_loan(stage, account))
