"""Every address of the API, once: routes, the OpenAPI document and the page for people read it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from . import changed, figures, shapes, work
from .registers import REGISTERS, Register
from .schemas import Schema

VERSION = "1"


@dataclass(frozen=True)
class Endpoint:
    """`path` is a route behind /api/v1/. `shape()` describes what `answer(request, **keys)` sends,
    `parameters()` what may stand in the query string."""

    name: str  # of its address; also the operation's in the document
    path: str
    title: Any
    answer: Callable[..., dict]
    shape: Callable[[], Schema]
    parameters: Callable[[], list[shapes.Parameter]] = list

    @cached_property
    def asked(self) -> list[shapes.Parameter]:
        return self.parameters()


def of_register(register: Register) -> Iterator[Endpoint]:
    title = register.listing.title
    yield Endpoint(
        f"api-{register.name}-list",
        f"{register.path}/",
        title,
        register.answer_list,
        lambda: shapes.list_of(register),
        lambda: shapes.parameters_of(register),
    )
    yield Endpoint(
        f"api-{register.name}",
        f"{register.path}/<int:pk>/",
        shapes.one_of(title),
        register.answer_record,
        lambda: shapes.record_of(register),
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "api-zones",
        "zones/",
        _("Zones of your scope with their parks"),
        figures.zones,
        shapes.zones,
        lambda: [shapes.PAGE],
    ),
    # Before the zones themselves: no zone is called "compare".
    Endpoint(
        "api-compare-zones",
        "zones/compare/",
        _("Zones side by side"),
        figures.all_zones,
        shapes.all_zones,
        lambda: [shapes.YEAR, shapes.INDICATORS, shapes.SORT_BY_INDICATOR, shapes.PAGE],
    ),
    Endpoint(
        "api-zone",
        "zones/<slug:zone>/",
        _("One zone, with the last year known"),
        figures.zone,
        shapes.zone,
    ),
    Endpoint(
        "api-dashboard",
        "zones/<slug:zone>/<int:year>/",
        _("All indicators of a zone in one year"),
        figures.scorecard,
        shapes.figures,
        lambda: [shapes.PARK, shapes.PROVISIONAL],
    ),
    Endpoint(
        "api-park",
        "zones/<slug:zone>/<int:year>/parks/<slug:park>/",
        _("All indicators of a park in one year"),
        figures.scorecard,
        shapes.figures,
        lambda: [shapes.PROVISIONAL],
    ),
    Endpoint(
        "api-compare-parks",
        "zones/<slug:zone>/parks/",
        _("The parks of a zone side by side"),
        figures.parks,
        shapes.parks,
        lambda: [
            shapes.YEAR,
            shapes.INDICATORS,
            shapes.SORT_BY_INDICATOR,
            shapes.PROVISIONAL,
        ],
    ),
    Endpoint(
        "api-scorecard",
        "zones/<slug:zone>/indicators/",
        _("All indicators of a zone or park in the year asked for, else the last one known"),
        figures.scorecard,
        shapes.figures,
        lambda: [shapes.YEAR, shapes.PARK, shapes.PROVISIONAL],
    ),
    Endpoint(
        "api-indicator",
        "zones/<slug:zone>/indicators/<slug:key>/",
        _("One indicator over the years"),
        figures.track_record,
        shapes.figures,
        lambda: [shapes.YEAR, shapes.FROM, shapes.PARK, shapes.PROVISIONAL],
    ),
    Endpoint(
        "api-indicators",
        "indicators/",
        _("What the indicators are"),
        figures.indicators,
        shapes.indicators,
    ),
    *(endpoint for register in REGISTERS for endpoint in of_register(register)),
    Endpoint(
        "api-board",
        "admin/yearly/<slug:zone>/<int:year>/board/",
        _("Who has reported for a year, for those who enter or approve figures"),
        work.board,
        work.board_shape,
        work.board_parameters,
    ),
    Endpoint(
        "api-checks",
        "admin/yearly/<slug:zone>/<int:year>/checks/",
        _("What the checks find in the returns of a year, for those who enter or approve figures"),
        work.checks,
        work.checks_shape,
        lambda: [shapes.PAGE],
    ),
    Endpoint("api-search", "search/", _("Search"), work.search, work.search_shape, work.words),
    Endpoint(
        "api-changes",
        "changes/",
        _("Who changed what, for those who keep or sign the records"),
        changed.changes,
        shapes.changes,
        shapes.parameters_of_changes,
    ),
)
