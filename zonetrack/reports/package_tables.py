"""The tables of a data package: which rows and columns of which model, and how they hang together.

Types, titles, units and choices are read from the models, so that the description cannot differ
from what is kept. A table stands above those that its rows name: of these only rows that are
named are written, and so every key leads to a row.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Q, QuerySet

from enterprises.models import (
    Authority,
    Enterprise,
    Institution,
    KeyMark,
    Location,
    Park,
    Return,
    TechnologyField,
    Title,
    TitleKind,
    YearlyFigures,
    Zone,
)
from patents.models import Patent, PatentCounts, PatentHolder
from rd_centers.models import Center, CenterHost, CenterKind, CenterPartner, Recognition, StageEvent
from zonetrack.lists.returned import IN_YUAN
from zonetrack.projects.models import (
    Achievement,
    Application,
    Cooperation,
    CooperationPartner,
    Milestone,
    Program,
    ProgramCategory,
    Project,
)
from zonetrack.published.models import PublishedFigure, Source
from zonetrack.targets.models import Target

from .facts import Facts


@dataclass(frozen=True)
class Field:
    """A column: `type` is one of the table schema's, `path` how the ORM reads it."""

    name: str
    type: str
    title: str = ""
    unit: str = ""
    description: str = ""
    choices: tuple = ()
    path: str = ""

    @property
    def described(self) -> dict:
        found = {"name": self.name, "type": self.type, "title": self.title or self.name}
        if self.description:
            found["description"] = self.description
        if self.unit:
            found["unit"] = self.unit
        if self.choices:
            found["constraints"] = {"enum": list(self.choices)}
        return found


@dataclass
class Resource:
    """`links`: column, the resource it leads to, and the column there."""

    name: str
    title: str
    fields: list[Field]
    key: tuple[str, ...]
    rows: list[tuple] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)


NAMES = ("name_en", "name_zh")
# Known by their keys in addresses rather than by numbers that mean nothing elsewhere.
KEYED = (Park, Zone)
MONEY = {"budget", "spent", "funding", "amount", "revenue", "rd_expenditure", "rd_government",
         "new_product_sales", "contract_turnover"}  # fmt: skip
TYPES = (
    (models.BooleanField, "boolean"),
    (models.DateField, "date"),
    (models.DecimalField, "number"),
    (models.IntegerField, "integer"),
)

# Which rows


def in_parks(begun: str = ""):
    """In the place's parks, and begun by the year's end or without a beginning."""

    def chosen(rows: QuerySet, facts: Facts) -> QuerySet:
        rows = rows.filter(park__in=facts.park_ids)
        if not begun:
            return rows
        return rows.filter(Q(**{f"{begun}__lte": facts.year}) | Q(**{f"{begun}__isnull": True}))

    return chosen


def of_the_year(rows: QuerySet, facts: Facts) -> QuerySet:
    return rows.filter(park__in=facts.park_ids, year=facts.year)


def approved(rows: QuerySet, facts: Facts) -> QuerySet:
    return of_the_year(rows, facts).filter(approved=True)


def known_centers(rows: QuerySet, facts: Facts) -> QuerySet:
    """Bodies with a stage or a recognition by the year's end."""
    recognized = Recognition.objects.filter(year__lte=facts.year).values("center")
    begun = StageEvent.objects.filter(year__lte=facts.year).values("center")
    return rows.filter(Q(pk__in=recognized) | Q(pk__in=begun), park__in=facts.park_ids)


def of(owner: str, model: type, chosen, by: str = ""):
    """The parts of chosen records."""

    def parts(rows: QuerySet, facts: Facts) -> QuerySet:
        owners = chosen(model._default_manager.order_by(), facts).values("pk")
        rows = rows.filter(**{f"{owner}__in": owners})
        return rows.filter(**{f"{by}__lte": facts.year}) if by else rows

    return parts


def of_place(rows: QuerySet, facts: Facts) -> QuerySet:
    """Of the place and its parks in the year; a report of a park has only the park's own."""
    own = Q(park__in=facts.park_ids)
    return rows.filter(own if facts.place.park else own | Q(zone=facts.place.zone), year=facts.year)


in_projects, in_patents = in_parks("begun_year"), in_parks("filed_year")
in_cooperation = in_parks("signed_year")

# Resource, model, columns, and which rows; without that, those that other rows name.
TABLES = (
    ("locations", Location, ("id", "enterprise", "park", "from_year", "to_year", "reports"),
     in_parks("from_year")),
    ("key-enterprises", KeyMark, ("id", "enterprise", "park", "year"), in_parks("year")),
    ("yearly-figures", YearlyFigures, ("filing", *YearlyFigures.FIGURES), approved),
    ("patent-counts", PatentCounts, ("filing", *PatentCounts.FIGURES), approved),
    ("returns", Return, ("id", "enterprise", "park", "year", "state"), of_the_year),
    ("recognitions", Recognition, ("id", "center", "level", "authority", "batch", "document_no",
     "year", "on", "ended_year", "ended_on", "end_reason"),
     of("center", Center, known_centers, "year")),
    ("stages", StageEvent, ("id", "center", "stage", "year", "on"),
     of("center", Center, known_centers, "year")),
    ("center-hosts", CenterHost, ("id", "center", "enterprise", "from_year", "to_year"),
     of("center", Center, known_centers)),
    ("center-partners", CenterPartner, ("id", "center", "institution"),
     of("center", Center, known_centers)),
    ("centers", Center, ("id", *NAMES, "kind", "park", "host", "field", "merged_year"),
     known_centers),
    ("titles", Title, ("id", "kind", "enterprise", "park", "awarded_year", "awarded_on", "batch",
     "document_no", "subject", "expires_year", "expires_on", "review_due_on", "ended_year",
     "ended_on", "end_reason"), in_parks("awarded_year")),
    ("patent-holders", PatentHolder, ("id", "patent", "order", "enterprise", "outside_name"),
     of("patent", Patent, in_patents)),
    ("patents", Patent, ("id", "application_no", "type", "title_en", "title_zh", "park",
     "filed_year", "filed_on", "granted_year", "granted_on", "ended_year", "ended_on",
     "end_reason"), in_patents),
    ("milestones", Milestone, ("id", "project", *NAMES, "planned_on", "done_on"),
     of("project", Project, in_projects)),
    ("projects", Project, ("id", *NAMES, "is_key", "serial", "park", "enterprise", "field", "stage",
     "begun_year", "begun_on", "completed_year", "completed_on", "budget", "spent", "progress"),
     in_projects),
    ("applications", Application, ("id", "category", "title_en", "title_zh", "park", "enterprise",
     "applied_year", "applied_on", "status", "won_year", "won_on", "funding"),
     in_parks("applied_year")),
    ("cooperation-partners", CooperationPartner, ("id", "cooperation", "institution"),
     of("cooperation", Cooperation, in_cooperation)),
    ("cooperation", Cooperation, ("id", *NAMES, "kind", "park", "enterprise", "field",
     "signed_year", "signed_on", "ended_year", "ended_on", "amount", "contract_no"),
     in_cooperation),
    ("achievements", Achievement, ("id", *NAMES, "field", "park", "enterprise", "year", "on"),
     in_parks("year")),
    ("targets", Target, ("id", "zone", "park", "indicator", "year", "direction", "value",
     "text_en", "text_zh", "baseline", "baseline_year", "pace", "tolerance"), of_place),
    ("published-figures", PublishedFigure, ("id", "zone", "park", "indicator", "year", "period",
     "month", "value", "certainty", "source"), of_place),
    ("enterprises", Enterprise, ("id", *NAMES, "credit_code", "field", "registered_year",
     "registered_on", "closed_year", "closed_on")),
    ("institutions", Institution, ("id", *NAMES, "kind")),
    ("sources", Source, ("id", "tag", "title_en", "title_zh", "address", "published_on", "grade")),
    ("center-kinds", CenterKind, ("key", *NAMES, "family")),
    ("title-kinds", TitleKind, ("key", *NAMES, "level", "authority", "held_by", "validity_years",
     "review_years")),
    ("program-categories", ProgramCategory, ("id", "program", "key", *NAMES, "quota")),
    ("programs", Program, ("id", "key", *NAMES, "level", "authority", "from_year", "to_year")),
    ("authorities", Authority, ("key", *NAMES, "level")),
    ("technology-fields", TechnologyField, ("key", *NAMES)),
    ("parks", Park, ("key", *NAMES), lambda rows, facts: rows.filter(pk__in=facts.park_ids)),
    ("zones", Zone, ("key", *NAMES, "level", "kind"),
     lambda rows, facts: rows.filter(pk=facts.place.zone.pk)),
)  # fmt: skip
RESOURCES = {model: name for name, model, *_columns in TABLES}


def record_tables(facts: Facts) -> list[Resource]:
    """The records, then the lists they name."""
    named: dict[type, set] = defaultdict(set)
    return [table_of(*given, facts=facts, named=named) for given in TABLES]


def table_of(name, model, columns, chosen=None, *, facts: Facts, named: dict[type, set]):
    """Notes in `named` which rows of other models its rows name."""
    fields = [
        field_of(model, column) for column in columns if not (facts.hides and column in MONEY)
    ]
    rows = model._default_manager.all()
    rows = chosen(rows, facts) if chosen else rows.filter(pk__in=named[model])
    found = list(rows.order_by(key_of(model)).values_list(*(each.path for each in fields)))
    if model is Enterprise:
        found = without_strangers(found, facts)
    resource = Resource(
        name, sentence(model._meta.verbose_name_plural), fields, (columns[0],), found
    )
    for at, each in enumerate(fields):
        relation = model._meta.get_field(each.name)
        if each.name == "indicator":
            resource.links.append((each.name, "indicators", "key"))
        elif relation.is_relation:
            other = relation.related_model
            named[other] |= {row[at] for row in found if row[at] is not None}
            resource.links.append((each.name, RESOURCES[other], key_of(other)))
    return resource


def without_strangers(rows: list[tuple], facts: Facts) -> list[tuple]:
    """Of an enterprise that was never in the place's parks nothing is told but its names."""
    here = Location.objects.filter(park__in=facts.park_ids).values_list("enterprise", flat=True)
    own, told = set(here), len(NAMES) + 1
    return [row if row[0] in own else (*row[:told], *[None] * (len(row) - told)) for row in rows]


def key_of(model: type) -> str:
    return "key" if model in KEYED else model._meta.pk.name


def field_of(model: type, name: str) -> Field:
    """As the model declares it."""
    declared = told = model._meta.get_field(name)
    path = name
    if declared.is_relation:
        other = declared.related_model
        told = other._meta.get_field(key_of(other))
        path = f"{name}__key" if other in KEYED else f"{name}_id"
    kind = next((found for sort, found in TYPES if isinstance(told, sort)), "string")
    choices = () if declared.is_relation else tuple(key for key, _words in declared.choices or ())
    return Field(
        name,
        "year" if name.endswith("year") else kind,
        sentence(declared.verbose_name),
        str(IN_YUAN) if name in MONEY else "",
        str(declared.help_text),
        choices,
        path,
    )


def sentence(text) -> str:
    """Field names begin with a small letter, heads with a capital."""
    return str(text)[:1].upper() + str(text)[1:]
