"""An import from the file to the dry run and to the stored rows. Pages and the command end here."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zonetrack import security, writing
from zonetrack.channels import Channel, through
from zonetrack.files.models import store as store_file
from zonetrack.years.closing import ClosedYear

from . import columns, remembering
from .context import Context
from .models import Import
from .reading import LIMITS, Limits, Unusable, find_table, open_file
from .registers import BY_KEY, Register
from .rows import compare_totals, read_rows, told_dashes
from .told import Level, Plan, Problem, RowPlan, Status

ROWS_SHOWN_OF_FILE = 3


@dataclass
class Looked:
    """A file as it was read and what would become of it."""

    plan: Plan
    reading: dict


class NotStored(Exception):
    """Nothing was stored; the dry run has been made anew and says why."""


class NotNow(Exception):
    """The import is not in a state in which this can be done."""


def register_of(row: Import) -> Register:
    return BY_KEY[row.register]


def context_of(row: Import, scope) -> Context:
    """Where rows go that do not say it; the park only as long as one enters data for it."""
    context = Context(scope, row.zone, row.park, row.year)
    if row.park_id and not context.writes(row.park_id):
        context.park = None
    return context


# The dry run


def begin(
    register: Register,
    name: str,
    content: bytes,
    *,
    context: Context,
    by,
    at: datetime,
    sheet: str = "",
    limits: Limits = LIMITS,
) -> Import:
    """Keep the file and say what it would change. Raises Unusable, and then keeps nothing."""
    book = open_file(name, content, limits)
    register.refuse_other_template(book)
    row = Import(
        register=register.key,
        zone=context.zone,
        park=context.park,
        year=context.year,
        reading={"sheet": sheet, "columns": {}},
        begun_at=at,
        begun_by=by,
    )
    sheets = sheets_of(book)
    if sheet and sheet not in sheets:
        raise Unusable(_("The file has no sheet of this name."))
    looked = look(row, context, book=book, limits=limits)
    with transaction.atomic():
        row.file = store_file(name, content, kind=book.kind, by=by, at=at)
        keep(row, looked)
    return row


def check(row: Import, context: Context, *, limits: Limits = LIMITS) -> Import:
    """Make the dry run anew, with the sheet and the columns that stand in `row.reading`.

    Raises NotNow for an import that has been stored, Unusable.
    """
    keep_unless_stored(row, look(row, context, limits=limits))
    return row


@transaction.atomic
def keep_unless_stored(row: Import, looked: Looked) -> None:
    """What was stored stays as it was told, and what undoing it needs stays with it."""
    now = Import.objects.select_for_update().only("state").get(pk=row.pk)
    if now.state == Import.State.APPLIED:
        raise NotNow(_("The import is stored."))
    if now.state == Import.State.UNDONE:
        raise NotNow(_("The import is undone."))
    keep(row, looked)


def keep(row: Import, looked: Looked) -> None:
    row.looked = looked
    row.reading = looked.reading | {"look": token_hex(8)}
    row.counts = looked.plan.counts()
    row.result = told(looked.plan)
    row.save()
    row.parks.set(looked.plan.park_ids())


def told(plan: Plan) -> dict:
    return {
        "problems": [problem.stored() for problem in plan.problems],
        "rows": [row.stored() for row in plan.rows],
    }


def sheets_of(book) -> list[str]:
    return [sheet.name for sheet in book.sheets if not sheet.hidden and sheet.rows]


def look(row: Import, context: Context, *, book=None, limits: Limits = LIMITS) -> Looked:
    """Read the file and work out what it would change. Raises Unusable."""
    if book is None:
        book = open_file(row.file.name, bytes(row.file.content), limits)
    context.this_year = timezone.localtime(row.begun_at).year
    register, names = register_of(row), sheets_of(book)
    sheet = row.reading.get("sheet")
    known = columns.known_heads(register)
    table = find_table(book, sheet if sheet in names else None, known.__contains__)
    shape = columns.shape_of(table)
    chosen = row.reading.get("columns") or remembering.columns_for(row, shape)
    used = columns.read_columns(register, table, chosen)
    plan = Plan([], columns.problems_of(register, used, table))
    if context.year is None and table.year and register.asks_year:
        context.year = table.year
    dashes = []
    if not plan.fails:
        reads = read_rows(table, used, register.spread)
        plan.rows = register.plan(reads, used, context)
        plan.problems += compare_totals(table, used, reads)
        dashes = told_dashes(used, reads)
    plan.skipped = [(one.number, one.why, one.text) for one in table.skipped]
    plan.notices = [*table.notices, *dashes]
    return Looked(plan, reading_of(book, names, table, used, chosen, plan, shape))


def reading_of(book, names, table, used, chosen, plan, shape) -> dict:
    """What is kept of how the file was read, for its page."""
    return {
        "sheet": table.sheet,
        "sheets": names,
        "shape": shape,
        "columns": chosen,
        "kind": book.kind,
        "encoding": book.encoding or "",
        "unit": table.unit or "",
        "year": table.year,
        "heads": [
            {
                "letter": one.letter,
                "head": one.head,
                "field": one.field_key,
                "year": one.year,
                "unit": one.unit.words if one.unit else "",
                "unit_key": one.unit_key,
                "in_money": one.in_money,
                "conversion": one.conversion,
                "worked_out": one.worked_out,
            }
            for one in used
        ],
        "first_rows": [
            [line.number, *(shown(line, one.column) for one in used)]
            for line in table.rows[:ROWS_SHOWN_OF_FILE]
        ],
        "notices": [str(one) for one in plan.notices],
        "skipped": [[number, why, text[:100]] for number, why, text in plan.skipped],
    }


def shown(line, column: int) -> str:
    cell = line.cells[column] if column < len(line.cells) else None
    return "" if cell is None else str(cell)[:40]


# Storing


def confirm(
    row: Import,
    context: Context,
    *,
    by,
    at: datetime,
    good_rows_only: bool = False,
    limits: Limits = LIMITS,
) -> Import:
    """Store what the dry run has shown: all rows, or none; or the good ones, if that was chosen.

    A row of which somebody has changed the record since is not stored. Confirming twice stores
    once. Raises NotStored where nothing could be stored, NotNow where somebody else has stored it
    meanwhile.
    """
    stale: dict[int, Problem] = {}
    try:
        with writing.together(), through(Channel.IMPORT, row.pk):
            locked = Import.objects.select_for_update().defer("result").get(pk=row.pk)
            if locked.state != Import.State.CHECKED:
                return locked
            plan = just_looked(row, locked) or resumed(locked, context, limits)
            stale = mark_stale(locked, plan)
            before = store(locked, plan, good_rows_only, by)
            locked.state, locked.applied_at = Import.State.APPLIED, at
            locked.good_rows_only = good_rows_only
            locked.counts = plan.counts()
            tell(locked, plan, before)
            locked.parks.add(*plan.park_ids())
            security.note_when_stored("import-stored", **named(locked, by))
            return locked
    except Refused as refusal:
        told_again(row, context, refusal, stale, limits)
        raise NotStored(str(refusal)) from refusal
    except (IntegrityError, ClosedYear, ValidationError, writing.Conflict) as refusal:
        check(row, context, limits=limits)
        raise NotStored(
            _("Somebody has added or closed something meanwhile. The file was checked again.")
        ) from refusal


def named(row: Import, by) -> dict:
    """An import as the security log names it."""
    return {
        "by": by and by.get_username(),
        "number": row.pk,
        "register": row.register,
        "file": row.file.name,
    }


def just_looked(row: Import, locked: Import) -> Plan | None:
    """The plan of a dry run made a moment ago in this process, which is still the last one; what it
    was worked out from is compared once more when it is stored."""
    looked = row.__dict__.pop("looked", None)
    if looked is None or locked.reading.get("look") != row.reading["look"]:
        return None
    locked.result = row.result  # spares reading what may be several megabytes
    return looked.plan


def tell(row: Import, plan: Plan, before: dict) -> None:
    """Keep what became of an import. Where all came as the dry run told, that is left as it is."""
    result, columns = told(plan), ["state", "applied_at", "good_rows_only", "counts"]
    if any(before.values()):
        result["before"] = before
    if result != row.result:
        row.result = result
        columns.append("result")
    row.save(update_fields=columns)


def resumed(row: Import, context: Context, limits: Limits) -> Plan:
    """The plan of the dry run, worked out from what is stored now; the file is read again only
    where its register asks for it."""
    rows = register_of(row).resumed(row.result["rows"], context)
    if rows is None:
        return look(row, context, limits=limits).plan
    problems = [Problem(*one) for one in row.result["problems"]]
    return Plan(rows, problems, skipped=row.reading["skipped"])


class Refused(Exception):
    """Rows stand in the way of storing all of them."""

    def __init__(self, sentence: str, stale: dict[int, Problem] | None = None):
        self.stale = stale or {}
        super().__init__(sentence)


def told_again(row, context, refusal, stale, limits) -> None:
    """Make the dry run anew and say in it what stood in the way."""
    looked = look(row, context, limits=limits)
    for place, problem in (stale | refusal.stale).items():
        if place < len(looked.plan.rows):
            looked.plan.rows[place].problems.append(problem)
    keep_unless_stored(row, looked)


def mark_stale(row: Import, plan: Plan) -> dict[int, Problem]:
    """Rows of which somebody has changed the record since the dry run; they are not stored."""
    seen = [one.get("v") for one in row.result.get("rows", [])]
    found = {}
    for place, one in enumerate(plan.rows):
        before = seen[place] if place < len(seen) else None
        if one.moves and one.token == before:
            one.told = row.result["rows"][place]
        elif one.moves:
            found[place] = stale_problem(Level.WARNING)
            one.problems.append(stale_problem(Level.ERROR))
            one.settle()
    return found


def stale_problem(level: Level) -> Problem:
    return Problem(
        level,
        _("Somebody has changed this record since the file was checked."),
        _("Compare what is stored now with the file, then confirm again."),
    )


def store(row: Import, plan: Plan, good_rows_only: bool, by) -> dict:
    """Store the rows that move. Returns what stood there before, for undoing. Raises Refused."""
    failing = [one for one in plan.rows if one.status == Status.ERROR]
    if plan.fails:
        raise Refused(_("The file cannot be read like this."))
    if failing and not good_rows_only:
        raise Refused(_("Some rows cannot be stored, so none was stored."))
    register = register_of(row)
    moving = [one for one in plan.rows if one.moves]
    before = register.before(moving)
    refused = register.store(moving, by=by, reason=reason_of(row))
    for one, why in refused:
        one.problems.append(Problem(Level.ERROR, str(why), _("Check the file again.")))
        one.settle()
    if refused and not good_rows_only:
        places = {id(one): place for place, one in enumerate(plan.rows)}
        stale = {
            places[id(one)]: stale_problem(Level.WARNING)
            for one, why in refused
            if isinstance(why, writing.Conflict)
        }
        raise Refused(_("Some rows cannot be stored, so none was stored."), stale)
    return before


def reason_of(row: Import) -> str:
    return _("Imported from %(file)s") % {"file": row.file.name[:60]}


__all__ = ["NotNow", "NotStored", "RowPlan", "begin", "check", "confirm", "look"]
