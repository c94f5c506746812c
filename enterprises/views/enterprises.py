"""The list of enterprises, with the figures of one year."""

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from enterprises.filters import EnterpriseFilters
from enterprises.models import Enterprise, KeyMark, Location, Return
from rd_centers.models import Center
from zonetrack import punctuation
from zonetrack.lists import cells, listing
from zonetrack.lists.listing import Column, Listing, Question


def enterprise_list(request):
    return listing.show(request, ENTERPRISES)


def year_of(question: Question) -> int:
    """The year whose figures are shown: the one asked for, else the last that has returns."""
    if question.year or question.values.get("key_year"):
        return question.year or question.values["key_year"]
    if question.shown_year is None:
        last = question.scope.limit(Return.objects.all()).aggregate(last=Max("year"))["last"]
        question.shown_year = last or question.today.year - 1
    return question.shown_year


def returns_of(question: Question):
    return question.scope.limit(Return.objects.filter(year=year_of(question)))


def figure_of(question: Question, path: str):
    """A figure of the year, to order by."""
    filed = returns_of(question).filter(enterprise=OuterRef("pk"))
    return Subquery(filed.values(path)[:1])


def centers_led(question: Question):
    led = question.scope.limit(Center.objects.filter(host=OuterRef("pk"))).order_by()
    return Subquery(led.values("host").annotate(n=Count("*")).values("n"))


def with_figures(rows, question: Question):
    marks = KeyMark.objects.filter(enterprise=OuterRef("pk"), year=year_of(question))
    locations = question.scope.limit(Location.objects.select_related("park"))
    filed = returns_of(question).select_related("figures", "patents")
    return (
        rows.select_related("field")
        .annotate(is_key=Exists(question.scope.limit(marks)), centers=centers_led(question))
        .prefetch_related(
            Prefetch("locations", locations, to_attr="places"),
            Prefetch("returns", filed, to_attr="filed"),
        )
    )


def parks_of(row) -> str:
    """Where it is now, or where it was last."""
    now = [place.park.name for place in row.places if place.to_year is None]
    return punctuation.listed(now or [place.park.name for place in row.places[:1]])


def of_return(path: str):
    follow = listing.following(path)
    return lambda row: follow(row.filed[0]) if row.filed else None


def name_cell(row):
    tags = [(_("Key enterprise"), True)] if row.is_key else []
    tags += [(_("Closed %(year)d") % {"year": row.closed_year}, False)] if row.closed_year else []
    return cells.name(row, url=row.get_absolute_url(), tags=tuple(tags))


def park_cell(row):
    return cells.text(parks_of(row), sub=str(row.field or ""))


def return_cell(row):
    return cells.status(row.filed[0].state, return_state(row)) if row.filed else cells.Cell()


def return_state(row) -> str:
    return listing.chosen_words(row.filed[0], "state") if row.filed else ""


def columns(question: Question) -> list[Column]:
    year = {"year": year_of(question)}

    def of_year(key, label, path, unit=""):
        return Column(
            key,
            label % year,
            of_return(path),
            cell=lambda row: cells.number(of_return(path)(row)),
            sort=lambda: (figure_of(question, path),),
            unit=unit,
            num=True,
        )

    thousands = pgettext("unit", "10,000 yuan")
    return [
        Column("name", _("Enterprise"), cell=name_cell, sort=listing.by_name()),
        *listing.both_names("name", _("Enterprise")),
        listing.exported("credit_code", _("Unified social credit code"), "credit_code"),
        Column("park", _("Park and technology field"), cell=park_cell),
        listing.exported("parks", _("Park"), parks_of),
        listing.exported("field", _("Technology field"), lambda row: str(row.field or "")),
        of_year("rd", _("R&D expenditure %(year)d"), "figures__rd_expenditure", thousands),
        of_year("filed", _("Patents filed %(year)d"), "patents__filed"),
        of_year("force", _("Patents in force %(year)d"), "patents__in_force"),
        Column(
            "centers",
            _("R&D centers led"),
            lambda row: row.centers,
            cell=lambda row: cells.number(row.centers),
            sort=lambda: (centers_led(question),),
            num=True,
        ),
        listing.column("registered", pgettext("enterprise", "Registered"), "registered_year"),
        listing.exported("closed", pgettext("enterprise", "Closed"), "closed_year"),
        listing.exported("key", _("Key enterprise %(year)d") % year, lambda row: row.is_key),
        Column(
            "return",
            _("Return %(year)d") % year,
            return_state,
            cell=return_cell,
            sort=lambda: (figure_of(question, "state"),),
        ),
        listing.record_number(),
    ]


ENTERPRISES = Listing(
    name="enterprise-list",
    title=gettext_lazy("Enterprises"),
    model=Enterprise,
    filters=EnterpriseFilters,
    columns=columns,
    rows=with_figures,
    order="name",
    empty=gettext_lazy("Enterprises of the parks stand here, with the figures they report."),
    via={KeyMark: "enterprise", Location: "enterprise"},
    drafts=True,
)
