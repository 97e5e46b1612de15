"""Amounts: what is read, what is refused, how they are printed."""

from decimal import Decimal
from fractions import Fraction

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import (
    MAX_FEN,
    BadAmount,
    capital_yuan,
    grouped_yuan,
    parse_yuan,
    round_half_up,
    yuan,
)

FEN = st.integers(0, MAX_FEN)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("0.00", 0),
        ("0.1", 10),
        ("0.01", 1),
        ("500", 50_000),
        ("500.5", 50_050),
        ("500.05", 50_005),
        ("999999999999.99", MAX_FEN),
    ],
)
def test_an_amount_is_read_into_fen(text, fen):
    assert parse_yuan(text) == fen


NEVER_AMOUNTS = [
    "", " ", " 12", "12 ", "12\n", "\n12", "\u300012", "+1", "1e2", "1E2", "1_000", "1,000.00",
    "１２", "１２３.４５", "١٢٣", "１e２", "५", "1.000", "1.", ".5", "01", "00", "-", "--1", "0x10",
    "NaN", "Infinity", "一百", "￥5", "5元", "5.0.0", "12\x00", "\u200e5", "1000000000000",
    "999999999999.999", None, 5, 5.0, True, 10**5000, Decimal("5.00"), b"5.00", ["5.00"], {},
]  # fmt: skip


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("seen", NEVER_AMOUNTS, ids=lambda value: ascii(str(type(value))))
def test_anything_else_is_no_amount(seen, signed):
    with pytest.raises(BadAmount, match="is not an amount in yuan") as refused:
        parse_yuan(seen, signed=signed)
    assert refused.value.code == "BAD_AMOUNT"


@pytest.mark.parametrize("text", ["-1", "-0.01", "-500.00"])
def test_a_minus_needs_leave(text):
    with pytest.raises(BadAmount):
        parse_yuan(text)
    assert parse_yuan(text, signed=True) < 0


@pytest.mark.parametrize("text", ["-0", "-0.0", "-0.00", "- 1", "-01", "−1", "－1", "1-"])
def test_minus_zero_and_other_minuses_are_refused_even_with_leave(text):
    with pytest.raises(BadAmount):
        parse_yuan(text, signed=True)


def test_the_refusal_names_what_was_seen_and_cuts_it_short():
    with pytest.raises(BadAmount, match=r"'１２\\n' is not an amount") as refused:
        parse_yuan("１２\n")
    assert refused.value.params["seen"] == "'１２\\n'"

    with pytest.raises(BadAmount) as refused:
        parse_yuan("9" * 10_000)
    assert len(refused.value.params["seen"]) == 40


@given(FEN)
def test_printing_and_reading_an_amount_gives_it_back(fen):
    assert parse_yuan(yuan(fen)) == fen
    assert parse_yuan(yuan(-fen), signed=True) == -fen
    assert grouped_yuan(-fen).replace(",", "") == yuan(-fen)


@given(st.text())
def test_what_is_read_at_all_is_read_as_the_decimal_it_looks_like(text):
    try:
        fen = parse_yuan(text, signed=True)
    except BadAmount:
        return
    assert text.isascii()
    assert Decimal(text) * 100 == fen


@pytest.mark.parametrize(
    ("fen", "plain", "grouped"),
    [
        (0, "0.00", "0.00"),
        (5, "0.05", "0.05"),
        (-5, "-0.05", "-0.05"),
        (100_000, "1000.00", "1,000.00"),
        (27_000_000, "270000.00", "270,000.00"),
        (-123_456_789, "-1234567.89", "-1,234,567.89"),
        (10**16, "100000000000000.00", "100,000,000,000,000.00"),
    ],
)
def test_amounts_are_printed_with_two_decimals(fen, plain, grouped):
    assert (yuan(fen), grouped_yuan(fen)) == (plain, grouped)


@pytest.mark.parametrize("wrong", [1.0, "1", True, None, Decimal(1), Fraction(1)])
@pytest.mark.parametrize("printer", [yuan, grouped_yuan, capital_yuan])
def test_only_whole_fen_are_printed(printer, wrong):
    with pytest.raises(TypeError, match="whole number of fen"):
        printer(wrong)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (Fraction(1, 2), 1),
        (Fraction(-1, 2), -1),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),
        (Fraction(-5, 2), -3),
        (Fraction(49, 100), 0),
        (Fraction(-49, 100), 0),
        (Fraction(18_000, 13), 1385),
        (7, 7),
    ],
)
def test_halves_are_rounded_away_from_zero(value, rounded):
    assert round_half_up(value) == rounded


@pytest.mark.parametrize("wrong", [0.5, Decimal("0.5"), "1", None, True])
def test_only_exact_numbers_are_rounded(wrong):
    with pytest.raises(TypeError, match="exact"):
        round_half_up(wrong)


@given(st.fractions())
def test_rounding_moves_by_half_at_most_and_alike_on_both_sides_of_zero(value):
    assert abs(round_half_up(value) - value) <= Fraction(1, 2)
    assert round_half_up(-value) == -round_half_up(value)


@pytest.mark.parametrize(
    ("text", "capitals"),
    [
        # the published examples
        ("1409.50", "人民币壹仟肆佰零玖元伍角"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("1680.32", "人民币壹仟陆佰捌拾元零叁角贰分"),
        ("107000.53", "人民币壹拾万柒仟元零伍角叁分"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
        # the edges
        ("0", "人民币零元整"),
        ("0.01", "人民币壹分"),
        ("0.30", "人民币叁角"),
        ("0.45", "人民币肆角伍分"),
        ("1", "人民币壹元整"),
        ("1.05", "人民币壹元零伍分"),
        ("10", "人民币壹拾元整"),
        ("10.05", "人民币壹拾元零伍分"),
        ("10.50", "人民币壹拾元零伍角"),
        ("14000", "人民币壹万肆仟元整"),
        ("10001", "人民币壹万零壹元整"),
        ("100000", "人民币壹拾万元整"),
        ("100100", "人民币壹拾万零壹佰元整"),
        ("270000", "人民币贰拾柒万元整"),
        ("1000000", "人民币壹佰万元整"),
        ("100000000", "人民币壹亿元整"),
        ("100000001", "人民币壹亿零壹元整"),
        ("100010001", "人民币壹亿零壹万零壹元整"),
        ("110000000.10", "人民币壹亿壹仟万元零壹角"),
        (
            "999999999999.99",
            "人民币玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
        ),
    ],
)
def test_capitals_follow_the_published_rule(text, capitals):
    assert capital_yuan(parse_yuan(text)) == capitals


def test_capitals_below_zero_say_so_and_too_much_is_refused():
    assert capital_yuan(-100) == "人民币负壹元整"
    with pytest.raises(ValueError, match="too much"):
        capital_yuan(MAX_FEN + 1)


@given(FEN)
def test_capitals_agree_with_another_library_on_any_amount(fen):
    """The library writes the other form the rule allows, without 零 before 角."""
    ours = capital_yuan(fen).removeprefix("人民币")
    whole = fen // 100
    if whole % 10 == 0 and fen % 100 >= 10:
        ours = ours.replace("元零", "元")
    assert ours == cn2an.an2cn(yuan(fen), "rmb")
