from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from enterprises import opening
from enterprises.models import Park, State
from enterprises.reporting import reporting
from zonetrack.admin_base import RegisterAdmin, RegisterForm, ScopedFilter, YearFilter

from .models import ReportingYear


class ReportingYearForm(RegisterForm):
    open_now = forms.BooleanField(
        label=gettext_lazy("Open the year now"),
        required=False,
        help_text=gettext_lazy(
            "Prepares the returns of all enterprises that report; those that are there stay."
        ),
    )
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
        if self.instance.is_closed and not cleaned.get("closed"):
            self.need_reason(cleaned, _("Say why the year is reopened."))
        closes = cleaned.get("closed") and not self.instance.is_closed and self.instance.pk
        if closes and (n := unapproved(self.instance)):
            self.need_reason(cleaned, still_open(n))
        self.refuse_opening(cleaned)
        return cleaned

    def need_reason(self, cleaned, sentence):
        if not cleaned.get("reason"):
            raise ValidationError({"reason": sentence})

    def refuse_opening(self, cleaned):
        if not cleaned.get("open_now"):
            return
        if cleaned.get("closed"):
            raise ValidationError({"open_now": _("A year cannot be opened and closed at once.")})
        opens_on = cleaned.get("opens_on")
        if opens_on and timezone.localdate() < opens_on:
            raise ValidationError({"open_now": _("The year opens on a later day.")})


def unapproved(row: ReportingYear) -> int:
    """How many returns of the year would not count if it were closed now."""
    parks = Park.objects.filter(home_zone=row.zone_id).values_list("pk", flat=True)
    return sum(one.state != State.APPROVED for one in reporting(row.year, parks))


def still_open(n: int) -> str:
    return ngettext(
        "%(n)d return is not approved yet. Say why the year is closed all the same.",
        "%(n)d returns are not approved yet. Say why the year is closed all the same.",
        n,
    ) % {"n": n}


@admin.register(ReportingYear)
class ReportingYearAdmin(RegisterAdmin):
    form = ReportingYearForm
    managed = True
    list_display = ["zone", "year", "opens_on", "due_on", "opened_at", "closed_at"]
    list_filter = [("zone", ScopedFilter), ("year", YearFilter)]
    list_select_related = ["zone"]
    search_fields = ["zone__name_zh", "zone__name_en", "year"]
    autocomplete_fields = ["zone"]
    kept_fields = ("zone", "year")
    readonly_fields = ["opened_at", "opened_by", "closed_at", "closed_by"]
    fieldsets = [
        (None, {"fields": ["zone", "year"]}),
        (gettext_lazy("Calendar"), {"fields": ["opens_on", "due_on"]}),
        (gettext_lazy("Opening"), {"fields": ["open_now", "opened_at", "opened_by"]}),
        (gettext_lazy("Closing"), {"fields": ["closed", "closed_at", "closed_by"]}),
    ]

    def write(self, request, obj, form):
        if form.cleaned_data.get("closed") != obj.is_closed:
            if obj.is_closed:
                obj.reopen()
            else:
                opening.await_writers(obj)
                obj.close(by=request.user, at=timezone.now())
        super().write(request, obj, form)
        if form.cleaned_data.get("open_now"):
            self.open_now(request, obj, form)

    def open_now(self, request, row, form):
        at = timezone.now()
        prepared = opening.open_year(
            row,
            by=request.user,
            at=at,
            today=timezone.localdate(at),
            reason=self.reason(form),
        )
        messages.success(request, prepared.sentence)
