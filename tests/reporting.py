"""A zone with a year of everything, and the names that try every writer of a report."""

from datetime import date
from types import SimpleNamespace

from tests.factories import (
    make_center,
    make_enterprise,
    make_park,
    make_patent,
    make_project,
    make_published,
    make_return,
    make_target,
    make_title,
    make_year,
    make_zone,
)
from zonetrack.projects.models import Achievement, Cooperation

TODAY = date(2015, 6, 30)
YEAR = 2014
HOSTILE = (
    '=HYPERLINK("http://example.org","x")',
    "<script>alert(1)</script> & “b”",
    '#panic("x") *x* $y$ {{x}} {% y %}',
    "喆堃镕𠮷公司",
    "+1+1\t@SUM(A1)",
    "长" * 200,
)


def make_world(names=("Alpha", "Beta", "Gamma")):
    """A zone with two parks and one enterprise for each name, all in the first park but the last;
    a neighbor zone has an enterprise with figures, too."""
    zone = make_zone(
        key="north", name_en="North zone", name_zh="北区", enterprises_complete_from=2005,
        centers_complete_from=2005, titles_complete_from=2005, projects_complete_from=2005,
    )  # fmt: skip
    first = make_park(zone, key="first", name_en="First park", name_zh="第一园区")
    second = make_park(zone, key="second", name_en="Second park", name_zh="第二园区")
    parks = [first] * (len(names) - 1) + [second]
    enterprises = [
        make_enterprise(park, name_en=name, name_zh=name, credit_code=f"{at:018}")
        for at, (park, name) in enumerate(zip(parks, names, strict=True))
    ]
    for at, enterprise in enumerate(enterprises, 1):
        for year in (YEAR - 1, YEAR):
            make_return(
                enterprise, year, employees=10 * at, revenue=1000 * at, rd_expenditure=100 * at,
                rd_personnel=5 * at, filed=year - 2010 + at, granted=at, in_force=3 * at,
            )  # fmt: skip
        make_title(enterprise=enterprise, awarded_year=YEAR - at % 2)
        make_patent(enterprise.locations.first().park, holder=enterprise, title_en=names[at - 1])
    make_center(first, host=enterprises[0], recognized=YEAR, name_en=names[0])
    make_project(first, enterprise=enterprises[0], is_key=True, name_en=names[1], budget=1234)
    Cooperation.objects.create(
        name_en=names[0], kind="development", park=first, enterprise=enterprises[0],
        signed_year=YEAR, amount=77,
    )  # fmt: skip
    Achievement.objects.create(name_en=names[0], park=second, year=YEAR)
    make_target(zone, "patents-filed", YEAR, 100)
    make_target(zone, "tech-centers-new", YEAR, 3)
    make_published(zone, "patents-filed", YEAR, 16)
    make_year(zone, YEAR, closed=True)
    elsewhere = make_park(make_zone(key="south", name_en="South zone"), key="far")
    stranger = make_enterprise(elsewhere, name_en="Stranger", credit_code="9" * 18)
    make_return(stranger, YEAR, employees=999, filed=999, revenue=999_999)
    return SimpleNamespace(
        zone=zone, first=first, second=second, enterprises=enterprises, elsewhere=elsewhere,
        stranger=stranger,
    )  # fmt: skip
