from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from zonetrack.admin_base import RegisterAdmin, ScopedFilter, YearFilter

from .models import ReportingYear


@admin.register(ReportingYear)
class ReportingYearAdmin(RegisterAdmin):
    managed = True
    list_display = ["zone", "year", "opens_on", "due_on", "closed_at"]
    list_filter = [("zone", ScopedFilter), ("year", YearFilter)]
    list_select_related = ["zone"]
    search_fields = ["zone__name_zh", "zone__name_en", "year"]
    autocomplete_fields = ["zone"]
    kept_fields = ("zone", "year")
    readonly_fields = ["closed_at", "closed_by"]
    fieldsets = [
        (None, {"fields": ["zone", "year"]}),
        (_("Calendar"), {"fields": ["opens_on", "due_on"]}),
        (_("Closing"), {"fields": ["closed_at", "closed_by"]}),
    ]
