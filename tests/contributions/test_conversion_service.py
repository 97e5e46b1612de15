"""Employee to flexible worker and back: two persons, origins apart, flexible business at rest."""

import datetime as dt

import pytest

from accounts.errors import BadField, BusinessWaits, OwnAccount, TermsRefused, WrongState
from accounts.models import Agreement, MemberEvent
from accounts.queries import find_signed_agreement
from accounts.services import seal
from contributions.errors import ConversionRefused
from contributions.joining import get_contributed_months, list_stretches
from contributions.models import CarriedRecord, Conversion, Transfer
from contributions.queries import get_holdings
from contributions.services import (
    ConversionRequest,
    approve_conversion,
    cancel_conversion,
    receive_deposit,
    return_conversion,
    submit_conversion,
)
from ledger.facts import Component
from ledger.models import Entry
from ledger.verify import prove
from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.fields import blind_index
from office.services import NotAllowed
from policy.models import StoredDecision
from policy.queries import open_book
from policy.services import verify_decisions
from tests.contributions.withdrawals import ask, make_payer


def to_flex(**changes):
    facts = {
        "to_identity": "FLEX",
        "unit_name": "喀什运输有限公司",
        "proof": "离职证明2026-7",
        "amount_fen": 700_000,
        "first_month": dt.date(2024, 9, 1),
        "last_month": dt.date(2026, 9, 1),
        "month_count": 25,
        **changes,
    }
    return ConversionRequest(**facts)


def to_unit(**changes):
    facts = {
        "to_identity": "UNIT",
        "unit_name": "喀什运输有限公司",
        "proof": "劳动合同1",
        **changes,
    }
    return ConversionRequest(**facts)


def submit(stage, account, request, by=None):
    return submit_conversion(
        member_account=account, request=request, business_date=stage.day, by=by or stage.clerk
    )


def approve(stage, conversion, by=None):
    return approve_conversion(
        conversion=conversion,
        digest=conversion.digest,
        business_date=stage.day,
        by=by or stage.checker,
    )


def convert(stage, account, request):
    done = approve(stage, submit(stage, account, request))
    account.refresh_from_db()
    return done


def pay(stage, account, number="R-2"):
    return receive_deposit(
        member_account=account,
        amount_fen=500_000,
        business_date=stage.day,
        document_no=number,
        clerk=stage.clerk,
    )


def holds(stage):
    return all(proof.holds for proof in prove([stage.centre]))


def test_money_of_the_unit_comes_along_and_keeps_its_origin(db):
    stage, account = make_payer()
    conversion = submit(stage, account, to_flex())
    assert get_holdings(account).unit_fen == 0
    done = approve(stage, conversion)
    holdings = get_holdings(account)
    assert (holdings.flex_fen, holdings.unit[Component.TRANSFER_IN]) == (500_000, 700_000)
    assert done.entry.kind == Entry.Kind.CONVERSION
    assert Transfer.objects.get(number=done.number).origin == "UNIT"
    assert holds(stage)


def test_months_of_the_unit_count_with_those_paid_here(db):
    stage, account = make_payer()
    convert(stage, account, to_flex())
    joined = get_contributed_months(account, open_book("kashgar", stage.day))
    assert (len(joined.months), joined.left_out) == (26, 0)
    assert [len(stretch.months) for stretch in list_stretches(account)] == [1, 25]


def test_the_decision_is_kept_and_comes_out_the_same_again(db):
    stage, account = make_payer()
    convert(stage, account, to_flex())
    kept = StoredDecision.objects.filter(subject_type="contributions.conversion")
    assert kept.count() == 2
    assert not list(verify_decisions(kept))


def test_an_employee_rests_flexible_business_until_converting_back(db):
    stage, account = make_payer()
    convert(stage, account, to_unit())
    assert account.identity == "UNIT"
    assert find_signed_agreement(account) is None
    assert account.agreements.get().state == Agreement.State.TERMINATED
    with pytest.raises(WrongState):
        pay(stage, account)
    assert get_holdings(account).flex_fen == 500_000
    assert holds(stage)


def test_converting_back_signs_the_agreement_anew(db):
    stage, account = make_payer()
    convert(stage, account, to_unit())
    convert(stage, account, to_flex(mode="FREE", monthly_amount_fen=500_000))
    signed = find_signed_agreement(account)
    assert (account.identity, signed.version, signed.mode) == ("FLEX", 2, "FREE")
    assert pay(stage, account).months_covered == 1
    kinds = list(account.events.order_by("id").values_list("kind", flat=True))
    assert kinds.count(MemberEvent.Kind.CONVERTED) == 2
    assert holds(stage)


def test_terms_that_do_not_fit_the_law_convert_nothing(db):
    stage, account = make_payer()
    convert(stage, account, to_unit())
    conversion = submit(stage, account, to_flex(mode="FREE", monthly_amount_fen=600_000))
    with pytest.raises(TermsRefused):
        approve(stage, conversion)
    conversion.refresh_from_db()
    account.refresh_from_db()
    assert (account.identity, conversion.state) == ("UNIT", "SUBMITTED")
    assert get_holdings(account).unit_fen == 0


def test_nobody_checks_what_they_made(db):
    stage, account = make_payer()
    conversion = submit(stage, account, to_flex())
    with pytest.raises(SamePerson):
        approve(stage, conversion, by=stage.clerk)


def test_nobody_converts_their_own_account(db):
    stage, account = make_payer()
    number = account.member.documents.get().number
    stage.clerk.person_index = blind_index(number)
    with pytest.raises(OwnAccount):
        submit(stage, account, to_flex())
    stage.clerk.person_index = ""
    conversion = submit(stage, account, to_flex())
    stage.checker.person_index = blind_index(number)
    with pytest.raises(OwnAccount):
        approve(stage, conversion)


def test_only_clerks_take_conversions_in(db):
    stage, account = make_payer()
    with pytest.raises(NotAllowed):
        submit(stage, account, to_flex(), by=stage.checker)


def test_what_was_changed_after_the_look_is_not_approved(db):
    stage, account = make_payer()
    conversion = submit(stage, account, to_flex())
    with pytest.raises(ChangedMeanwhile):
        approve_conversion(
            conversion=conversion, digest="0" * 64, business_date=stage.day, by=stage.checker
        )


def test_a_second_business_of_the_account_waits(db):
    stage, account = make_payer()
    submit(stage, account, to_flex())
    with pytest.raises(BusinessWaits):
        ask(stage, account)


@pytest.mark.parametrize("ending", ["return", "cancel", "approve"])
def test_the_account_is_free_again_once_it_is_decided(db, ending):
    stage, account = make_payer()
    conversion = submit(stage, account, to_flex())
    if ending == "return":
        return_conversion(conversion=conversion, reason="证明不全", by=stage.checker)
    elif ending == "cancel":
        cancel_conversion(conversion=conversion, by=stage.clerk)
    else:
        approve(stage, conversion)
    assert ask(stage, account).state == "SUBMITTED"


def test_it_is_approved_once(db):
    stage, account = make_payer()
    conversion = submit(stage, account, to_flex())
    approve(stage, conversion)
    with pytest.raises(AlreadyDecided):
        approve(stage, conversion, by=stage.supervisor)
    assert get_holdings(account).unit_fen == 700_000
    assert CarriedRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (to_flex(unit_name=" "), "unit_name"),
        (to_flex(proof=""), "proof"),
        (to_flex(amount_fen=-1), "amount_fen"),
        (to_flex(month_count=26), "month_count"),
        (to_flex(last_month=None), "last_month"),
        (to_unit(amount_fen=1), "amount_fen"),
        (to_flex(to_identity="BOTH"), "to_identity"),
    ],
)
def test_an_impossible_form_names_its_field(db, request_, field):
    stage, account = make_payer()
    with pytest.raises(BadField) as caught:
        submit(stage, account, request_)
    assert caught.value.field == field
    assert not Conversion.objects.exists()


def test_a_resting_account_names_the_terms_of_its_new_agreement(db):
    stage, account = make_payer()
    convert(stage, account, to_unit())
    with pytest.raises(BadField, match="mode"):
        submit(stage, account, to_flex())


def test_who_is_that_already_has_nothing_to_convert(db):
    stage, account = make_payer()
    with pytest.raises(WrongState):
        submit(stage, account, to_flex(amount_fen=0, month_count=0))
    convert(stage, account, to_unit())
    with pytest.raises(WrongState):
        submit(stage, account, to_unit())


def test_a_sealed_account_is_unsealed_first(db):
    stage, account = make_payer()
    seal(member_account=account, business_date=stage.day, document_no="F1", by=stage.clerk)
    with pytest.raises(WrongState):
        submit(stage, account, to_unit())


def test_before_the_text_is_in_force_it_is_refused_with_its_decision(db):
    stage, account = make_payer("yantai")
    stage.day = dt.date(2025, 1, 21)
    with pytest.raises(ConversionRefused) as caught:
        submit(stage, account, to_unit())
    assert [r.code for r in caught.value.decision.reasons] == ["no_policy_in_force"]
    caught.value.record()
    assert not Conversion.objects.exists()
