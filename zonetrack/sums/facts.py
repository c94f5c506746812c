"""The facts that are summed by year: their names, where they come from, and by which rule.

Nothing is declared for it: an indicator of the catalog brings its facts along.
"""

import inspect
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import date
from functools import cache
from hashlib import sha256

from django.apps import apps
from django.db import connections

from zonetrack import catalog
from zonetrack.indicators import calendar, counting, declaration
from zonetrack.indicators.declaration import Ask, Facts, is_by_day
from zonetrack.records import Record

Source = Callable[[Ask], list]


@cache
def names() -> dict[Facts, str]:
    """Each fact of the catalog by the first name under which an indicator has it."""
    found: dict[Facts, str] = {}
    for indicator in catalog.INDICATORS:
        named = {part: facts.facts for part, facts in indicator.parts.items()}
        named |= {name: facts for name, facts in indicator.basis.of_returns.items() if facts}
        for part, facts in named.items():
            found.setdefault(facts, f"{indicator.key}.{part}".strip("."))
    return found


@cache
def sources() -> tuple[Source, ...]:
    return tuple(dict.fromkeys(facts.source for facts in names()))


def names_of(chosen: Iterable[Source]) -> set[str]:
    wanted = set(chosen)
    return {name for facts, name in names().items() if facts.source in wanted}


@cache
def names_by_day() -> frozenset[str]:
    """Facts that change with the day in the year that runs and in those to come."""
    return frozenset(names_of(source for source in sources() if is_by_day(source)))


@cache
def fingerprint() -> str:
    """Another one as soon as anything that counts is written otherwise: the names of the facts,
    the modules that declare and count them, and the models these read."""
    used = {counting.__name__, calendar.__name__, declaration.__name__}
    for source in sources():
        used.add(source.__module__)
        app = apps.get_containing_app_config(source.__module__)
        used |= {model.__module__ for model in app.get_models() if not is_history(model)}
    texts = [inspect.getsource(sys.modules[name]) for name in sorted(used)]
    return sha256("\n".join([*sorted(names().values()), *texts]).encode()).hexdigest()


def is_history(model) -> bool:
    return model.__name__.startswith("Historical")


@cache
def models_of(source: Source) -> frozenset[type[Record]]:
    """The registers that a source reads, seen once in the query that it makes."""
    seen: list[str] = []

    def look(execute, sql, params, many, context):
        seen.append(sql)
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        # It may be read from a replica.
        for one in connections.all():
            stack.enter_context(one.execute_wrapper(look))
        source(Ask(frozenset([-1]), 2000, 2000, date(2000, 1, 1)))
    text = " ".join(seen)
    return frozenset(
        model
        for model in apps.get_models()
        if issubclass(model, Record) and f'"{model._meta.db_table}"' in text
    )


def sources_that_read(models: set[type]) -> list[Source]:
    return [source for source in sources() if models & models_of(source)]
