"""The form in which staff enter the yearly figures of one enterprise, and reviewers decide."""

from dataclasses import replace

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises import opening
from enterprises.models import Enterprise, Park, Return, State
from zonetrack import entering, workflow, writing
from zonetrack.access.scope import Scope, request_scope
from zonetrack.addresses import entry_form_of
from zonetrack.channels import Channel, through
from zonetrack.entering import Entry
from zonetrack.lists.returned import MEASURES
from zonetrack.punctuation import joined
from zonetrack.typed_fields import stored_as

from . import entry_cells, entry_sent
from . import entry_once as once
from .entry_answers import draft_key, not_the_opener
from .entry_conflicts import differing
from .entry_page import BY_NAME, RETURNS, Sheet, neighbors, next_open
from .entry_sent import Sent
from .yearly_places import refuse_other_years

UNREADABLE, CONFLICT = 422, 409
REFUSED = (*workflow.REFUSED, entering.Approved)


def edit(request, pk):
    is_sent = request.method == "POST"
    # Who saves is led on to the stored form; only where that fails is all of it read.
    rows = Return.objects.all() if is_sent else RETURNS
    filing = request_scope(request).get_or_404(rows, pk=pk)
    refuse_readers(request, filing)
    if is_sent:
        return take(request, filing, entry_sent.read(request.POST))
    return show(request, filing)


def begin(request, pk, year):
    """The form of an enterprise that has no return for the year yet; saving makes one."""
    filing = known_or_new(request_scope(request), pk, year)
    refuse_readers(request, filing)
    if request.method == "POST":
        sent = entry_sent.read(request.POST)
        if filing.state == State.NOT_STARTED and filing.pk and sent.opened == 0:
            # It has been prepared meanwhile; nothing was opened, and nothing is in it.
            sent = replace(sent, opened=entering.opened_number(filing))
        return take(request, filing, sent)
    if filing.pk:
        return HttpResponseRedirect(entry_form_of(filing.pk))
    return show(request, filing)


def refuse_readers(request, filing: Return) -> None:
    if not workflow.may_enter(request_scope(request), filing.park_id):
        raise PermissionDenied


def known_or_new(scope: Scope, enterprise: int, year: int) -> Return:
    """The return of an enterprise for a year, or one that is not stored yet. Raises Http404."""
    refuse_other_years(year, timezone.localdate())
    row = scope.get_or_404(Enterprise.objects.all(), pk=enterprise)
    if known := Return.objects.filter(enterprise=row, year=year).first():
        return scope.get_or_404(RETURNS, pk=known.pk)
    place = scope.limit(opening.expected(year).filter(enterprise=row)).first()
    if place is None:
        raise Http404
    park = Park.objects.select_related("home_zone").get(pk=place.park_id)
    return Return(enterprise=row, park=park, year=year)


# Steps


def take(request, filing: Return, sent: Sent):
    """Do what was asked; whatever is refused comes back with all that was typed."""
    if told := not_the_opener(request):
        return show_again(request, filing, sent, told=told, is_kept=True, status=CONFLICT)
    step, is_new = STEPS.get(request.POST.get("do"), save), filing.pk is None
    try:
        with through(Channel.PAGE):
            return step(request, filing, sent)
    except REFUSED as refusal:
        return refuse(request, filing, sent, refusal)
    except IntegrityError:
        made = RETURNS.filter(enterprise=filing.enterprise_id, year=filing.year).first()
        if made is None or not is_new:
            raise
        # Somebody else began it at the same moment, perhaps in another park.
        request_scope(request).get_or_404(RETURNS, pk=made.pk)
        refuse_readers(request, made)
        return take(request, made, sent)


def save(request, filing: Return, sent: Sent):
    if answer := unfit(request, filing, sent):
        return answer
    with writing.together():
        filing = entered(request, filing, sent)
    messages.success(request, _("Saved."))
    tell_conversions(request, sent)
    return HttpResponseRedirect(entry_form_of(filing.pk))


def submit(request, filing: Return, sent: Sent):
    """Store what was typed, and hand it in; what stands in the way does not hinder the storing."""
    if answer := unfit(request, filing, sent):
        return answer
    hindrance = None
    with writing.together():
        filing = entered(request, filing, sent)
        try:
            filing = workflow.submit(
                filing,
                by=request.user,
                at=timezone.now(),
                # What was sent is what is stored now, so nothing is submitted unseen.
                opened=None if sent.is_complete else sent.opened,
                limit=request_scope(request).limit,
            )
        except workflow.NotNow as refusal:
            hindrance = refusal
    tell_conversions(request, sent)
    if hindrance:
        messages.warning(request, joined([_("Saved, but not submitted."), hindrance]))
    elif filing.state == State.APPROVED:
        messages.success(request, _("Submitted and approved: the figures count now."))
    else:
        messages.success(request, _("Submitted. The figures count once they are approved."))
    return HttpResponseRedirect(entry_form_of(filing.pk))


def approve(request, filing: Return, sent: Sent):
    refuse_undecided(request, filing, sent)
    workflow.approve(filing, by=request.user, opened=sent.opened)
    messages.success(request, _("Approved: the figures count now."))
    return HttpResponseRedirect(entry_form_of(filing.pk))


def send_back(request, filing: Return, sent: Sent):
    refuse_undecided(request, filing, sent)
    workflow.send_back(filing, by=request.user, comment=sent.comment, opened=sent.opened)
    messages.success(request, _("Sent back. Its author is told."))
    return HttpResponseRedirect(entry_form_of(filing.pk))


STEPS = {"save": save, "submit": submit, "approve": approve, "send_back": send_back}


def entered(request, filing: Return, sent: Sent) -> Return:
    """Store figures and reasons. Raises what is refused."""
    if not filing.pk and not any(value is not None for value in sent.figures.values()):
        raise workflow.NotNow(_("Nothing has been entered yet."))
    # Locked first, so that the same form, sent at the same moment, waits.
    stored = entering.locked([filing.pk] if filing.pk else [])
    entry = Entry(filing, sent.figures, sent.opened)
    if not entering.changes_of(entry, stored):
        entry.strict = not once.is_taken(request, sent.form)
    for refused in entering.enter([entry], by=request.user, stored=stored):
        raise refused.why
    once.take(request, sent.form)
    if any(sent.reasons.values()):
        found = workflow.found_in(entry.filing, request_scope(request).limit)
        workflow.explain(entry.filing, found, sent.reasons, by=request.user)
    return entry.filing


def unfit(request, filing: Return, sent: Sent):
    """The answer to what cannot be stored as it was sent; None where it can."""
    if sent.opened is None:
        told = _("This form has lost its version number. Compare, then save.")
        return show_again(request, filing, sent, told=told, compares=True, status=UNREADABLE)
    if sent.errors:
        n = len(sent.errors)
        told = ngettext(
            "%(n)d value cannot be read. Nothing has been saved yet.",
            "%(n)d values cannot be read. Nothing has been saved yet.",
            n,
        ) % {"n": n}
        return show_again(request, filing, sent, told=told, is_kept=True, status=UNREADABLE)
    return None


def refuse_undecided(request, filing: Return, sent: Sent) -> None:
    """Who decides has seen the return, and leaves no typed figure behind."""
    if not workflow.may_decide(request_scope(request), filing.park_id):
        raise PermissionDenied
    if sent.opened is None:
        raise workflow.NotNow(_("This form has lost its version number. Compare, then save."))
    is_current = sent.opened == entering.opened_number(filing)
    if is_current and (sent.errors or differing(filing, sent.figures, None)):
        raise workflow.NotNow(_("You have typed figures. Save them, or undo that, then decide."))


def tell_conversions(request, sent: Sent) -> None:
    for name, typed in sent.typed.items():
        if sent.figures[name] is not None and entry_cells.converts(name, typed):
            messages.info(request, stored_as(BY_NAME[name].label, typed, sent.figures[name]))


# Answers


def refuse(request, filing: Return, sent: Sent, refusal: Exception):
    """The form with what was typed and why it was not stored."""
    return show_again(
        request,
        filing,
        sent,
        told=str(refusal),
        compares=not isinstance(refusal, workflow.NotNow),
        no_comment=isinstance(refusal, workflow.NoComment),
        status=CONFLICT,
    )


def show_again(request, filing: Return, sent: Sent, *, compares: bool = False, **more):
    """The form as it is stored now, with what was sent; `compares` shows the two side by side."""
    if filing.pk:
        filing = RETURNS.filter(pk=filing.pk).first()
        if filing is None:
            messages.error(request, _("This return has been deleted. Nothing was saved."))
            return HttpResponseRedirect(reverse("return-list"))
    found = differing(filing, sent.figures, sent.opened) if compares else None
    return show(request, filing, sent, conflict=found or None, **more)


def show(request, filing: Return, sent: Sent | None = None, *, status: int = 200, **more):
    today = timezone.localdate()
    sheet = Sheet(request_scope(request), filing, today, sent or Sent(), **more)
    if sheet.conflict and sheet.saved and status == CONFLICT:
        kept = sheet.locked or _("Nothing of yours has been saved yet.")
        sheet.told = joined([sheet.saved.sentence, kept])
    everybody, near = neighbors(filing)
    context = {
        **admin.site.each_context(request),
        "title": _("Return of %(enterprise)s for %(year)d")
        % {"enterprise": filing.enterprise.name, "year": filing.year},
        "sheet": sheet,
        "filing": filing,
        "form_token": once.token(),
        "measures": len(MEASURES),
        "neighbors": near,
        "approved": sum(one.row.status == State.APPROVED for one in everybody),
        "expected": len(everybody),
        "next_open": next_open(everybody),
        "draft_key": draft_key(
            request, "return", filing.pk or f"{filing.enterprise_id}.{filing.year}"
        ),
    }
    request.current_app = admin.site.name
    return TemplateResponse(request, "returns/entry_form.html", context, status=status)
