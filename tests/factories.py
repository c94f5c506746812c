"""Builders of records for tests: plain functions with sensible defaults, any field may be given.

They store directly, so a record may stand in any year; what a change does is tested elsewhere.
"""

from datetime import UTC, date, datetime
from itertools import count

from django.contrib.auth.models import Group

from enterprises.models import (
    Enterprise,
    Location,
    Park,
    Return,
    State,
    TechnologyField,
    Title,
    TitleKind,
    YearlyFigures,
    Zone,
    ZonePark,
)
from patents.models import Patent, PatentCounts, PatentHolder
from rd_centers.models import Center, CenterKind, Recognition
from zonetrack.access.grants import grant, install_roles
from zonetrack.access.models import User
from zonetrack.projects.models import Project
from zonetrack.published.models import PublishedFigure, Source
from zonetrack.targets.models import Target
from zonetrack.years.models import ReportingYear

FIRST_YEAR = 2005
PASSWORD = "grow-lilac-7-bridges"

_numbers = count(1)


def make_zone(**fields):
    """A zone with its "park not stated", as every zone has."""
    n = next(_numbers)
    zone = Zone.objects.create(
        **{"key": f"zone-{n}", "name_en": f"Zone {n}", "name_zh": f"开发区{n}"} | fields
    )
    make_park(zone, key=f"{zone.key}-unstated", is_unstated=True)
    return zone


def make_park(zone=None, **fields):
    """A park of a zone (its home zone) from FIRST_YEAR on."""
    n = next(_numbers)
    zone = zone or make_zone()
    park = Park.objects.create(
        **{"key": f"park-{n}", "name_en": f"Park {n}", "name_zh": f"园区{n}", "home_zone": zone}
        | fields
    )
    ZonePark.objects.create(zone=zone, park=park, from_year=FIRST_YEAR)
    return park


def make_field(key="new-materials"):
    return TechnologyField.objects.get_or_create(
        key=key, defaults={"name_en": key.capitalize().replace("-", " "), "name_zh": key}
    )[0]


def make_enterprise(park=None, *, from_year=FIRST_YEAR, reports=True, **fields):
    """An enterprise in one park; `park=False` leaves it without any."""
    n = next(_numbers)
    enterprise = Enterprise.objects.create(
        **{"name_en": f"Enterprise {n}", "name_zh": f"企业{n}", "registered_year": from_year}
        | fields
    )
    if park is not False:
        Location.objects.create(
            enterprise=enterprise, park=park or make_park(), from_year=from_year, reports=reports
        )
    return enterprise


def make_center_kind(family="technology_center", **fields):
    key = fields.pop("key", family.replace("_", "-"))
    defaults = {"name_en": f"Kind {key}", "name_zh": f"类别{key}", "family": family}
    return CenterKind.objects.get_or_create(key=key, defaults=defaults | fields)[0]


def make_center(park=None, *, family="technology_center", recognized=2014, **fields):
    """A body recognized at one level in `recognized`; None leaves it without a recognition."""
    n = next(_numbers)
    level = fields.pop("level", "provincial")
    if "kind" not in fields:
        fields["kind"] = make_center_kind(family)
    center = Center.objects.create(
        **{"name_en": f"Center {n}", "name_zh": f"中心{n}", "park": park or make_park()} | fields
    )
    if recognized:
        Recognition.objects.create(center=center, level=level, year=recognized)
    return center


def make_title_kind(**fields):
    key = fields.pop("key", "high-tech-enterprise")
    defaults = {"name_en": f"Title {key}", "name_zh": f"称号{key}", "level": "national"}
    return TitleKind.objects.get_or_create(key=key, defaults=defaults | fields)[0]


def make_title(park=None, *, enterprise=None, kind=None, **fields):
    """A title of an enterprise, or of the park where the kind says that parks hold it."""
    kind = kind or make_title_kind()
    park = park or (enterprise.locations.first().park if enterprise else make_park())
    if enterprise is None and kind.held_by == TitleKind.Holder.ENTERPRISE:
        enterprise = make_enterprise(park)
    values = {"awarded_year": 2014, "batch": str(next(_numbers))} | fields
    return Title.objects.create(kind=kind, park=park, enterprise=enterprise, **values)


def make_return(enterprise=None, year=2014, *, park=None, state=State.APPROVED, **figures):
    """A yearly return; names of yearly figures and of patent counts make these parts too."""
    park = park or (enterprise.locations.first().park if enterprise else make_park())
    filing = Return.objects.create(
        enterprise=enterprise or make_enterprise(park), park=park, year=year, state=state
    )
    for part in (YearlyFigures, PatentCounts):
        values = {name: figures.pop(name) for name in part.FIGURES if name in figures}
        if values:
            row = part(filing=filing, **values)
            row.follow_return()
            row.save()
    assert not figures, f"no such figures: {', '.join(figures)}"
    return filing


def make_patent(park=None, *, holder=None, **fields):
    n = next(_numbers)
    patent = Patent.objects.create(
        **{
            "application_no": f"20141{n:07}.0",
            "type": Patent.Type.INVENTION,
            "title_en": f"Process {n}",
            "park": park or make_park(),
            "filed_year": 2014,
        }
        | fields
    )
    holder = holder or make_enterprise(patent.park)
    PatentHolder.objects.create(patent=patent, order=1, enterprise=holder)
    return patent


def make_project(park=None, **fields):
    n = next(_numbers)
    values = {"name_en": f"Project {n}", "name_zh": f"项目{n}", "begun_year": 2014}
    return Project.objects.create(park=park or make_park(), **values | fields)


def make_target(place=None, indicator="tech-centers-new", year=2014, value=3, **fields):
    """A target of a zone or a park."""
    return Target.objects.create(
        **of_place(place or make_zone()), indicator=indicator, year=year, value=value, **fields
    )


def make_source(**fields):
    tag = fields.pop("tag", f"source-{next(_numbers)}")
    return Source.objects.create(tag=tag, **{"title_en": f"Source {tag}"} | fields)


def make_published(place=None, indicator="patents-filed", year=2014, value=100, **fields):
    """A published figure of a zone or a park."""
    if "source" not in fields:
        fields["source"] = make_source()
    return PublishedFigure.objects.create(
        **of_place(place or make_zone()), indicator=indicator, year=year, value=value, **fields
    )


def of_place(place):
    return {"park" if isinstance(place, Park) else "zone": place}


def make_year(zone, year=2014, *, closed=False, **fields):
    closed_at = datetime(year + 1, 4, 1, tzinfo=UTC) if closed else None
    values = {"opens_on": date(year + 1, 1, 1), "closed_at": closed_at}
    return ReportingYear.objects.create(zone=zone, year=year, **values | fields)


def make_user(role=None, *, zone=None, park=None, **fields):
    """A person with one of the roles of `roles.LABELS` in a place; "administrator" needs none."""
    fields.setdefault("username", f"person-{next(_numbers)}")
    if role == "administrator":
        return User.objects.create_superuser(password=PASSWORD, **fields)
    user = User.objects.create_user(password=PASSWORD, **fields)
    if role:
        if not Group.objects.filter(name=role).exists():
            install_roles()
        grant(user, role, zone=zone, park=park)
    return user
