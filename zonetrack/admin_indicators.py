"""Choosing an indicator of the catalog in the admin's forms and lists."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from zonetrack import catalog
from zonetrack.admin_base import RegisterAdmin, RegisterForm


class IndicatorForm(RegisterForm):
    """For records that store an indicator's key."""

    indicator = forms.ChoiceField(
        label=_("Indicator"), choices=lambda: [("", "---------"), *catalog.choices()]
    )


class IndicatorFilter(admin.SimpleListFilter):
    title = _("indicator")
    parameter_name = "indicator"

    def lookups(self, request, model_admin):
        return [(each.key, each.name) for each in catalog.INDICATORS]

    def queryset(self, request, queryset):
        return queryset.filter(indicator=self.value()) if self.value() else queryset


class IndicatorAdmin(RegisterAdmin):
    """Records about one indicator of a zone or a park, kept by the zone's manager."""

    form = IndicatorForm
    managed = True

    @admin.display(description=_("indicator"), ordering="indicator")
    def indicator_name(self, record):
        known = catalog.BY_KEY.get(record.indicator)
        return known.name if known else record.indicator

    @admin.display(description=_("zone or park"))
    def place(self, record):
        return record.place
