"""How the parts of a report are put together: blocks, and what they say without records."""

from collections.abc import Iterable

from zonetrack import punctuation

from ..document import Block, Column, Paragraph, Row, Section, Table


def section(key: str, title, blocks: Iterable[Block | None], sections=()) -> Section:
    return Section(
        key, str(title), tuple(block for block in blocks if block is not None), tuple(sections)
    )


def paragraph(sentences: Iterable[str], kind: str = "") -> Paragraph | None:
    """Sentences one after the other; None without any."""
    text = punctuation.joined(sentence for sentence in sentences if sentence)
    return Paragraph(text, kind) if text else None


def table(key: str, caption, columns: Iterable[Column], rows: Iterable[Row], **more) -> Table:
    return Table(key, str(caption), tuple(columns), tuple(rows), **more)


def words(name, wide: float = 2) -> Column:
    """A column of texts."""
    return Column(str(name), wide=wide)


def figures(name, unit="", wide: float = 1) -> Column:
    """A column of numbers."""
    return Column(str(name), str(unit), numeric=True, wide=wide)
