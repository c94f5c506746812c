"""Yearly figures and patent counts of the enterprises' returns."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from enterprises.models import Enterprise, Location, Return, State, YearlyFigures
from patents.models import PatentCounts
from zonetrack import bulk, entering, return_checks
from zonetrack.checking import PARK_YEARS, YEARS_COMPARED, Facts
from zonetrack.checking import Level as CheckLevel
from zonetrack.entering import Approved, Entry
from zonetrack.imports.fields import CLEAR, DASH, Field, Link, Number, Year, within
from zonetrack.imports.firms import Firms
from zonetrack.imports.firms import Named as NamedFirm
from zonetrack.imports.told import Level, RowPlan, Status, Wrong
from zonetrack.lists.returned import MEASURES
from zonetrack.numbers import NOTHING
from zonetrack.punctuation import colon
from zonetrack.records import ahead
from zonetrack.years.closing import ClosedYear, closed_among

from . import base, prepared
from .base import Register
from .repeated import tell_repeated

# What figures are called in spreadsheets, beside the words of the product.
HEADS = {
    "employees": (
        "从业人员", "职工人数", "员工总数", "年末从业人员", "从业人员期末人数", "从业人数",
        "persons employed",
    ),
    "revenue": (
        "营业收入", "主营业务收入", "销售收入", "营业总收入", "年营业收入", "sales", "turnover",
        "revenue",
    ),
    "rd_expenditure": (
        "研发投入", "研发经费", "研发费用", "R&D经费", "研发经费支出", "R&D经费支出",
        "R&D经费内部支出", "研发支出", "研究开发费用", "R&D投入", "研发经费投入", "R&D spending",
        "R&D",
    ),
    "rd_government": (
        "政府资金", "其中：政府资金", "其中政府资金", "来自政府资金", "政府部门资金",
        "of which government", "of which from government",
    ),
    "rd_personnel": (
        "研发人员", "R&D人员", "科技活动人员", "研究开发人员", "研发人员数", "R&D staff",
    ),
    "rd_fte": (
        "R&D人员折合全时当量", "R&D人员全时当量", "研发人员折合全时当量", "研发人员全时当量",
        "全时当量", "R&D FTE", "FTE", "R&D personnel FTE",
    ),
    "new_product_sales": ("新产品销售收入", "新产品收入", "new product sales"),
    "contract_turnover": (
        "技术合同成交额", "技术合同交易额", "技术合同成交金额", "contract turnover",
    ),
    "filed": (
        "专利申请", "专利申请数", "专利申请量", "专利申请件数", "当年专利申请", "申请专利",
        "patent applications",
    ),
    "filed_inventions": (
        "发明专利申请", "其中：发明专利申请", "其中发明专利申请", "发明专利申请数",
        "发明专利申请量", "invention applications", "invention patents filed",
    ),
    "granted": (
        "专利授权", "专利授权数", "专利授权量", "当年专利授权", "授权专利", "patents granted",
    ),
    "granted_inventions": (
        "发明专利授权", "其中：发明专利授权", "其中发明专利授权", "发明专利授权数",
        "发明专利授权量", "invention patents granted",
    ),
    "in_force": (
        "有效专利", "有效专利数", "拥有有效专利", "期末有效专利", "有效专利拥有量",
    ),
    "in_force_inventions": (
        "有效发明专利", "其中：有效发明专利", "拥有有效发明专利", "有效发明专利数",
        "发明专利拥有量", "invention patents in force",
    ),
}  # fmt: skip
MODEL_OF = {name: part for part in (YearlyFigures, PatentCounts) for name in part.FIGURES}


def number_of(measure) -> Number:
    column = MODEL_OF[measure.name]._meta.get_field(measure.name)
    if not hasattr(column, "decimal_places"):
        return Number(measure.column, measure.unit)
    whole = column.max_digits - column.decimal_places
    most = Decimal(10) ** whole - Decimal(1).scaleb(-column.decimal_places)
    return Number(measure.column, measure.unit, column.decimal_places, most)


FIGURES = tuple(
    Field(measure.name, measure.label, number_of(measure), heads=HEADS[measure.name])
    for measure in MEASURES
)
SHOW = {one.key: one.kind.show for one in FIGURES}


@dataclass
class Meant:
    """One row, as far as it is known what it is about."""

    row: RowPlan
    figures: dict = field(default_factory=dict)
    enterprise: Enterprise | None = None
    year: int | None = None
    filing: Return | None = None
    # The park that the row or the import names; None: where the enterprise is.
    park_id: int | None = None
    read: object = None

    @property
    def place(self) -> tuple[int, int]:
        return self.enterprise.id, self.year


class Yearly(Register):
    key = "yearly"
    title = gettext_lazy("Yearly figures")
    model = Return
    writes = (Return, YearlyFigures, PatentCounts)
    listing = "return-list"
    asks_year = True
    fields = (
        base.record_number(),
        Field(
            "credit_code", base.CODE, Link(of="code"), heads=base.CODE_HEADS,
            sample="91632900000000000X",
        ),
        Field(
            "enterprise", base.ENTERPRISE, Link(of="enterprise"), heads=base.ENTERPRISE_HEADS,
            needed=True, sample="示例企业有限公司",
        ),
        *base.both_names("enterprise", base.ENTERPRISE),
        Field("park", gettext_lazy("Park"), Link(of="park"), heads=base.PARK_HEADS),
        Field(
            "year", gettext_lazy("Year"), Year(), needed=True,
            heads=("年度", "年份", "报告年度", "所属年度", "reporting year"), sample="2014",
        ),
        *FIGURES,
    )  # fmt: skip
    not_read = (gettext_lazy("State"),)
    spread = frozenset(one.key for one in FIGURES)

    def missing(self, keys):
        if not keys & {"credit_code", "enterprise", "enterprise_zh", "enterprise_en"}:
            return _("which enterprise a row is about")
        return "" if keys & self.spread else _("any figure")

    def template_rows(self, fields, context):
        """Who reports for the park or zone and the year, with last year's figures."""
        return prepared.rows(fields, context)

    def may_import(self, context):
        return super().may_import(context) and all(
            context.may(model, "add", "change") for model in self.writes
        )

    def plan(self, reads, columns, context):
        firms = Firms(context.limit(Enterprise.objects.all()), context.limit)
        named = [firm_of(read) for read in reads]
        firms.learn(named)
        numbered = by_number(reads, context)
        pairs = zip(reads, named, strict=True)
        found = [self.meant(read, who, firms, numbered, context) for read, who in pairs]
        self.mark_repeated(found)
        known = [one for one in found if one.enterprise and one.year]
        self.place_all(known, stored_returns({one.place for one in known}), context)
        for one in known:
            self.compare(one)
        self.refuse_closed(known)
        self.run_checks([one for one in known if one.row.moves and not one.row.fails], context)
        for one in found:
            one.row.settle()
        return [one.row for one in found]

    def meant(self, read, who, firms, numbered, context) -> Meant:
        one = Meant(read.plan(), read=read)
        one.row.title = who.text
        one.year = read.year or read.get("year") or context.year
        stored = numbered.get(read.get("record"))
        try:
            if stored and stored.year == one.year and firms.is_meant(who, stored.enterprise):
                one.enterprise = stored.enterprise
            elif not who:
                raise Wrong(
                    _("The row does not say which enterprise it is about."),
                    _("Enter name or code, or delete the row."),
                )
            else:
                one.enterprise = firms.find(who)
                if words := firms.strange_name(who, one.enterprise):
                    about = read.problem(Level.WARNING, "credit_code", *words)
                    one.row.problems.append(about)
            if one.year:
                refuse_year(one.year, context)
            elif "year" not in read.cells:
                raise Wrong(
                    _("The file does not say of which year the figures are."),
                    _("Choose the year for the whole file, or add a column for it."),
                )
        except Wrong as refusal:
            one.row.problems.append(read.wrong(refusal))
        if one.enterprise:
            one.row.title = f"{firms.name_of(one.enterprise)} · {one.year or ''}".rstrip(" ·")
        one.figures = {
            key: None if value is CLEAR else value
            for key, value in read.values.items()
            if key in self.spread and value is not DASH
        }
        return one

    def mark_repeated(self, found):
        """An enterprise stands once a year in a file; the same row twice is counted once."""
        first = {}
        for one in found:
            if not (one.enterprise and one.year):
                continue
            before = first.setdefault(one.place, one)
            if before is one:
                continue
            tell_repeated(one, before, _("Row %(row)d is about the same enterprise and year."))
            one.enterprise = None

    def place_all(self, known, stored, context):
        """The return of each row: the stored one, or a new one in the park that is meant."""
        new = {one.enterprise.id for one in known if one.place not in stored}
        at_home = locations(new, context)
        for one in known:
            one.filing = stored.get(one.place)
            try:
                one.filing = self.filing_of(one, at_home, context)
            except Wrong as refusal:
                one.row.problems.append(one.read.wrong(refusal))
                one.filing = None

    def filing_of(self, one, at_home, context) -> Return:
        if one.filing is not None:
            if not context.writes(one.filing.park_id):
                raise Wrong(
                    _("The return of this enterprise for the year lies outside your parks."),
                    _("Leave the row out, or ask the zone manager."),
                )
            said = one.read.get("park")
            if said and context.parks.find(said, one.filing.park).pk != one.filing.park_id:
                raise Wrong(
                    _("The return of this year is filed for another park: %(park)s.")
                    % {"park": one.filing.park},
                    _("Put the park right; an import does not move returns."),
                    "park",
                )
            return one.filing
        park = self.park_of(one, at_home, context)
        return new_return(one.enterprise.id, park.pk, one.year)

    def park_of(self, one, at_home, context):
        if said := one.read.get("park"):
            park = context.parks.find(said)
        elif home := home_in(at_home.get(one.enterprise.id, ()), one.year):
            return context.parks.by_id[home]
        else:
            park = context.park
        if park is not None:
            one.park_id = park.pk
            return park
        raise Wrong(
            _("It is not known for which park this enterprise reports in %(year)d.")
            % {"year": one.year},
            _("Add a column with the park, or choose a park for the whole file."),
        )

    def compare(self, one):
        if one.filing is None:
            return
        stored = stored_figures(one.filing)
        one.row.park_ids = {one.filing.park_id}
        self.tell_dashes(one, stored)
        if one.filing.id is None and not one.figures:
            one.row.problems.append(
                one.read.problem(
                    Level.WARNING, "", _("The row has no figures."), _("It is left out.")
                )
            )
            return
        one.row.changes = [
            [name, old if old is None else as_json(old), as_json(value)]
            for name, value in one.figures.items()
            if entering.differ(old := stored.get(name), value)
        ]
        if one.filing.id and not one.row.changes:
            return
        begun = any(value is not None for value in stored.values())
        one.row.status = Status.CHANGED if begun else Status.NEW
        one.row.kept = [*one.place, one.park_id]
        one.row.token = token_of(one.filing)
        one.row.work = work_of(one.row, one.filing, one.figures)
        if one.filing.state == State.APPROVED:
            one.row.problems.append(
                one.read.problem(
                    Level.ERROR, "", Approved(), _("Leave the row out, or have it sent back.")
                )
            )

    def tell_dashes(self, one, stored):
        """A dash where a figure is stored: it stays, which is said."""
        for key, value in one.read.values.items() if one.read.has_dash else ():
            if value is DASH and key in self.spread and stored.get(key) is not None:
                one.row.problems.append(
                    one.read.problem(
                        Level.WARNING,
                        key,
                        _("A figure is stored here, and a dash leaves it as it is."),
                        _("Write 清空 or (clear) to take the figure out."),
                    )
                )

    def refuse_closed(self, known):
        moving = [one for one in known if one.row.moves]
        closed = closed_among({(one.filing.park_id, one.year) for one in moving})
        for one in moving:
            if zone := closed.get((one.filing.park_id, one.year)):
                one.row.problems.append(
                    one.read.problem(
                        Level.ERROR,
                        "year",
                        ClosedYear(zone.name, one.year),
                        _("Leave the row out, or ask for the year to be reopened."),
                    )
                )

    def run_checks(self, moving, context):
        """What the checks of returns would find. It is stored as a draft all the same."""
        limit = None if context.scope.everything else context.scope.limit
        for one, facts in facts_of(moving, limit):
            for finding in return_checks.findings(facts):
                key = next((name for name in finding.fields if name in one.read.cells), "")
                about = labels().get(finding.fields[0], "")
                one.row.problems.append(
                    one.read.problem(
                        Level.WARNING,
                        key,
                        finding.sentence if key else colon(about) + finding.sentence,
                        _("Put it right before the return is submitted; a draft is stored.")
                        if finding.level == CheckLevel.ERROR
                        else _("Check it; a reason will be asked for when it is submitted."),
                    )
                )

    # Storing

    def resumed(self, told, context):
        moving = [one for one in told if one["s"] in (Status.NEW, Status.CHANGED)]
        if not all("w" in one for one in moving):
            return None
        places = {tuple(one["w"][:2]) for one in moving}
        stored = stored_returns(places)
        at_home = locations({firm for firm, year in places if (firm, year) not in stored}, context)
        rows = [RowPlan.resumed(one) for one in told]
        for row in rows:
            if not row.moves:
                continue
            firm, year, park = row.told["w"]
            filing = stored.get((firm, year))
            if filing is None:
                park = park or home_in(at_home.get(firm, ()), year)
                filing = new_return(firm, park, year)
            if not context.writes(filing.park_id):
                return None
            figures = {name: from_json(new) for name, _old, new in row.told["c"]}
            row.token, row.park_ids = token_of(filing), {filing.park_id}
            row.work = work_of(row, filing, figures)
        return rows

    def shown_change(self, label, old, new):
        return labels().get(label, label), show(label, old), show(label, new)

    def store(self, rows, *, by, reason):
        by_entry = {id(row.work): row for row in rows}
        refused = entering.enter([row.work for row in rows], by=by, reason=reason)
        return [(by_entry[id(one.entry)], one.why) for one in refused]

    def before(self, rows):
        found = {model._meta.label: {} for model in self.writes}
        for row in rows:
            filing, key = row.work.filing, str(row.work.filing.id)
            if not filing.id:
                continue
            found[Return._meta.label][key] = {"state": filing.state}
            for part in entering.parts_of(filing):
                old = {
                    name: getattr(part, name) for name in row.work.figures if name in part.FIGURES
                }
                found[part._meta.label][key] = {
                    k: v if v is None else str(v) for k, v in old.items()
                }
        return found


@lru_cache(maxsize=8)
def labels_in(_language: str) -> dict[str, str]:
    return {one.key: str(one.label) for one in FIGURES}


def labels() -> dict[str, str]:
    return labels_in(get_language() or "")


def show(name: str, value) -> str:
    return NOTHING if value is None else SHOW[name](value)


def as_json(value: Decimal | int | None) -> str | int | None:
    return str(value) if type(value) is Decimal else value


def from_json(value: str | int | None) -> Decimal | int | None:
    return Decimal(value) if isinstance(value, str) else value


def refuse_year(year: int, context) -> None:
    """Also of one over the columns or the whole file. Raises Wrong."""
    try:
        within(year)
        if year > context.this_year:
            [words] = ahead(Return(year=year), context.this_year).values()
            raise Wrong(words, _("Check the year."))
    except Wrong as refusal:
        refusal.field = "year"
        raise


def firm_of(read) -> NamedFirm:
    names = (read.get(key) for key in ("enterprise", "enterprise_zh", "enterprise_en"))
    return NamedFirm(read.get("credit_code", ""), tuple(dict.fromkeys(filter(None, names))))


def by_number(reads, context) -> dict[int, Return]:
    numbers = {read.get("record") for read in reads} - {None}
    rows = context.limit(Return.objects.select_related("enterprise"))
    return rows.in_bulk(numbers) if numbers else {}


def stored_returns(places: set[tuple[int, int]]) -> dict[tuple[int, int], Return]:
    """By enterprise and year, those of `places` among them."""
    if not places:
        return {}
    firms, years = map(set, zip(*places, strict=True))
    rows = Return.objects.filter(enterprise__in=firms, year__in=years)
    rows = rows.select_related("park", "figures", "patents").order_by()
    return {(row.enterprise_id, row.year): row for row in rows}


def new_return(enterprise_id: int, park_id: int, year: int) -> Return:
    return bulk.record(Return, enterprise_id=enterprise_id, park_id=park_id, year=year)


def stored_figures(filing: Return) -> dict:
    return entering.figures_of(entering.parts_of(filing)) if filing.id else {}


def locations(firms: set[int], context) -> dict[int, list[tuple]]:
    """Where enterprises are or were: park, first and last year, by the enterprise."""
    found: dict[int, list[tuple]] = {}
    if not firms:
        return found
    rows = context.limit(Location.objects.filter(enterprise__in=firms))
    columns = ("enterprise", "park", "from_year", "to_year")
    for enterprise, *place in rows.order_by().values_list(*columns):
        found.setdefault(enterprise, []).append(tuple(place))
    return found


def home_in(places, year: int) -> int | None:
    """The only park in which an enterprise is in a year; None where it is in none or several."""
    parks = {park for park, first, last in places if first <= year <= (last or year)}
    return parks.pop() if len(parks) == 1 else None


def token_of(filing: Return) -> str:
    opened = entering.opened_number(filing) if filing.id else None
    return f"{filing.enterprise_id}/{filing.year}/{filing.id}/{filing.park_id}/{opened}"


def work_of(row: RowPlan, filing: Return, figures: dict) -> Entry:
    opened = entering.opened_number(filing) if filing.id else None
    return Entry(filing, figures, opened, row.number)


def facts_of(moving, limit):
    """The facts of each row as they would be, in as many queries for one row as for thousands."""
    if not moving:
        return
    firms = {one.enterprise.id for one in moving}
    first, last = min(one.year for one in moving), max(one.year for one in moving)
    reported = return_checks.reported_figures(firms, (first - YEARS_COMPARED, last), limit)
    patents = return_checks.registered_patents(firms, limit)
    parks = {one.filing.park_id for one in moving}
    beside = return_checks.Parks(parks, (first - PARK_YEARS, last - 1))
    for one in moving:
        of_firm = reported[one.enterprise.id]
        of_firm[one.year] = of_firm.get(one.year, {}) | one.figures
    for one in moving:
        of_firm = reported[one.enterprise.id]
        groups, now = patents.get(one.enterprise.id), of_firm[one.year]
        yield (
            one,
            Facts(
                year=one.year,
                now=now,
                earlier={year: row for year, row in of_firm.items() if year < one.year},
                register=return_checks.patent_counts(groups, one.year) if groups else None,
                park=beside.usual_for(one.filing.park_id, one.year, one.enterprise.id, now),
            ),
        )
