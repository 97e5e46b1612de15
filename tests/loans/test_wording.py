import ast
import re
from pathlib import Path

from django.utils import translation

import loans
from loans.wording import REASONS, WARNINGS

SOURCES = [path for path in Path(loans.__file__).parent.glob("*.py") if path.stem != "wording"]


def codes_of(method: str) -> set[str]:
    """The literal codes with which the rules call a method of the sheet."""
    found: set[str] = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == method
                and node.args
            ):
                branches = [node.args[0]]
                if isinstance(branches[0], ast.IfExp):
                    branches = [branches[0].body, branches[0].orelse]
                found |= {
                    str(branch.value) for branch in branches if isinstance(branch, ast.Constant)
                }
    return found


def test_every_code_of_a_reason_has_its_words() -> None:
    built = {
        "loan_overdue_in_a_row", "loan_overdue_total", "loan_term_fixed_age",
        "loan_term_delayed_age", "schedule_level_payment", "schedule_level_principal",
        "fund_level_green", "fund_level_watch", "fund_level_warn", "fund_level_stop",
    }  # fmt: skip
    assert codes_of("test") | built == set(REASONS)


def test_every_code_of_a_warning_has_its_words() -> None:
    built = {f"asked_above_quota_{name}" for name in ("formula", "cap", "price_limit", "capacity")}
    assert codes_of("warn") | built == set(WARNINGS)


def test_every_wording_speaks_chinese_with_the_same_parameters() -> None:
    for text in (*REASONS.values(), *WARNINGS.values()):
        with translation.override("en"):
            english = str(text)
        with translation.override("zh-hans"):
            chinese = str(text)
        assert re.search("[一-鿿]", chinese), english
        names = [set(re.findall(r"%\((\w+)\)s", words)) for words in (english, chinese)]
        assert names[0] == names[1]
