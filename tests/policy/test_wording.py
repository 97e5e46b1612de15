"""Every code has its sentence, and every sentence gets what it speaks of."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

from policy.decisions import Caution, Reason
from policy.loader import load_catalogue
from policy.terms import SUBJECTS, TERMS
from policy.values import Citation, Unit
from policy.wording import (
    describe_citations,
    describe_key,
    describe_printed,
    describe_reason,
    describe_subject,
    describe_term,
    describe_warning,
    gathered,
    wording_modules,
)

ROOT = Path(__file__).resolve().parents[2]
APPS = ["policy", "accounts", "contributions", "subsidies", "loans", "settlement"]
CALLS = {"test": "reason", "warn": "warning"}


def used_codes() -> Iterator[tuple[str, str, str, frozenset[str] | None]]:
    """Yield kind, code, place and parameters (None when they are not all written out)."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                    continue
                kind = CALLS.get(node.func.attr)
                owner = ast.unparse(node.func.value)
                if kind is None or not owner.endswith("sheet") or not node.args:
                    continue
                names = {word.arg for word in node.keywords}
                params = None if None in names else frozenset(names)
                for code in literals(node.args[0]):
                    yield kind, code, f"{path.relative_to(ROOT)}:{node.lineno}", params


def literals(node: ast.expr) -> list[str]:
    """Give the strings an argument may be: a literal, or both sides of a condition."""
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return []


USED = list(used_codes())


@pytest.mark.parametrize(
    ("kind", "code", "place", "params"), USED, ids=[f"{code}-{place}" for _, code, place, _ in USED]
)
def test_every_code_has_a_sentence_and_its_parameters(kind, code, place, params):
    reasons, warnings = gathered()
    text = (reasons if kind == "reason" else warnings).get(code)
    assert text is not None, f"{place}: word {code} in the app's wording.py"
    with override("en"):
        wanted = set(re.findall(r"%\((\w+)\)s", str(text)))
    assert params is None or wanted <= params, f"{place}: {code} speaks of {wanted - params}"


def test_codes_are_used_at_all():
    assert {kind for kind, *_ in USED} == {"reason", "warning"}


@pytest.mark.parametrize("name", ["REASONS", "WARNINGS"])
def test_no_code_has_two_sentences(name):
    seen: dict[str, str] = {}
    taken = []
    with override("en"):
        for module in wording_modules():
            for code, text in getattr(module, name, {}).items():
                if seen.setdefault(code, str(text)) != str(text):
                    taken.append(f"{module.__name__}: {code}")
    assert taken == [], "give the newer one another code, or the same sentence"


def test_a_reason_is_said_in_the_language_of_the_reader(law):
    said = {"accepted": "2026-09-25", "days": 10, "day_type": "WORKING", "due": "2026-10-13"}
    reason = Reason("deadline", said, True, ())
    with override("zh-hans"):
        assert describe_reason(reason) == (
            "2026-09-25 受理，办理时限 10 天（工作日），最迟 2026-10-13 办结。"
        )
    with override("en"):
        assert describe_reason(reason).startswith("Accepted on 2026-09-25, with 10 days")


def test_amounts_are_grouped_keys_named_and_codes_worded():
    caution = Caution(
        "carried_value",
        {"key": "contribution.monthly_maximum", "value": "15950.00", "reason": "沿用"},
    )
    with override("zh-hans"):
        assert describe_warning(caution) == (
            "“月缴存额上限”（15,950.00）超过公布期间继续沿用：沿用"
        )


@pytest.mark.parametrize(
    "reason",
    [Reason("nobody_worded_this", {}, True, ()), Reason("deadline", {"days": 10}, True, ())],
)
def test_what_cannot_be_said_stands_for_itself(reason):
    assert describe_reason(reason) == reason.code


def test_clauses_are_named_shortly(law):
    with override("zh-hans"):
        assert describe_citations(
            [Citation("kashgar-interpretation", "五"), Citation("parameter", "loan.cap")]
        ) == ["喀什解读 五", f"设定“{describe_key('loan.cap')}”"]


@pytest.mark.parametrize(
    ("printed", "unit", "text"),
    [
        ("5950.00", Unit.YUAN, "5,950.00 元"),
        ("1.50", Unit.PERCENT, "1.50%"),
        ("1.20", Unit.RATIO, "1.20"),
        (12, Unit.MONTHS, "12 个月"),
        (15, Unit.DAYS, "15 日"),
        (5, Unit.YEARS, "5 年"),
        (3, Unit.COUNT, "3"),
        (True, Unit.FLAG, "是"),
        (False, Unit.FLAG, "否"),
        ("FUND_YEAR", Unit.CHOICE, "公积金年度（7月至次年6月）"),
        (["MONTHLY", "FREE"], Unit.CHOICES, "按月、自由缴存"),
        ([], Unit.CHOICES, "–"),
        ([{}, {}], Unit.TABLE, "表（2 行）"),
        ("2024-07-01", Unit.DATE, "2024-07-01"),
        (None, Unit.YUAN, "未设"),
    ],
)
def test_values_are_said_with_their_unit(printed, unit, text):
    with override("zh-hans"):
        assert describe_printed(printed, unit) == text


def test_every_choice_of_the_catalogue_has_a_word():
    plain = {"30/360", "ACT/360", "ACT/365", "41105"}
    choices = {code for entry in load_catalogue().values() for code in entry.choices}
    assert choices - plain - set(TERMS) == set()
    with override("zh-hans"):
        silent = [code for code in TERMS if describe_term(code).isascii()]
    assert silent == []


def test_every_subject_of_the_catalogue_has_a_name():
    subjects = {key.partition(".")[0] for key in load_catalogue()}
    assert subjects - set(SUBJECTS) == set()
    with override("zh-hans"):
        assert [name for name in subjects if describe_subject(name).isascii()] == []
