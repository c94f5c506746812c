"""What a report is, before it has a form: sections of paragraphs, tables and pictures.

Every format renders these same blocks, and an edition keeps them; so a text, a number or its
absence is decided once. All texts stand in the language of the report. Nothing here knows where
a number comes from.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

Value = Decimal | int | date | str | None


@dataclass(frozen=True)
class Cell:
    """One cell of a table: as it is written, and the value a spreadsheet takes.

    `value` None: there is nothing, or what stands there is only words. A percentage is given in
    percent (45.5), money in 10,000 yuan. `decimals` None: as exact as the value is. `unit` is that
    of the value where the head of the column does not say it. `url` is the address, within the
    site, of what is behind the cell; `status` the key of a status that is drawn with its mark.
    """

    text: str
    value: Value = None
    decimals: int | None = None
    percent: bool = False
    unit: str = ""
    url: str = ""
    status: str = ""


@dataclass(frozen=True)
class Column:
    """`unit` stands below the name; `wide` is the share of the width, 1 for a short number."""

    name: str
    unit: str = ""
    numeric: bool = False
    wide: float = 1


@dataclass(frozen=True)
class Row:
    """`kind`: "" for a row of the table; "group" is a heading over the next rows, with a single
    cell for the whole width; "total" sums up. The first cell names the row; `key` is that of the
    indicator it is about, if any."""

    cells: tuple[Cell, ...]
    kind: str = ""
    key: str = ""


@dataclass(frozen=True)
class Table:
    """`key` is unique in the report and kept for ever: it names sheets and files.

    A table without rows says `empty` instead.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    empty: str = ""


@dataclass(frozen=True)
class Paragraph:
    """`kind`: "" for text, "lead" for what is read first, "note" for small print.

    `author` is set where an official wrote it; the text may then have several lines.
    """

    text: str
    kind: str = ""
    author: str = ""


@dataclass(frozen=True)
class Items:
    """Short texts in a list."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Series:
    """The values of one role in a chart, one for each of its labels; None leaves a gap.

    `role`: "actual", "target", "previous" or "forecast".
    """

    role: str
    name: str
    values: tuple[Decimal | int | None, ...]


@dataclass(frozen=True)
class Picture:
    """A chart: drawn as `svg` (standalone), told as `alt`, and given as numbers.

    `form`: "bars" and "line" run over years, "rows" compares places. `title` tells the finding.
    """

    key: str
    form: str
    title: str
    subtitle: str
    alt: str
    svg: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    marks: tuple[tuple[str, str], ...] = ()  # role and words, where it has more than one
    source: str = ""
    notes: tuple[str, ...] = ()


Block = Paragraph | Items | Table | Picture


@dataclass(frozen=True)
class Section:
    """`key` is kept for ever: own paragraphs of officials belong to it."""

    key: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple["Section", ...] = ()


@dataclass(frozen=True)
class AnnualReport:
    """`place` is a key such as `zone:xining-etdz`; `facts` stand on the cover, name and text.

    `edition` None: not published; `state` says so in words. `lines` are the indicators with all
    their columns (see `lines.py`), by key.
    """

    place: str
    place_name: str
    year: int
    language: str
    title: str
    state: str
    made_on: date
    edition: int | None = None
    facts: tuple[tuple[str, str], ...] = ()
    sections: tuple[Section, ...] = ()
    annexes: tuple[Section, ...] = ()
    lines: tuple[dict, ...] = field(default=(), compare=False)

    @property
    def is_chinese(self) -> bool:
        return self.language.startswith("zh")


CHINESE_NUMBERS = "一二三四五六七八九十"


def heading(report: AnnualReport, *at: int) -> str:
    """The number before the heading of a section: `2`, `2.1`; `二、`, `（一）`. Counted from 1."""
    if not report.is_chinese:
        return ".".join(map(str, at))
    number = chinese_number(at[-1])
    return f"{number}、" if len(at) == 1 else f"（{number}）"


def annex_heading(report: AnnualReport, at: int) -> str:
    """`Annex 1`, `附件1`."""
    return f"附件{at}" if report.is_chinese else f"Annex {at}"


def chinese_number(n: int) -> str:
    """1 to 99 in Chinese: 十二."""
    tens, ones = divmod(n, 10)
    if n <= 10:
        return CHINESE_NUMBERS[n - 1]
    return (
        ("" if tens == 1 else CHINESE_NUMBERS[tens - 1])
        + "十"
        + (CHINESE_NUMBERS[ones - 1] if ones else "")
    )


def every_section(report: AnnualReport) -> Iterator[Section]:
    for section in (*report.sections, *report.annexes):
        yield section
        yield from section.sections


def blocks_of(report: AnnualReport, kind: type) -> Iterator[Block]:
    """All blocks of a kind, in reading order."""
    for section in every_section(report):
        yield from (block for block in section.blocks if isinstance(block, kind))
