"""Imports of yearly figures: the dry run and the storing of a workbook, in seconds."""

import gc
from collections.abc import Callable
from io import BytesIO, StringIO
from statistics import median

import xlsxwriter
from django.db import transaction
from django.utils import timezone

from enterprises.models import Enterprise, Location, Park
from zonetrack.imports import steps
from zonetrack.imports.context import Context, command_scope
from zonetrack.imports.models import Import
from zonetrack.imports.reading import COMMAND_LINE
from zonetrack.imports.registers import BY_KEY

from .setting import ZONE, Filled, Setting
from .table import Row
from .timing import USUAL_SECONDS, additions, seconds_of

ROWS, MOST_SECONDS = 2_000, 1.0
MANY, LEAST_A_SECOND = 20_000, 2_000
LOOPS = 4
COPIES = 3
MOST_COPIES = 3  # so many times as long as COPY alone may an import take
HEADS = (
    "企业名称", "统一社会信用代码", "年度", "从业人员", "营业收入（万元）", "R&D经费（万元）",
    "其中：政府资金（万元）", "R&D人员", "新产品销售收入（万元）", "技术合同成交额（万元）",
    "专利申请数", "其中：发明专利申请", "专利授权数", "其中：发明专利授权", "有效专利",
)  # fmt: skip
FIRST_YEAR = 1990  # before the years of the examples, so that all rows are new


def rows(setting: Setting) -> list[Row]:
    """At the smallest size, to which enterprises without figures are added."""
    size = setting.sizes[0]
    filled = setting.filled[size]
    with filled.scratch.use():
        enterprises = add_enterprises(ROWS)
        loops = looped(filled)
        checked, stored, again = timed(filled, workbook(enterprises, [FIRST_YEAR]), on_page=True)
        years = list(range(FIRST_YEAR + 1, FIRST_YEAR + 1 + MANY // ROWS))
        loops += looped(filled)
        content = workbook(enterprises, years)
        gc.disable()  # as the command does
        try:
            many = timed(filled, content, on_page=False)
        finally:
            gc.enable()
        is_fast = filled.scratch.connection.vendor == "postgresql"
        copied = seconds_of_copy(filled) if is_fast else None
        loops += looped(filled)
    # So many times slower than usual is this machine, now; the limits are for a usual one.
    slow = median(loops) / USUAL_SECONDS
    rate = MANY / (many[0] + many[1])
    return [
        Row(
            "imports",
            "ten million additions, s; how slow the machine is",
            {size: f"{median(loops):.2f}"},
            f"× {slow:.1f}",
        ),
        within("dry run", size, checked, slow),
        within("storing, with history", size, stored, slow),
        within("the same file again", size, again, slow),
        Row(
            "imports",
            f"{MANY:,} rows from the command line, rows a second",
            {size: f"{rate:,.0f}"},
            f"{rate * slow:,.0f}",
            f"≥ {LEAST_A_SECOND:,}",
            rate * slow >= LEAST_A_SECOND if is_fast else None,
        ),
        *([over_copy(size, many[0] + many[1], copied)] if copied else []),
    ]


def looped(filled: Filled) -> list[float]:
    """Several times, as the speed of a shared machine changes from second to second."""
    return [seconds_of(additions, filled.scratch.clock) for _ in range(LOOPS)]


def over_copy(size: str, imported: float, copied: float) -> Row:
    """Read, checked, kept with its dry run and stored, beside what PostgreSQL needs at least."""
    return Row(
        "imports",
        "the same, with every check ÷ COPY of its rows and their history",
        {size: f"{imported:.2f} / {copied:.2f} s"},
        f"{imported / copied:.1f}",
        f"{MOST_COPIES}",
        imported / copied <= MOST_COPIES,
    )


def seconds_of_copy(filled: Filled) -> float:
    """COPY of what the last import has stored, into the same tables with their indexes, out of
    which it is taken before. The median of some times, as one is short."""
    return median(copied_anew(filled) for _ in range(COPIES))


def copied_anew(filled: Filled) -> float:
    last = Import.objects.filter(state=Import.State.APPLIED).order_by("pk").last()
    texts: dict[str, str] = {}
    with transaction.atomic(), filled.scratch.connection.cursor() as cursor:
        # Parts are taken out before the returns they belong to.
        for model in reversed(BY_KEY["yearly"].writes):
            table, history = model._meta.db_table, model.history.model._meta.db_table
            key, entries = model._meta.pk.column, f"FROM {history} WHERE source_id = {last.pk}"
            rows = f"FROM {table} WHERE {key} IN (SELECT {key} {entries})"
            for name, some in ((history, entries), (table, rows)):
                text = StringIO()
                cursor.copy_expert(f"COPY (SELECT * {some}) TO STDOUT", text)
                texts[name] = text.getvalue()
            cursor.execute(f"DELETE {rows}")
            cursor.execute(f"DELETE {entries}")

    def copy() -> None:
        with transaction.atomic(), filled.scratch.connection.cursor() as cursor:
            for name, text in reversed(texts.items()):
                cursor.copy_expert(f"COPY {name} FROM STDIN", StringIO(text))

    return seconds_of(copy, filled.scratch.clock)


def within(what: str, size: str, seconds: float, slow: float) -> Row:
    """Measured here; the result is that of a machine as fast as usual."""
    return Row(
        "imports",
        f"{ROWS:,} yearly rows, {what}, s",
        {size: f"{seconds:.2f}"},
        f"{seconds / slow:.2f}",
        f"{MOST_SECONDS:g}",
        seconds / slow <= MOST_SECONDS,
    )


def add_enterprises(count: int) -> list[Enterprise]:
    park = Park.objects.filter(home_zone__key=ZONE, is_unstated=False).first()
    made = Enterprise.objects.bulk_create(
        Enterprise(name_zh=f"青海第{n:05}号测量有限公司", credit_code=f"{n:018}")
        for n in range(count)
    )
    Location.objects.bulk_create(
        Location(enterprise=one, park=park, from_year=FIRST_YEAR) for one in made
    )
    return made


def workbook(enterprises: list[Enterprise], years: list[int]) -> bytes:
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADS)
        lines = ((place, one, year) for year in years for place, one in enumerate(enterprises))
        for number, (place, one, year) in enumerate(lines, 1):
            # From one year to the next figures change little, so that few are asked about.
            base = (place % 900 + 100) * (20 + year - years[0]) // 20
            figures = (base, base * 31.5, base * 2.25, base, base // 10, base * 3, base / 4)
            patents = (9, 4, 5, 2, 30 + 5 * (year - years[0]))
            sheet.write_row(number, 0, [one.name_zh, one.credit_code, year, *figures, *patents])
    return content.getvalue()


def timed(filled: Filled, content: bytes, *, on_page: bool) -> tuple[float, float, float]:
    """Seconds of the dry run, of storing, and of the dry run of the same file once more."""
    clock, made = filled.scratch.clock, []

    def check() -> None:
        made.append(begin(content))

    checked = seconds_of(check, clock)
    if made[0].counts["error"]:
        raise RuntimeError(f"The rows of the benchmark have errors: {made[0].counts}")
    # A page knows the import from the database; the command goes on with what it has found.
    row = Import.objects.get(pk=made[0].pk) if on_page else made[0]
    stored = seconds_of(storing(row), clock)
    again = seconds_of(check, clock)
    if made[1].counts["unchanged"] != len(made[1].result["rows"]):
        raise RuntimeError(f"Not every row was stored: {made[1].counts}")
    return checked, stored, again


def begin(content: bytes) -> Import:
    return steps.begin(
        BY_KEY["yearly"],
        "bench.xlsx",
        content,
        context=Context(command_scope()),
        by=None,
        at=timezone.now(),
        limits=COMMAND_LINE,
    )


def storing(row: Import) -> Callable[[], object]:
    return lambda: steps.confirm(
        row, Context(command_scope()), by=None, at=timezone.now(), limits=COMMAND_LINE
    )
