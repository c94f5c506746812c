"""What is asked to check a text: where and when it was written, and the text itself."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from enterprises.places import Place, find_place
from zonetrack import numbers
from zonetrack.access.scope import Scope
from zonetrack.records import FIRST_YEAR
from zonetrack.years.models import ReportingYear

LONGEST_TEXT = 20_000
AHEAD = 10  # years after the present one that a text may speak of
MOST_ZONES = 3  # up to so many zones, their parks are offered one by one


class Question(forms.Form):
    place = forms.CharField(label=gettext_lazy("Zone or park"), max_length=100, widget=forms.Select)
    year = forms.IntegerField(
        label=gettext_lazy("Year of the text"),
        help_text=gettext_lazy("“This year” and “last year” in the text are told from it."),
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        help_text=gettext_lazy(
            "A paragraph in English or Chinese, such as a speech or an article; "
            "at most 20,000 characters. It is not kept."
        ),
        widget=forms.Textarea({"rows": 9}),
        error_messages={
            "required": gettext_lazy("Paste the text whose numbers are to be checked.")
        },
        # Told in words of our own below.
        max_length=None,
    )

    def __init__(self, *args, scope: Scope, today: date, **options):
        super().__init__(*args, **options)
        self.scope, self.today = scope, today
        self.fields["place"].widget.choices = choices(scope)
        self.fields["year"].min_value = FIRST_YEAR
        self.fields["text"].validators = []

    def clean_place(self) -> Place:
        key = self.cleaned_data["place"]
        found = None if "\0" in key else find_place(self.scope, key)
        if found is None:
            raise ValidationError(
                _("There is no such zone or park, or your role does not include it.")
            )
        return found

    def clean_year(self) -> int:
        year = self.cleaned_data["year"]
        if not FIRST_YEAR <= year <= self.today.year + AHEAD:
            raise ValidationError(_("“Year” needs a year such as 2014."))
        return year

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].replace("\r\n", "\n").replace("\r", "\n")
        if "\0" in text:
            raise ValidationError(
                _("The text has signs in it that are no writing. Paste it as plain text.")
            )
        if len(text) > LONGEST_TEXT:
            over = len(text) - LONGEST_TEXT
            words = {"n": numbers.number(over)}
            raise ValidationError(
                ngettext(
                    "The text is %(n)s character too long. Check it in parts.",
                    "The text is %(n)s characters too long. Check it in parts.",
                    over,
                )
                % words
            )
        return text


def choices(scope: Scope) -> list:
    """The zones and parks in scope, parks under their zone."""
    found = []
    for zone in scope.zones:
        whole = [(f"zone:{zone.key}", zone.name)] if scope.sees_whole_zone(zone.pk) else []
        parks = [] if scope.everything or len(scope.zones) > MOST_ZONES and whole else scope.links
        options = whole + [
            (f"park:{link.park.key}", link.park.name)
            for link in parks
            if link.zone_id == zone.pk and not link.park.is_unstated
        ]
        if len(options) > 1 and len(scope.zones) > 1:
            found.append((zone.name, options))
        else:
            found += options
    return found


def usual_year(scope: Scope, today: date) -> int:
    """The last reporting year that has begun in a zone of the scope, else the year before."""
    years = ReportingYear.objects.filter(zone__in=[zone.pk for zone in scope.zones])
    last = years.filter(year__lte=today.year).order_by("-year").values_list("year", flat=True)
    return last.first() or today.year - 1
