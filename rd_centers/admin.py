from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from zonetrack.admin_base import (
    ListAdmin,
    RegisterAdmin,
    RegisterInline,
    ScopedFilter,
    StackedInline,
)
from zonetrack.evidence.fields import FIELDS as EVIDENCE
from zonetrack.evidence.fields import EvidenceRowForm, WithEvidence

from .models import Center, CenterHost, CenterKind, CenterPartner, Recognition, StageEvent


class StageInline(RegisterInline):
    model = StageEvent
    fields = ["stage", "year", "on", "note"]


class RecognitionInline(StackedInline):
    model = Recognition
    form = EvidenceRowForm
    fields = [
        ("level", "authority"),
        ("batch", "document_no"),
        ("year", "on"),
        ("ended_year", "ended_on", "end_reason"),
        "note",
        *EVIDENCE,
    ]


class HostInline(RegisterInline):
    model = CenterHost
    fields = ["enterprise", "from_year", "to_year"]
    autocomplete_fields = ["enterprise"]


class PartnerInline(RegisterInline):
    model = CenterPartner
    fields = ["institution"]
    autocomplete_fields = ["institution"]


@admin.register(Center)
class CenterAdmin(WithEvidence, RegisterAdmin):
    evidence_link = "recognition__center"
    list_display = ["name", "kind", "park", "host", "field"]
    list_filter = [
        ("kind", ScopedFilter),
        "kind__family",
        ("park", ScopedFilter),
        ("field", ScopedFilter),
        "recognitions__level",
    ]
    list_select_related = ["kind", "park", "host", "field"]
    search_fields = [
        "name_zh",
        "name_en",
        "host__name_zh",
        "host__name_en",
        "recognitions__document_no",
    ]
    autocomplete_fields = ["park", "host", "merged_into"]
    inlines = [StageInline, RecognitionInline, HostInline, PartnerInline]
    fieldsets = [
        (None, {"fields": ["name_zh", "name_en", "kind"]}),
        (_("Where and who"), {"fields": ["park", "host", "field"]}),
        (_("Merger"), {"fields": ["merged_into", "merged_year"]}),
        (_("Remarks"), {"fields": ["note"]}),
    ]


@admin.register(CenterKind)
class CenterKindAdmin(ListAdmin):
    list_display = ["__str__", "key", "family", "order"]
    list_filter = ["family"]
    fields = ["key", "name_zh", "name_en", "family", "order"]
