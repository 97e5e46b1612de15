"""Distributing a year's value-added income at the counter."""

import datetime as dt

from settlement.models import SurplusDistribution
from tests.loans.running import finance_of
from tests.settlement.test_surplus_service import make_year

TYPED = {
    "year": "2026",
    "management_fee": "10.00",
    "fee_approval_no": "财审1",
    "flexible_reserve": "",
    "resolution_no": "管委会〔2027〕1号",
    "resolution_date": "2027-01-10",
    "token": "5b1f9a52-3c0e-4d0e-8a94-7a6d3ef0a111",
}


def test_finance_sees_where_the_year_goes_and_hands_it_in_once(db, sign_in):
    stage = make_year()
    desk = sign_in(finance_of(stage))
    form = desk.get("/counter/surplus/new/")
    assert form.context["form"].initial["year"] == stage.day.year - 1
    checked = desk.post("/counter/surplus/new/check/", TYPED)
    assert "可供分配" in checked.content.decode() or "48.00" in checked.content.decode()
    assert not SurplusDistribution.objects.exists()
    for _time in range(2):
        done = desk.post("/counter/surplus/new/submit/", TYPED)
        document = SurplusDistribution.objects.get()
        assert done.url == f"/counter/items/surplus/{document.number}/"
    page = sign_in(stage.supervisor).get(done.url)
    assert "管委会〔2027〕1号" in page.content.decode()
    listed = desk.get("/counter/settlements/").content.decode()
    assert document.number in listed


def test_a_fee_that_does_not_fit_is_refused_with_the_sum_that_would(db, sign_in):
    stage = make_year()
    desk = sign_in(finance_of(stage))
    answer = desk.post("/counter/surplus/new/check/", {**TYPED, "management_fee": "40.00"})
    text = answer.content.decode()
    assert "40.00" in text
    assert "32.00" in text
    assert answer.context["stored"].outcome == "REFUSED"
    assert not SurplusDistribution.objects.exists()


def test_what_the_service_has_against_a_field_stands_at_the_field(db, sign_in):
    stage = make_year()
    desk = sign_in(finance_of(stage))
    late = {**TYPED, "resolution_date": str(stage.day + dt.timedelta(days=1))}
    answer = desk.post("/counter/surplus/new/check/", late)
    assert answer.status_code == 400
    assert "resolution_date" in answer.context["form"].errors
