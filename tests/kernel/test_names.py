"""Names: one spelling, and the letters by which clerks look for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.names import BadName, full_pinyin, normal_name, pinyin_keys


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王芳", "王芳"),
        ("  王芳  ", "王芳"),
        ("王 芳", "王芳"),
        ("\u3000王\u3000芳", "王芳"),
        ("𠮷䶮", "𠮷䶮"),
        ("\u2f29\uf9f7", "小立"),  # compatibility forms of 小 and 立
        ("葛\U000e0100城", "葛城"),
        ("〇一", "〇一"),
        ("ＪＯＨＮ　ＳＭＩＴＨ", "JOHN SMITH"),
        ("John  A. Smith", "John A. Smith"),
        ("Jean-Luc O'Neil", "Jean-Luc O'Neil"),
        ("Jose\u0301", "José"),
        ("ئابدۇللا", "ئابدۇللا"),
        *((f"阿依古丽{dot}买买提", "阿依古丽·买买提") for dot in "·•‧∙⋅・･．.●﹒。ㆍ·"),
        ("阿依古丽 · 买买提", "阿依古丽·买买提"),
        ("阿依古丽··买买提", "阿依古丽·买买提"),
    ],
)
def test_a_name_has_one_spelling(text, name):
    assert normal_name(text) == name
    assert normal_name(name) == name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "EMPTY"),
        ("   ", "EMPTY"),
        ("王" * 81, "TOO_LONG"),
        ("\ufdfa" * 10, "TOO_LONG"),  # one character that is spelled with eighteen
        ("王\n芳", "BAD_CHARACTER"),
        ("王芳\x00", "BAD_CHARACTER"),
        ("\t王芳", "BAD_CHARACTER"),
        ("王\u200b芳", "BAD_CHARACTER"),
        ("\ufeff王芳", "BAD_CHARACTER"),
        ("\u202e芳王", "BAD_CHARACTER"),
        ("王\u2028芳", "BAD_CHARACTER"),
        ("王\ud800", "BAD_CHARACTER"),
        ("王芳1", "BAD_CHARACTER"),
        ("王芳１", "BAD_CHARACTER"),
        ("王(芳)", "BAD_CHARACTER"),
        ("王芳😀", "BAD_CHARACTER"),
        ("王<b>", "BAD_CHARACTER"),
        ("王;芳", "BAD_CHARACTER"),
        ("=王芳", "BAD_CHARACTER"),
        ("+王芳", "BAD_CHARACTER"),
        ("@王芳", "BAD_CHARACTER"),
        ("-王芳", "BAD_START"),
        ("－王芳", "BAD_START"),
        ("'王芳", "BAD_START"),
        ("·王芳", "BAD_START"),
        ("\u0301王", "BAD_START"),
        ("阿依古丽·", "BAD_CHARACTER"),
        ("王\ue000", "PRIVATE_USE"),
        (None, "NOT_TEXT"),
        (5, "NOT_TEXT"),
        (b"\xcd\xf5", "NOT_TEXT"),
    ],
)
def test_what_is_no_name_is_refused_and_told_why(text, code):
    with pytest.raises(BadName) as refused:
        normal_name(text)
    assert refused.value.code == code


@given(st.text())
def test_a_spelling_is_final(text):
    try:
        name = normal_name(text)
    except BadName:
        return
    assert normal_name(name) == name
    assert pinyin_keys(name)
    assert full_pinyin(name)


@pytest.mark.parametrize(
    ("name", "keys", "pinyin"),
    [
        ("王芳", ("wf",), "wangfang"),
        ("曾黎", ("zl", "cl"), "zengli"),
        ("仇和", ("qh", "ch"), "qiuhe"),
        ("解晓东", ("xxd", "jxd"), "xiexiaodong"),
        ("查良镛", ("zly", "cly"), "zhaliangyong"),
        ("区楚良", ("ocl", "qcl"), "ouchuliang"),
        ("单田芳", ("stf", "dtf"), "shantianfang"),
        ("朴树", ("ps",), "piaoshu"),
        ("乐嘉", ("yj", "lj"), "yuejia"),
        ("缪杰", ("mj",), "miaojie"),
        ("翟志刚", ("zzg", "dzg"), "zhaizhigang"),
        ("盖叫天", ("gjt",), "gejiaotian"),
        ("尉迟恭", ("ycg", "wcg"), "yuchigong"),
        ("万俟卨", ("mqx", "wqx"), "moqixie"),
        ("单于丹", ("cyd", "syd", "dyd"), "chanyudan"),
        ("欧阳修", ("oyx",), "ouyangxiu"),
        ("吕布", ("lb",), "lvbu"),
        ("阿依古丽.买买提", ("ayglmmt",), "ayigulimaimaiti"),
        ("John A. Smith", ("jas",), "johnasmith"),
    ],
)
def test_a_name_is_found_by_the_letters_a_clerk_types(name, keys, pinyin):
    assert pinyin_keys(name) == keys
    assert full_pinyin(name) == pinyin


@pytest.mark.parametrize("search", [pinyin_keys, full_pinyin])
def test_what_is_no_name_has_no_pinyin(search):
    with pytest.raises(BadName):
        search("=1+1")
