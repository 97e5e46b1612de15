"""Decisions are kept whole, and come out the same when they are made again."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction

from kernel.months import Month
from kernel.wire import Facts, Flag, YuanFen
from policy.answers import answer
from policy.book import PolicyBook
from policy.decisions import Decision, Outcome, Sheet
from policy.facts import DeadlineFacts
from policy.models import StoredDecision
from policy.queries import open_book
from policy.records import plain, read_value, record_of, value_record
from policy.rules import decide_deadline
from policy.services import (
    ProposedValue,
    approve_proposal,
    load_policies,
    propose,
    record_decision,
    record_refusal,
    replay,
    verify_decisions,
)
from policy.values import Citation
from policy.wording import describe_reason
from tests.policy.conftest import TODAY

MAXIMUM = "contribution.monthly_maximum"
ON = dt.date(2026, 7, 1)


class PayFacts(Facts):
    """What the rule of this test looks at."""

    amount: YuanFen
    green: Flag = False


@dataclass(frozen=True)
class PayResult:
    """What it finds."""

    left_fen: int | None
    share: Fraction | None = None
    month: Month | None = None


def decide_pay(facts: PayFacts, book: PolicyBook) -> Decision[PayResult]:
    """Look at a set value, an unset one, a silent one and a carried one."""
    sheet = Sheet(book)
    sheet.in_force()
    maximum = book.fen(MAXIMUM)
    sheet.test("monthly_maximum", facts.amount <= maximum, MAXIMUM, amount=facts.amount)
    if facts.green:
        sheet.test("green_uplift", None, "loan.green_uplift")
        if book.find("loan.green_uplift") is None:
            sheet.unset("loan.green_uplift")
    book.flag("contribution.entrusted_debit")
    book.choice("eligibility.hmt_residents")
    sheet.warn("a_reading", day=book.on.isoformat())
    return sheet.decide(
        PayResult(maximum - facts.amount, Fraction(facts.amount, maximum), Month.of(book.on))
    )


def keep(centre, by, facts, *, centre_book=None, on=ON, record=record_decision):
    book = centre_book or open_book(centre.code, on)
    return record(
        rule=decide_pay,
        facts=facts,
        decision=decide_pay(facts, book),
        centre=centre,
        business_date=TODAY,
        subject=("contributions.deposit", "42"),
        by=by,
        on=on,
    )


def facts_of(amount: str = "500.00", green: bool = False) -> PayFacts:
    return PayFacts.from_wire({"amount": amount, "green": green})


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (facts_of("5950.00"), Outcome.APPROVED),
        (facts_of("5950.01"), Outcome.REFUSED),
        (facts_of("5950.00", green=True), Outcome.NEEDS_REVIEW),
    ],
)
def test_a_decision_made_again_from_its_row_is_the_same(centre, supervisor, facts, outcome):
    stored = keep(centre, supervisor, facts)
    stored = StoredDecision.objects.get(pk=stored.pk)
    assert stored.outcome == outcome
    again = replay(stored)
    assert record_of(again) == record_of(decide_pay(facts, open_book("kashgar", ON)))
    assert verify_decisions() == []


def test_a_decision_keeps_every_value_it_read_with_its_ground(centre, supervisor):
    stored = keep(centre, supervisor, facts_of(green=True))
    read = {row["key"]: row for row in stored.parameters}
    assert set(read) == {
        "policy.begins", MAXIMUM, "contribution.entrusted_debit", "eligibility.hmt_residents",
    }  # fmt: skip
    assert read[MAXIMUM]["carried"] is True
    assert read[MAXIMUM]["citations"] == ["kashgar-interpretation#二"]
    assert [row["key"] for row in stored.unset] == ["loan.green_uplift"]


def test_a_decision_keeps_facts_result_and_day(centre, supervisor):
    stored = keep(centre, supervisor, facts_of("595.00"), on=dt.date(2025, 6, 30))
    assert stored.facts == {"amount": "595.00", "green": False}
    assert stored.result == {"left_fen": 535500, "share": "1/10", "month": "2025-06"}
    assert (stored.policy_date, stored.business_date) == (dt.date(2025, 6, 30), TODAY)
    assert stored.warnings == [{"code": "a_reading", "params": {"day": "2025-06-30"}}]


def test_a_later_change_of_the_law_does_not_reach_an_old_decision(centre, supervisor, second):
    on = dt.date(2026, 9, 1)
    keep(centre, supervisor, facts_of("6000.00"), on=on)
    value = ProposedValue(
        jurisdiction="kashgar", key=MAXIMUM, printed="6100.00",
        effective_from=dt.date(2026, 8, 1), assumed=True, reason="试设",
    )  # fmt: skip
    proposal = propose(value=value, centre=centre, business_date=TODAY, by=supervisor)
    approve_proposal(proposal=proposal, by=second, digest=proposal.digest, business_date=TODAY)
    stored = StoredDecision.objects.get()
    assert decide_pay(facts_of("6000.00"), open_book("kashgar", on)).approved
    assert replay(stored).outcome is Outcome.REFUSED
    assert verify_decisions() == []


def test_what_was_silent_stays_silent(centre, supervisor):
    stored = keep(centre, supervisor, facts_of())
    assert stored.chain[-1] == "silent"
    kept = {row["key"]: row["jurisdiction"] for row in stored.parameters}
    assert set(kept.values()) <= {"kashgar", "cn", "silent"}
    assert record_of(replay(stored)).parameters == stored.parameters


def test_a_decision_that_comes_out_differently_is_found(centre, supervisor):
    good = keep(centre, supervisor, facts_of())
    StoredDecision.objects.create(
        **{
            field.attname: getattr(good, field.attname)
            for field in StoredDecision._meta.fields
            if field.attname not in {"id", "result", "made_at"}
        },
        result={**good.result, "left_fen": 1},
    )
    (found,) = verify_decisions()
    assert found.decision.pk != good.pk
    assert found.differs_in == ("result",)


def test_a_decision_whose_rule_is_gone_is_found(centre, supervisor):
    good = keep(centre, supervisor, facts_of())
    StoredDecision.objects.create(
        **{
            field.attname: getattr(good, field.attname)
            for field in StoredDecision._meta.fields
            if field.attname not in {"id", "rule", "made_at"}
        },
        rule="policy.rules.decide_the_weather",
    )
    (found,) = verify_decisions()
    assert "decide_the_weather" in found.differs_in[0]


def test_a_national_rule_replays_too(centre, supervisor):
    facts = DeadlineFacts.from_wire({"kind": "LOAN", "accepted_on": "2026-09-25"})
    stored = record_decision(
        rule=decide_deadline,
        facts=facts,
        decision=decide_deadline(facts, open_book("kashgar", ON)),
        centre=centre,
        business_date=ON,
        subject=centre,
        by=supervisor,
        calculator="deadline",
    )
    assert (stored.subject_type, stored.subject_id) == ("office.centre", str(centre.pk))
    assert verify_decisions() == []


def test_a_refusal_survives_the_transaction_it_stops(law, centre, supervisor):
    class Refused(Exception):
        pass

    def refused_business():
        with transaction.atomic():
            keep(centre, supervisor, facts_of("5950.01"))
            raise Refused

    with pytest.raises(Refused):
        refused_business()
    assert not StoredDecision.objects.exists()
    keep(centre, supervisor, facts_of("5950.01"), record=record_refusal)
    assert StoredDecision.objects.get().outcome == "REFUSED"


def test_a_refusal_is_not_kept_inside_a_transaction_that_may_be_lost(centre, supervisor):
    with pytest.raises(RuntimeError), transaction.atomic():
        keep(centre, supervisor, facts_of("5950.01"), record=record_refusal)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE policy_storeddecision SET outcome = 'APPROVED'", "DELETE FROM policy_storeddecision"],
)
def test_a_decision_cannot_be_changed_by_sql(centre, supervisor, statement):
    keep(centre, supervisor, facts_of())
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


# Records


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        (None, None), (True, True), (12, 12), ("a", "a"), (Outcome.REFUSED, "REFUSED"),
        (Fraction(1, 3), "1/3"), (dt.date(2026, 2, 1), "2026-02-01"), (Month(2026, 2), "2026-02"),
        ((1, "b"), [1, "b"]), ({"x": Fraction(2)}, {"x": "2"}),
        (PayResult(1, None, Month(2026, 1)), {"left_fen": 1, "share": None, "month": "2026-01"}),
    ],
)  # fmt: skip
def test_results_have_one_exact_form(thing, expected):
    assert plain(thing) == expected


@pytest.mark.parametrize("thing", [1.5, dt.datetime(2026, 1, 1, tzinfo=dt.UTC), object(), {1, 2}])
def test_what_has_no_exact_form_is_refused(thing):
    with pytest.raises(TypeError, match="kept exactly"):
        plain(thing)


def test_every_value_of_the_law_reads_back_from_its_record(law):
    for centre in ("kashgar", "liaoning"):
        book = open_book(centre, ON)
        for key in book._catalogue:
            book.find(key)
        for value in book.opened:
            assert read_value(value_record(value)) == value


# Answers


def test_an_answer_has_the_shape_of_the_contract(law):
    facts = facts_of("6000.00")
    decision = decide_pay(facts, open_book("kashgar", ON))
    given = answer("pay", "kashgar", ON, decision, {"left": "-50.00"})
    assert list(given) == [
        "calculator", "centre", "on", "outcome", "results", "reasons", "parameters", "warnings",
    ]  # fmt: skip
    assert (given["on"], given["outcome"]) == ("2026-07-01", "REFUSED")
    reason = given["reasons"][-1]
    assert set(reason) == {"code", "text", "met", "citations"}
    assert reason["citations"] == [{"source": "kashgar-interpretation", "clause": "二"}]
    assert reason["met"] is False
    for parameter in given["parameters"]:
        assert set(parameter) == {
            "key", "value", "unit", "effective_from", "assumed", "reason", "citations",
        }  # fmt: skip
        assert isinstance(parameter["value"], str)
    assert all(isinstance(text, str) for text in given["warnings"])


def test_a_silent_value_has_no_first_day_in_an_answer(law):
    book = open_book("bazhong", ON)
    book.find("eligibility.good_credit")
    given = answer("x", "bazhong", ON, Sheet(book).decide(None), {})
    assert [p["effective_from"] for p in given["parameters"]] == [None]


def test_every_reason_that_decides_rests_on_a_clause_or_names_its_parameter(law):
    book = open_book("kashgar", ON)
    sheet = Sheet(book)
    sheet.test("x", True, "contribution.back_payment")
    (reason,) = sheet.decide(None).reasons
    assert reason.citations == (Citation("parameter", "contribution.back_payment"),)
    assert describe_reason(reason) == "x"


def test_loading_again_does_not_disturb_kept_decisions(centre, supervisor):
    keep(centre, supervisor, facts_of())
    assert load_policies(on=TODAY).waiting == 0
    assert verify_decisions() == []
