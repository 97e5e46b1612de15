"""The agreement as a document: what was signed stays, and what the law says today stands beside."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.contract import breaches_of, differences, edition_of, lay_out
from accounts.errors import AlreadyEntered, BadField, NoAgreement, OwnAccount
from accounts.models import Agreement, BreachNotice
from accounts.queries import find_agreement, list_breaches
from accounts.services import approve_breach, change_agreement, return_breach, submit_breach
from accounts.terms import clauses_of
from contributions.services import receive_deposit
from office.documents import SamePerson
from office.services import NotAllowed
from policy.loader import book_from_packs
from tests.accounts.builders import DAY, Stage

CENTRES = ["bazhong", "kashgar", "lianyungang", "liaoning", "yantai"]


@pytest.fixture
def account(stage: Stage):
    return stage.open_account()


def note(stage, account, code="FALSE_PAPERS", by=None, **facts):
    told = {"happened_date": stage.day, "notice_no": "违1", **facts}
    return submit_breach(
        member_account=account,
        code=code,
        business_date=stage.day,
        clerk=by or stage.clerk,
        **told,
    )


def agree(stage, notice, by=None):
    return approve_breach(
        document=notice, digest=notice.digest, business_date=stage.day, by=by or stage.checker
    )


def pay(stage, account, number="D-1"):
    return receive_deposit(
        member_account=account,
        amount_fen=50_000,
        business_date=stage.day,
        document_no=number,
        clerk=stage.clerk,
    )


def sign(stage, account):
    return change_agreement(
        member_account=account,
        mode="MONTHLY",
        monthly_amount_fen=60_000,
        business_date=stage.day,
        document_no="A-1",
        clerk=stage.clerk,
    )


@pytest.mark.parametrize("centre", CENTRES)
def test_every_centres_agreement_is_written_whole_from_its_pack(stage, centre):
    document = lay_out(clauses_of(book_from_packs(centre, DAY)))
    codes = [article["code"] for article in document["articles"]]
    assert {"RIGHTS_AND_DUTIES", "CONTRIBUTION", "WITHDRAWAL", "BREACH", "BREACH_MEASURES"} <= set(
        codes
    )
    texts = [clause["text"] for article in document["articles"] for clause in article["clauses"]]
    assert not [text for text in texts if "{" in text or "}" in text]
    assert len(texts) == len(set(texts))


def test_what_a_text_wants_in_the_agreement_is_in_it(stage):
    book = book_from_packs("yantai", DAY)
    codes = {one["code"] for one in lay_out(clauses_of(book))["articles"]}
    assert set(book.choices("agreement.contents")) <= codes


def test_a_version_keeps_text_values_and_edition(account):
    signed = account.agreements.get()
    assert signed.edition == edition_of(signed.clauses)
    assert signed.document == lay_out(signed.clauses)
    assert "162.00 元" in str(signed.document)


def test_nothing_kept_gives_no_text_and_no_edition():
    assert lay_out([])["articles"] == []
    assert (edition_of([]), breaches_of([])) == ("", [])


def test_the_law_of_the_day_of_signing_has_no_differences(account):
    signed = account.agreements.get()
    assert differences(signed.clauses, book_from_packs("kashgar", DAY)) == []


def test_a_changed_law_shows_what_was_signed_and_which_of_both_holds(stage):
    signed = clauses_of(book_from_packs("yantai", DAY))
    for record in signed:
        if record["key"] == "dormancy.months":
            record["printed"] = 12
        if record["key"] == "contribution.monthly_minimum":
            record["printed"] = "150.00"
    found = {one.key: one for one in differences(signed, book_from_packs("yantai", DAY))}
    assert set(found) == {"dormancy.months", "contribution.monthly_minimum"}
    assert found["dormancy.months"].signed_holds, "seal and closure as signed (C1)"
    assert not found["contribution.monthly_minimum"].signed_holds, "limits are the law of the day"


def test_new_grounds_of_the_2026_regulation_reach_old_agreements_at_once(stage):
    signed = clauses_of(book_from_packs("kashgar", dt.date(2026, 9, 19)))
    found = differences(signed, book_from_packs("kashgar", dt.date(2026, 9, 20)))
    assert [(one.key, one.signed_holds) for one in found] == [("withdrawal.grounds", False)]


def test_a_breach_that_ends_the_agreement_stops_deposits_until_it_is_signed_anew(stage, account):
    pay(stage, account)
    agree(stage, note(stage, account))
    assert account.agreements.get().state == "BREACHED"
    assert find_agreement(account, stage.day) is None
    with pytest.raises(NoAgreement):
        pay(stage, account, "D-2")
    sign(stage, account)
    assert list(account.agreements.values_list("state", flat=True)) == ["BREACHED", "SIGNED"]
    stage.on(dt.date(2026, 4, 1))
    assert find_agreement(account, stage.day).version == 2


def test_an_earlier_version_does_not_come_back_after_a_breach(stage, account):
    sign(stage, account)
    stage.on(dt.date(2026, 4, 2))
    agree(stage, note(stage, account))
    assert find_agreement(account, stage.day) is None


def test_a_breach_that_ends_nothing_is_on_record_and_deposits_go_on(stage, account):
    agree(stage, note(stage, account, code="ARREARS"))
    assert [one.code for one in list_breaches(account)] == ["ARREARS"]
    assert pay(stage, account).amount_fen == 50_000


def test_what_waits_or_was_returned_ends_nothing(stage, account):
    waiting = note(stage, account)
    assert account.agreements.get().state == "SIGNED"
    return_breach(document=waiting, reason="未送达", business_date=DAY, by=stage.checker)
    assert account.agreements.get().state == "SIGNED"
    note(stage, account)


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("code", {"code": "RUDENESS"}),
        ("happened_date", {"happened_date": DAY + dt.timedelta(days=1)}),
        ("happened_date", {"happened_date": DAY - dt.timedelta(days=1)}),
        ("notice_no", {"notice_no": " "}),
    ],
)
def test_a_breach_that_cannot_be_right_is_refused_by_its_field(stage, account, field, facts):
    with pytest.raises(BadField) as caught:
        note(stage, account, **facts)
    assert caught.value.field == field
    assert not BreachNotice.objects.exists()


def test_two_persons_note_a_breach_and_one_notice_once(stage, account):
    with pytest.raises(NotAllowed):
        note(stage, account, by=stage.checker)
    waiting = note(stage, account)
    with pytest.raises(AlreadyEntered):
        note(stage, account)
    with pytest.raises(SamePerson):
        agree(stage, waiting, by=stage.clerk)
    stage.checker.person_index = account.member.documents.get().number_index
    with pytest.raises(OwnAccount):
        agree(stage, waiting)


def test_a_version_replaced_meanwhile_is_not_ended_by_a_late_notice(stage, account):
    waiting = note(stage, account)
    sign(stage, account)
    with pytest.raises(NoAgreement):
        agree(stage, waiting)
    assert Agreement.objects.get(version=2).state == "SIGNED"


def test_the_counter_shows_the_text_its_clauses_and_the_breaches(stage, account, client):
    agree(stage, note(stage, account, code="ARREARS"))
    client.force_login(stage.clerk, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("agreement-text", args=[account.number])).content.decode()
    assert "月缴存额不低于162.00 元" in page
    assert "喀什解读" in page
    assert "未按约定缴存" in page
    assert "一致" in page
