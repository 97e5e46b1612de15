"""JSON that two readers could understand differently is refused, with its path."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.strict_json import MAX_DEPTH, BadJson, loads_strict

PLAIN_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | PLAIN_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PLAIN_TEXT, inner, max_size=4),
    max_leaves=15,
)


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        ('{"amount": "1.00", "amount": "999.00"}', "DUPLICATE_KEY", "amount"),
        ('{"a": {"b": 1, "\\u0062": 2}}', "DUPLICATE_KEY", "a.b"),
        ('{"facts": {"rows": [1, {"amount": 2.5}]}}', "FLOAT", "facts.rows[1].amount"),
        ('{"a": 1e2}', "FLOAT", "a"),
        ('{"a": 1.0}', "FLOAT", "a"),
        ('{"odd key": 1.0}', "FLOAT", '["odd key"]'),
        ("[NaN]", "NOT_A_NUMBER", "[0]"),
        ("[Infinity]", "NOT_A_NUMBER", "[0]"),
        ("[-Infinity]", "NOT_A_NUMBER", "[0]"),
        ("-0", "MINUS_ZERO", ""),
        ('{"a": 1000000000000000001}', "INTEGER_TOO_LARGE", "a"),
        ("9" * 100_000, "INTEGER_TOO_LARGE", ""),
        ('{"a": "\\ud800"}', "NOT_TEXT", "a"),
        ('{"a": "\\udc00\\ud800"}', "NOT_TEXT", "a"),
        ('{"a": "x\\u0000"}', "NOT_TEXT", "a"),
        ('{"\\u0000": 1}', "NOT_TEXT", ""),
        ("", "NOT_JSON", ""),
        ("{", "NOT_JSON", ""),
        ('{"a": 1,}', "NOT_JSON", ""),
        ("{'a': 1}", "NOT_JSON", ""),
        ("{} {}", "NOT_JSON", ""),
        ('"a\nb"', "NOT_JSON", ""),
        ("[1] // note", "NOT_JSON", ""),
        ("01", "NOT_JSON", ""),
        ("+1", "NOT_JSON", ""),
        ("１", "NOT_JSON", ""),
        ('"\\', "NOT_JSON", ""),
        (b'{"a": "\xcd\xf5"}', "NOT_UTF8", ""),
        ("[" * 3_000 + "]" * 3_000, "TOO_DEEP", ""),
        ("[" * 1_000_000, "TOO_DEEP", ""),
        ('{"a":' * 21 + "1" + "}" * 21, "TOO_DEEP", ""),
    ],
)
def test_doubtful_json_is_refused_with_its_path(text, code, path):
    with pytest.raises(BadJson) as refused:
        loads_strict(text)
    assert (refused.value.code, refused.value.params["path"]) == (code, path)
    assert str(refused.value).startswith(path)


def test_twenty_levels_pass():
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert json.dumps(loads_strict(text)) == text


def test_brackets_inside_strings_are_no_levels():
    text = json.dumps({"a": "[" * 50 + '\\"' + "{" * 50})
    assert loads_strict(text) == json.loads(text)


def test_bytes_may_have_a_byte_order_mark():
    assert loads_strict('{"姓名": "王芳"}'.encode("utf-8-sig")) == {"姓名": "王芳"}


@given(TREES)
def test_plain_json_is_read_as_everyone_reads_it(tree):
    text = json.dumps(tree)
    assert loads_strict(text) == tree
    assert loads_strict(json.dumps(tree, ensure_ascii=False).encode()) == tree


@given(st.text(alphabet='{}[]",:\\0123.eu-naN \n', max_size=40))
def test_no_text_breaks_the_reader(text):
    try:
        tree = loads_strict(text)
    except BadJson:
        return
    assert tree == json.loads(text)


@pytest.mark.parametrize(
    "text",
    ['"' + "\\" * 1_000_000, '"' + "a" * 1_000_000, '"\\"' * 300_000, "1" * 1_000_000],
    ids=["backslashes", "open string", "quotes", "digits"],
)
def test_hostile_text_is_refused_at_once(text):
    started = time.perf_counter()
    with pytest.raises(BadJson):
        loads_strict(text)
    assert time.perf_counter() - started < 1
