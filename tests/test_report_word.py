"""Reports as Word files: what their XML says."""

import re
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from lxml import etree

from tests.test_report_document import make_report
from zonetrack.reports.document import Cell, Column, Items, Paragraph, Row, Section, Table
from zonetrack.reports.word import RedHead, word

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STYLES = ("ordinary", "formal")
LANGUAGES = ("en", "zh-hans")
LITERAL = ('#panic("x")', "<b>&amp;</b>", "=1+1", "{{x}}", "*x*", "]]>", "喆堃镕𠮷", "' \" &")


def make_table(rows=3, columns=3, **changes):
    heads = tuple(Column(f"Head {n}", "units", numeric=bool(n)) for n in range(columns))
    body = tuple(
        Row(tuple(Cell(f"Row {at}" if not n else str(at * 100 + n)) for n in range(columns)))
        for at in range(rows)
    )
    return Table("made", "Made", heads, body, **changes)


def make_full_report(**changes):
    """Every kind of block, sections in two levels, an annex on its side and an upright one."""
    status = Row((Cell("Stands"), Cell("Target missed", status="missed"), Cell("1")), "total")
    table = replace(make_table(), rows=(*make_table().rows, status), notes=("A note.",))
    blocks = (
        Paragraph("First of all.", "lead"),
        Paragraph("Small print.", "note"),
        Paragraph("By hand.\nIn two lines.", author="张三"),
        Items(("An item", "Another item")),
        table,
        replace(make_table(), rows=(), empty="No rows at all."),
    )
    inner = Section("inner", "Inside", (Paragraph("Deep down."),))
    wide, small = (make_table(30, 10),), (make_table(),)
    base = make_report()
    given = {
        "sections": (*base.sections, Section("second", "Second", blocks, (inner,))),
        "annexes": (Section("list", "List", wide), Section("last", "Last", small)),
        "edition": 2,
    }
    return replace(base, **(given | changes))


def parts_of(content):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def part(content, name="word/document.xml"):
    return etree.fromstring(parts_of(content)[name])


def texts_of(content):
    return "".join(part(content).itertext(f"{W}t"))


def paragraphs(content, style):
    """The texts of the paragraphs in a style."""
    found = part(content).iterfind(f".//{W}pStyle[@{W}val='{style}']")
    return ["".join(each.getparent().getparent().itertext(f"{W}t")) for each in found]


def attributes(node):
    return {etree.QName(name).localname: value for name, value in node.attrib.items()}


def style_of(content, name):
    return part(content, "word/styles.xml").find(f"{W}style[@{W}styleId='{name}']")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_file_says_everything_that_the_report_says(style, language):
    found = texts_of(word(make_full_report(language=language), style))
    expected = ["Somewhere", "Not published", "Text.", "One", "1,234.50", "2013-03-01", "喆𠮷 <b>"]
    expected += ["First of all.", "Small print.", "By hand.", "In two lines.", "张三"]
    expected += ["Another item", "Row 29", "2909", "A note.", "No rows at all.", "Deep down."]
    assert [text for text in expected if text not in found] == []


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", ["1  Summary", "2  Second", "Annex 1  List", "Annex 2  Last"], ["2.1  Inside"]),
        ("zh-hans", ["一、Summary", "二、Second", "附件1　List", "附件2　Last"], ["（一）Inside"]),
    ],
)
def test_headings_are_headings_and_stand_in_the_contents(language, first, second):
    content = word(make_full_report(language=language))
    assert paragraphs(content, "Heading1") == first
    assert paragraphs(content, "Heading2") == second
    assert paragraphs(content, "TOC1") == first
    assert paragraphs(content, "TOC2") == second
    levels = [
        style_of(content, f"Heading{n}").find(f".//{W}outlineLvl").get(f"{W}val") for n in (1, 2, 3)
    ]
    assert levels == ["0", "1", "2"]


def test_entries_of_the_contents_lead_to_their_headings():
    body = part(word(make_full_report()))
    anchors = [each.get(f"{W}anchor") for each in body.iter(f"{W}hyperlink")]
    marks = [each.get(f"{W}name") for each in body.iter(f"{W}bookmarkStart")]
    assert anchors == marks
    assert len(set(marks)) == 5
    assert any("TOC" in each.text for each in body.iter(f"{W}instrText"))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_style_names_a_font_for_chinese_and_none_of_a_theme(style, language):
    styles = part(word(make_report(language=language), style), "word/styles.xml")
    fonts = [attributes(each) for each in styles.iter(f"{W}rFonts")]
    assert len(fonts) == len(styles.findall(f"{W}style")) - 2 + 1  # none for tables and letters
    assert all({"ascii", "hAnsi", "eastAsia", "cs"} == set(font) for font in fonts)
    assert styles.find(f".//{W}lang").get(f"{W}eastAsia") == "zh-CN"


def test_names_of_fonts_have_others_behind_them():
    fonts = part(word(make_report()), "word/fontTable.xml")
    others = {each.get(f"{W}name"): each[0].get(f"{W}val") for each in fonts}
    assert "FangSong" in others["仿宋"]
    assert "SimSun" in others["方正小标宋简体"]


def test_a_formal_report_follows_the_standard():
    content = word(make_full_report(language="zh-hans"), "formal")
    fonts = {
        name: style_of(content, name).find(f".//{W}rFonts").get(f"{W}eastAsia")
        for name in ("BodyText", "Heading1", "Heading2", "Heading3", "Title")
    }
    assert list(fonts.values()) == ["仿宋", "黑体", "楷体", "仿宋", "方正小标宋简体"]
    body = style_of(content, "BodyText")
    assert body.find(f".//{W}sz").get(f"{W}val") == "32"
    assert body.find(f".//{W}ind").get(f"{W}firstLineChars") == "200"
    grid = attributes(part(content).find(f".//{W}docGrid"))
    assert grid == {"type": "linesAndChars", "linePitch": "579", "charSpace": "-848"}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_stands_where_the_standard_wants_it(style, language):
    sections = list(part(word(make_full_report(language=language), style)).iter(f"{W}sectPr"))
    sizes = [attributes(each.find(f"{W}pgSz")) for each in sections]
    assert [(size["w"], size["h"]) for size in sizes] == [
        ("11906", "16838"),
        ("16838", "11906"),
        ("11906", "16838"),
    ]
    margins = attributes(sections[0].find(f"{W}pgMar"))
    assert [margins[side] for side in ("top", "right", "bottom", "left")] == [
        "2098",
        "1474",
        "1984",
        "1587",
    ]


def test_an_ordinary_report_has_a_head_and_page_x_of_y():
    files = parts_of(word(make_full_report()))
    heads = [text for name, text in files.items() if "header" in name]
    feet = [text.decode() for name, text in files.items() if "footer" in name]
    assert any(b"Report \xc2\xb7 Edition 2" in head for head in heads)
    assert any(" PAGE " in foot and " NUMPAGES " in foot and "center" in foot for foot in feet)


def test_a_formal_report_has_its_number_at_the_outer_edge():
    content = word(make_full_report(language="zh-hans"), "formal")
    feet = [text.decode() for name, text in parts_of(content).items() if "footer" in name]
    sides = sorted(re.search(r'<w:jc w:val="(\w+)"', foot)[1] for foot in feet if " PAGE " in foot)
    assert sides == ["left", "right"]
    assert all("— " in foot for foot in feet if " PAGE " in foot)
    assert b"evenAndOddHeaders" in parts_of(content)["word/settings.xml"]


@pytest.mark.parametrize("style", STYLES)
def test_nothing_is_red_without_a_red_head(style):
    assert (
        b"D00000"
        not in parts_of(word(make_full_report(language="zh-hans"), style))["word/document.xml"]
    )


def test_a_red_head_stands_above_the_title():
    head = RedHead("某某开发区管理委员会文件", "某开管〔2013〕5号")
    content = word(make_full_report(language="zh-hans"), "formal", head)
    assert b"D00000" in parts_of(content)["word/document.xml"]
    found = texts_of(content)
    assert found.index(head.issuer) < found.index(head.number) < found.index("Report")


def test_a_style_that_is_not_known_is_refused():
    with pytest.raises(KeyError):
        word(make_report(), "festive")


def test_heads_of_tables_are_repeated_rows_kept_whole_and_widths_set():
    tables = list(part(word(make_full_report())).iter(f"{W}tbl"))
    assert len(tables) == 4
    for table in tables:
        rows = table.findall(f"{W}tr")
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows].index(False) == 1
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        grid = [int(each.get(f"{W}w")) for each in table.iter(f"{W}gridCol")]
        assert sum(grid) == int(table.find(f".//{W}tblW").get(f"{W}w"))
        assert all(width > 200 for width in grid)


def test_numbers_stand_to_the_right_and_a_group_over_the_whole_width():
    table = next(part(word(make_report())).iter(f"{W}tbl"))
    group, row = table.findall(f"{W}tr")[1:3]
    assert group.find(f".//{W}gridSpan").get(f"{W}val") == "2"
    sides = [cell.find(f".//{W}jc") for cell in row.findall(f"{W}tc")]
    assert sides[0] is None
    assert sides[1].get(f"{W}val") == "right"


def test_a_status_has_a_mark_beside_its_words():
    assert "■ Target missed" in texts_of(word(make_full_report()))


def test_charts_are_told_and_numbered():
    content = word(make_full_report())
    told = [
        each
        for each in part(content).iter()
        if isinstance(each.tag, str) and each.tag.endswith("}docPr")
    ]
    assert [each.get("descr") for each in told] == ["2012: 3"]
    assert [name for name in parts_of(content) if name.endswith(".png")] == [
        "word/media/image1.png"
    ]
    assert "Figure 1  Things" in paragraphs(content, "Caption")
    assert "Table 2  Made" in paragraphs(content, "Caption")


def test_captions_are_chinese_in_a_chinese_report():
    captions = paragraphs(word(make_full_report(language="zh-hans")), "Caption")
    assert any(re.fullmatch(r"\S+1　Things", caption) for caption in captions)


def test_the_file_says_what_it_is():
    about = parts_of(word(make_full_report()))["docProps/core.xml"].decode()
    assert "Report, Somewhere" in about
    assert "2013-03-01T12:00:00Z" in about
    assert "Not published" in about
    assert "python-docx" not in about


@pytest.mark.parametrize("style", STYLES)
def test_the_same_report_gives_the_same_bytes(style):
    assert word(make_full_report(), style) == word(make_full_report(), style)


@pytest.mark.parametrize("style", STYLES)
def test_what_looks_like_markup_stays_text(style):
    texts = " ".join(LITERAL)
    table = Table("t", texts, (Column(texts),), (Row((Cell(texts),)),), notes=(texts,))
    sections = (Section("s", texts, (Paragraph(texts), Items((texts,)), table)),)
    report = make_report(title=texts, place_name=texts, sections=sections)
    found = texts_of(word(report, style))
    assert found.count(texts) == 10


def test_control_characters_are_left_out():
    assert "abc" in texts_of(word(make_report(place_name="a\x00b\x0b\ud800c")))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_report_is_a_file(style, language):
    empty = make_report(sections=(), facts=(), lines=(), language=language)
    assert "Somewhere" in texts_of(word(empty, style))


def test_a_table_of_3000_rows_is_written_whole():
    sections = (Section("s", "S", (make_table(3000, 8),)),)
    assert "Row 2999" in texts_of(word(make_report(sections=sections)))


def test_a_long_name_does_not_swell_the_head():
    files = parts_of(word(make_report(place_name="很长的名称" * 60)))
    heads = [etree.fromstring(text) for name, text in files.items() if "header" in name]
    lengths = [len("".join(head.itertext(f"{W}t"))) for head in heads]
    assert 0 < max(lengths) < 80
