"""Merging two enterprises: the preview with its choices, what was done, and its undoing."""

from collections import Counter
from dataclasses import dataclass

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from enterprises import merge_plans, merging, unmerging
from enterprises.merge_plans import Clash, Difference, Plan
from enterprises.models import Enterprise, EnterpriseName, Merge
from zonetrack import changes, punctuation
from zonetrack.access.scope import Scope, request_scope
from zonetrack.admin_base import REFUSALS, sentence
from zonetrack.changes import Limit
from zonetrack.records import Record

from .rights import manages

ROWS_NAMED = 8
REFUSED = (*REFUSALS, merging.Outdated)


@dataclass(frozen=True)
class Choice:
    """A question with two answers, each as lines of text; `chosen` is "kept" or "gone"."""

    name: str
    label: str
    kept: list[str]
    gone: list[str]
    chosen: str


def merge(request, kept, gone):
    scope = request_scope(request)
    stays = scope.get_or_404(Enterprise.objects.all(), pk=kept)
    if already := merge_of(stays, gone):
        return HttpResponseRedirect(already.get_absolute_url())
    goes = scope.get_or_404(Enterprise.objects.all(), pk=gone)
    if kept == gone or not manages(scope, kept, gone):
        raise PermissionDenied
    plan = merge_plans.plan_of(stays, goes)
    outside, refusal = merge_plans.rows_outside(scope, plan), ""
    if request.method == "POST":
        if outside:
            raise PermissionDenied
        try:
            return HttpResponseRedirect(merged(request, kept, gone).get_absolute_url())
        except REFUSED as refused:
            if already := merge_of(stays, gone):  # by the other click of two
                return HttpResponseRedirect(already.get_absolute_url())
            refusal = sentence(refused)
    return TemplateResponse(
        request, "duplicates/merge.html", preview(request, plan, outside, refusal)
    )


def merge_of(kept: Enterprise, gone: int) -> Merge | None:
    return Merge.objects.filter(kept=kept, gone_key=gone, undone_at=None).first()


def merged(request, kept: int, gone: int) -> Merge:
    posted = request.POST
    kind = posted.get("kind")
    done = merging.merge(
        kept,
        gone,
        token=posted.get("token", ""),
        taken={
            key: posted[f"take-{key}"] for key in merge_plans.CHOICES if f"take-{key}" in posted
        },
        stays={
            key.removeprefix("stays-"): value
            for key, value in posted.items()
            if key.startswith("stays-")
        },
        kind=kind if kind in EnterpriseName.Kind else EnterpriseName.Kind.SPELLING,
        by=request.user,
        reason=reason_of(request),
        at=timezone.now(),
    )
    messages.success(request, _("The two are one enterprise now."))
    return done


def reason_of(request) -> str:
    return request.POST.get("reason", "").replace("\0", "").strip()[:300]


def preview(request, plan: Plan, outside: int, refusal: str) -> dict:
    typed = request.POST
    hidden, limit = outside > 0, request_scope(request).limit
    return {
        **admin.site.each_context(request),
        "title": _("Merge two enterprises"),
        "kept": plan.kept,
        "gone": plan.gone,
        "token": plan.token,
        "values": []
        if hidden
        else [value_choice(plan, one, typed, limit) for one in plan.differences],
        "clashes": []
        if hidden
        else [row_choice(one, typed, limit) for one in plan.clashes if not one.equal],
        "moving": [] if hidden else moving(plan),
        "kinds": EnterpriseName.Kind.choices,
        "kind": typed.get("kind", EnterpriseName.Kind.SPELLING),
        "reason": typed.get("reason", ""),
        "outside": outside,
        "closed": merge_plans.closed_years(plan),
        "refusal": refusal,
    }


def value_choice(plan: Plan, one: Difference, typed, limit: Limit) -> Choice:
    name = f"take-{one.key}"
    kept, gone = (
        [changes.readable(column, getattr(row, column.attname), limit) for column in one.columns]
        for row in (plan.kept, plan.gone)
    )
    label = capfirst(one.columns[0].verbose_name)
    return Choice(name, label, shown(kept), shown(gone), chosen(typed, name, one.proposed))


def shown(texts: list[str]) -> list[str]:
    return [text for text in texts if text != changes.NOTHING] or [changes.NOTHING]


def row_choice(one: Clash, typed, limit: Limit) -> Choice:
    name = f"stays-{one.key}"
    kept, gone = (
        [line for row in rows for line in described(row, limit)] for rows in (one.kept, one.gone)
    )
    label = capfirst(one.model._meta.verbose_name)
    return Choice(name, label, kept, gone, chosen(typed, name, one.proposed))


def chosen(typed, name: str, proposed: str) -> str:
    value = typed.get(name)
    return value if value in (merge_plans.KEPT, merge_plans.GONE) else proposed


def described(row: Record, limit: Limit) -> list[str]:
    """The row with its parts, each as its name and what stands in it."""
    lines = [str(row)]
    for each in (row, *merge_plans.own_parts(row)):
        told = [
            f"{punctuation.colon(capfirst(field.verbose_name))}{text}"
            for field in changes.told_fields(type(each))
            if not (field.is_relation and field.related_model is Enterprise)
            and not field.primary_key
            and field.editable
            and (text := changes.readable(field, getattr(each, field.attname), limit))
            != changes.NOTHING
        ]
        lines.append(punctuation.clauses(told))
    return [line for line in lines if line]


def moving(plan: Plan) -> list[tuple[str, int, list[str]]]:
    """Kinds of rows that move, with how many and the first of them by name."""
    rows = {}
    for row in plan.moving:
        rows.setdefault(type(row), []).append(row)
    return [
        (capfirst(model._meta.verbose_name_plural), len(found), [*map(str, found[:ROWS_NAMED])])
        for model, found in rows.items()
    ]


# What was done


def done_or_404(request, pk) -> Merge:
    scope = request_scope(request)
    done = get_object_or_404(Merge.objects.select_related("done_by", "undone_by"), pk=pk)
    if not (scope.everything or manages(scope, done.kept_id)):
        scope.get_or_404(Enterprise.objects.all(), pk=done.kept_id)
    return done


def may_undo(request, done: Merge) -> bool:
    scope = request_scope(request)
    return manages(scope, done.kept_id) and manages_all(scope, done)


def manages_all(scope: Scope, done: Merge) -> bool:
    """Whether all that was moved or deleted lies in what the user manages."""
    parks = {one["fields"].get("park") for one in done.record["deleted"]} - {None}
    if not (scope.everything or parks <= scope.decided_park_ids):
        return False  # what was deleted would come back in another's park
    moved = [
        row
        for label, listed in unmerging.grouped(done.record["moved"]).items()
        for row in apps.get_model(label)._default_manager.filter(pk__in=listed)
    ]
    return merge_plans.outside(scope, moved) == 0


def name_of_gone(scope: Scope, done: Merge) -> str:
    """Once the merge is undone it is an enterprise of its own, perhaps of another park."""
    again = Enterprise.objects.filter(pk=done.gone_key)
    if not again.exists() or scope.limit(again).exists():
        return done.gone_name
    return changes.outside(Enterprise)


def done(request, pk):
    return done_page(request, done_or_404(request, pk))


def done_page(request, done: Merge, refusal: str = ""):
    scope = request_scope(request)
    counts = Counter(one["model"] for one in done.record["moved"])
    gone_name = name_of_gone(scope, done)
    context = {
        **admin.site.each_context(request),
        "title": _("Merged: %(name)s") % {"name": gone_name},
        "done": done,
        "gone_name": gone_name,
        "left": done.left if manages_all(scope, done) else [],
        "kept": Enterprise.objects.filter(pk=done.kept_id).first(),
        "moved": [
            (capfirst(apps.get_model(label)._meta.verbose_name_plural), n)
            for label, n in counts.items()
        ],
        "deleted": len(done.record["deleted"]),
        "may_undo": not done.undone_at and may_undo(request, done),
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
    }
    return TemplateResponse(request, "duplicates/done.html", context)


@require_POST
def undo(request, pk):
    done = done_or_404(request, pk)
    if done.undone_at:
        return HttpResponseRedirect(done.get_absolute_url())
    if not may_undo(request, done):
        raise PermissionDenied
    try:
        unmerging.undo(done.pk, by=request.user, reason=reason_of(request), at=timezone.now())
    except REFUSED as refused:
        return done_page(request, done, sentence(refused))
    messages.success(request, _("The merge is undone: there are two enterprises again."))
    return HttpResponseRedirect(done.get_absolute_url())
