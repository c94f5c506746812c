from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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

from .models import KeyMark, Level, Location, Return, State, TechnologyField, TitleKind
from .standing import titles_due, titles_ended, titles_held


class PresentIn(YearIs):
    """Enterprises that were in a park in the year; the figures shown are of this year, too."""

    def filter(self, rows, value):
        if value is None:
            return rows
        there = Location.objects.filter(
            Q(to_year__isnull=True) | Q(to_year__gte=value), from_year__lte=value
        )
        return rows.filter(pk__in=self.parent.scope.limit(there).values("enterprise"))


class KeyIn(YearIs):
    def filter(self, rows, value):
        if value is None:
            return rows
        marks = self.parent.scope.limit(KeyMark.objects.filter(year=value))
        return rows.filter(pk__in=marks.values("enterprise"))


class ReturnStates(Choices):
    """By the state of the return of the year chosen, or of any year."""

    def filter(self, rows, value):
        if not value:
            return rows
        filed = self.parent.scope.limit(Return.objects.filter(state__in=value))
        if year := self.parent.form.cleaned_data.get("year"):
            filed = filed.filter(year=year)
        return rows.filter(pk__in=filed.values("enterprise"))


class EnterpriseFilters(Filters):
    q = Search(
        "name_en",
        "name_zh",
        "credit_code",
        many=["names__name"],
        label=_("Name or credit code"),
    )
    zone = Zones()
    park = Parks()
    year = PresentIn("year", _("In the park in (year)"))
    field = Records("field", _("Technology field"), TechnologyField)
    key_year = KeyIn("year", _("Key enterprise in (year)"))
    state = ReturnStates("state", _("State of the return"), State.choices)
    from_year = YearIs("registered_year", _("Registered from (year)"), "gte")
    to_year = YearIs("registered_year", _("Registered up to (year)"), "lte")


class TitleFilters(Filters):
    q = Search(
        "kind__name_en",
        "kind__name_zh",
        "enterprise__name_en",
        "enterprise__name_zh",
        "batch",
        "document_no",
        "subject",
        many=["enterprise__names__name"],
        label=_("Title, holder or document number"),
    )
    zone = Zones()
    park = Parks()
    level = Choices("kind__level", _("Level"), Level.choices)
    kind = Records("kind", pgettext_lazy("title", "Title"), TitleKind)
    state = States(
        pgettext_lazy("title", "State"),
        [
            ("held", pgettext_lazy("title", "Held")),
            ("due", _("Lapses or falls due for review within 12 months")),
            ("ended", pgettext_lazy("title", "No longer held")),
        ],
        lambda today: {
            "held": titles_held(today),
            "due": titles_due(today),
            "ended": titles_ended(today),
        },
    )
    year = YearIs("awarded_year", _("Awarded in (year)"))
    from_year = YearIs("awarded_year", _("Awarded from (year)"), "gte")
    to_year = YearIs("awarded_year", _("Awarded up to (year)"), "lte")
    enterprise = EnterpriseIs()
