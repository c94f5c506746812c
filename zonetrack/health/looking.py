"""What a look at one part of the installation is, and how several are made, kept and told."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, InterfaceError
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from .models import Look


class Level(IntEnum):
    FINE = 0
    WARNING = 1
    FAILURE = 2


WORDS = {
    Level.FINE: pgettext_lazy("health", "fine"),
    Level.WARNING: pgettext_lazy("health", "warning"),
    Level.FAILURE: pgettext_lazy("health", "failure"),
}


@dataclass(frozen=True)
class Asked:
    now: datetime
    backup_hours: int = 26

    @property
    def today(self) -> date:
        return localtime(self.now).date()


@dataclass(frozen=True)
class Found:
    """`facts`: numbers and names that JSON can hold, without words."""

    level: Level
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """`tell` puts the facts into words, which need the database no more.

    A slow one reads much, or waits for others: the status page shows what the command found.
    """

    key: str
    title: Any
    look: Callable[[Asked], Found]
    tell: Callable[[dict[str, Any]], str]
    slow: bool = False
    needs_database: bool = True


@dataclass(frozen=True)
class Result:
    """`at` is None for what was never looked at; then there are no facts."""

    check: Check
    found: Found
    at: datetime | None

    @property
    def told(self) -> str:
        if self.at is None:
            return _("Not looked at yet: run health_check.")
        if "failed" in self.found.facts:
            return _("This could not be looked at (%(why)s).") % {"why": self.found.facts["failed"]}
        return self.check.tell(self.found.facts)

    @property
    def level(self) -> Level:
        return self.found.level

    @property
    def word(self) -> str:
        return str(WORDS[self.level]) if self.at else "–"


def looked(checks: Iterable[Check], asked: Asked) -> list[Result]:
    """Once the database is away, nothing that needs it is asked."""
    results: list[Result] = []
    away = False
    for check in checks:
        if away and check.needs_database:
            continue
        try:
            found = check.look(asked)
        except (DatabaseError, InterfaceError, OSError) as error:
            found = Found(Level.FAILURE, {"failed": type(error).__name__})
        away = away or (check.key == "database" and found.level == Level.FAILURE)
        # As it will be read again.
        facts = json.loads(json.dumps(found.facts, cls=DjangoJSONEncoder))
        results.append(Result(check, Found(found.level, facts), asked.now))
    return results


def keep(results: Iterable[Result]) -> None:
    for result in results:
        values = {"at": result.at, "level": result.level, "facts": result.found.facts}
        Look.objects.update_or_create(check_key=result.check.key, defaults=values)


def kept(checks: Iterable[Check]) -> list[Result]:
    """What the command found when it last looked."""
    rows = {row.check_key: row for row in Look.objects.all()}
    nothing = Found(Level.FINE)
    return [
        Result(check, Found(Level(row.level), row.facts), row.at)
        if (row := rows.get(check.key))
        else Result(check, nothing, None)
        for check in checks
    ]


def worst(results: Iterable[Result]) -> Level:
    return max((result.level for result in results), default=Level.FINE)
