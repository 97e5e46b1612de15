"""Loan applications at the counter: fill in, check, hand in, look, return, refuse, print."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import OutsideCheck
from loans.models import LoanApplication
from office.inbox import count_waiting
from policy.models import StoredDecision
from tests.counter.typing_in import hidden
from tests.loans.applications import APPLIED, grant, make_saver, reviewers

TOKEN = "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4b01"


@pytest.fixture
def saver(db):
    """A member of Kashgar who has paid 1,500 yuan for each of twelve months."""
    return make_saver()


@pytest.fixture
def clerk(saver, sign_in):
    return sign_in(saver[0].clerk)


def typed(**changes):
    form = {
        "kind": "FUND",
        "purpose": "NEW_HOME",
        "amount": "200000.00",
        "term_months": "300",
        "method": "LEVEL_PAYMENT",
        "home_number": "1",
        "price": "1000000.00",
        "area": "90.50",
        "address": "人民路1号",
        "purchase_date": "2025-12-01",
        "purchase_no": "购2025-1201",
        "is_local": "yes",
        "is_green": "no",
        "income": "20000.00",
        "own_in_a_row": "0",
        "own_total": "0",
        "security": "MORTGAGE",
        "security_note": "所购住房",
        "is_insured": "no",
    }
    return {**form, "token": TOKEN, "seen": "", **changes}


def grow_old(saver):
    """Let the registers' answers grow too old to be used."""
    saver[0].on(APPLIED + dt.timedelta(days=10))


def answers(**wanted):
    asked = APPLIED + dt.timedelta(days=10)
    return OutsideCheck.objects.filter(purpose="LOAN", asked_date=asked, **wanted).count()


def address(account, step=""):
    return reverse(f"loan-application{step}", args=[account.number])


def hand_in(clerk, account, **changes):
    clerk.post(address(account, "-submit"), typed(**changes), follow=True)
    return LoanApplication.objects.latest("pk")


def item(application, step=""):
    return reverse(f"item{step}", args=["loan-application", application.number])


def test_the_form_offers_the_kinds_of_the_centre_and_asks_a_single_person_for_no_spouse(
    clerk, saver
):
    page = clerk.get(address(saver[1])).content.decode()
    assert 'value="COMMERCIAL_REPLACEMENT"' in page
    assert 'value="COMBINATION"' not in page
    assert 'name="spouse_borrows"' not in page
    assert "收入证明" in page, "the checklist of papers"


def test_the_check_page_shows_every_bound_and_keeps_nothing(clerk, saver):
    page = clerk.post(address(saver[1], "-check"), typed(amount="500000.00")).content.decode()
    for said in ("270,000.00", "700,000.00", "800,000.00", "1,500.00 × 15"):
        assert said in page
    assert not LoanApplication.objects.exists()


def test_from_the_form_to_the_printed_decision(clerk, saver, sign_in):
    stage, account = saver
    page = clerk.post(address(account, "-check"), typed()).content.decode()
    clerk.post(address(account, "-submit"), hidden(page, address(account, "-submit")))
    application = LoanApplication.objects.get()
    first, second, boss, _other = reviewers(stage)
    for person in (first, second, boss):
        client = sign_in(person)
        assert item(application) in client.get(reverse("inbox")).content.decode()
        application.refresh_from_db()
        client.post(item(application, "-approve"), {"digest": application.digest})
    application.refresh_from_db()
    assert application.state == "APPROVED"
    page = clerk.get(item(application)).content.decode()
    assert "审批决定" in page
    paper = clerk.get(reverse("print", args=["loan-decision", application.number]))
    assert paper["Content-Type"] == "application/pdf"


def test_a_refusal_of_the_law_is_kept_and_its_notice_printed(clerk, saver):
    answer = clerk.post(address(saver[1], "-check"), typed(term_months="301"))
    page = answer.content.decode()
    stored = StoredDecision.objects.get(subject_type="loans.loanapplication")
    assert stored.outcome == "REFUSED"
    assert reverse("print", args=["notice", stored.pk]) in page


def test_the_registers_are_asked_by_the_check_itself(clerk, saver, settings):
    settings.DEMO = True
    grow_old(saver)
    page = clerk.post(address(saver[1], "-check"), typed()).content.decode()
    assert answers(result="PASS") == 2
    assert "贷款" in page


def test_silent_registers_stop_it_with_what_to_do(clerk, saver):
    grow_old(saver)
    page = clerk.post(address(saver[1], "-check"), typed()).content.decode()
    assert "尚未答复" in page
    assert answers(result="PENDING") == 2


def test_an_answer_on_paper_is_entered_here_and_waits_for_a_second_person(clerk, saver):
    _stage, account = saver
    grow_old(saver)
    told = {"about": "BORROWER", "register": "CREDIT", "result": "PASS", "document_no": "函1"}
    clerk.post(reverse("loan-answer", args=[account.number]), told)
    assert answers(result="PENDING", channel="MANUAL", kind="CREDIT") == 1
    refused = clerk.post(reverse("loan-answer", args=[account.number]), {**told, "about": "SPOUSE"})
    assert refused.status_code == 409


@pytest.mark.parametrize(
    ("changes", "says"),
    [({"amount": "0"}, "大于"), ({"kind": "CAR"}, "CAR"), ({"purchase_date": "昨天"}, "昨天")],
)
def test_a_wrong_field_is_named(clerk, saver, changes, says):
    answer = clerk.post(address(saver[1], "-check"), typed(**changes))
    assert answer.status_code == 400
    assert says in answer.content.decode()


def test_a_reviewer_returns_it_and_the_clerk_finds_it_filled_in(clerk, saver, sign_in):
    stage, account = saver
    application = hand_in(clerk, account)
    checker = sign_in(stage.checker)
    checker.post(item(application, "-return"), {"reason": "合同不清"})
    page = clerk.get(address(account)).content.decode()
    assert "合同不清" in page
    assert "200000.00" in page
    again = hand_in(clerk, account, amount="150000.00", token=TOKEN[:-1] + "2")
    assert (again.pk, again.round, again.granted_fen) == (application.pk, 2, 15_000_000)


def test_a_reviewer_refuses_it_with_a_code_and_the_notice_says_why(clerk, saver, sign_in):
    stage, account = saver
    application = hand_in(clerk, account)
    checker = sign_in(stage.checker)
    told = {"digest": application.digest, "code": "INCOME", "reason": "收入与流水不符"}
    assert checker.post(item(application, "-refuse"), {**told, "code": ""}).status_code == 409
    page = checker.post(item(application, "-refuse"), told, follow=True).content.decode()
    assert "收入与流水不符" in page
    application.refresh_from_db()
    assert application.state == "REFUSED"
    paper = checker.get(reverse("print", args=["loan-decision", application.number]))
    assert paper["Content-Type"] == "application/pdf"


def test_what_is_not_decided_prints_no_decision(clerk, saver):
    application = hand_in(clerk, saver[1])
    paper = clerk.get(reverse("print", args=["loan-decision", application.number]))
    assert paper.status_code == 409


def test_a_second_application_is_not_offered_and_who_has_looked_sees_no_button(
    clerk, saver, sign_in
):
    stage, account = saver
    application = hand_in(clerk, account)
    page = clerk.get(reverse("member", args=[account.number])).content.decode()
    assert address(account) not in page
    assert application.number in page
    checker = sign_in(stage.checker)
    checker.post(item(application, "-approve"), {"digest": application.digest})
    assert count_waiting(stage.checker) == 0
    assert item(application, "-approve") not in checker.get(item(application)).content.decode()


def test_a_supervisor_chooses_the_other_reading_on_the_page(db, sign_in):
    stage, account = make_saver(100_000)
    application = hand_in(sign_in(stage.clerk), account)
    boss = sign_in(stage.supervisor)
    where = reverse("loan-reading", args=[application.number])
    assert where in boss.get(item(application)).content.decode()
    assert boss.post(where, {"reading_reason": " "}).status_code == 409
    boss.post(where, {"reading_reason": "按正文执行"})
    application.refresh_from_db()
    assert (application.reading, application.quota_fen) == ("TEXT", 18_000_000)
    assert sign_in(stage.checker).post(where, {"reading_reason": "x"}).status_code == 403


def test_granted_it_is_found_in_its_list(clerk, saver):
    application = grant(saver[0], hand_in(clerk, saver[1]))
    page = clerk.get(reverse("list", args=["loan-application"])).content.decode()
    assert application.number in page


def test_another_clerk_takes_a_returned_one_back_on_its_page(clerk, saver, sign_in):
    stage, account = saver
    application = hand_in(clerk, account)
    near = sign_in(stage.colleague("near"))
    cancel = item(application, "-cancel")
    assert cancel not in near.get(item(application)).content.decode()
    assert near.post(cancel, {"reason": "不再购房"}).status_code == 409
    sign_in(stage.checker).post(item(application, "-return"), {"reason": "缺证明"})
    assert cancel in near.get(item(application)).content.decode()
    assert near.post(cancel, {"reason": " "}).status_code == 409
    page = near.post(cancel, {"reason": "不再购房"}, follow=True).content.decode()
    assert "不再购房" in page
    application.refresh_from_db()
    assert application.state == "CANCELLED"
