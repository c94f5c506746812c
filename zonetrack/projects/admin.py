from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from zonetrack.admin_base import RegisterAdmin, RegisterInline, ScopedFilter, YearFilter
from zonetrack.evidence.fields import FIELDSET as EVIDENCE
from zonetrack.evidence.fields import EvidenceForm, WithEvidence

from .models import (
    Achievement,
    Application,
    Cooperation,
    CooperationPartner,
    Milestone,
    Program,
    ProgramCategory,
    Project,
)

ENTERPRISE_NAMES = ["enterprise__name_zh", "enterprise__name_en"]
REMARKS = (_("Remarks"), {"fields": ["note"]})


class CategoryInline(RegisterInline):
    model = ProgramCategory
    fields = ["key", "name_zh", "name_en", "quota", "order"]


@admin.register(Program)
class ProgramAdmin(RegisterAdmin):
    list_display = ["name", "level", "authority", "from_year", "to_year"]
    list_filter = ["level"]
    list_select_related = ["authority"]
    search_fields = ["name_zh", "name_en", "key"]
    kept_fields = ("key",)
    inlines = [CategoryInline]
    fieldsets = [
        (None, {"fields": ["key", "name_zh", "name_en"]}),
        (_("Run"), {"fields": ["level", "authority", ("from_year", "to_year")]}),
        REMARKS,
    ]


@admin.register(Application)
class ApplicationAdmin(RegisterAdmin):
    list_display = ["__str__", "category", "enterprise", "park", "applied_year", "status"]
    list_filter = [
        ("category", ScopedFilter),
        "status",
        ("park", ScopedFilter),
        ("applied_year", YearFilter),
        ("won_year", YearFilter),
    ]
    list_select_related = ["category__program", "enterprise", "park"]
    search_fields = ["title_zh", "title_en", *ENTERPRISE_NAMES]
    autocomplete_fields = ["park", "enterprise"]
    fieldsets = [
        (None, {"fields": ["category", "title_zh", "title_en"]}),
        (_("Applicant"), {"fields": ["enterprise", "park"]}),
        (
            _("Application and result"),
            {
                "fields": [
                    ("applied_year", "applied_on"),
                    "status",
                    ("won_year", "won_on"),
                    "funding",
                ]
            },
        ),
    ]


class MilestoneInline(RegisterInline):
    model = Milestone
    fields = ["name_zh", "name_en", "planned_on", "done_on"]


@admin.register(Project)
class ProjectAdmin(WithEvidence, RegisterAdmin):
    form = EvidenceForm
    list_display = ["name", "serial", "is_key", "park", "enterprise", "stage", "progress"]
    list_filter = [
        "is_key",
        "stage",
        ("park", ScopedFilter),
        ("field", ScopedFilter),
        ("begun_year", YearFilter),
    ]
    list_select_related = ["park", "enterprise"]
    search_fields = ["name_zh", "name_en", *ENTERPRISE_NAMES]
    autocomplete_fields = ["park", "enterprise"]
    inlines = [MilestoneInline]
    fieldsets = [
        (None, {"fields": ["name_zh", "name_en", "is_key", "serial"]}),
        (_("Where and who"), {"fields": ["park", "enterprise", "field"]}),
        (
            _("Course"),
            {
                "fields": [
                    "stage",
                    ("begun_year", "begun_on"),
                    ("completed_year", "completed_on"),
                    "progress",
                ]
            },
        ),
        (_("Money (in 10,000 yuan)"), {"fields": ["budget", "spent"]}),
        REMARKS,
        EVIDENCE,
    ]


class CooperationPartnerInline(RegisterInline):
    model = CooperationPartner
    fields = ["institution"]
    autocomplete_fields = ["institution"]


@admin.register(Cooperation)
class CooperationAdmin(RegisterAdmin):
    list_display = ["name", "kind", "enterprise", "park", "signed_year", "ended_year"]
    list_filter = [
        "kind",
        ("park", ScopedFilter),
        ("field", ScopedFilter),
        ("signed_year", YearFilter),
    ]
    list_select_related = ["enterprise", "park"]
    search_fields = [
        "name_zh",
        "name_en",
        "contract_no",
        "partners__name_zh",
        "partners__name_en",
        *ENTERPRISE_NAMES,
    ]
    autocomplete_fields = ["park", "enterprise"]
    inlines = [CooperationPartnerInline]
    fieldsets = [
        (None, {"fields": ["name_zh", "name_en", "kind"]}),
        (_("Parties"), {"fields": ["enterprise", "park", "field"]}),
        (
            _("Agreement"),
            {
                "fields": [
                    ("signed_year", "signed_on"),
                    ("ended_year", "ended_on"),
                    "amount",
                    "contract_no",
                ]
            },
        ),
        REMARKS,
    ]


@admin.register(Achievement)
class AchievementAdmin(RegisterAdmin):
    list_display = ["name", "field", "enterprise", "park", "year"]
    list_filter = [("field", ScopedFilter), ("park", ScopedFilter), ("year", YearFilter)]
    list_select_related = ["field", "enterprise", "park"]
    search_fields = ["name_zh", "name_en", *ENTERPRISE_NAMES]
    autocomplete_fields = ["park", "enterprise"]
    fieldsets = [
        (None, {"fields": ["name_zh", "name_en", "field"]}),
        (_("Where and who"), {"fields": ["park", "enterprise"]}),
        (_("When"), {"fields": [("year", "on")]}),
        REMARKS,
    ]
