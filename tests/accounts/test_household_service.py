"""Who is married to whom: two persons read the paper, and nobody is married twice."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.errors import AlreadyMarried, BadField, BusinessWaits, NotMarried, OwnAccount
from accounts.households import list_household_records
from accounts.models import HouseholdRecord, Marriage, Spouse
from accounts.queries import find_household
from accounts.services import cancel_household, return_household
from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.models import AuditEvent
from office.services import NotAllowed
from tests.accounts.builders import DAY, Stage
from tests.accounts.households import (
    agree_household,
    marry,
    record_household,
    spouse_of,
    state_household,
    stranger,
)


@pytest.fixture
def couple(stage: Stage):
    return stage, stage.open_account().member, stage.open_account().member


def seen(member, on=DAY):
    found = find_household(member, on)
    return found.state.value, found.spouse_name


def test_nothing_is_known_before_anything_was_recorded(couple):
    _stage, member, _spouse = couple
    assert seen(member) == ("UNKNOWN", "")


def test_a_marriage_stands_at_both_members_once_a_second_person_agrees(couple):
    stage, member, spouse = couple
    waiting = state_household(stage, member, "MARRIED", **spouse_of(spouse))
    assert (seen(member), seen(spouse)) == (("UNKNOWN", ""), ("UNKNOWN", ""))
    agree_household(stage, waiting)
    assert seen(member) == ("MARRIED", spouse.name)
    assert seen(spouse) == ("MARRIED", member.name)
    assert find_household(member, DAY).spouse == spouse
    assert find_household(spouse, DAY).evidence_no == "婚1"


def test_a_spouse_without_an_account_is_known_by_name_and_becomes_a_member_later(couple):
    stage, member, _spouse = couple
    applicant = stage.applicant()
    named = {
        "spouse_name": applicant.name,
        "spouse_document_type": "RESIDENT_ID",
        "spouse_number": applicant.number,
    }
    record_household(stage, member, "MARRIED", **named)
    assert find_household(member, DAY).spouse is None
    assert seen(member) == ("MARRIED", applicant.name)
    joined = stage.open_account(applicant=applicant).member
    assert find_household(member, DAY).spouse == joined
    assert seen(joined) == ("MARRIED", member.name)


def test_a_signed_declaration_holds_until_a_marriage_and_again_after_its_end(couple):
    stage, member, spouse = couple
    record_household(stage, member, "UNMARRIED", since=DAY - dt.timedelta(days=40))
    assert seen(member, DAY - dt.timedelta(days=41)) == ("UNKNOWN", "")
    assert seen(member) == ("SINGLE_DECLARED", "")
    wedding = DAY - dt.timedelta(days=20)
    record_household(stage, member, "MARRIED", since=wedding, **spouse_of(spouse))
    record_household(stage, spouse, "DIVORCED", since=DAY - dt.timedelta(days=5), evidence_no="离1")
    assert seen(member, wedding - dt.timedelta(days=1)) == ("SINGLE_DECLARED", "")
    assert seen(member, wedding) == ("MARRIED", spouse.name)
    assert seen(member, DAY - dt.timedelta(days=6)) == ("MARRIED", spouse.name)
    assert seen(member, DAY - dt.timedelta(days=5)) == ("SINGLE_DECLARED", "")
    assert find_household(spouse, DAY).evidence_no == "离1"
    kinds = [record.kind for record in list_household_records(member)]
    assert kinds == ["DIVORCED", "MARRIED", "UNMARRIED"]


def test_who_was_widowed_may_marry_again(couple):
    stage, member, spouse = couple
    marry(stage, member)
    record_household(stage, member, "WIDOWED")
    marry(stage, member, spouse)
    assert seen(member) == ("MARRIED", spouse.name)
    assert Spouse.objects.filter(is_living=True).count() == 2


def test_nobody_is_married_twice_at_either_side(couple):
    stage, member, spouse = couple
    other = stage.open_account().member
    marry(stage, member, spouse)
    for one, named in ((member, stranger()), (other, spouse_of(spouse)), (spouse, stranger())):
        with pytest.raises(AlreadyMarried) as caught:
            state_household(stage, one, "MARRIED", **named)
        assert str(DAY) in str(caught.value)
    assert Marriage.objects.count() == 1


def test_a_stranger_is_not_the_spouse_of_two_members(couple):
    stage, member, other = couple
    record_household(stage, member, "MARRIED", **stranger())
    with pytest.raises(AlreadyMarried):
        state_household(stage, other, "MARRIED", **stranger())


def test_what_two_windows_hand_in_about_one_spouse_is_approved_once(couple):
    stage, member, other = couple
    first = state_household(stage, member, "MARRIED", **stranger())
    second = state_household(stage, other, "MARRIED", **stranger())
    agree_household(stage, first)
    with pytest.raises(AlreadyMarried):
        agree_household(stage, second)
    second.refresh_from_db()
    assert (second.state, Marriage.objects.count()) == ("SUBMITTED", 1)


def test_the_database_itself_allows_one_marriage_per_person(couple):
    stage, member, spouse = couple
    record = marry(stage, member, spouse)
    standing = Spouse.objects.get(member=member)
    other = state_household(stage, stage.open_account().member, "MARRIED", **stranger())
    marriage = Marriage.objects.create(centre=stage.centre, from_date=DAY, record=other)
    for facts in (
        {"person_index": standing.person_index, "member": None},
        {"person_index": "x" * 64, "member": member},
        {"person_index": "", "member": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Spouse.objects.create(marriage=marriage, centre=stage.centre, record=record, **facts)


@pytest.mark.parametrize("kind", ["DIVORCED", "WIDOWED"])
def test_a_marriage_that_is_not_on_record_cannot_end(couple, kind):
    stage, member, _spouse = couple
    with pytest.raises(NotMarried):
        state_household(stage, member, kind)


def test_the_married_do_not_declare_to_be_single(couple):
    stage, member, spouse = couple
    marry(stage, member, spouse)
    with pytest.raises(AlreadyMarried) as caught:
        state_household(stage, spouse, "UNMARRIED")
    assert member.name in str(caught.value)


FORMS = [
    ("kind", "ENGAGED", {}),
    ("evidence_no", "UNMARRIED", {"evidence_no": "  "}),
    ("evidence_no", "UNMARRIED", {"evidence_no": "1" * 65}),
    ("since", "UNMARRIED", {"since": DAY + dt.timedelta(days=1)}),
    ("spouse_name", "UNMARRIED", {"spouse_name": "赵丽"}),
    ("name", "MARRIED", {**stranger(), "spouse_name": "12"}),
    ("spouse_document_type", "MARRIED", {**stranger(), "spouse_document_type": "PASSPORT"}),
    ("number", "MARRIED", {**stranger(), "spouse_number": "653101199105050018"}),
]


@pytest.mark.parametrize(("field", "kind", "facts"), FORMS)
def test_a_form_that_cannot_be_right_is_refused_by_its_field(couple, field, kind, facts):
    stage, member, _spouse = couple
    with pytest.raises(BadField) as caught:
        state_household(stage, member, kind, **facts)
    assert caught.value.field == field
    assert not HouseholdRecord.objects.exists()


def test_nobody_marries_themselves_and_no_marriage_ends_before_it_began(couple):
    stage, member, spouse = couple
    with pytest.raises(BadField):
        state_household(stage, member, "MARRIED", **spouse_of(member))
    marry(stage, member, spouse)
    with pytest.raises(BadField):
        state_household(stage, member, "DIVORCED", since=DAY - dt.timedelta(days=1))


def test_one_record_of_a_household_waits_at_a_time(couple):
    stage, member, _spouse = couple
    waiting = state_household(stage, member, "UNMARRIED")
    with pytest.raises(BusinessWaits) as caught:
        state_household(stage, member, "MARRIED", **stranger())
    assert waiting.number in str(caught.value)
    cancel_household(document=waiting, by=stage.clerk)
    marry(stage, member)


def test_two_persons_record_a_household_and_neither_of_them_is_one_of_the_two(couple):
    stage, member, spouse = couple
    with pytest.raises(NotAllowed):
        state_household(stage, member, "UNMARRIED", clerk=stage.supervisor)
    for one in (member, spouse):
        stage.clerk.person_index = one.documents.get().number_index
        with pytest.raises(OwnAccount):
            state_household(stage, member, "MARRIED", **spouse_of(spouse))
    stage.clerk.person_index = ""
    waiting = state_household(stage, member, "MARRIED", **spouse_of(spouse))
    with pytest.raises(SamePerson):
        agree_household(stage, waiting, by=stage.clerk)
    stage.checker.person_index = spouse.documents.get().number_index
    with pytest.raises(OwnAccount):
        agree_household(stage, waiting)
    assert not Marriage.objects.exists()


def test_what_is_approved_is_what_was_shown_and_only_once(couple):
    stage, member, _spouse = couple
    waiting = state_household(stage, member, "UNMARRIED")
    waiting.digest = "0" * 64
    with pytest.raises(ChangedMeanwhile):
        agree_household(stage, waiting)
    waiting.refresh_from_db()
    agree_household(stage, waiting)
    with pytest.raises(AlreadyDecided):
        agree_household(stage, waiting)


def test_a_returned_record_changes_nothing_and_says_why(couple):
    stage, member, _spouse = couple
    waiting = state_household(stage, member, "UNMARRIED")
    with pytest.raises(ValueError, match="退回"):
        return_household(document=waiting, reason=" ", business_date=DAY, by=stage.checker)
    return_household(document=waiting, reason="未签名", business_date=DAY, by=stage.checker)
    assert seen(member) == ("UNKNOWN", "")


def test_the_trail_names_the_record_and_never_the_spouse(couple):
    stage, member, spouse = couple
    marry(stage, member, spouse)
    number = spouse.documents.get().number
    trail = AuditEvent.objects.filter(action__startswith="accounts.household")
    assert trail.count() == 3  # handed in, approved, in force
    assert number not in str(list(trail.values()))


def test_history_is_never_rewritten(couple):
    stage, member, spouse = couple
    record = marry(stage, member, spouse)
    for rows, change in (
        (HouseholdRecord.objects.filter(pk=record.pk), {"since": DAY - dt.timedelta(days=9)}),
        (Marriage.objects.all(), {"from_date": DAY - dt.timedelta(days=9)}),
        (Spouse.objects.all(), {"person_index": "y" * 64}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.all()._raw_delete(rows.db)
