from django.contrib import admin, messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zonetrack.admin_base import RegisterAdmin, RegisterInline, ScopedFilter, YearFilter

from . import application_numbers
from .models import Patent, PatentHolder


class HolderInline(RegisterInline):
    model = PatentHolder
    fields = ["order", "enterprise", "outside_name"]
    autocomplete_fields = ["enterprise"]


@admin.register(Patent)
class PatentAdmin(RegisterAdmin):
    list_display = ["application_no", "title", "type", "park", "filed_year", "granted_year"]
    list_filter = [
        "type",
        ("park", ScopedFilter),
        ("filed_year", YearFilter),
        ("granted_year", YearFilter),
        "end_reason",
    ]
    list_select_related = ["park"]
    search_fields = [
        "application_no",
        "title_zh",
        "title_en",
        "holders__enterprise__name_zh",
        "holders__enterprise__name_en",
        "holders__outside_name",
    ]
    autocomplete_fields = ["park"]
    inlines = [HolderInline]
    fieldsets = [
        (None, {"fields": ["application_no", "type", "title_zh", "title_en", "park"]}),
        (
            gettext_lazy("Dates"),
            {
                "fields": [
                    ("filed_year", "filed_on"),
                    ("granted_year", "granted_on"),
                    ("ended_year", "ended_on"),
                    "end_reason",
                ]
            },
        ),
        (gettext_lazy("Remarks"), {"fields": ["note"]}),
    ]

    @admin.display(description=gettext_lazy("title"))
    def title(self, patent):
        return patent.title

    def write(self, request, obj, form):
        super().write(request, obj, form)
        if "application_no" in form.changed_data and has_wrong_check(obj.application_no):
            messages.warning(
                request,
                _("The check digit of the application number does not match. Please compare it."),
            )


def has_wrong_check(number: str) -> bool:
    try:
        return not application_numbers.parse(number).has_valid_check
    except application_numbers.FormatError:
        return False
