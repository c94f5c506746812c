"""The rows of the benchmark, and how they are printed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """One figure. `values` by size; `ok` None where nothing is demanded.

    `result` is what the limit is held against; a noisy row needs to be measured again.
    """

    what: str
    measure: str
    values: dict[str, str] = field(default_factory=dict)
    result: str = ""
    limit: str = ""
    ok: bool | None = None
    noisy: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        words = {True: "ok", False: "FAILED", None: ""}[self.ok]
        return " ".join(filter(None, [words, "noisy" if self.noisy else ""]))


def held(what: str, measure: str, result: float | None, limit: float, **more) -> Row:
    """A row whose result must not be above its limit; without a result nothing is demanded."""
    if result is None:
        return Row(what, measure, **more)
    texts = {"result": written(result), "limit": written(limit)}
    return Row(what, measure, ok=result <= limit, **texts, **more)


def written(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".") if number < 1000 else f"{number:.0f}"


def lines(rows: Iterable[Row], sizes: list[str]) -> Iterator[str]:
    """The table, in columns as wide as what stands in them."""
    table = [["", "", *sizes, "result", "limit", "", ""]]
    for row in rows:
        values = [row.values.get(size, "") for size in sizes]
        table.append([row.what, row.measure, *values, row.result, row.limit, row.verdict, row.note])
    widths = [max(len(line[at]) for line in table) for at in range(len(table[0]))]
    before = ""
    for line in table:
        # What is said in the line above is not said again.
        shown = [line[0] if line[0] != before else "", *line[1:]]
        before = line[0]
        yield "  ".join(
            text.ljust(width) if at in (0, 1, len(line) - 1, len(line) - 2) else text.rjust(width)
            for at, (text, width) in enumerate(zip(shown, widths, strict=True))
        ).rstrip()


def summary(rows: list[Row]) -> str:
    passed, failed = (sum(row.ok is wanted for row in rows) for wanted in (True, False))
    return f"{passed} passed, {failed} failed"
