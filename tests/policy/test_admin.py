"""The supervisor's pages of the law."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from office.models import AuditEvent, User
from office.roles import Role
from policy.forms import read_printed, typed_text
from policy.loader import load_catalogue
from policy.models import ParameterValue, Proposal, StoredDecision
from policy.values import Unit
from tests.policy.conftest import make_centre, make_staff
from tests.policy.test_decisions import facts_of, keep

COMPARE = "/admin/policy/parametervalue/compare/"
ADD = "/admin/policy/proposal/add/"
FORM = {
    "jurisdiction": "kashgar",
    "key": "contribution.monthly_maximum",
    "value": "6100.00",
    "effective_from": "2026-08-01",
    "document_title": "关于调整缴存限额的通知",
    "document_clause": "一",
}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def first_desk(open_centre, supervisor) -> Client:
    return signed_in(supervisor)


@pytest.fixture
def second_desk(open_centre, second) -> Client:
    return signed_in(second)


def decide(client: Client, proposal: Proposal, step: str, **fields: str):
    url = reverse("admin:policy_proposal_decide", args=[proposal.pk])
    return client.post(url, {"step": step, "digest": proposal.digest, **fields}, follow=True)


def test_all_centres_stand_side_by_side(first_desk):
    page = first_desk.get(COMPARE, {"on": "2026-01-31"}).content.decode()
    for text in (
        "5,950.00 元",
        "7,570.80 元",
        "6,512.00 元",
        "喀什解读 二",
        "设定",
        "沿用",
        "未设",
    ):
        assert text in page
    assert page.count('scope="row"') == len(load_catalogue())


def test_the_comparison_shows_the_law_of_the_day_asked_for(first_desk):
    asked = {"subject": "contribution", "text": "monthly_maximum"}
    summary = re.compile(r"<summary>.*?</summary>", re.DOTALL)

    def carried(on: str) -> int:
        page = first_desk.get(COMPARE, {"on": on, **asked}).content.decode()
        return "".join(summary.findall(page)).count("badge-carried")

    assert (carried("2025-06-30"), carried("2025-07-01"), carried("2026-07-01")) == (0, 1, 2)


@pytest.mark.parametrize(
    ("only", "there", "gone"),
    [
        ("differs", "contribution.monthly_maximum", "interest.deposit_rate"),
        ("open", "contribution.monthly_maximum", "interest.deposit_rate"),
    ],
)
def test_the_comparison_can_be_narrowed(first_desk, only, there, gone):
    page = first_desk.get(COMPARE, {"on": "2026-01-31", "only": only}).content.decode()
    assert f"<code>{there}</code>" in page
    assert f"<code>{gone}</code>" not in page


@pytest.mark.parametrize("asked", [{"on": "yesterday"}, {"on": "2026-01-31", "subject": "moon"}])
def test_a_wrong_question_shows_the_day_of_business(first_desk, asked):
    assert first_desk.get(COMPARE, asked).status_code == 200


def test_pages_hold_no_inline_script_or_style(first_desk, proposal, centre, supervisor):
    stored = keep(centre, supervisor, facts_of())
    for url in (
        COMPARE,
        ADD,
        f"/admin/policy/proposal/{proposal.pk}/change/",
        f"/admin/policy/storeddecision/{stored.pk}/change/",
        "/admin/policy/parametervalue/",
    ):
        page = first_desk.get(url).content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page), url
        assert not re.search(r"<script(?![^>]*\b(src|type=\"application/json\"))", page), url


@pytest.mark.parametrize("role", [Role.CLERK, Role.CHECKER])
def test_clerks_have_no_business_here(law, centre, role):
    client = signed_in(make_staff(centre.branches.get(), role, "person"))
    assert client.get(COMPARE).status_code == 302


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR])
def test_finance_and_auditors_look_and_do_not_propose(law, centre, role):
    client = signed_in(make_staff(centre.branches.get(), role, "person"))
    assert client.get(COMPARE).status_code == 200
    assert client.get(ADD).status_code == 403


def test_administrators_see_no_law(law):
    client = signed_in(make_staff(None, Role.SYSTEM_ADMIN, "admin"))
    assert client.get(COMPARE).status_code == 403


@pytest.mark.parametrize("page", ["parametervalue", "source", "storeddecision", "proposal"])
def test_nothing_is_changed_or_deleted_in_the_admin(first_desk, proposal, page):
    row = ParameterValue.objects.first() if page == "parametervalue" else proposal
    if page in ("parametervalue", "proposal"):
        assert first_desk.post(f"/admin/policy/{page}/{row.pk}/delete/").status_code == 403
    if page != "proposal":
        assert first_desk.get(f"/admin/policy/{page}/add/").status_code == 403
    assert first_desk.get(f"/admin/policy/{page}/").status_code == 200


def test_one_supervisor_proposes_and_another_approves(first_desk, second_desk):
    answer = first_desk.post(ADD, FORM, follow=True)
    proposal = Proposal.objects.get()
    assert "另一人审批" in answer.content.decode()
    page = second_desk.get(f"/admin/policy/proposal/{proposal.pk}/change/").content.decode()
    assert "5,950.00 元" in page
    assert "6,100.00 元" in page
    decide(second_desk, proposal, "APPROVE")
    assert ParameterValue.objects.get(origin="AMENDMENT").printed == "6100.00"


def test_a_return_needs_its_reason(second_desk, proposal):
    decide(second_desk, proposal, "RETURN")
    assert Proposal.objects.get().is_undecided
    decide(second_desk, proposal, "RETURN", reason="文号有误")
    assert Proposal.objects.get().state == "RETURNED"


def test_the_maker_sees_no_button_to_approve_and_cannot_post_it(first_desk, proposal):
    page = first_desk.get(f"/admin/policy/proposal/{proposal.pk}/change/").content.decode()
    assert 'value="APPROVE"' not in page
    decide(first_desk, proposal, "APPROVE")
    assert Proposal.objects.get().is_undecided
    assert AuditEvent.objects.get(action="policy.proposal.decide").result == "REFUSED"
    decide(first_desk, proposal, "CANCEL")
    assert Proposal.objects.get().state == "CANCELLED"


def test_an_approval_without_what_was_shown_is_refused(second_desk, proposal):
    decide(second_desk, proposal, "APPROVE", digest="0" * 64)
    assert Proposal.objects.get().is_undecided


def test_a_decision_is_only_posted(second_desk, proposal):
    url = reverse("admin:policy_proposal_decide", args=[proposal.pk])
    assert second_desk.get(url).status_code == 405


def test_a_proposal_of_another_centre_is_not_there(proposal):
    stranger = make_staff(make_centre("yantai").branches.get(), Role.SUPERVISOR, "stranger")
    assert decide(signed_in(stranger), proposal, "APPROVE").status_code == 404


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"effective_from": "2026-07-01"}, "将来"),
        ({"effective_from": ""}, "effective_from"),
        ({"value": "6,100.00"}, "6,100.00"),
        ({"value": ""}, "理由"),
        ({"citations": "somewhere"}, "somewhere"),
        ({"document_title": "", "document_clause": ""}, "条款或文件"),
        ({"key": "loan.moon"}, "loan.moon"),
        ({"jurisdiction": "yantai"}, "yantai"),
        ({"key": "subsidy.approvals", "value": "KING"}, "KING"),
        ({"key": "contribution.entrusted_debit", "value": "perhaps"}, "perhaps"),
    ],
)
def test_a_faulty_form_says_what_is_wrong_and_stores_nothing(first_desk, changes, says):
    answer = first_desk.post(ADD, FORM | changes)
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not Proposal.objects.exists()


def test_a_decision_is_shown_as_sentences(first_desk, centre, supervisor):
    stored = keep(centre, supervisor, facts_of("5950.01"))
    page = first_desk.get(f"/admin/policy/storeddecision/{stored.pk}/change/").content.decode()
    assert "喀什解读 二" in page
    assert "月缴存额上限" in page
    assert StoredDecision.objects.count() == 1


@pytest.mark.parametrize(
    ("unit", "text", "printed"),
    [
        (Unit.YUAN, " 5950.00 ", "5950.00"),
        (Unit.FLAG, "true", True),
        (Unit.FLAG, "否", False),
        (Unit.COUNT, "12", 12),
        (Unit.CHOICES, "MONTHLY，FREE", ["MONTHLY", "FREE"]),
        (Unit.TABLE, '[{"upto": "1000.00"}]', [{"upto": "1000.00"}]),
        (Unit.TEXT, "", None),
    ],
)
def test_what_is_typed_becomes_what_is_printed(unit, text, printed):
    assert read_printed(unit, text) == printed
    assert read_printed(unit, typed_text(printed)) == printed or unit is Unit.FLAG
