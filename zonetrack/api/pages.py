"""The pages for people: how programs read here, and one's own tokens. And the API's first page."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters

from zonetrack import security
from zonetrack.access.scope import request_scope

from . import openapi, tokens
from .models import Token
from .table import ENDPOINTS, VERSION

DAYS = (7, 30, 90, 180, 366)
MOST_SHOWN = 200


# What programs ask first


def start(request) -> dict:
    """Where everything is."""
    root = reverse("api-start")
    return {
        "title": "ZoneTrack",
        "version": VERSION,
        "addresses": [
            {"path": f"{root}{openapi.path_of(each)[1:]}", "title": str(each.title)}
            for each in ENDPOINTS
        ],
        "links": {"html": reverse("api"), "openapi": reverse("api-openapi")},
    }


def openapi_file(request) -> dict:
    return openapi.document()


def nothing(request, rest: str) -> dict:
    raise Http404


# How to use it


def about(request):
    context = {
        "addresses": [
            {
                "path": openapi.path_of(each)[1:],
                "title": each.title,
                "parameters": [(one.name, one.words) for one in each.asked],
            }
            for each in ENDPOINTS
        ],
        "root": request.build_absolute_uri(reverse("api-start")),
        "days": tokens.MOST_DAYS,
        "crumbs": [(_("Access by programs"), None)],
    }
    return render(request, "api/about.html", context)


# Tokens


class NewToken(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("What it is for, such as “Monthly table of the bureau”."),
    )
    days = forms.TypedChoiceField(label=gettext_lazy("Valid for"), coerce=int)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [
            (days, ngettext("%(days)d day", "%(days)d days", days) % {"days": days})
            for days in DAYS
        ]
        self.fields["days"].initial = tokens.USUAL_DAYS


@sensitive_post_parameters()
def tokens_page(request):
    """One's own tokens, and those of the people whose accounts one keeps."""
    now, made = timezone.now(), ""
    form = NewToken(request.POST if "name" in request.POST else None)
    if request.method == "POST":
        if "revoke" in request.POST:
            return revoke(request, now)
        made = make(request, form, now)
    context = {
        "form": form if form.errors else NewToken(),
        "made": made,
        "own": rows_of(tokens.revocable(request_scope(request)).filter(user=request.user), now),
        "others": others(request, now),
        "crumbs": [(_("Access tokens"), None)],
    }
    return render(request, "api/tokens.html", context)


def make(request, form: NewToken, now) -> str:
    """The text of the new token, which is shown in this one answer and nowhere else."""
    if not form.is_valid():
        return ""
    if tokens.valid_of(request.user, at=now).count() >= tokens.MOST_TOKENS:
        words = _("You have %(n)d valid tokens already. Revoke one first.")
        form.add_error(None, words % {"n": tokens.MOST_TOKENS})
        return ""
    given = form.cleaned_data
    token, text = tokens.make(request.user, given["name"], given["days"], at=now)
    security.note_when_stored("token-made", token=token.start, days=given["days"])
    return text


def revoke(request, now):
    given = request.POST["revoke"]
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise Http404
    token = get_object_or_404(tokens.revocable(request_scope(request)), pk=int(given))
    tokens.revoke(token, by=request.user, at=now)
    security.note_when_stored("token-revoked", token=token.start, account=token.user.username)
    messages.success(request, _("The token “%(name)s” is revoked.") % {"name": token.name})
    return redirect("tokens")


def others(request, now) -> list[dict]:
    """Valid tokens of people whose accounts the user keeps."""
    scope = request_scope(request)
    if not (scope.everything or scope.managed_zone_ids):
        return []
    rows = tokens.revocable(scope).exclude(user=request.user)
    rows = rows.filter(revoked=None, expires__gt=now).select_related("user")
    return rows_of(rows[:MOST_SHOWN], now)


def rows_of(rows, now) -> list[dict]:
    return [{"token": row, "state": state_of(row, now), "valid": row.is_valid(now)} for row in rows]


def state_of(token: Token, now) -> tuple[str, str]:
    if token.revoked:
        return "ended", _("Revoked")
    if now >= token.expires:
        return "ended", _("Expired")
    return "done", _("Valid")
