"""Projects, program applications, cooperation, achievements and key marks of a generated zone."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from enterprises.models import KeyMark
from zonetrack.projects.models import (
    Achievement,
    Application,
    Cooperation,
    CooperationPartner,
    Milestone,
    ProgramCategory,
    Project,
)

from .firms import Firm
from .made import made
from .names import TOPICS
from .plan import later
from .zone import Making

KEY_PROJECTS = 33
STEPS = (("Design", "设计"), ("Trial production", "试生产"), ("Acceptance", "验收"))


@dataclass
class Planned:
    """A project with its milestones."""

    project: Project
    milestones: list[Milestone] = field(default_factory=list)


def make_projects(making: Making) -> list[Planned]:
    """The key projects running now, numbered; those of earlier years; and others."""
    rng = making.rng("projects")
    span = making.span
    earlier = range(span.first, span.running - 3)
    a_year = round(KEY_PROJECTS // 3 * making.activity)
    days = [date(year, rng.randint(1, 12), 15) for year in earlier for _ in range(a_year)]
    projects = [project(making, day, rng, is_key=True) for day in days]
    for serial in range(1, KEY_PROJECTS + 1):
        day = date(span.running - serial % 3, 1 + serial % 9, 10)
        projects.append(project(making, day, rng, is_key=True, serial=serial))
    projects += [project(making, day, rng) for day in making.days(0.03, rng)]
    return sorted(projects, key=lambda planned: planned.project.begun_year or span.running)


def project(making: Making, day: date, rng: Random, **fields) -> Planned:
    """One project: milestones at thirds of its term, most of them done near the planned day."""
    today = making.span.today
    firm = making.firm_of(day.year, rng)
    topic_en, topic_zh = rng.choice(TOPICS)
    name_en, name_zh = firm.names(making.number)
    row = made(
        Project,
        name_en=f"{topic_en.capitalize()} at {name_en}",
        name_zh=f"{name_zh}{topic_zh}项目",
        park=making.park_of(firm, day.year),
        enterprise_id=firm.pk,
        field_id=firm.field,
        budget=rng.randint(200, 9_000),
        **fields,
    )
    milestones = plan_milestones(row, day, rng.choice((540, 720, 1000)), today, rng)
    settle(row, day, milestones, today)
    return Planned(row, milestones)


def plan_milestones(row: Project, day: date, term: int, today: date, rng: Random):
    milestones, late = [], rng.random() < 0.25
    for place, (name_en, name_zh) in enumerate(STEPS, start=1):
        planned_on = day + timedelta(days=term * place // len(STEPS))
        slip = rng.randint(90, 420) if late and place > 1 else rng.randint(-25, 0)
        done_on = planned_on + timedelta(days=slip)
        milestones.append(
            made(
                Milestone,
                project=row,
                name_en=name_en,
                name_zh=name_zh,
                planned_on=planned_on,
                done_on=done_on if done_on <= today else None,
            )
        )
    return milestones


def settle(row: Project, day: date, milestones: list[Milestone], today: date) -> None:
    """Stage, progress and money spent follow from the milestones."""
    if day > today:
        row.progress, row.spent = 0, 0
        return
    done = sum(1 for milestone in milestones if milestone.done_on)
    row.begun_year, row.begun_on = day.year, day
    row.stage = Project.Stage.RUNNING
    row.progress = min(15 + 85 * done // len(milestones), 100)
    row.spent = row.budget * row.progress // 100
    if done == len(milestones):
        row.stage, row.completed_on = Project.Stage.COMPLETED, milestones[-1].done_on
        row.completed_year = row.completed_on.year


def make_applications(making: Making, categories: list[ProgramCategory]) -> list[Application]:
    rng = making.rng("applications")
    return [application(making, day, categories, rng) for day in making.days(0.06, rng, least=5)]


def application(making: Making, day: date, categories, rng: Random) -> Application:
    firm = making.firm_of(day.year, rng)
    topic_en, topic_zh = rng.choice(TOPICS)
    name_en, name_zh = firm.names(making.number)
    row = made(
        Application,
        category=rng.choice(categories),
        title_en=f"{topic_en.capitalize()} ({name_en})",
        title_zh=f"{topic_zh}（{name_zh}）",
        park=making.park_of(firm, day.year),
        enterprise_id=firm.pk,
        applied_year=day.year,
        applied_on=day,
    )
    decided = day + timedelta(days=90)
    if decided > making.span.today:
        row.status = rng.choice((Application.Status.APPLIED, Application.Status.IN_REVIEW))
    elif rng.random() < 0.55:
        row.status = Application.Status.WON
        row.won_year, row.won_on = decided.year, decided
        row.funding = rng.randint(20, 300)
        making.count("program-applications-won", firm, decided.year)
    else:
        row.status = Application.Status.DECLINED
    return row


@dataclass
class Agreed:
    cooperation: Cooperation
    partners: list[CooperationPartner]


def make_cooperation(making: Making) -> list[Agreed]:
    rng = making.rng("cooperation")
    return [agreement(making, day, rng) for day in making.days(0.08, rng, least=4)]


def agreement(making: Making, day: date, rng: Random) -> Agreed:
    firm = making.firm_of(day.year, rng)
    making.count("cooperation-signed", firm, day.year)
    topic_en, topic_zh = rng.choice(TOPICS)
    name_en, name_zh = firm.names(making.number)
    ends = later(day, rng.randint(1, 4)) if rng.random() < 0.8 else None
    row = made(
        Cooperation,
        name_en=f"{topic_en.capitalize()} with {name_en}",
        name_zh=f"{name_zh}{topic_zh}合作",
        kind=rng.choice(Cooperation.Kind.values),
        park=making.park_of(firm, day.year),
        enterprise_id=firm.pk,
        field_id=firm.field,
        signed_year=day.year,
        signed_on=day,
        ended_year=ends and ends.year,
        ended_on=ends,
        amount=rng.randint(10, 800),
    )
    chosen = rng.sample(making.institutions, 1 + (rng.random() < 0.25))
    return Agreed(
        row, [made(CooperationPartner, cooperation=row, institution=one) for one in chosen]
    )


def make_achievements(making: Making) -> list[Achievement]:
    rng = making.rng("achievements")
    return [achievement(making, day, rng) for day in making.days(0.07, rng, least=4)]


def achievement(making: Making, day: date, rng: Random) -> Achievement:
    firm = making.firm_of(day.year, rng)
    making.count("achievements", firm, day.year)
    topic_en, topic_zh = rng.choice(TOPICS)
    known = rng.random() < 0.85
    return made(
        Achievement,
        name_en=f"Example result: {topic_en}",
        name_zh=f"示例成果：{topic_zh}",
        field_id=firm.field,
        enterprise_id=firm.pk if known else None,
        park=making.park_of(firm, day.year),
        year=day.year,
        on=day,
    )


def make_key_marks(making: Making) -> list[KeyMark]:
    """Every year the zone names some innovative firms for key support."""
    rng = making.rng("marks")
    marks = []
    for year in range(making.span.first, making.span.running + 1):
        there: list[Firm] = [firm for firm in making.firms if firm.there_in(year)]
        best = sorted(there, key=lambda firm: -firm.intensity)[: max(len(there) // 8, 4)]
        chosen = rng.sample(best, min(max(len(there) // 20, 4), len(best)))
        marks += [
            made(KeyMark, enterprise_id=firm.pk, park=making.park_of(firm, year), year=year)
            for firm in sorted(chosen, key=lambda firm: firm.number)
        ]
    return marks
