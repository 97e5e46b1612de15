"""Opening an account: what must be known, who signs, and what stands afterwards."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from accounts.errors import (
    AlreadyOpen,
    AlreadyWaits,
    BadField,
    OpeningRefused,
    TermsRefused,
)
from accounts.models import Agreement, Member, MemberAccount, MemberEvent, Opening, OutsideCheck
from accounts.queries import find_open_account, search
from accounts.services import (
    approve_opening,
    close,
)
from kernel.documents import DocumentType
from office.documents import (
    AlreadyDecided,
    ChangedMeanwhile,
    SamePerson,
    return_,
)
from office.models import AuditEvent
from office.services import NotAllowed
from policy.models import StoredDecision
from policy.services import verify_decisions
from tests.accounts.builders import Stage, make_stage, make_terms, number_of


def codes(refused):
    return [reason.code for reason in refused.decision.reasons if not reason.met]


def test_two_persons_make_member_account_lines_agreement_mandate_and_event(stage: Stage):
    account = stage.open_account(make_terms("FREE", 50_000), born=dt.date(1990, 5, 6))

    assert account.state == MemberAccount.State.NORMAL
    assert account.flex_ledger_account.code == f"20102.{account.number}"
    assert account.unit_ledger_account.code == f"20101.{account.number}"
    agreement = account.agreements.get()
    assert (agreement.mode, agreement.monthly_amount_fen) == ("FREE", 50_000)
    assert agreement.effective_month == dt.date(2026, 3, 1)
    kept = {clause["key"]: clause for clause in agreement.clauses}
    assert kept["contribution.monthly_maximum"]["printed"] == "5950.00"
    assert kept["contribution.monthly_maximum"]["citations"]
    mandate = account.mandates.get()
    assert (mandate.card_last4, mandate.debit_day) == ("4567", 10)
    assert account.member.birth_date == dt.date(1990, 5, 6)
    assert account.member.retirement_category == "MEN_60"
    assert [event.kind for event in account.events.all()] == [MemberEvent.Kind.OPENED]
    opening = account.opening
    assert opening.decision.outcome == "APPROVED"
    assert opening.platform_check.result == OutsideCheck.Result.PASS
    assert verify_decisions() == []


def test_no_number_of_paper_phone_or_card_stands_in_clear_anywhere(stage: Stage):
    applicant = stage.applicant()
    account = stage.open_account(applicant=applicant)
    rows = [account.opening.facts, account.opening.decision.facts, account.opening.decision.reasons]
    rows += list(AuditEvent.objects.values_list("subject", "after", "before"))
    rows += list(OutsideCheck.objects.values_list("evidence", "name"))
    for secret in (applicant.number, applicant.phone, "6217000010001234567"):
        assert secret not in str(rows)


# What the law asks


@pytest.mark.parametrize(
    ("centre", "changes", "outside", "refused"),
    [
        ("kashgar", {"born": dt.date(2010, 3, 11)}, {}, "minimum_age"),
        ("kashgar", {"born": dt.date(2009, 1, 1)}, {}, "own_labour_income_unknown"),
        (
            "kashgar",
            {"born": dt.date(2009, 1, 1), "own_labour_income": False},
            {},
            "own_labour_income_lacking",
        ),
        ("kashgar", {"born": dt.date(1960, 1, 1)}, {}, "below_retirement"),
        ("kashgar", {"full_capacity": None}, {}, "full_capacity_unknown"),
        ("kashgar", {"full_capacity": False}, {}, "full_capacity_lacking"),
        ("kashgar", {}, {"CREDIT": "FAIL"}, "dishonest_person"),
        ("kashgar", {}, {"CREDIT": None}, "credit_unknown"),
        ("kashgar", {}, {"PLATFORM": "FAIL"}, "has_open_account"),
        ("kashgar", {}, {"PLATFORM": None}, "open_account_unknown"),
        ("lianyungang", {}, {"UNIT_PENSION": "FAIL"}, "in_unit_pension"),
        ("lianyungang", {}, {"UNIT_PENSION": None}, "unit_pension_unknown"),
        ("lianyungang", {"works_in_area": False}, {}, "works_elsewhere"),
    ],
)
def test_what_is_refused_or_unknown_opens_nothing(db, centre, changes, outside, refused):
    stage = make_stage(centre)
    applicant = stage.applicant(**changes)
    stage.ask(applicant, outside)
    terms = make_terms("MONTHLY", 50_000)
    with pytest.raises(OpeningRefused) as caught:
        stage.submit(applicant, terms)
    assert refused in codes(caught.value)
    assert str(caught.value)
    kept = caught.value.record()
    assert StoredDecision.objects.get(pk=kept.pk).outcome in ("REFUSED", "NEEDS_REVIEW")
    assert not Opening.objects.exists()
    assert not MemberAccount.objects.exists()


@pytest.mark.parametrize(
    ("centre", "outside"),
    [("yantai", {"UNIT_PENSION": "FAIL"}), ("bazhong", {"CREDIT": "FAIL"})],
)
def test_a_register_the_text_does_not_ask_is_not_asked(db, centre, outside):
    stage = make_stage(centre)
    applicant = stage.applicant()
    stage.ask(applicant, outside)
    stage.approve(stage.submit(applicant, make_terms("MONTHLY")))


@pytest.mark.parametrize(
    ("centre", "mode", "monthly", "refused"),
    [
        ("kashgar", "MONTHLY", 16_200, None),
        ("kashgar", "MONTHLY", 16_199, "monthly_minimum"),
        ("kashgar", "MONTHLY", 595_000, None),
        ("kashgar", "MONTHLY", 595_001, "monthly_maximum"),
        ("kashgar", "QUARTERLY", 50_000, "mode_not_offered"),
        ("kashgar", "FREE", None, "monthly_amount_unknown"),
        ("lianyungang", "FREE", None, None),
        ("yantai", "FREE", None, "mode_not_offered"),
        ("yantai", "QUARTERLY", None, "monthly_amount_unknown"),
    ],
)
def test_the_agreement_keeps_within_the_law(db, centre, mode, monthly, refused):
    stage = make_stage(centre)
    applicant = stage.applicant()
    stage.ask(applicant)
    if refused is None:
        assert stage.submit(applicant, make_terms(mode, monthly)).state == "SUBMITTED"
        return
    with pytest.raises(TermsRefused) as caught:
        stage.submit(applicant, make_terms(mode, monthly))
    assert refused in codes(caught.value)


@pytest.mark.parametrize(
    ("part", "changes", "field"),
    [
        ("applicant", {"number": "65310119900101001X"}, "number"),
        ("applicant", {"number": "653101900101001"}, "number"),
        ("applicant", {"name": "=cmd"}, "name"),
        ("applicant", {"name": " "}, "name"),
        ("applicant", {"phone": "１３９00000001"}, "phone"),
        ("applicant", {"phone": "139000000012"}, "phone"),
        ("applicant", {"employment": "CIVIL_SERVANT"}, "employment"),
        ("applicant", {"left_school_date": dt.date(2024, 7, 1)}, "left_school_date"),
        ("terms", {"card": "6217 0000"}, "card"),
        ("terms", {"bank": " "}, "bank"),
        ("terms", {"debit_day": 29}, "debit_day"),
        ("terms", {"debit_day": 0}, "debit_day"),
    ],
)
def test_a_wrong_field_is_named(stage: Stage, part, changes, field):
    applicant = stage.applicant(**(changes if part == "applicant" else {}))
    terms = make_terms(**(changes if part == "terms" else {}))
    with pytest.raises(BadField) as caught:
        stage.submit(applicant, terms)
    assert caught.value.field == field


# Two persons, one account


def test_the_maker_a_stranger_or_an_older_look_cannot_approve(stage: Stage):
    applicant = stage.applicant()
    stage.ask(applicant)
    opening = stage.submit(applicant)
    with pytest.raises(SamePerson):
        stage.approve(opening, by=stage.clerk)
    with pytest.raises(NotAllowed):
        stage.approve(opening, by=stage.colleague("second-clerk"))
    with pytest.raises(NotAllowed):
        stage.approve(opening, by=make_stage("yantai").checker)
    with pytest.raises(ChangedMeanwhile):
        approve_opening(opening=opening, digest="0" * 64, business_date=stage.day, by=stage.checker)
    assert not MemberAccount.objects.exists()
    stage.approve(opening)
    with pytest.raises(AlreadyDecided):
        stage.approve(opening)
    assert MemberAccount.objects.count() == 1


def test_only_a_clerk_of_the_centre_takes_in_openings(stage: Stage):
    applicant = stage.applicant()
    stage.ask(applicant)
    for person in (stage.checker, stage.supervisor, make_stage("yantai").clerk):
        with pytest.raises(NotAllowed):
            stage.submit(applicant, clerk=person)


def test_a_person_waits_once_and_opens_once(stage: Stage):
    applicant = stage.applicant()
    stage.ask(applicant)
    opening = stage.submit(applicant)
    with pytest.raises(AlreadyWaits):
        stage.submit(applicant)
    stage.ask(applicant)
    with pytest.raises(AlreadyWaits):
        stage.submit(applicant)
    stage.approve(opening)
    stage.ask(applicant)
    with pytest.raises(OpeningRefused) as caught:
        stage.submit(applicant)
    assert "has_open_account" in codes(caught.value)


def test_a_returned_opening_gives_its_answer_back(stage: Stage):
    applicant = stage.applicant()
    stage.ask(applicant)
    return_(document=stage.submit(applicant), by=stage.checker, reason="照片不清")
    assert stage.approve(stage.submit(applicant)).number


def test_an_account_opened_meanwhile_stops_the_second_one(stage: Stage):
    applicant = stage.applicant()
    stage.ask(applicant)
    opening = stage.submit(applicant)
    stage.approve(opening)
    # What the guard of one waiting opening would otherwise prevent, as if two had slipped in.
    later = Opening.objects.get(pk=opening.pk)
    Opening.objects.filter(pk=opening.pk).update(
        state="SUBMITTED", checked_by=None, checked_at=None, member_account=None
    )
    with pytest.raises((OpeningRefused, AlreadyOpen)):
        stage.approve(later)
    assert MemberAccount.objects.count() == 1


def test_who_may_be_the_same_person_is_shown_to_the_second_one(stage: Stage):
    born = dt.date(1988, 8, 8)
    first = stage.open_account(born=born, name="阿卜杜拉·买买提", number=number_of(born, 1))
    twin = stage.applicant(born=born, name="阿卜杜拉•买买提", number=number_of(born, 2))
    stage.ask(twin)
    assert stage.submit(twin).facts["lookalikes"] == [first.member_id]


def test_the_database_allows_a_member_one_open_account(stage: Stage):
    account, other = stage.open_account(), stage.open_account()
    with pytest.raises(DatabaseError), transaction.atomic():
        MemberAccount.objects.create(
            centre=stage.centre,
            branch=stage.branch,
            managed_account=account.managed_account,
            member=account.member,
            number="X",
            first_time=False,
            opened_date=stage.day,
            flex_ledger_account=other.flex_ledger_account,
            unit_ledger_account=other.unit_ledger_account,
        )


@pytest.mark.parametrize(
    ("changes"),
    [{"state": "NORMAL"}, {"closed_date": dt.date(2030, 1, 1)}, {"close_reason": "MERGED"}],
)
def test_a_closed_account_never_changes_again(stage: Stage, changes):
    account = stage.open_account()
    close(
        member_account=account,
        reason="EXIT",
        business_date=stage.day,
        document_no="C-1",
        by=stage.system,
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        MemberAccount.objects.filter(pk=account.pk).update(**changes)


@pytest.mark.parametrize("model", [MemberEvent, Agreement, OutsideCheck, MemberAccount])
def test_what_was_recorded_is_not_deleted(stage: Stage, model):
    stage.open_account()
    table = model._meta.db_table
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk__in=model.objects.values("pk"))._raw_delete("default")
    assert model.objects.exists(), table


# Finding people


def test_members_are_found_by_number_phone_pinyin_initials_and_part_of_the_name(stage: Stage):
    applicant = stage.applicant(name="曾黎明", phone="13812345678")
    account = stage.open_account(applicant=applicant)
    stage.open_account(name="王芳")
    for typed in (
        applicant.number,
        applicant.number.lower(),
        account.number,
        "13812345678",
        "zeng",
        "ZLM",
        "clm",
        "黎明",
    ):
        assert search(stage.centre, typed) == [account], typed
    for typed in ("", "  ", "=1+1", "13800000000", "xyz"):
        assert search(stage.centre, typed) == [], typed
    assert search(make_stage("yantai").centre, "黎明") == []
    assert find_open_account(stage.centre, applicant.number) == account


def test_a_resident_of_hong_kong_joins_only_where_the_text_says_so(db):
    number = number_of(dt.date(1990, 1, 1), 1, area="810000")
    for code, opens in (("kashgar", True), ("bazhong", False)):
        stage = make_stage(code)
        applicant = stage.applicant(
            number=number, document_type=DocumentType.HMT_RESIDENCE_PERMIT, name="陈大文"
        )
        if opens:
            account = stage.open_account(applicant=applicant)
            close(
                member_account=account,
                reason="EXIT",
                business_date=stage.day,
                document_no="C-1",
                by=stage.system,
            )
            continue
        stage.ask(applicant)
        with pytest.raises(OpeningRefused):
            stage.submit(applicant, make_terms("MONTHLY"))
    assert Member.objects.count() == 1
