from django.contrib import admin, messages
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zonetrack.admin_base import (
    REFUSALS,
    ScopedFilter,
    YearFilter,
    may_change,
    sentence,
)
from zonetrack.admin_indicators import IndicatorAdmin, IndicatorFilter
from zonetrack.punctuation import joined

from .models import Target, TargetRevision
from .revising import carry_forward, set_target


class RevisionInline(admin.TabularInline):
    """What the target was set to before; made by saving the target, never typed."""

    model = TargetRevision
    fields = readonly_fields = ["number", "value", "baseline", "reason", "author", "at"]
    extra = 0
    can_delete = False
    view_on_site = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Target)
class TargetAdmin(IndicatorAdmin):
    list_display = ["indicator_name", "place", "year", "direction", "value", "baseline"]
    list_filter = [
        ("zone", ScopedFilter),
        ("park", ScopedFilter),
        ("year", YearFilter),
        IndicatorFilter,
        "direction",
    ]
    list_select_related = ["zone", "park"]
    search_fields = [
        "indicator",
        "text_zh",
        "text_en",
        "zone__name_zh",
        "zone__name_en",
        "park__name_zh",
        "park__name_en",
    ]
    autocomplete_fields = ["zone", "park"]
    actions = ["carry_forward"]
    inlines = [RevisionInline]
    fieldsets = [
        (
            None,
            {
                "description": gettext_lazy("A target stands either on a zone or on a park."),
                "fields": ["indicator", "zone", "park", "year"],
            },
        ),
        (
            gettext_lazy("What is to be reached"),
            {"fields": ["direction", "value", "text_zh", "text_en", "tolerance"]},
        ),
        (
            gettext_lazy("How progress is measured"),
            {"fields": [("baseline", "baseline_year"), "pace"]},
        ),
        (gettext_lazy("Remarks"), {"fields": ["note_zh", "note_en"]}),
    ]

    def write(self, request, obj, form):
        set_target(obj, by=request.user, reason=self.reason(form), at=timezone.now())

    def save_formset(self, request, form, formset, change):
        """Revisions are written by `set_target` alone."""
        formset.save(commit=False)

    @admin.action(
        description=gettext_lazy("Carry forward to the next year"), permissions=["change"]
    )
    def carry_forward(self, request, queryset):
        own = [target for target in queryset if may_change(request, target)]
        try:
            made, skipped = carry_forward(own, by=request.user, at=timezone.now())
        except REFUSALS as refusal:
            messages.error(request, sentence(refusal))
            return
        done = ngettext("%(n)d target set.", "%(n)d targets set.", made) % {"n": made}
        if skipped:
            done = joined([done, _("%(n)d stand in the next year already.") % {"n": skipped}])
        messages.success(request, done)
