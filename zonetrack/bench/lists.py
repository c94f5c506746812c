"""Pages of lists: the first and the last one, filtered, searched; of a zone and of everything."""

from urllib.parse import urlencode

from django.urls import reverse

from enterprises.models import Enterprise, Park, Return, Title
from patents.models import Patent
from rd_centers.models import Center
from zonetrack.access.models import User
from zonetrack.access.scope import scope_of
from zonetrack.lists.listing import USUAL_SIZE
from zonetrack.lists.paging import LAST, MOST_COUNTED

from .setting import NEEDLE, PEOPLE, ZONE, Filled, Setting
from .table import Row, held, written
from .timing import growth

MOST_GROWTH = 2
LISTS = {
    "enterprise-list": Enterprise,
    "center-list": Center,
    "title-list": Title,
    "return-list": Return,
    "patent-list": Patent,
}


def rows(setting: Setting) -> list[Row]:
    park, searches = setting.anywhere(lambda: (a_park(), searches_of_lists()))
    return [of_list(setting, name, who, park, searches[name]) for who in PEOPLE for name in LISTS]


def a_park() -> str:
    return Park.objects.filter(home_zone__key=ZONE).first().key


def searches_of_lists() -> dict[str, str]:
    """What finds one record, or one enterprise's, and the same at every size."""
    park = a_park()
    enterprise = Enterprise.objects.filter(locations__park__key=park).order_by("pk").first()
    center = Center.objects.filter(park__key=park).order_by("pk").first()
    patent = Patent.objects.filter(park__key=park).order_by("pk").first()
    return {
        "enterprise-list": enterprise.credit_code,
        # English names of further zones contain those of the first.
        "center-list": center.name_zh,
        "title-list": NEEDLE,
        "return-list": enterprise.credit_code,
        "patent-list": patent.application_no,
    }


def of_list(setting: Setting, name: str, who: str, park: str, search: str) -> Row:
    """One row for a list: the worst of its pages counts."""
    pages = {
        "first": lambda filled: {},
        "last": lambda filled: {"page": last_page(filled, LISTS[name], who)},
        "filtered": lambda filled: {"park": park},
        "search": lambda filled: {"q": search},
    }
    times = {}
    for words, query in pages.items():
        addresses = {
            size: f"{reverse(name)}?{urlencode(query(filled))}"
            for size, filled in setting.filled.items()
        }
        times[words] = setting.in_turns(addresses, who)
    ratios = [growth(by_size) for by_size in times.values()]
    return held(
        f"lists, {who}",
        f"{name.removesuffix('-list')}: {'/'.join(pages)}, ms",
        None if None in ratios else max(ratios),
        MOST_GROWTH,
        values={
            size: "/".join(f"{by_size[size].median * 1000:.0f}" for by_size in times.values())
            for size in setting.sizes
        },
        noisy=any(time.noisy for by_size in times.values() for time in by_size.values()),
        note="" if None in ratios else "/".join(map(written, ratios)),
    )


def last_page(filled: Filled, model, who: str) -> int | str:
    """The last one with as many rows as the first; the very end where pages have no number."""
    with filled.scratch.use():
        rows = scope_of(User.objects.get(username=who)).limit(model._default_manager.all())
        count = rows.count()
    return LAST if count > MOST_COUNTED else max(count // USUAL_SIZE, 1)
