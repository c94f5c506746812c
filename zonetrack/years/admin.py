from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zonetrack.admin_base import RegisterAdmin, RegisterForm, ScopedFilter, YearFilter

from .models import ReportingYear


class ReportingYearForm(RegisterForm):
    closed = forms.BooleanField(
        label=gettext_lazy("The year is closed"),
        required=False,
        help_text=gettext_lazy(
            "Figures of a closed year cannot be changed. Reopening it needs a reason."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "closed" in self.fields:
            self.fields["closed"].initial = self.instance.is_closed

    def clean(self):
        cleaned = super().clean()
        reopened = self.instance.is_closed and not cleaned.get("closed")
        if reopened and not cleaned.get("reason"):
            raise ValidationError({"reason": _("Say why the year is reopened.")})
        return cleaned


@admin.register(ReportingYear)
class ReportingYearAdmin(RegisterAdmin):
    form = ReportingYearForm
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
        (gettext_lazy("Calendar"), {"fields": ["opens_on", "due_on"]}),
        (gettext_lazy("Closing"), {"fields": ["closed", "closed_at", "closed_by"]}),
    ]

    def write(self, request, obj, form):
        if form.cleaned_data.get("closed") != obj.is_closed:
            if obj.is_closed:
                obj.reopen()
            else:
                obj.close(by=request.user, at=timezone.now())
        super().write(request, obj, form)
