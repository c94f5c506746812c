"""The lists of choices that every installation begins with, and how they come into it."""

import csv
from pathlib import Path

from django.db import models, transaction

from enterprises.models import Authority, TechnologyField, TitleKind
from rd_centers.models import CenterKind
from zonetrack import writing
from zonetrack.projects.models import Program, ProgramCategory
from zonetrack.sums import counters

HERE = Path(__file__).parent

PROGRAM_123 = {
    "key": "123",
    "name_en": "“123” science and technology support program",
    "name_zh": "“123”科技支撑工程",
    "level": "provincial",
    "authority_id": "provincial-science",
    "from_year": 2009,
    "note": "Started in 2009, still running in 2011 and 2012.\n2009年启动，2011、2012年仍在实施。",
}
CATEGORIES_123 = [
    ("absorb", "Import, absorb and re-innovate", "引进消化吸收再创新项目", 10),
    ("joint", "Joint research", "联合攻关项目", 20),
    ("independent", "Independent innovation", "自主创新项目", 30),
]


@transaction.atomic
def load_reference_lists() -> int:
    """Add what is missing and answer how many rows that were; what is there stays as it is."""
    added = add_missing(TechnologyField, read("fields"))
    added += add_missing(Authority, read("authorities"))
    added += add_missing(CenterKind, read("center_kinds"))
    added += add_missing(TitleKind, [of_title_kind(row) for row in read("title_kinds")])
    return added + add_program()


def read(name: str) -> list[dict[str, str]]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of_title_kind(row: dict[str, str]) -> dict[str, str | None]:
    return row | {name: row[name] or None for name in ("validity_years", "review_years")}


def add_missing(model: type[models.Model], rows: list[dict]) -> int:
    there = set(model.objects.values_list("key", flat=True))
    new = [model(**row) for row in rows if row["key"] not in there]
    model.objects.bulk_create(new)
    if new:
        counters.touch([None])  # lists offer them as filters
    return len(new)


def add_program() -> int:
    if Program.objects.filter(key=PROGRAM_123["key"]).exists():
        return 0
    program = writing.save(Program(**PROGRAM_123), reason="Reference list")
    for order, (key, name_en, name_zh, quota) in enumerate(CATEGORIES_123, start=1):
        category = ProgramCategory(
            program=program, key=key, name_en=name_en, name_zh=name_zh, quota=quota, order=order
        )
        writing.save(category, reason="Reference list")
    return 1 + len(CATEGORIES_123)
