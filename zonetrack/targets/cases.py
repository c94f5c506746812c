"""The golden table of `progress.assess`: shown to users on "How we compute" and held by a test."""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from pathlib import Path

from zonetrack.targets.progress import Judgement, Status, assess

TABLE = Path(__file__).with_name("progress_cases.csv")
SIX_PLACES = Decimal("0.000001")


@dataclass(frozen=True)
class GoldenCase:
    """One row: what is asked, and what the table says the answer is (without its cause)."""

    name_en: str
    name_zh: str
    kind: str
    direction: str
    actual: Decimal | None
    target: Decimal | None
    baseline: Decimal | None
    year: int
    today: date
    due: date
    pace: str
    tolerance: Decimal
    whole: bool
    complete: bool
    answer: Judgement

    def computed(self) -> Judgement:
        """What `assess` answers now, unrounded."""
        names = "kind direction actual target baseline year today due pace tolerance whole complete"
        return assess(**{name: getattr(self, name) for name in names.split()})


@cache
def golden_cases() -> tuple[GoldenCase, ...]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(_case(row) for row in csv.DictReader(file))


def rounded(value: Decimal | None) -> Decimal | None:
    """As the table writes numbers: half-even to six places."""
    return None if value is None else value.quantize(SIX_PLACES, ROUND_HALF_EVEN)


def _case(row: dict[str, str]) -> GoldenCase:
    return GoldenCase(
        name_en=row["case"],
        name_zh=row["case_zh"],
        kind=row["kind"],
        direction=row["direction"],
        actual=_number(row["actual"]),
        target=_number(row["target"]),
        baseline=_number(row["baseline"]),
        year=int(row["year"]),
        today=date.fromisoformat(row["today"]),
        due=date.fromisoformat(row["due"]),
        pace=row["pace"],
        tolerance=Decimal(row["tolerance"]),
        whole=row["whole"] == "yes",
        complete=row["complete"] == "yes",
        answer=_answer(row),
    )


def _answer(row: dict[str, str]) -> Judgement:
    return Judgement(
        status=Status(row["status"]),
        attainment=_number(row["attainment"]),
        distance=_number(row["distance"]),
        remaining=_number(row["remaining"]),
        expected=_number(row["expected"]),
        percent=row["percent"],
    )


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None
