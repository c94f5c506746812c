from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from zonetrack.admin_base import RegisterAdmin, ScopedFilter, YearFilter
from zonetrack.admin_indicators import IndicatorAdmin, IndicatorFilter, IndicatorForm
from zonetrack.evidence.fields import FIELDSET as EVIDENCE
from zonetrack.evidence.fields import EvidenceFields, WithEvidence

from .models import PublishedFigure, Source


class PublishedFigureForm(EvidenceFields, IndicatorForm):
    pass


@admin.register(PublishedFigure)
class PublishedFigureAdmin(WithEvidence, IndicatorAdmin):
    form = PublishedFigureForm
    list_display = ["indicator_name", "place", "year", "period", "value", "certainty", "source"]
    list_filter = [
        ("zone", ScopedFilter),
        ("park", ScopedFilter),
        ("year", YearFilter),
        IndicatorFilter,
        "certainty",
        "period",
    ]
    list_select_related = ["zone", "park", "source"]
    search_fields = [
        "indicator",
        "source__tag",
        "source__title_zh",
        "source__title_en",
        "zone__name_zh",
        "zone__name_en",
        "park__name_zh",
        "park__name_en",
    ]
    autocomplete_fields = ["zone", "park", "source"]
    fieldsets = [
        (
            None,
            {
                "description": _("A figure is about either a zone or a park."),
                "fields": ["indicator", "zone", "park"],
            },
        ),
        (_("Figure"), {"fields": ["year", ("period", "month"), "value", "certainty"]}),
        (_("Where it was published"), {"fields": ["source"]}),
        (_("Remarks"), {"fields": ["note_zh", "note_en"]}),
        EVIDENCE,
    ]


@admin.register(Source)
class SourceAdmin(RegisterAdmin):
    list_display = ["tag", "__str__", "grade", "published_on"]
    list_filter = ["grade"]
    search_fields = ["tag", "title_zh", "title_en", "address"]
    kept_fields = ("tag",)
    fieldsets = [
        (None, {"fields": ["tag", "title_zh", "title_en"]}),
        (_("Publication"), {"fields": ["address", "published_on", "grade"]}),
        (_("Remarks"), {"fields": ["note"]}),
    ]
