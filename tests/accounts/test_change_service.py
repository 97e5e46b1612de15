"""What changes about a person: contact by one clerk, name and paper by two, history for ever."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from accounts.errors import BadField, BusinessWaits, OwnAccount, WrongState
from accounts.models import ChangeRecord, IdentityDocument, PersonChange
from accounts.queries import find_member_by_number, search
from accounts.services import (
    approve_person_change,
    cancel_person_change,
    change_contact,
    change_mandate,
    close,
    return_person_change,
    seal,
    submit_person_change,
    unseal,
)
from kernel.documents import check_digit
from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.models import AuditEvent
from office.services import NotAllowed
from tests.accounts.builders import DAY, Stage

BORN = dt.date(1990, 1, 2)
NEW_CARD = "6217000010007654321"


@pytest.fixture
def account(stage: Stage):
    return stage.open_account(born=BORN)


def contact(stage, account, phone="13900000002", address="解放路1号", by=None, number="CT-1"):
    return change_contact(
        member_account=account,
        phone=phone,
        address=address,
        business_date=stage.day,
        document_no=number,
        clerk=by or stage.clerk,
    )


def hand_in(stage, member, kind="NAME", by=None, **facts):
    told = {"new_name": "热娜·买买提"} if kind == "NAME" else {}
    return submit_person_change(
        member=member,
        kind=kind,
        business_date=stage.day,
        clerk=by or stage.clerk,
        **{"evidence_no": "公安证明1", **told, **facts},
    )


def agree(stage, change, by=None):
    return approve_person_change(
        document=change, digest=change.digest, business_date=stage.day, by=by or stage.checker
    )


def permit(born=BORN, male=True):
    """A residence permit of Hong Kong for the same birth and sex."""
    body = f"810000{born:%Y%m%d}{'001' if male else '002'}"
    return {
        "document_type": "HMT_RESIDENCE_PERMIT",
        "document_number": body + check_digit(body),
    }


def test_a_phone_is_found_under_the_new_number_only_and_the_change_is_kept(stage, account):
    record = contact(stage, account)
    account.member.refresh_from_db()
    assert (account.member.phone, account.member.address) == ("13900000002", "解放路1号")
    assert search(stage.centre, "13900000002") == [account]
    assert search(stage.centre, "13900000001") == []
    assert (record.before["phone"], record.after["phone"]) == ("139****0001", "139****0002")
    kept = str(list(AuditEvent.objects.filter(action="members.amend").values()))
    assert "13900000002" not in kept


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("phone", {"phone": "12345"}),
        ("phone", {"phone": "13900000001", "address": ""}),
        ("address", {"address": "路" * 121}),
    ],
)
def test_a_contact_that_cannot_be_right_is_refused(stage, account, field, facts):
    with pytest.raises(BadField) as caught:
        contact(stage, account, **facts)
    assert caught.value.field == field
    assert not ChangeRecord.objects.exists()


def test_who_may_change_a_contact_and_when(stage, account):
    with pytest.raises(NotAllowed):
        contact(stage, account, by=stage.checker)
    own = stage.colleague("own")
    own.person_index = account.member.documents.get().number_index
    with pytest.raises(OwnAccount):
        contact(stage, account, by=own)
    end = {"reason": "EXIT", "business_date": stage.day, "document_no": "C-1", "by": stage.system}
    close(member_account=account, **end)
    with pytest.raises(WrongState):
        contact(stage, account)


def test_a_name_changes_once_a_second_person_agrees_and_search_follows(stage, account):
    old = account.member.name
    change = hand_in(stage, account.member)
    account.member.refresh_from_db()
    assert account.member.name == old
    agree(stage, change)
    account.member.refresh_from_db()
    assert account.member.name == "热娜·买买提"
    assert search(stage.centre, "热娜") == [account]
    assert (change.old_name, change.new_name) == (old, "热娜·买买提")


def test_a_new_paper_becomes_current_and_the_old_number_still_finds_the_member(stage, account):
    member = account.member
    old = member.documents.get()
    agree(stage, hand_in(stage, member, "PAPER", **permit(member.birth_date)))
    new = member.documents.get(is_current=True)
    assert new.document_type == "HMT_RESIDENCE_PERMIT"
    assert find_member_by_number(stage.centre, old.number) == member
    assert find_member_by_number(stage.centre, new.number) == member
    assert member.documents.count() == 2


def other_birth(stage, member):
    return permit(dt.date(1980, 5, 5))


def other_sex(stage, member):
    return permit(member.birth_date, male=False)


def same_number(stage, member):
    paper = member.documents.get()
    return {"document_type": paper.document_type, "document_number": paper.number}


def number_of_another(stage, member):
    paper = stage.open_account().member.documents.get()
    return {"document_type": paper.document_type, "document_number": paper.number}


@pytest.mark.parametrize("paper", [other_birth, other_sex, same_number, number_of_another])
def test_a_paper_that_tells_another_person_is_refused(stage, account, paper):
    facts = paper(stage, account.member)
    with pytest.raises(BadField) as caught:
        hand_in(stage, account.member, "PAPER", **facts)
    assert caught.value.field == "document_number"
    assert facts["document_number"] not in str(caught.value)


def test_a_number_that_names_another_member_meanwhile_is_not_approved(stage, account):
    told = permit(account.member.birth_date)
    change = hand_in(stage, account.member, "PAPER", **told)
    other = stage.open_account().member
    IdentityDocument.objects.create(
        member=other,
        centre=stage.centre,
        document_type=told["document_type"],
        number=told["document_number"],
        number_index=change.number_index,
        is_current=False,
        recorded_date=DAY,
    )
    with pytest.raises(BadField):
        agree(stage, change)
    change.refresh_from_db()
    assert change.state == "SUBMITTED"


@pytest.mark.parametrize(
    ("field", "kind", "facts"),
    [
        ("kind", "SEX", {}),
        ("evidence_no", "NAME", {"evidence_no": " "}),
        ("name", "NAME", {"new_name": "123"}),
        ("document_type", "PAPER", {"document_type": "PASSPORT"}),
        ("number", "PAPER", {"document_type": "RESIDENT_ID", "document_number": "1"}),
    ],
)
def test_a_change_that_cannot_be_right_is_refused_by_its_field(stage, account, field, kind, facts):
    with pytest.raises(BadField) as caught:
        hand_in(stage, account.member, kind, **facts)
    assert caught.value.field == field
    assert not PersonChange.objects.exists()


def test_the_name_on_record_is_no_new_name(stage, account):
    with pytest.raises(BadField):
        hand_in(stage, account.member, new_name=account.member.name)


def test_one_change_of_a_person_waits_at_a_time(stage, account):
    waiting = hand_in(stage, account.member)
    with pytest.raises(BusinessWaits) as caught:
        hand_in(stage, account.member, "PAPER", **permit(account.member.birth_date))
    assert waiting.number in str(caught.value)
    cancel_person_change(document=waiting, by=stage.clerk)
    again = hand_in(stage, account.member)
    return_person_change(document=again, reason="公章不清", business_date=DAY, by=stage.checker)
    agree(stage, hand_in(stage, account.member))
    with pytest.raises(AlreadyDecided):
        agree(stage, again)


def test_two_persons_and_neither_of_them_is_the_member(stage, account):
    with pytest.raises(NotAllowed):
        hand_in(stage, account.member, by=stage.supervisor)
    change = hand_in(stage, account.member)
    with pytest.raises(SamePerson):
        agree(stage, change, by=stage.clerk)
    stage.checker.person_index = account.member.documents.get().number_index
    with pytest.raises(OwnAccount):
        agree(stage, change)
    stage.clerk.person_index, stage.checker.person_index = stage.checker.person_index, ""
    with pytest.raises(OwnAccount):
        hand_in(stage, account.member)
    change.digest = "0" * 64
    with pytest.raises(ChangedMeanwhile):
        agree(stage, change)


def test_a_new_card_collects_from_next_month_and_the_old_one_until_then(stage, account):
    facts = {"bank": "中国银行", "card": NEW_CARD, "debit_day": 5, "clerk": stage.clerk}
    facts |= {"member_account": account, "business_date": stage.day, "check_no": "核1"}
    change_mandate(**facts, document_no="M-1")
    old, new = account.mandates.order_by("version")
    assert old.ended_date == new.effective_date == dt.date(2026, 4, 1)
    record = account.changes.get(kind="MANDATE")
    assert record.after["card"] == "**** 4321"
    assert NEW_CARD not in str(record.after)
    with pytest.raises(BadField) as caught:
        change_mandate(**facts, document_no="M-2")
    assert caught.value.field == "card"


def test_a_card_that_was_not_checked_with_the_bank_is_refused(stage, account):
    with pytest.raises(BadField) as caught:
        change_mandate(
            member_account=account,
            bank="中国银行",
            card=NEW_CARD,
            debit_day=5,
            business_date=stage.day,
            document_no="M-1",
            check_no=" ",
            clerk=stage.clerk,
        )
    assert caught.value.field == "check_no"


def test_sealing_and_unsealing_have_their_receipts_and_what_a_job_does_has_its_list(stage, account):
    facts = {"member_account": account, "business_date": stage.day}
    seal(**facts, document_no="S-1", by=stage.clerk)
    unseal(**facts, document_no="U-1", by=stage.clerk)
    seal(**facts, document_no="S-2", by=stage.system)
    kinds = list(account.changes.order_by("id").values_list("kind", "number"))
    assert kinds == [("SEALED", "S-1"), ("AGREEMENT", "U-1"), ("UNSEALED", "U-1")]
    assert account.changes.get(kind="AGREEMENT").decision is not None


def test_changes_are_never_rewritten(stage, account):
    contact(stage, account)
    change = agree(stage, hand_in(stage, account.member))
    for rows, new in (
        (ChangeRecord.objects.all(), {"number": "X"}),
        (PersonChange.objects.filter(pk=change.pk), {"new_name": "X"}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**new)
