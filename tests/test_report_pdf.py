"""Reports as PDF: read back with an independent reader."""

import logging
import re
import sys
from dataclasses import replace
from io import BytesIO

import pytest

from tests.test_report_document import make_report
from zonetrack.reports import pdf as renderer
from zonetrack.reports.brief import brief
from zonetrack.reports.document import Cell, Column, Items, Paragraph, Picture, Row, Section, Table
from zonetrack.reports.files import NotMade, content
from zonetrack.reports.pdf import pdf, png
from zonetrack.reports.phrases import plain
from zonetrack.reports.typesetting import Unset, fonts, typeset_apart
from zonetrack.reports.widths import fitted, short

pypdf = pytest.importorskip("pypdf")

LANGUAGES = ("en", "zh-hans")
LITERAL = (
    '#panic("x")',
    "*bold* _it_ $x$",
    "<b>&amp;</b>",
    "=1+1",
    "{{x}}",
    "@ref <label>",
    "\\u{1}",
)
RARE = "喆堃镕𠮷"


def make_table(rows=3, columns=3, **changes):
    heads = tuple(Column(f"Head {n}", numeric=bool(n)) for n in range(columns))
    body = tuple(
        Row(tuple(Cell(f"Row {at}" if not n else f"{at * 1000 + n:,}") for n in range(columns)))
        for at in range(rows)
    )
    return Table("made", "Made", heads, body, **changes)


def make_full_report(**changes):
    """Every kind of block, sections in two levels, an annex on its side."""
    blocks = (
        Paragraph("First of all.", "lead"),
        Paragraph("Small print.", "note"),
        Paragraph("By hand.\nIn two lines.", author="张三"),
        Items(("An item", "Another item")),
        make_table(notes=("A note.",)),
        replace(make_table(), rows=(), empty="No rows at all."),
    )
    inner = Section("inner", "Inside", (Paragraph("Deep down."),))
    base = make_report()
    given = {
        "sections": (*base.sections, Section("second", "Second", blocks, (inner,))),
        "annexes": (Section("list", "List", (make_table(120, 10),)),),
        "edition": 2,
    }
    return replace(base, **(given | changes))


def read(content):
    return pypdf.PdfReader(BytesIO(content))


def text_of(content):
    """All pages, without the line breaks and the places where long words may be broken."""
    pages = (page.extract_text() for page in read(content).pages)
    return re.sub(r"[\s\u200b]+", "", "".join(pages))


def has(content, *texts):
    found = text_of(content)
    return [text for text in texts if re.sub(r"[\s\u200b]+", "", text) not in found]


def tags_of(content):
    """The structure of the document as (tag, alternative text)."""
    found, waiting = [], [read(content).trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            if "/S" in node:
                found.append((node["/S"], str(node.get("/Alt", ""))))
            waiting += [node[key] for key in ("/K",) if key in node]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pdf_says_everything_that_the_report_says(language):
    content = pdf(make_full_report(language=language))
    assert not has(
        content,
        "Somewhere",
        "Not published",
        "Text.",
        "One",
        "1,234.50",
        "2013-03-01",
        "喆𠮷 <b>",
        "First of all.",
        "Small print.",
        "By hand.",
        "In two lines.",
        "张三",
        "Another item",
        "Row 119",
        "119,009",
        "A note.",
        "No rows at all.",
        "Deep down.",
    )


@pytest.mark.parametrize(
    ("language", "headings"),
    [
        ("en", ("1 Summary", "2 Second", "2.1 Inside", "Annex 1 List")),
        ("zh-hans", ("一、Summary", "二、Second", "（一）Inside", "附件1 List")),
    ],
)
def test_headings_stand_in_contents_and_outline(language, headings):
    pages = read(pdf(make_full_report(language=language)))
    outline = [re.sub(r"\s+", " ", each.title) for each in flat(pages.outline)]
    assert outline[-4:] == list(headings)
    contents = re.sub(r"\s", "", pages.pages[1].extract_text())
    assert all(heading.replace(" ", "") in contents for heading in headings)


def flat(outline):
    """Entries of all levels, in order."""
    for each in outline:
        yield from flat(each) if isinstance(each, list) else [each]


def test_a_pdf_is_tagged_and_made_to_be_kept():
    content = pdf(make_full_report())
    root = read(content).trailer["/Root"]
    about = root["/Metadata"].get_data().decode()
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "en-US"
    assert re.search(r"pdfuaid:part(=\"|>)1", about)
    assert re.search(r"pdfaid:part(=\"|>)2", about)
    assert re.search(r"pdfaid:conformance(=\"|>)A", about)
    assert read(content).metadata.title == "Report, Somewhere"


def test_a_chinese_pdf_says_its_language():
    assert read(pdf(make_report(language="zh-hans"))).trailer["/Root"]["/Lang"] == "zh-CN"


def test_charts_are_told_and_tables_have_heads():
    tags = tags_of(pdf(make_full_report()))
    assert ("/Figure", "2012: 3") in tags
    names = [tag for tag, _alt in tags]
    assert names.count("/Table") == 3
    assert names.count("/TH") >= 2 + 3 + 10


def test_every_page_but_the_cover_has_a_head_and_its_number():
    pages = read(pdf(make_full_report())).pages
    assert len(pages) > 5
    for at, page in enumerate(pages[1:], 2):
        text = page.extract_text()
        assert f"Page {at} of {len(pages)}" in text
        assert "Report · Edition 2" in text
    assert "Page 1" not in pages[0].extract_text()


def test_the_head_of_a_table_is_repeated_on_each_page():
    pages = [page.extract_text() for page in read(pdf(make_full_report())).pages]
    with_rows = [text for text in pages if re.search(r"Row \d\d", text)]
    assert len(with_rows) > 2
    assert all("Head 9" in text for text in with_rows)


def test_a_wide_annex_lies_on_its_side():
    boxes = [page.mediabox for page in read(pdf(make_full_report())).pages]
    assert round(boxes[0].width) == 595
    assert round(boxes[-1].width) == 842


def test_the_same_report_gives_the_same_bytes():
    assert pdf(make_full_report()) == pdf(make_full_report())
    assert brief(make_full_report()) == brief(make_full_report())


@pytest.mark.parametrize("make", [pdf, brief])
def test_what_looks_like_markup_stays_text(make):
    texts = " ".join(LITERAL)
    sections = (Section("s", texts, (Paragraph(texts, "lead"), make_table())),)
    content = make(make_report(title="T", sections=sections))
    assert not has(content, *LITERAL)


def test_rare_characters_of_names_are_shown_in_text_and_in_heads():
    table = Table("t", RARE, (Column(RARE),), (Row((Cell(RARE),), "total"),))
    sections = (Section("s", RARE, (Paragraph(RARE), table)),)
    content = pdf(make_report(place_name=RARE, sections=sections))
    assert text_of(content).count(RARE) >= 6
    assert b"pdfuaid" in content


def test_a_character_without_a_glyph_gives_a_plain_file_that_says_so(caplog):
    report = make_report(place_name="A 😀 B")
    with caplog.at_level(logging.WARNING, renderer.__name__):
        content = pdf(report)
    assert "set without PDF/UA" in caplog.text
    assert not has(content, "Text.")
    assert "missing in the fonts" in read(content).metadata.subject
    assert b"pdfuaid" not in content


def test_another_error_of_a_template_is_no_matter_of_characters(monkeypatch):
    monkeypatch.setattr(renderer, "given", lambda *_args: {"words": {}})
    with pytest.raises(Unset, match="dictionary does not contain"):
        pdf(make_report())


def test_a_process_that_is_ended_while_it_sets_a_file_gives_none(monkeypatch, tmp_path):
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho half a file\nkill -9 $$\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(RuntimeError, match="status -9"):
        typeset_apart("report", {})
    with pytest.raises(NotMade, match="nothing is lost"):
        content(make_report(), None, "pdf")


def test_control_characters_are_left_out():
    assert plain("a\x00b\x0bc\ud800\ufeffd\n") == "abcd\n"
    assert not has(pdf(make_report(place_name="a\x00b\x1b")), "ab")


def test_names_of_300_characters_stay_on_the_page():
    names = ("名称很长" * 75, "Longname" * 38, "Words of a name " * 19)
    rows = tuple(Row((Cell(name), Cell(name))) for name in names)
    table = Table("t", names[1], (Column(names[0]), Column(names[1])), rows)
    sections = tuple(Section(name[:3], name, (table,)) for name in names)
    report = make_report(place_name=names[0], title=names[1], sections=sections)
    assert not has(pdf(report), *names)
    assert len(read(brief(report)).pages) == 1


@pytest.mark.parametrize("make", [pdf, brief])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_report_is_a_file(make, language):
    content = make(make_report(sections=(), facts=(), lines=(), language=language))
    assert not has(content, "Somewhere", "Report")


def test_a_long_table_is_cut_with_a_word(monkeypatch):
    monkeypatch.setattr(renderer, "MOST_ROWS", 20)
    sections = (Section("s", "S", (make_table(25),)),)
    content = pdf(make_report(sections=sections))
    assert not has(content, "Row 19", "The first 20 of 25 rows.")
    assert has(content, "Row 20")


def test_cells_are_links_only_where_the_site_has_an_address():
    def links(content):
        return [
            note.get_object()["/A"]["/URI"]
            for page in read(content).pages
            for note in page.get("/Annots", [])
            if "/A" in note.get_object()
        ]

    assert links(pdf(make_report())) == []
    assert links(pdf(make_report(), base="https://zone.example/")) == ["https://zone.example/x/"]


def test_a_chart_becomes_a_picture_with_its_key():
    picture = next(each for each in make_report().sections[0].blocks if isinstance(each, Picture))
    with_key, without = png(picture, "en"), png(replace(picture, marks=()), "en")
    assert with_key.startswith(b"\x89PNG")
    assert with_key != without


def test_a_deployment_has_the_fonts():
    assert fonts().families() == ["Noto Sans JP", "Noto Sans SC"]


# The one-page brief


def make_indicators(n):
    heads = [
        Column(name) for name in ("Indicator", "2012", "2011", "Change", "Target", "Result", "%")
    ]
    states = ("achieved", "missed", "behind", "no_target")
    rows = tuple(
        Row(
            (
                Cell(f"Indicator {at} (things) [1]"),
                Cell(f"{at * 111:,}"),
                Cell("–"),
                Cell(f"+{at}"),
                Cell(f"at least {at}"),
                Cell(f"State {at}", status=states[at % 4]),
                Cell("–"),
            ),
            key=f"thing-{at}",
        )
        for at in range(n)
    )
    return Table("indicators", "Indicators", tuple(heads), rows)


def make_brief(n=12, language="en"):
    picture = next(each for each in make_report().sections[0].blocks if isinstance(each, Picture))
    blocks = (
        Paragraph("Half of the targets were met.", "lead"),
        Paragraph("One sentence. Another sentence. A third one."),
        *(replace(picture, key=key, title=f"Chart {key}") for key in "abc"),
        make_indicators(n),
    )
    sections = (Section("summary", "Summary", blocks),)
    return make_report(language=language, sections=sections, title="Year 2012")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_brief_is_one_page_with_eight_indicators_two_charts_and_what_is_behind(language):
    content = brief(make_brief(language=language))
    pages = read(content).pages
    assert len(pages) == 1
    assert round(pages[0].mediabox.width) == 842
    assert not has(
        content,
        "Somewhere",
        "Year 2012",
        "Half of the targets were met.",
        *(f"Indicator {at} (things)" for at in range(8)),
        "777",
        "+7",
        "at least 6",
        "State 5",
        "Chart a",
        "Chart b",
        "Not published",
    )
    assert len(has(content, "Chart c", "[1]")) == 2
    assert text_of(content).count("Indicator1") == 2


def test_a_brief_without_shortfalls_tells_what_the_summary_says():
    content = brief(make_brief(1))
    assert not has(content, "Findings", "One sentence.", "Another sentence.", "A third one.")


def test_headline_indicators_come_first(monkeypatch):
    monkeypatch.setattr("zonetrack.catalog.HEADLINES", ("thing-9",))
    assert not has(brief(make_brief()), "Indicator 9 (things)", "999")


# Widths


def test_numbers_get_the_room_they_need():
    columns = (Column("Name", wide=9), Column("N", numeric=True, wide=0.1))
    table = Table("t", "T", columns, (Row((Cell("Name"), Cell("12,345,678"))),))
    size, shares = fitted(table, 459, (9, 8))
    assert size == 9
    assert sum(shares) == pytest.approx(1)
    assert shares[1] * 459 > 10 * 0.5 * 9


def test_letters_are_smaller_where_many_columns_must_fit():
    assert fitted(make_table(columns=3), 459, (9, 8, 7))[0] == 9
    assert fitted(make_table(columns=18), 459, (9, 8, 7))[0] == 7


@pytest.mark.parametrize(
    ("text", "ems", "expected"),
    [("short", 10, "short"), ("名称很长很长", 4, "名称很…"), ("a\nb  c", 9, "a b c")],
)
def test_texts_are_shortened_with_an_ellipsis(text, ems, expected):
    assert short(text, ems) == expected


def test_a_row_is_not_torn_apart_by_the_end_of_a_page():
    words = "first two three four five six seven eight nine ten eleven twelve final"
    rows = tuple(Row((Cell(f"({at}"), Cell(words), Cell(f"{at})"))) for at in range(60))
    columns = (Column("A"), Column("B", wide=0.1), Column("C"))
    narrow = Table("t", "T", columns, rows)
    spread = tuple(Column(str(n), wide=9) for n in range(6))
    rows = tuple(Row((*row.cells, *(Cell("x" * 14),) * 6)) for row in rows)
    table = replace(narrow, columns=(*columns, *spread), rows=rows)
    report = make_report(sections=(Section("s", "S", (table,)),))
    for page in read(pdf(report)).pages:
        text = page.extract_text()
        assert text.count("first") == text.count("final")
