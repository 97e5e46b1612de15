"""Deaths: reported once, in force at once; withdrawn by two persons when they were wrong."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.deaths import find_death
from accounts.errors import (
    BadField,
    BusinessWaits,
    DeathKnown,
    Deceased,
    Inherited,
    OwnAccount,
    WrongState,
)
from accounts.models import DeathReport
from accounts.queries import list_standing_events
from accounts.services import (
    approve_revocation,
    cancel_revocation,
    change_agreement,
    change_contact,
    change_mandate,
    return_revocation,
    seal,
    submit_breach,
    submit_person_change,
    unseal,
)
from contributions.services import (
    ConversionRequest,
    accept_dispute,
    receive_deposit,
    return_withdrawal,
    submit_conversion,
)
from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.roles import Role
from office.services import NotAllowed
from tests.accounts.builders import CARD
from tests.accounts.households import state_household
from tests.contributions.exits import approve as approve_exit
from tests.contributions.exits import leave
from tests.contributions.heirs import approve as approve_inheritance
from tests.contributions.heirs import die, inherit, live
from tests.contributions.test_withdrawal_service import freeze
from tests.contributions.withdrawals import approve, ask, make_payer


@pytest.fixture
def payer(db):
    return make_payer()


def withdraw_report(stage, document, by=None):
    return approve_revocation(
        document=document,
        digest=document.digest,
        business_date=stage.day,
        by=by or stage.checker,
    )


def standing(account, kind):
    return list_standing_events(account, [kind], dt.date(2100, 1, 1), undone_count=False)


def test_a_report_seals_the_account_the_same_day_and_says_so_once(payer):
    stage, account = payer
    report = die(stage, account)
    account.refresh_from_db()
    assert (account.state, account.sealed_date) == ("SEALED", stage.day)
    assert find_death(account.member) == report
    (event,) = account.events.filter(kind="DEATH")
    assert (event.date, event.document_no) == (report.died_date, report.number)
    assert account.events.filter(kind="SEALED", date=stage.day).count() == 1
    assert account.agreements.get().state == "SIGNED", "a wrong report takes nothing away"


def test_a_death_is_reported_once(payer):
    stage, account = payer
    first = die(stage, account)
    with pytest.raises(DeathKnown, match=first.number):
        die(stage, account, certificate_no="亡2026-2")
    assert account.events.filter(kind="DEATH").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        DeathReport.objects.create(
            centre=stage.centre,
            number="DR-2",
            business_date=stage.day,
            member_account=account,
            died_date=stage.day,
            certificate_no="2",
            certificate_date=stage.day,
            informant="王",
            informant_relation="邻居",
            sealed_it=False,
            made_by=stage.clerk,
        )


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("died_date", {"died_date": dt.date(2100, 1, 1)}),
        ("died_date", {"died_date": dt.date(1900, 1, 1)}),
        ("certificate_date", {"certificate_date": dt.date(2100, 1, 1)}),
        ("certificate_date", {"certificate_date": dt.date(2026, 10, 1)}),
        ("certificate_no", {"certificate_no": " "}),
        ("certificate_no", {"certificate_no": "亡" * 65}),
        ("informant", {"informant": ""}),
        ("informant_relation", {"informant_relation": " "}),
    ],
)
def test_a_field_that_cannot_be_right_is_named(payer, field, changes):
    stage, account = payer
    with pytest.raises(BadField) as wrong:
        die(stage, account, **changes)
    assert wrong.value.field == field
    account.refresh_from_db()
    assert account.state == "NORMAL"


def test_who_may_not_report(payer):
    stage, account = payer
    with pytest.raises(NotAllowed):
        die(stage, account, clerk=stage.checker)
    index = account.member.documents.get().number_index
    type(stage.clerk).objects.filter(pk=stage.clerk.pk).update(person_index=index)
    stage.clerk.refresh_from_db()
    with pytest.raises(OwnAccount):
        die(stage, account)


def contribute(stage, account):
    receive_deposit(
        member_account=account,
        amount_fen=500_000,
        business_date=stage.day,
        document_no="R-9",
        clerk=stage.clerk,
    )


def convert(stage, account):
    request = ConversionRequest(to_identity="UNIT", unit_name="某某公司", proof="证明1")
    submit_conversion(
        member_account=account, request=request, business_date=stage.day, by=stage.clerk
    )


def about(stage, account, number="X-1"):
    return {
        "member_account": account,
        "business_date": stage.day,
        "document_no": number,
        "clerk": stage.clerk,
    }


STOPPED = {
    "deposit": contribute,
    "withdrawal": lambda stage, account: ask(stage, account),
    "exit": lambda stage, account: leave(stage, account),
    "conversion": convert,
    "agreement": lambda stage, account: change_agreement(
        **about(stage, account), mode="FREE", monthly_amount_fen=100_000
    ),
    "mandate": lambda stage, account: change_mandate(
        **about(stage, account), bank="工商银行", card=CARD, debit_day=9, check_no="核1"
    ),
    "contact": lambda stage, account: change_contact(
        **about(stage, account), phone="13900000099", address=""
    ),
    "unseal": lambda stage, account: unseal(
        member_account=account, business_date=stage.day, document_no="U-1", by=stage.clerk
    ),
    "person": lambda stage, account: submit_person_change(
        member=account.member,
        kind="NAME",
        new_name="热娜",
        evidence_no="证1",
        business_date=stage.day,
        clerk=stage.clerk,
    ),
    "household": lambda stage, account: state_household(stage, account.member, "UNMARRIED"),
    "breach": lambda stage, account: submit_breach(
        member_account=account,
        code="ARREARS",
        happened_date=stage.day,
        notice_no="违1",
        business_date=stage.day,
        clerk=stage.clerk,
    ),
}


@pytest.mark.parametrize("business", STOPPED)
def test_the_death_stops_every_business_of_the_living(payer, business):
    stage, account = payer
    report = die(stage, account)
    with pytest.raises(Deceased, match=report.number):
        STOPPED[business](stage, account)


def test_complaint_and_freeze_go_on(payer):
    stage, account = payer
    die(stage, account)
    freeze(stage, account, 100)
    dispute = accept_dispute(
        member_account=account,
        claim="少记一笔",
        claimed_fen=None,
        business_date=stage.day,
        clerk=stage.clerk,
    )
    assert dispute.pk


def test_what_was_handed_in_before_is_not_approved_any_more_but_returned(payer):
    stage, account = payer
    waiting = ask(stage, account)
    die(stage, account)
    with pytest.raises(Deceased):
        approve(stage, waiting)
    waiting.refresh_from_db()
    assert waiting.state == "SUBMITTED"
    returned = return_withdrawal(withdrawal=waiting, reason="本人已故", by=stage.checker)
    assert returned.state == "RETURNED"


def test_an_account_sealed_before_stays_sealed_when_the_report_is_withdrawn(payer):
    stage, account = payer
    seal(member_account=account, business_date=stage.day, document_no="SL-1", by=stage.clerk)
    report = die(stage, account)
    assert not report.sealed_it
    withdraw_report(stage, live(stage, account))
    account.refresh_from_db()
    assert account.state == "SEALED"
    assert len(standing(account, "SEALED")) == 1


def test_a_wrong_report_is_withdrawn_by_two_persons_and_leaves_nothing_behind(payer):
    stage, account = payer
    report = die(stage, account)
    stage.on(stage.day + dt.timedelta(days=3))
    document = live(stage, account)
    with pytest.raises(SamePerson):
        withdraw_report(stage, document, by=stage.clerk)
    with pytest.raises(NotAllowed):
        withdraw_report(stage, document, by=stage.colleague("money", Role.FINANCE))
    account.refresh_from_db()
    assert account.state == "SEALED"
    withdraw_report(stage, document)
    account.refresh_from_db()
    report.refresh_from_db()
    assert (account.state, account.sealed_date) == ("NORMAL", None)
    assert report.withdrawn_date == stage.day
    assert find_death(account.member) is None
    assert standing(account, "DEATH") == standing(account, "SEALED") == []
    assert ask(stage, account).state == "SUBMITTED"
    with pytest.raises(AlreadyDecided):
        withdraw_report(stage, document)


def test_after_a_wrong_report_the_right_one_can_be_made(payer):
    stage, account = payer
    die(stage, account)
    withdraw_report(stage, live(stage, account))
    again = die(stage, account, certificate_no="亡2026-9")
    assert find_death(account.member) == again


@pytest.mark.parametrize("field", ["evidence_no", "reason"])
def test_the_withdrawal_of_a_report_says_why_and_by_what(payer, field):
    stage, account = payer
    die(stage, account)
    with pytest.raises(BadField, match=field):
        live(stage, account, **{field: " "})


def test_without_a_report_nothing_is_withdrawn(payer):
    stage, account = payer
    with pytest.raises(BadField, match="report"):
        live(stage, account)


def test_what_was_shown_is_what_is_withdrawn(payer):
    stage, account = payer
    die(stage, account)
    document = live(stage, account)
    document.digest = "0" * 64
    with pytest.raises(ChangedMeanwhile):
        withdraw_report(stage, document)


@pytest.mark.parametrize("way", ["return", "cancel"])
def test_a_withdrawal_that_is_not_approved_leaves_the_report(payer, way):
    stage, account = payer
    die(stage, account)
    document = live(stage, account)
    if way == "return":
        return_revocation(
            document=document, reason="不清", business_date=stage.day, by=stage.checker
        )
    else:
        cancel_revocation(document=document, by=stage.clerk)
    assert find_death(account.member) is not None
    assert live(stage, account).state == "SUBMITTED"


def test_a_report_is_not_withdrawn_under_an_inheritance_nor_after_it(payer):
    stage, account = payer
    die(stage, account)
    inheritance = inherit(stage, account)
    with pytest.raises(BusinessWaits, match=inheritance.number):
        live(stage, account)
    approve_inheritance(stage, inheritance)
    with pytest.raises(Inherited, match=inheritance.number):
        live(stage, account)


def test_a_closed_account_has_nobody_to_die(db):
    stage, _ = make_payer()
    empty = stage.open_account()
    approve_exit(stage, leave(stage, empty))
    with pytest.raises(WrongState):
        die(stage, empty)
