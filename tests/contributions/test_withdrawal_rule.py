"""What may be taken out, by ground (Regulation art. 24 and 41; domain page, 3.9 and 4.4)."""

import datetime as dt

import pytest

from contributions.facts import WithdrawalFacts
from contributions.rules import decide_withdrawal
from contributions.wording import REASONS, WARNINGS
from kernel.money import yuan
from kernel.wire import BadFacts
from policy.decisions import Outcome
from policy.loader import book_from_packs

CENTRES = ["bazhong", "liaoning", "lianyungang", "yantai", "kashgar"]
SHARED_CODES = {"parameter_unset", "no_policy_in_force"}
EVIDENCE = {
    "RENT": ["LEASE_FILING"],
    "PURCHASE": ["PURCHASE_CONTRACT"],
    "BUILD_OVERHAUL": ["BUILD_PERMIT"],
    "REPAY_LOAN": ["LOAN_CONTRACT"],
    "RETIREMENT": ["RETIREMENT_CERTIFICATE"],
    "INCAPACITY": ["INCAPACITY_CERTIFICATE"],
    "EMIGRATION": ["EMIGRATION_PROOF"],
    "DEATH": ["DEATH_CERTIFICATE"],
    "DECORATION": ["DECORATION_CONTRACT"],
    "PROPERTY_FEE": ["PROPERTY_FEE_INVOICE"],
    "OTHER_APPROVED": ["APPROVAL_DOCUMENT"],
    "RELOCATION_RENT": ["LEASE_FILING", "TAX_INVOICE"],
    "VOLUNTARY": [],
}
SINCE_2026 = ["DECORATION", "PROPERTY_FEE", "OTHER_APPROVED"]
LOCAL = {"RELOCATION_RENT": "yantai", "VOLUNTARY": "bazhong"}
ALWAYS = [ground for ground in EVIDENCE if ground not in SINCE_2026 and ground not in LOCAL]

ASKED = {
    "ground": "RENT",
    "amount": "5000.00",
    "balance_by_origin": {"FLEX": "30000.00", "UNIT": "20000.00"},
    "open_loan": False,
    "guarantee": False,
    "frozen": False,
    "banned_until": None,
    "single_or_couple": "SINGLE",
    "taken_this_period": {"self": "0.00", "spouse": "0.00"},
}


def withdrawal(centre, on="2026-01-31", **changes):
    facts = {**ASKED, **changes}
    facts.setdefault("evidence", EVIDENCE[facts["ground"]])
    book = book_from_packs(centre, dt.date.fromisoformat(on))
    decision = decide_withdrawal(WithdrawalFacts.from_wire(facts), book)
    for reason in decision.reasons:
        assert reason.citations
        assert reason.code in SHARED_CODES or REASONS[reason.code] % reason.params
    assert {warning.code for warning in decision.warnings} <= set(WARNINGS)
    return decision


def allowed(decision):
    return None if decision.result.allowed_fen is None else yuan(decision.result.allowed_fen)


def refusals(decision):
    return [reason.code for reason in decision.refusals]


def cited(decision, code):
    (reason,) = (reason for reason in decision.reasons if reason.code == code)
    return [str(citation) for citation in reason.citations]


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("ground", ALWAYS)
def test_the_grounds_of_the_regulation_hold_in_every_city(centre, ground):
    decision = withdrawal(centre, ground=ground)

    assert decision.outcome is Outcome.APPROVED
    assert allowed(decision) == "5000.00"


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("ground", SINCE_2026)
def test_the_new_grounds_begin_on_20_september_2026(centre, ground):
    before = withdrawal(centre, "2026-09-19", ground=ground)
    since = withdrawal(centre, "2026-09-20", ground=ground)

    assert refusals(before) == ["ground_not_in_force"]
    assert allowed(before) == "0.00"
    assert since.outcome is Outcome.APPROVED
    assert "cn-regulation-2026#24" in cited(since, "ground_in_force")


@pytest.mark.parametrize("on", ["2026-01-31", "2026-11-20"])
@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("ground", LOCAL)
def test_local_grounds_hold_in_their_city_alone(centre, ground, on):
    decision = withdrawal(centre, on, ground=ground)

    if centre == LOCAL[ground]:
        assert decision.outcome is Outcome.APPROVED
        assert allowed(decision) == "5000.00"
    else:
        assert "ground_not_in_force" in refusals(decision)
        assert allowed(decision) == "0.00"


@pytest.mark.parametrize("ground", [ground for ground in EVIDENCE if EVIDENCE[ground]])
def test_missing_evidence_needs_a_person_and_the_sum_is_shown(ground):
    decision = withdrawal("yantai", "2026-11-20", ground=ground, evidence=[])

    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert allowed(decision) == "5000.00"
    asked_for = [reason for reason in decision.reasons if reason.met is None]
    assert {reason.code for reason in asked_for} == {"evidence_missing"}
    assert [reason.params["evidence"] for reason in asked_for] == EVIDENCE[ground]


@pytest.mark.parametrize("evidence", [["LEASE_FILING"], ["TAX_INVOICE"]])
def test_relocation_rent_needs_the_filed_lease_and_the_tax_invoice_together(evidence):
    decision = withdrawal("yantai", ground="RELOCATION_RENT", evidence=evidence)

    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert allowed(decision) == "5000.00"


def test_evidence_of_another_ground_proves_nothing():
    decision = withdrawal("kashgar", ground="PURCHASE", evidence=["LEASE_FILING", "TAX_INVOICE"])

    assert decision.outcome is Outcome.NEEDS_REVIEW


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("ground", [*ALWAYS, "VOLUNTARY", "RELOCATION_RENT"])
def test_while_a_loan_is_open_money_leaves_only_to_repay(centre, ground):
    decision = withdrawal(centre, ground=ground, open_loan=True)

    if ground == "REPAY_LOAN":
        assert decision.outcome is Outcome.APPROVED
        assert allowed(decision) == "5000.00"
    else:
        assert "open_loan_only_repayment" in refusals(decision)
        assert allowed(decision) == "0.00"


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("ground", ["RENT", "REPAY_LOAN", "DEATH"])
def test_a_frozen_account_pays_nothing(centre, ground):
    decision = withdrawal(centre, ground=ground, frozen=True)

    assert refusals(decision) == ["is_frozen"]
    assert allowed(decision) == "0.00"


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize(
    ("on", "outcome"),
    [
        ("2026-10-09", Outcome.REFUSED),
        ("2026-10-10", Outcome.REFUSED),
        ("2026-10-11", Outcome.APPROVED),
    ],
)
def test_a_ban_holds_through_its_last_day(centre, on, outcome):
    decision = withdrawal(centre, on, banned_until="2026-10-10")

    assert decision.outcome is outcome
    if outcome is Outcome.REFUSED:
        assert refusals(decision) == ["banned"]
        assert cited(decision, "banned") == ["cn-regulation-2026#41"]
        assert allowed(decision) == "0.00"


def test_a_ban_on_record_holds_before_the_new_regulation_too():
    decision = withdrawal("kashgar", "2026-09-19", banned_until="2026-09-19")

    assert refusals(decision) == ["banned"]
    assert any(
        value.key == "withdrawal.not_banned" and value.assumed for value in decision.parameters
    )


@pytest.mark.parametrize("centre", CENTRES)
def test_a_guarantor_may_withdraw_but_the_clerk_is_warned(centre):
    decision = withdrawal(centre, guarantee=True)

    assert decision.outcome is Outcome.APPROVED
    assert [warning.code for warning in decision.warnings] == ["stands_as_guarantor"]


@pytest.mark.parametrize(
    ("amount", "paid", "cut"),
    [
        ("49999.99", "49999.99", False),
        ("50000.00", "50000.00", False),
        ("50000.01", "50000.00", True),
    ],
)
def test_no_more_than_the_balance_is_paid_and_a_cut_is_said(amount, paid, cut):
    decision = withdrawal("kashgar", ground="PURCHASE", amount=amount)

    assert decision.outcome is Outcome.APPROVED
    assert allowed(decision) == paid
    assert bool(decision.warnings) == cut


@pytest.mark.parametrize("ground", ["RENT", "REPAY_LOAN"])
def test_nothing_comes_out_of_an_empty_account(ground):
    empty = {"FLEX": "0.00", "UNIT": "0.00"}

    decision = withdrawal("kashgar", ground=ground, balance_by_origin=empty)

    assert refusals(decision) == ["nothing_available"]
    assert allowed(decision) == "0.00"


def test_free_withdrawal_in_bazhong_reaches_only_what_was_paid_as_flexible_worker():
    less = withdrawal("bazhong", ground="VOLUNTARY", amount="30000.00")
    more = withdrawal("bazhong", ground="VOLUNTARY", amount="30000.01")
    unit_only = withdrawal(
        "bazhong", ground="VOLUNTARY", balance_by_origin={"FLEX": "0.00", "UNIT": "9.00"}
    )

    assert (allowed(less), less.warnings) == ("30000.00", ())
    assert allowed(more) == "30000.00"
    assert [warning.code for warning in more.warnings] == ["withdrawal_cut"]
    assert refusals(unit_only) == ["nothing_available"]


@pytest.mark.parametrize(
    ("household", "own", "spouse", "amount", "paid"),
    [
        ("SINGLE", "0.00", "0.00", "13999.99", "13999.99"),
        ("SINGLE", "0.00", "0.00", "14000.00", "14000.00"),
        ("SINGLE", "0.00", "0.00", "16000.00", "14000.00"),
        ("SINGLE", "4000.00", "0.00", "16000.00", "10000.00"),
        ("SINGLE", "13999.99", "0.00", "16000.00", "0.01"),
        ("COUPLE", "0.00", "0.00", "20000.00", "14000.00"),
        ("COUPLE", "0.00", "14000.00", "12000.00", "12000.00"),
        ("COUPLE", "0.00", "14000.00", "15000.00", "14000.00"),
        ("COUPLE", "0.00", "20000.00", "15000.00", "8000.00"),
        ("COUPLE", "5000.00", "14000.00", "15000.00", "9000.00"),
        ("COUPLE", "0.00", "27999.99", "15000.00", "0.01"),
    ],
)
def test_relocation_rent_is_14000_for_one_and_28000_for_a_couple(
    household, own, spouse, amount, paid
):
    decision = withdrawal(
        "yantai",
        ground="RELOCATION_RENT",
        amount=amount,
        single_or_couple=household,
        taken_this_period={"self": own, "spouse": spouse},
    )

    assert decision.outcome is Outcome.APPROVED
    assert allowed(decision) == paid
    cut = "withdrawal_cut" in {warning.code for warning in decision.warnings}
    assert cut == (amount != paid)
    assert "yantai-2025-6#8" in cited(decision, "relocation_limit")


@pytest.mark.parametrize(
    ("household", "own", "spouse", "code"),
    [
        ("SINGLE", "14000.00", "0.00", "relocation_limit_used_up"),
        ("SINGLE", "15000.00", "0.00", "relocation_limit_used_up"),
        ("COUPLE", "14000.00", "0.00", "relocation_limit_used_up"),
        ("COUPLE", "0.00", "28000.00", "relocation_couple_limit_used_up"),
        ("COUPLE", "10000.00", "18000.00", "relocation_couple_limit_used_up"),
    ],
)
def test_who_has_used_up_the_relocation_limit_gets_nothing(household, own, spouse, code):
    decision = withdrawal(
        "yantai",
        ground="RELOCATION_RENT",
        single_or_couple=household,
        taken_this_period={"self": own, "spouse": spouse},
    )

    assert refusals(decision) == [code]
    assert allowed(decision) == "0.00"


def test_every_obstacle_is_listed():
    decision = withdrawal(
        "kashgar", "2026-10-01", open_loan=True, frozen=True, banned_until="2027-01-01",
        evidence=[],
    )  # fmt: skip

    assert decision.outcome is Outcome.REFUSED
    assert refusals(decision) == ["open_loan_only_repayment", "is_frozen", "banned"]


@pytest.mark.parametrize("centre", ["liaoning", "lianyungang", "yantai"])
def test_equal_rights_are_cited_from_the_citys_own_text(centre):
    assert any(
        not citation.startswith("cn-") for citation in cited(withdrawal(centre), "ground_in_force")
    )


def test_before_the_text_is_in_force_nothing_is_paid():
    early = withdrawal("yantai", "2025-01-21", frozen=True)

    assert early.outcome is Outcome.NEEDS_REVIEW
    assert early.result.allowed_fen is None
    assert withdrawal("yantai", "2025-01-22").outcome is Outcome.APPROVED


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"ground": "HOLIDAY"}, "ground"),
        ({"amount": "0.00"}, "amount"),
        ({"amount": "-1.00"}, "amount"),
        ({"balance_by_origin": {"FLEX": "1.00"}}, "balance_by_origin.UNIT"),
        ({"balance_by_origin": {"flex": "1.00", "UNIT": "1.00"}}, "balance_by_origin.FLEX"),
        ({"taken_this_period": {"self": "1.00"}}, "taken_this_period.spouse"),
        ({"taken_this_period": {"own": "1.00", "spouse": "1.00"}}, "taken_this_period.self"),
        ({"evidence": ["RECEIPT"]}, "evidence[0]"),
        ({"evidence": None}, "evidence"),
        ({"open_loan": None}, "open_loan"),
        ({"single_or_couple": "FAMILY"}, "single_or_couple"),
        ({"purpose": "rent"}, "purpose"),
    ],
)
def test_unclear_facts_are_bad_requests_that_name_the_field(changes, path):
    with pytest.raises(BadFacts) as refused:
        WithdrawalFacts.from_wire({**ASKED, "evidence": [], **changes})

    assert refused.value.path == path


def test_facts_survive_being_written_down():
    facts = WithdrawalFacts.from_wire({**ASKED, "evidence": ["LEASE_FILING"]})

    assert WithdrawalFacts.from_wire(facts.to_wire()) == facts
    assert facts.to_wire()["taken_this_period"] == {"self": "0.00", "spouse": "0.00"}
