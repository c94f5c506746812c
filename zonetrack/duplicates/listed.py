"""The list of enterprises that may have been entered twice, and of what was decided about them."""

from contextlib import suppress
from dataclasses import dataclass

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from enterprises.duplicates import Pair, Reason, duplicates_in
from enterprises.models import Enterprise, Merge, NotTheSame
from zonetrack import writing
from zonetrack.access.scope import request_scope

from .rights import managed, manages

PAIRS_A_PAGE = 50
DECISIONS_SHOWN = 20


@dataclass
class Shown:
    """A pair with the addresses of what may be done about it; empty where nothing may."""

    pair: Pair
    merge_url: str = ""

    @property
    def percent(self) -> int:
        return round(self.pair.share * 100)


def duplicates(request):
    scope = request_scope(request)
    pairs = duplicates_in(scope)
    reason = request.GET.get("reason", "")
    chosen = [pair for pair in pairs if pair.reason == reason] if reason in Reason else pairs
    page = Paginator(chosen, PAIRS_A_PAGE).get_page(request.GET.get("page"))
    may = managed(scope, {firm.pk for pair in page for firm in (pair.first, pair.second)})
    seen = scope.limit(Enterprise.objects.all()).order_by().values("pk")
    dismissed = NotTheSame.objects.filter(first__in=seen, second__in=seen)
    context = {
        **admin.site.each_context(request),
        "title": _("Enterprises that may be entered twice"),
        "pairs": [Shown(pair, merge_url(pair) if both(pair) <= may else "") for pair in page],
        "page_obj": page,
        "query": urlencode({"reason": reason}) if reason in Reason else "",
        "tabs": tabs(pairs, reason),
        "merges": Merge.objects.filter(kept__in=seen).select_related("kept", "done_by")[
            :DECISIONS_SHOWN
        ],
        "dismissed": dismissed.select_related("first", "second").order_by("-pk")[:DECISIONS_SHOWN],
    }
    return TemplateResponse(request, "duplicates/list.html", context)


def both(pair: Pair) -> set[int]:
    return {pair.first.pk, pair.second.pk}


def merge_url(pair: Pair) -> str:
    """Proposed to be kept is the one with a credit code, or else the one that was entered first."""
    first, second = pair.first, pair.second
    if second.credit_code and not first.credit_code:
        first, second = second, first
    return reverse("merge", args=[first.pk, second.pk])


def tabs(pairs: list[Pair], current: str) -> list[dict]:
    counts = [("", _("All"), len(pairs))]
    counts += [(r.value, r.label, sum(pair.reason == r for pair in pairs)) for r in Reason]
    return [
        {"key": key, "label": label, "count": n, "current": key == current}
        for key, label, n in counts
        if n or key in ("", current)
    ]


@require_POST
def not_the_same(request):
    """Remember that two enterprises are not one, so that the list no longer names them."""
    scope = request_scope(request)
    keys = [request.POST.get(name, "") for name in ("first", "second")]
    keys = sorted(int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19)
    rows = [scope.get_or_404(Enterprise.objects.all(), pk=key) for key in keys]
    if len(set(keys)) != 2 or not manages(scope, *keys):
        raise PermissionDenied
    first, second = rows
    if not NotTheSame.objects.filter(first=first, second=second).exists():
        note = request.POST.get("note", "").replace("\0", "")[:300]
        row = NotTheSame(first=first, second=second, note=note)
        with suppress(IntegrityError):  # the other click of two has stored it
            writing.save(row, by=request.user, reason=note)
    messages.success(request, _("The two are no longer listed."))
    return HttpResponseRedirect(reverse("duplicates"))


@require_POST
def maybe_the_same(request, pk):
    """Take such a decision back."""
    scope = request_scope(request)
    row = get_object_or_404(NotTheSame, pk=pk)
    for key in (row.first_id, row.second_id):
        scope.get_or_404(Enterprise.objects.all(), pk=key)
    if not manages(scope, row.first_id, row.second_id):
        raise PermissionDenied
    with suppress(writing.Conflict):  # the other click of two has taken it back
        writing.delete(row, by=request.user)
    return HttpResponseRedirect(reverse("duplicates"))
