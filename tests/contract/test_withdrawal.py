"""`withdrawal`: the dated grounds of the Regulation, and those that two cities add."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.wire import BadFacts
from tests.calculators.asking import ABSENT, CENTRES, ask
from tests.contract import oracle, oracle_members
from tests.contract.asking import request

OLD_LAW, NEW_LAW = "2026-09-19", "2026-09-20"
EVIDENCE = {
    "RENT": ["LEASE_FILING"],
    "PURCHASE": ["PURCHASE_CONTRACT"],
    "BUILD_OVERHAUL": ["BUILD_PERMIT"],
    "REPAY_LOAN": ["LOAN_CONTRACT"],
    "DECORATION": ["DECORATION_CONTRACT"],
    "PROPERTY_FEE": ["PROPERTY_FEE_INVOICE"],
    "RETIREMENT": ["RETIREMENT_CERTIFICATE"],
    "INCAPACITY": ["INCAPACITY_CERTIFICATE"],
    "EMIGRATION": ["EMIGRATION_PROOF"],
    "DEATH": ["DEATH_CERTIFICATE"],
    "OTHER_APPROVED": ["APPROVAL_DOCUMENT"],
}
NEW_GROUNDS = {"DECORATION", "PROPERTY_FEE", "OTHER_APPROVED"}
RELOCATION = ["LEASE_FILING", "TAX_INVOICE"]


def asked(centre, ground, amount="1000.00", /, *, on=NEW_LAW, **changes):
    facts = {
        "ground": ground,
        "amount": amount,
        "balance_by_origin": {"FLEX": "30000.00", "UNIT": "5000.00"},
        "open_loan": False,
        "guarantee": False,
        "frozen": False,
        "single_or_couple": "SINGLE",
        "taken_this_period": {"self": "0.00", "spouse": "0.00"},
        "evidence": RELOCATION if ground == "RELOCATION_RENT" else EVIDENCE.get(ground, []),
    } | changes
    facts = {key: value for key, value in facts.items() if value is not ABSENT}
    return request("withdrawal", facts, centre=centre, on=on)


def found(*args, **changes):
    answer = ask("withdrawal", asked(*args, **changes))
    return answer["outcome"], answer["results"]["allowed"]


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("ground", EVIDENCE)
def test_the_grounds_are_those_of_the_regulation_on_the_day(centre, ground):
    before = found(centre, ground, on=OLD_LAW)

    assert found(centre, ground, on=NEW_LAW) == ("APPROVED", "1000.00")
    known = ("REFUSED", "0.00") if ground in NEW_GROUNDS else ("APPROVED", "1000.00")
    assert before == known


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("ground", EVIDENCE)
def test_missing_evidence_is_a_question(centre, ground):
    answer = ask("withdrawal", asked(centre, ground, evidence=[]))

    assert answer["outcome"] == "NEEDS_REVIEW"


@pytest.mark.parametrize("evidence", [[], ["LEASE_FILING"], ["TAX_INVOICE"]])
def test_relocation_rent_needs_both_papers(evidence):
    assert found("yantai", "RELOCATION_RENT", evidence=evidence)[0] == "NEEDS_REVIEW"


@pytest.mark.parametrize("centre", CENTRES)
def test_two_grounds_belong_to_one_city_each(centre):
    relocation, voluntary = found(centre, "RELOCATION_RENT"), found(centre, "VOLUNTARY")

    refused, allowed = ("REFUSED", "0.00"), ("APPROVED", "1000.00")
    assert relocation == (allowed if centre == "yantai" else refused)
    assert voluntary == (allowed if centre == "bazhong" else refused)


@pytest.mark.parametrize(
    ("rent", "who", "taken", "spouse", "allowed"),
    [
        ("16000.00", "SINGLE", "0.00", "0.00", "14000.00"),
        ("14000.00", "SINGLE", "0.00", "0.00", "14000.00"),
        ("13999.99", "SINGLE", "0.00", "0.00", "13999.99"),
        ("20000.00", "COUPLE", "0.00", "0.00", "14000.00"),
        ("12000.00", "COUPLE", "0.00", "14000.00", "12000.00"),
        ("15000.00", "COUPLE", "0.00", "14000.00", "14000.00"),
        ("16000.00", "SINGLE", "10000.00", "0.00", "4000.00"),
        ("16000.00", "COUPLE", "4000.00", "14000.00", "10000.00"),
    ],
)
def test_relocation_rent_of_one_person_and_of_a_couple(rent, who, taken, spouse, allowed):
    answer = ask(
        "withdrawal",
        asked(
            "yantai", "RELOCATION_RENT", rent, single_or_couple=who,
            taken_this_period={"self": taken, "spouse": spouse},
        ),
    )  # fmt: skip

    assert (answer["outcome"], answer["results"]["allowed"]) == ("APPROVED", allowed)
    assert bool(answer["warnings"]) or rent == allowed


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("ground", [*EVIDENCE, "VOLUNTARY", "RELOCATION_RENT"])
def test_with_an_open_loan_only_its_repayment_is_allowed(centre, ground):
    outcome, allowed = found(centre, ground, open_loan=True)

    repays = ground == "REPAY_LOAN"
    assert (outcome, allowed) == (("APPROVED", "1000.00") if repays else ("REFUSED", "0.00"))


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"frozen": True}, "REFUSED"),
        ({"banned_until": "2026-09-20"}, "REFUSED"),
        ({"banned_until": "2026-09-19"}, "APPROVED"),
        ({"banned_until": None}, "APPROVED"),
    ],
)
def test_a_freeze_and_a_ban_refuse(centre, changes, outcome):
    assert found(centre, "RENT", **changes)[0] == outcome


def test_refusal_beats_a_question():
    assert found("yantai", "RENT", evidence=[], frozen=True)[0] == "REFUSED"


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize(
    ("amount", "allowed"), [("35000.00", "35000.00"), ("35000.01", "35000.00")]
)
def test_more_than_there_is_is_cut_with_a_warning(centre, amount, allowed):
    answer = ask("withdrawal", asked(centre, "PURCHASE", amount))

    assert (answer["outcome"], answer["results"]["allowed"]) == ("APPROVED", allowed)
    assert bool(answer["warnings"]) is (amount != allowed)


def test_voluntary_withdrawal_reaches_flexible_money_only():
    assert found("bazhong", "VOLUNTARY", "35000.00") == ("APPROVED", "30000.00")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"ground": "HOLIDAY"}, "facts.ground"),
        ({"amount": "-1.00"}, "facts.amount"),
        ({"balance_by_origin": {"FLEX": "1.00"}}, "facts.balance_by_origin.UNIT"),
        ({"balance_by_origin": {"FLEX": "1", "UNIT": "1", "X": "1"}}, "facts.balance_by_origin.X"),
        ({"open_loan": "false"}, "facts.open_loan"),
        ({"frozen": ABSENT}, "facts.frozen"),
        ({"single_or_couple": "TRIPLE"}, "facts.single_or_couple"),
        ({"taken_this_period": {"self": "0.00"}}, "facts.taken_this_period.spouse"),
        ({"evidence": "LEASE_FILING"}, "facts.evidence"),
        ({"evidence": ["LEASE"]}, "facts.evidence[0]"),
        ({"banned_until": "tomorrow"}, "facts.banned_until"),
    ],
)
def test_a_bad_request_names_its_path(changes, path):
    with pytest.raises(BadFacts) as refused:
        ask("withdrawal", asked("kashgar", "RENT", **changes))

    assert refused.value.path == path


FEN = st.integers(0, 3_000_000)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 3_000_000), FEN, FEN, FEN, FEN, st.sampled_from(["SINGLE", "COUPLE"]))
def test_relocation_rent_is_what_a_second_reading_finds(rent, flex, unit, taken, spouse, who):
    body = asked(
        "yantai", "RELOCATION_RENT", oracle.to_yuan(rent), single_or_couple=who,
        balance_by_origin={"FLEX": oracle.to_yuan(flex), "UNIT": oracle.to_yuan(unit)},
        taken_this_period={"self": oracle.to_yuan(taken), "spouse": oracle.to_yuan(spouse)},
    )  # fmt: skip

    answer = ask("withdrawal", body)

    wanted = min(rent, flex + unit, oracle_members.rent_limit(who, taken, spouse))
    assert answer["results"]["allowed"] == oracle.to_yuan(wanted)
    assert wanted == 0 or answer["outcome"] == "APPROVED"
