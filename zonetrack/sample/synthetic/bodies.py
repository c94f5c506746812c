"""R&D centers and labs of a generated zone, from the first plan to the last recognition."""

from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from random import Random

from enterprises.models import Level
from rd_centers.models import Center, CenterHost, CenterPartner, Recognition, StageEvent

from .firms import Firm
from .made import made
from .plan import later
from .zone import Making

Stage = StageEvent.Stage
End = Recognition.EndReason

# Bodies newly recognized a year for each firm, but no fewer than LEAST in a zone.
SHARE, LEAST = 0.025, 7
PIPELINE_SHARE = 0.05


@dataclass(frozen=True)
class Sort:
    """A kind of body: name, how common it is, the levels it climbs."""

    key: str
    name_en: str
    name_zh: str
    weight: int
    levels: tuple[str, ...] = (Level.PROVINCIAL, Level.NATIONAL)
    is_technology_center: bool = False


SORTS = (
    Sort(
        "enterprise-technology-center",
        "Enterprise technology center",
        "企业技术中心",
        34,
        (Level.CITY, Level.PROVINCIAL, Level.NATIONAL),
        True,
    ),
    Sort(
        "engineering-technology-center",
        "Engineering technology research center",
        "工程技术研究中心",
        24,
        is_technology_center=True,
    ),
    Sort("key-laboratory", "Key laboratory", "重点实验室", 10),
    Sort(
        "joint-engineering-laboratory",
        "National-local joint engineering laboratory",
        "国家地方联合工程实验室",
        8,
        (Level.NATIONAL_LOCAL,),
    ),
    Sort("engineering-laboratory", "Engineering laboratory", "工程实验室", 6),
    Sort("testing-center", "Testing center", "检测中心", 5),
    Sort("pilot-base", "Pilot-scale base", "中试基地", 4, (Level.PROVINCIAL,)),
    Sort("academician-station", "Expert workstation", "专家工作站", 5, (Level.CITY,)),
    Sort("postdoctoral-station", "Post-doctoral workstation", "博士后工作站", 3),
    Sort("new-rd-institution", "New-type R&D institution", "新型研发机构", 4, (Level.PROVINCIAL,)),
    Sort("incubator", "Incubator", "孵化器", 2, (Level.CITY, Level.PROVINCIAL)),
)
AUTHORITIES = {
    Level.CITY: "city-science",
    Level.PROVINCIAL: "provincial-science",
    Level.NATIONAL: "ndrc",
    Level.NATIONAL_LOCAL: "ndrc-provincial",
}


@dataclass
class Body:
    """A center with the rows that hang on it; `day` places it in time."""

    day: date
    center: Center
    firm: Firm
    sort: Sort
    stages: list[StageEvent] = field(default_factory=list)
    recognitions: list[Recognition] = field(default_factory=list)
    others: list[CenterHost | CenterPartner] = field(default_factory=list)


def make_bodies(making: Making) -> list[Body]:
    rng = making.rng("bodies")
    taken: set[tuple[int, str]] = set()
    days = making.days(SHARE, rng, least=LEAST, since=making.span.first - 8)
    bodies = [recognized(making, n, day, rng, taken) for n, day in enumerate(days, start=1)]
    merge_some(making, bodies)
    for body in bodies:
        count_new(making, body)
    pipeline = max(round(len(making.firms) * PIPELINE_SHARE), 9)
    bodies += [planned(making, n, len(days), rng, taken) for n in range(pipeline)]
    return sorted(bodies, key=lambda body: body.day)


def new_body(making: Making, n: int, day: date, rng: Random, taken: set) -> Body:
    """A body of a kind that its firm does not run yet, where the firm can be found soon."""
    for _ in range(20):
        firm = making.firm_of(day.year, rng)
        sort = rng.choices(SORTS, [sort.weight for sort in SORTS])[0]
        if (firm.number, sort.key) not in taken:
            break
    taken.add((firm.number, sort.key))
    name_en, name_zh = firm.names(making.number)
    center = made(
        Center,
        name_en=f"{sort.name_en} {n:02} of {name_en}",
        name_zh=f"{name_zh}{sort.name_zh}{n:02}",
        kind_id=sort.key,
        park=making.park_of(firm, day.year),
        host_id=firm.pk,
        field_id=firm.field,
    )
    body = Body(day, center, firm, sort)
    if n % 4 == 0:
        partner = rng.choice(making.institutions)
        body.others.append(made(CenterPartner, center=center, institution=partner))
    if n % 6 == 0:
        other = making.firm_of(day.year, rng)
        if other is not firm:
            body.others.append(made(CenterHost, center=center, enterprise_id=other.pk))
    return body


def recognized(making: Making, n: int, day: date, rng: Random, taken: set) -> Body:
    """A body with its way to recognition, and what became of it."""
    body = new_body(making, n, day, rng, taken)
    for years, stage in ((2, Stage.PLANNED), (1, Stage.APPLIED), (1, Stage.BUILDING)):
        body.stages.append(made(StageEvent, center=body.center, stage=stage, year=day.year - years))
    body.stages.append(
        made(StageEvent, center=body.center, stage=Stage.OPENED, year=day.year, on=day)
    )
    first = recognition(body, body.sort.levels[0], day)
    today = making.span.today
    if n % 11 == 5:
        end_and_restore(body, first, later(day, 2 + n % 3), today, restored=n % 2 == 1)
    elif n % 3 == 0 and len(body.sort.levels) > 1:
        climb(body, first, later(day, 2 + n % 3), today)
    return body


def recognition(body: Body, level: str, day: date) -> Recognition:
    row = made(
        Recognition,
        center=body.center,
        level=level,
        authority_id=AUTHORITIES[level],
        batch=str(day.year - 1990),
        document_no=f"示例〔{day.year}〕{day.timetuple().tm_yday}号",
        year=day.year,
        on=day,
    )
    body.recognitions.append(row)
    return row


def end(row: Recognition, day: date, reason: str) -> None:
    row.ended_year, row.ended_on, row.end_reason = day.year, day, reason


def end_and_restore(body: Body, row: Recognition, day: date, today: date, *, restored: bool):
    if day > today:
        return
    end(row, day, End.REVOKED)
    again = later(day, 2)
    if restored and again <= today:
        recognition(body, row.level, again).note = "Restored after review / 复评后恢复"


def climb(body: Body, row: Recognition, day: date, today: date) -> None:
    """One level up every few years; the lower recognition is replaced."""
    for level in body.sort.levels[1:]:
        if day > today:
            return
        end(row, day, End.UPGRADED)
        row = recognition(body, level, day)
        day = later(day, 4)


def merge_some(making: Making, bodies: list[Body]) -> None:
    """Every nineteenth body goes up into an earlier one of its kind, some years later."""
    for n, body in enumerate(bodies):
        year = body.day.year + 3
        if n % 19 != 18 or year >= making.span.running:
            continue
        same = (
            other
            for other in islice(bodies, n)
            if other.sort is body.sort
            and other.center.merged_into is None
            and other.recognitions[-1].ended_year is None
        )
        earlier = next(same, None)
        if earlier:
            body.center.merged_into, body.center.merged_year = earlier.center, year


def count_new(making: Making, body: Body) -> None:
    year = body.day.year
    making.count("rd-bodies-new", body.firm, year)
    if body.sort.is_technology_center:
        making.count("tech-centers-new", body.firm, year)


def planned(making: Making, n: int, known: int, rng: Random, taken: set) -> Body:
    """A body on its way: planned, applied for or being built; one given up, one without news."""
    running = making.span.running
    begun = running - (5 if n % 8 == 7 else n % 3)
    day = date(begun, 1, 1 + n % 28)
    body = new_body(making, known + n + 1, day, rng, taken)
    steps = [Stage.PLANNED, Stage.APPLIED, Stage.BUILDING][: 1 + n % 3]
    if n % 8 == 6:
        steps.append(Stage.ABANDONED)
    years = sorted(min(begun + place, running) for place in range(len(steps)))
    for stage, year in zip(steps, years, strict=True):
        body.stages.append(made(StageEvent, center=body.center, stage=stage, year=year))
    return body
