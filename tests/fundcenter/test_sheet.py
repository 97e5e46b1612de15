"""How papers look: nothing cut, nobody's name with a hole, the same bytes for the same content."""

import datetime as dt
import io
from pathlib import Path

import pytest
import reportlab
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from fundcenter.prints.fonts import BadFont, NoGlyph, width
from fundcenter.prints.lines import fold
from fundcenter.prints.paper import Facts, Paper, Signatures, Table, Text
from fundcenter.prints.sheet import Stamp, render

LONG_NAME = "阿卜杜热合曼·麦麦提艾力·阿卜杜克热木·努尔买买提·伊敏江·托合提"
LATIN = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"


@pytest.fixture(autouse=True)
def _in_chinese():
    with translation.override("zh-hans"):
        yield


def stamp(**changes) -> Stamp:
    facts = {
        "centre": "喀什地区住房公积金管理中心",
        "branch": "市民服务大厅",
        "serial": "PR-kashgar-2026-000007",
        "operator": "古丽娜尔·买买提",
        "at": dt.datetime(2026, 3, 10, 9, 30, 5, tzinfo=dt.UTC),
        "copy": 1,
        "code": "A1B2C3D4E5F6",
        **changes,
    }
    return Stamp(**facts)


def paper(*blocks, **changes) -> Paper:
    return Paper(title="个人账户对账单", blocks=blocks or (Facts((("姓名", "王芳"),)),), **changes)


def table(rows: int) -> Table:
    lines = tuple((f"第{n}笔", "缴存", "1,234.56") for n in range(1, rows + 1))
    return Table(head=("序", "业务", "金额"), rows=lines, widths=(1, 1, 1), money=(2,))


def read(pdf: bytes) -> list[str]:
    """The text of each page, without the line ends of the layout."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return [page.extract_text().replace("\n", "") for page in pages]


def test_every_page_says_where_it_is_from_and_which_page_it_is():
    pages = read(render(paper(table(90)), stamp()))
    assert len(pages) == 3
    for number, page in enumerate(pages, start=1):
        assert "喀什地区住房公积金管理中心" in page
        assert "个人账户对账单" in page
        assert "PR-kashgar-2026-000007" in page
        assert "古丽娜尔·买买提" in page
        assert "2026-03-10 09:30:05" in page
        assert "A1B2-C3D4-E5F6" in page
        assert f"第 {number} 页　共 3 页" in page


def test_a_table_that_goes_on_overleaf_repeats_its_head_and_loses_no_line():
    pages = read(render(paper(table(90)), stamp()))
    assert all("序 业务 金额" in page for page in pages)
    together = "".join(pages)
    assert [n for n in range(1, 91) if f"第{n}笔" not in together] == []


@pytest.mark.parametrize(
    ("copy", "said"), [(1, "首次打印"), (2, "补打第 1 次"), (12, "补打第 11 次")]
)
def test_a_reprint_says_so(copy, said):
    assert said in read(render(paper(), stamp(copy=copy)))[0]


def test_a_long_name_wraps_and_is_never_cut():
    facts = Facts((("姓名", LONG_NAME * 2), ("账号", "005250000036")))
    text = read(render(paper(facts, slip=True), stamp()))[0]
    assert LONG_NAME * 2 in text


def test_rare_characters_of_the_font_are_printed():
    text = read(render(paper(Facts((("姓名", "马骉 李䶮 王㛃 张靐 钱𬬭"),))), stamp()))[0]
    assert "马骉 李䶮 王㛃 张靐 钱𬬭" in text


@pytest.mark.parametrize(
    "made",
    [
        lambda: (paper(Facts((("姓名", "𠮷田 𠈓"),))), stamp()),
        lambda: (paper(lead="𠮷田 𠈓"), stamp()),
        lambda: (paper(Text(("𠮷",), marks=("𠈓",))), stamp()),
        lambda: (paper(), stamp(operator="𠮷田 𠈓")),
    ],
    ids=["value", "lead", "paragraph", "operator"],
)
def test_a_character_that_no_font_has_refuses_the_paper_and_is_named(made):
    with pytest.raises(NoGlyph) as refused:
        render(*made())
    assert set(refused.value.chars) == {"𠮷", "𠈓"}
    assert "U+20BB7" in str(refused.value)
    assert "PDF_EXTRA_FONTS" in str(refused.value)


def test_an_extra_font_lends_the_characters_that_ours_lacks(settings):
    facts = paper(Facts((("姓名", "Şükrü 买买提"),)))
    with pytest.raises(NoGlyph):
        render(facts, stamp())
    settings.PDF_EXTRA_FONTS = [str(LATIN)]
    assert "Şükrü 买买提" in read(render(facts, stamp()))[0]


@pytest.mark.parametrize("content", [None, b"no font"], ids=["missing", "no font"])
def test_a_bad_extra_font_is_named(settings, tmp_path, content):
    file = tmp_path / "extra.ttf"
    if content:
        file.write_bytes(content)
    settings.PDF_EXTRA_FONTS = [str(file)]
    with pytest.raises(BadFont, match="PDF_EXTRA_FONTS"):
        render(paper(), stamp())


def test_all_fonts_are_embedded_and_the_file_stays_small():
    pdf = render(paper(table(200), Signatures(("甲方", "乙方"))), stamp())
    assert len(pdf) < 100_000
    for page in PdfReader(io.BytesIO(pdf)).pages:
        used = page["/Resources"]["/Font"].values()
        described = [font.get_object().get("/FontDescriptor") for font in used]
        embedded = [one.get_object() for one in described if one is not None]
        assert embedded
        assert all("/FontFile2" in one for one in embedded)


def test_the_same_paper_and_stamp_give_the_same_bytes():
    assert render(paper(table(40)), stamp()) == render(paper(table(40)), stamp())


def test_the_digest_is_of_the_content_and_of_nothing_else():
    assert paper(table(3)).digest == paper(table(3)).digest
    assert paper(table(3)).digest != paper(table(4)).digest


def test_an_empty_table_says_so():
    empty = Table(head=("序", "业务"), rows=(), widths=(1, 1), empty="本期没有入账业务。")
    assert "本期没有入账业务。" in read(render(paper(empty), stamp()))[0]


@given(st.text("缴存额·，。（）《》 1234,.567元ABC", max_size=120), st.integers(30, 200))
def test_folding_loses_nothing_but_blanks_and_keeps_to_the_room(text, room):
    lines = fold(text, 9, room)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line, 9) <= room + 30 for line in lines)


def test_a_number_is_not_torn_apart_and_no_line_begins_with_a_comma():
    lines = fold("应付提取款共计 1,234,567.89 元，收款人为本人，" * 4, 9, 100)
    assert sum("1,234,567.89" in line for line in lines) == 4
    assert not [line for line in lines if line.startswith(("，", "。"))]
