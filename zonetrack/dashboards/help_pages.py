"""How numbers are computed, and help: what each indicator counts, roles, first steps, states."""

from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zonetrack import catalog, numbers, punctuation
from zonetrack.access import matrix, roles
from zonetrack.indicators.declaration import Indicator, Kind
from zonetrack.records import in_reader_language
from zonetrack.targets.cases import GoldenCase, golden_cases, rounded
from zonetrack.targets.progress import Judgement, Status


def how_we_compute(request):
    cases = [case_row(case) for case in golden_cases()]
    context = {
        "cases": cases,
        "holding": sum(case["holds"] for case in cases),
        "statuses": statuses(),
        "crumbs": [(_("How we compute"), None)],
    }
    return render(request, "dashboards/how_we_compute.html", context)


def help_page(request):
    context = {
        "topics": [
            (topic.value, name, [entry(each) for each in catalog.INDICATORS if each.topic == topic])
            for topic, name in catalog.TOPICS.items()
        ],
        "roles": role_rows(),
        "columns": [matrix.LABELS[role] for role in matrix.COLUMNS],
        "rights": [
            (name, [(verb.label, verb.marked) for verb in verbs]) for name, verbs in matrix.GROUPS
        ],
        "crumbs": [(_("Help"), None)],
    }
    return render(request, "dashboards/help.html", context)


# The golden table


def case_row(case: GoldenCase) -> dict:
    """One case as asked and as `assess` answers it now; `holds`: that this is what it should be."""
    found = case.computed()
    return {
        "name": in_reader_language(case.name_en, case.name_zh),
        "kind": kind_words()[case.kind],
        "direction": direction_words(case),
        "actual": written(case.actual, _("not reported")),
        "target": written(case.target),
        "baseline": written(case.baseline),
        "pace": pace_words(case.pace),
        "day": judged_on(case),
        "complete": "" if case.complete else _("returns missing"),
        "status": found.status.value,
        "cause": status_words(found),
        "attainment": written(rounded(found.attainment)),
        "distance": written(rounded(found.distance)),
        "remaining": written(rounded(found.remaining)),
        "expected": written(rounded(found.expected)),
        "percent": found.percent,
        "holds": same(found, case.answer),
    }


def same(found: Judgement, answer: Judgement) -> bool:
    names = ("attainment", "distance", "remaining", "expected")
    return (found.status, found.percent) == (answer.status, answer.percent) and all(
        rounded(getattr(found, name)) == getattr(answer, name) for name in names
    )


def kind_words() -> dict[str, str]:
    return {
        Kind.FLOW: pgettext("kind of indicator", "Flow"),
        Kind.STOCK: pgettext("kind of indicator", "Stock"),
        Kind.RATIO: pgettext("kind of indicator", "Ratio"),
    }


def direction_words(case: GoldenCase) -> str:
    words = {
        "up": pgettext("target", "At least"),
        "down": pgettext("target", "At most"),
        "keep": pgettext("target", "Keep"),
    }[case.direction]
    if not case.tolerance:
        return words
    return words + punctuation.brackets(f"± {numbers.number(case.tolerance)}")


def pace_words(pace: str) -> str:
    if pace == "linear":
        return _("by day")
    if pace == "year_end":
        return _("at the year’s end")
    steps = [step.split("=") for step in pace.removeprefix("months:").split(",")]
    return punctuation.clauses(
        _("%(share)s by the end of month %(month)s")
        % {"share": numbers.percent(float(share) * 100, 0), "month": month.strip()}
        for month, share in steps
    )


def judged_on(case: GoldenCase) -> str:
    words = {"year": case.year, "day": date_format(case.today, "SHORT_DATE_FORMAT")}
    if case.today > case.due:
        return _("%(year)d, on %(day)s, overdue") % words
    return _("%(year)d, on %(day)s") % words


def written(value, nothing: str = numbers.NOTHING) -> str:
    return nothing if value is None else numbers.number(value)


def status_words(found: Judgement) -> str:
    return {row["status"]: row["name"] for row in statuses()}[found.status.value]


def statuses() -> list[dict]:
    rows = [
        (
            Status.ACHIEVED,
            _("Target met"),
            _("The year is over and the target is reached; a count is met as soon as it is."),
        ),
        (
            Status.MISSED,
            _("Target missed"),
            _("The year is over and the target is not reached, or a limit is exceeded for good."),
        ),
        (
            Status.ON_PACE,
            _("On pace"),
            _("The year is running, and it stands as expected."),
        ),
        (
            Status.BEHIND,
            _("Behind"),
            _("The year is running, and it lags behind what is expected."),
        ),
        (
            Status.NOT_DUE,
            _("Not due yet"),
            _(
                "The year has not begun, figures are still to come before their due day, or the "
                "target falls due only at the year’s end."
            ),
        ),
        (
            Status.NOT_REPORTED,
            _("Not reported"),
            _("The due day has passed, and the figure or a part of the returns is missing."),
        ),
        (
            Status.NO_TARGET,
            _("No target"),
            _("No target with a number is set, or one of 0 that asks for nothing."),
        ),
    ]
    return [
        {"status": status.value, "name": name, "meaning": meaning} for status, name, meaning in rows
    ]


# Help


def entry(indicator: Indicator) -> dict:
    return {
        "indicator": indicator,
        "kind": {
            Kind.FLOW: _("counted over the year"),
            Kind.STOCK: _("level on 31 December"),
            Kind.RATIO: _("two sums divided"),
        }[indicator.kind],
        "basis": basis_words(indicator),
        "direction": _("less is better") if indicator.direction == "down" else _("more is better"),
    }


def basis_words(indicator: Indicator) -> str:
    if indicator.published_only:
        return _("published figures only")
    if indicator.basis.is_returns:
        return _("yearly returns of enterprises")
    return _("registers")


def role_rows() -> list[tuple[str, str, str]]:
    """Who sees and does what, in the words of the roles."""
    return [
        (
            roles.LABELS[roles.READER],
            _("Zones or parks granted"),
            _("Browses and exports what is seen."),
        ),
        (
            roles.LABELS[roles.STAFF],
            _("Own parks"),
            _("Enters registers and yearly returns of these parks while the year is open."),
        ),
        (
            roles.LABELS[roles.OFFICER],
            _("Zones granted"),
            _("Reads and exports; changes no figures."),
        ),
        (
            roles.LABELS[roles.MANAGER],
            _("Own zone"),
            _(
                "Approves and sends back returns, opens and closes years, sets targets, enters "
                "published figures, manages the users of the zone."
            ),
        ),
        (
            _("Administrator"),
            _("Everything"),
            _("Zones, reference lists, users, the installation."),
        ),
    ]
