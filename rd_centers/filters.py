from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Level, TechnologyField
from zonetrack.lists.filtering import (
    Choices,
    EnterpriseIs,
    Filters,
    Parks,
    Records,
    Search,
    States,
    YearIs,
    Zones,
)

from .models import CenterKind, Recognition
from .standing import is_ended, is_on_the_way, is_recognized


class RecognizedAt(Choices):
    """Bodies ever recognized at one of the levels."""

    def filter(self, rows, value):
        if not value:
            return rows
        return rows.filter(pk__in=Recognition.objects.filter(level__in=value).values("center"))


class RecognizedIn(YearIs):
    """By the year of any recognition that counts."""

    def filter(self, rows, value):
        if value is None:
            return rows
        found = Recognition.objects.counted().filter(**{f"year__{self.lookup_expr}": value})
        return rows.filter(pk__in=found.values("center"))


class LedBy(EnterpriseIs):
    """Bodies the enterprise leads or shares."""

    def filter(self, rows, value):
        if value is None:
            return rows
        shared = rows.model.objects.filter(hosts__enterprise=value).values("pk")
        return rows.filter(pk__in=shared) | rows.filter(host=value)


class CenterFilters(Filters):
    q = Search(
        "name_en",
        "name_zh",
        "host__name_en",
        "host__name_zh",
        many=["partners__name_en", "partners__name_zh", "recognitions__document_no"],
        label=_("Name, enterprise or partner"),
    )
    zone = Zones()
    park = Parks()
    state = States(
        pgettext_lazy("center", "State"),
        [
            ("recognized", pgettext_lazy("center", "Recognized")),
            ("pipeline", _("On the way to recognition")),
            ("ended", pgettext_lazy("center", "Ended")),
        ],
        lambda today: {
            "recognized": is_recognized(today),
            "pipeline": is_on_the_way(today),
            "ended": is_ended(today),
        },
    )
    family = Choices("kind__family", _("Family"), CenterKind.Family.choices)
    kind = Records("kind", _("Kind"), CenterKind)
    level = RecognizedAt("pk", _("Recognized at level"), Level.choices)
    field = Records("field", _("Technology field"), TechnologyField)
    year = RecognizedIn("year", _("Recognized in (year)"))
    from_year = RecognizedIn("year", _("Recognized from (year)"), "gte")
    to_year = RecognizedIn("year", _("Recognized up to (year)"), "lte")
    enterprise = LedBy()
