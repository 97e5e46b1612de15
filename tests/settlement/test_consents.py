"""Both consents to a subsidy, recorded by two persons on the page that shows what is missing."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from office.models import AuditEvent, User
from office.roles import Role
from subsidies.models import SubsidyApproval
from subsidies.queries import list_consents
from subsidies.services import BadConsent, record_approval
from tests.settlement.builders import Town, make_staff, make_town
from tests.settlement.test_settle import JUNE


@pytest.fixture
def town(db: None) -> Town:
    return make_town("consent", JUNE)


@pytest.fixture
def finance(town: Town) -> User:
    return make_staff(town.branch, "finance", Role.FINANCE)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def record(user: User, kind: str, **changes: Any) -> tuple[int, str]:
    data = {"year": "2026", "kind": kind, "document_no": "文1", "document_date": "2026-06-20"}
    answer = signed_in(user).post(reverse("admin:subsidies_record"), {**data, **changes})
    return answer.status_code, answer.content.decode()


def kinds() -> set[str]:
    return set(SubsidyApproval.objects.values_list("kind", flat=True))


def test_finance_records_the_review_and_a_supervisor_the_resolution(
    town: Town, finance: User
) -> None:
    assert record(finance, "FINANCE_REVIEW")[0] == 302
    page = signed_in(town.supervisor).get(reverse("admin:subsidies_record")).content.decode()
    assert "<strong>管委会审议通过</strong>" in page
    assert "财政部门审核 文1" in page

    assert record(town.supervisor, "COMMITTEE")[0] == 302
    assert kinds() == {"FINANCE_REVIEW", "COMMITTEE"}
    assert list_consents(town.centre, [2026])[0].missing == ()
    assert AuditEvent.objects.filter(action="subsidies.approve", result="DONE").count() == 2


def test_each_role_is_offered_its_own_kinds(town: Town, finance: User) -> None:
    address = reverse("admin:subsidies_record")
    assert 'value="COMMITTEE"' not in signed_in(finance).get(address).content.decode()
    assert 'value="COMMITTEE"' in signed_in(town.supervisor).get(address).content.decode()


def test_finance_does_not_record_what_the_committee_resolved(town: Town, finance: User) -> None:
    status, page = record(finance, "COMMITTEE")

    assert (status, kinds()) == (409, set())
    assert "subsidies.approve" in page
    assert AuditEvent.objects.filter(action="subsidies.approve", result="REFUSED").exists()


def test_who_recorded_the_one_does_not_record_the_other(town: Town) -> None:
    record(town.supervisor, "COMMITTEE")
    status, page = record(town.supervisor, "FINANCE_REVIEW")

    assert (status, kinds()) == (409, {"COMMITTEE"})
    assert "第二人登记" in page


def test_a_consent_is_recorded_once(town: Town) -> None:
    record(town.supervisor, "COMMITTEE")
    other = make_staff(town.branch, "second", Role.SUPERVISOR)
    assert record(other, "COMMITTEE", document_no="文2")[0] == 409
    assert SubsidyApproval.objects.get().document_no == "文1"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"year": "2027"}, "2027 结息年度尚未开始"),
        ({"year": "2020"}, "不要求该项审批"),
        ({"year": "26"}, "1901"),
        ({"year": "这年"}, "整数"),
        ({"kind": "KING"}, "KING"),
        ({"document_no": "  "}, "必填"),
        ({"document_no": "文" * 65}, "64"),
        ({"document_date": "2026-07-01"}, "晚于当前营业日 2026-06-30"),
        ({"document_date": "2026-02-30"}, "有效"),
    ],
)
def test_what_cannot_be_right_is_refused_by_its_field(
    town: Town, changes: dict[str, str], said: str
) -> None:
    status, page = record(town.supervisor, **{"kind": "COMMITTEE", **changes})

    assert (status, kinds()) == (409, set())
    assert said in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "KING"}, "kind"),
        ({"document_no": " "}, "document_no"),
        ({"document_date": JUNE + dt.timedelta(days=1)}, "document_date"),
        ({"year": 2027}, "year"),
        ({"year": 2020}, "year"),
    ],
)
def test_the_service_names_the_field_too(town: Town, changes: dict[str, Any], field: str) -> None:
    told = {"year": 2026, "kind": "COMMITTEE", "document_no": "文1", "document_date": JUNE}
    with pytest.raises(BadConsent) as caught:
        record_approval(
            centre=town.centre, business_date=JUNE, by=town.supervisor, **{**told, **changes}
        )
    assert caught.value.field == field


def test_a_centre_whose_law_asks_for_none_records_none(db: None) -> None:
    town = make_town("kashgar", JUNE)

    assert record(town.supervisor, "COMMITTEE")[0] == 409
    page = signed_in(town.supervisor).get(reverse("admin:subsidies_record")).content.decode()
    assert "不要求补贴入账前的审批" in page


def test_another_centre_records_and_sees_its_own_only(town: Town) -> None:
    record(town.supervisor, "COMMITTEE", document_no="文本中心")
    other = make_town("bazhong", JUNE)
    page = signed_in(other.supervisor).get(reverse("admin:subsidies_record")).content.decode()

    assert "文本中心" not in page
    assert record(other.supervisor, "COMMITTEE")[0] == 302
    assert set(SubsidyApproval.objects.values_list("centre__code", flat=True)) == {
        "consent",
        "bazhong",
    }


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CLERK])
def test_others_do_not_reach_the_page(town: Town, role: Role) -> None:
    client = signed_in(make_staff(town.branch, "person", role))

    assert client.get(reverse("admin:subsidies_record")).status_code in (302, 403)
    list_page = client.get(reverse("admin:subsidies_subsidyapproval_changelist"))
    assert reverse("admin:subsidies_record") not in list_page.content.decode()
