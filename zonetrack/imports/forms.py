"""What is asked for before a file is read."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Park, Zone
from zonetrack.records import year_field
from zonetrack.years.models import ReportingYear

from .context import Context

YEARS = year_field("").validators


class Place(forms.Form):
    """Where rows go that do not say it themselves."""

    zone = forms.ModelChoiceField(
        Zone.objects.none(), label=gettext_lazy("Zone"), required=False, empty_label="–"
    )
    park = forms.ModelChoiceField(
        Park.objects.none(), label=gettext_lazy("Park"), required=False, empty_label="–"
    )
    year = forms.IntegerField(label=gettext_lazy("Year"), required=False, validators=YEARS)

    def __init__(self, *args, scope, register, **kwargs):
        super().__init__(*args, **kwargs)
        self.scope = scope
        writable = None if scope.everything else scope.writable_park_ids
        parks = Park.objects.all() if writable is None else Park.objects.filter(pk__in=writable)
        self.fields["park"].queryset = parks
        zones = Zone.objects.all()
        if writable is not None:
            zones = zones.filter(links__park__in=writable).distinct()
        self.fields["zone"].queryset = zones
        if not register.asks_year:
            del self.fields["year"]
        for name, field in self.fields.items():
            if name in HELP:
                field.widget.attrs["aria-describedby"] = f"id_{name}_helptext"
                field.help_text = HELP[name]
        self.settle()

    def settle(self):
        """Whoever enters for one zone, one park, or while one year is open, need not choose it."""
        for name in ("zone", "park"):
            few = list(self.fields[name].queryset.order_by()[:2])
            self.fields[name].initial = few[0].pk if len(few) == 1 else None
        if "year" in self.fields:
            rows = ReportingYear.objects.filter(zone__in=self.fields["zone"].queryset)
            opened = rows.filter(opened_at__isnull=False, closed_at__isnull=True)
            years = set(opened.order_by().values_list("year", flat=True).distinct()[:2])
            self.fields["year"].initial = years.pop() if len(years) == 1 else None

    def clean(self):
        found = super().clean()
        zone, park = found.get("zone"), found.get("park")
        if zone and park and not park.links.filter(zone=zone).exists():
            self.add_error("park", _("This park does not belong to the zone."))
        return found

    def context(self) -> Context:
        data = self.cleaned_data
        return Context(self.scope, data.get("zone"), data.get("park"), data.get("year"))


HELP = {
    "park": gettext_lazy("For rows that do not name their park."),
    "year": gettext_lazy("For rows that do not name their year."),
    "zone": gettext_lazy("Tells parks of the same name apart."),
}


class Upload(Place):
    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=None,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )
    field_order = ["file", "zone", "park", "year"]
