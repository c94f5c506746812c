"""The page of all changes: who changed what, when, through which form or import."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zonetrack import journal
from zonetrack.access.scope import request_scope
from zonetrack.channels import Channel
from zonetrack.records import FIRST_YEAR, LAST_YEAR

SHOWN, MOST_PAGES = 50, 40


class Question(forms.Form):
    who = forms.CharField(label=pgettext_lazy("change", "Person"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind of record"), required=False)
    year = forms.IntegerField(
        label=_("Year the record is about"),
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
    )
    channel = forms.ChoiceField(
        label=_("Entered through"), required=False, choices=[("", _("All")), *Channel.choices]
    )
    first = forms.DateField(
        label=_("From (day)"), required=False, widget=forms.DateInput({"type": "date"})
    )
    last = forms.DateField(
        label=_("Up to (day)"), required=False, widget=forms.DateInput({"type": "date"})
    )
    source = forms.IntegerField(
        label=_("Import"),
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        widget=forms.HiddenInput,
    )
    page = forms.IntegerField(
        label=_("Number of the page"),
        required=False,
        min_value=1,
        max_value=MOST_PAGES,
        widget=forms.HiddenInput,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = [
            (model._meta.label_lower, capfirst(model._meta.verbose_name))
            for model in journal.kept_models()
        ]
        self.fields["kind"].choices = [("", _("All")), *names]

    @property
    def answers(self) -> dict:
        """What could be read; the rest is told beside its field."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


def all_changes(request):
    return render(request, "lists/journal.html", context_of(request))


def context_of(request) -> dict:
    """What the address asks for and what is found; only for who reads histories somewhere."""
    scope = request_scope(request)
    if not scope.audits:
        raise PermissionDenied
    question = Question(request.GET)
    answers = question.answers
    page = answers.pop("page", 1)
    entries, more = journal.found(scope, journal.Asked(**answers), (page - 1) * SHOWN, SHOWN)
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "question": question,
        "asked": answers,
        "entries": entries,
        "query": query.urlencode(),
        "newer": page - 1,
        "older": page + 1 if more and page < MOST_PAGES else None,
    }
