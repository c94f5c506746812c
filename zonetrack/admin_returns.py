"""Steps of the workflow taken with many returns at once, from the admin's list."""

from collections.abc import Callable, Iterable

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from enterprises.models import Return, State
from zonetrack import workflow
from zonetrack.access.scope import Scope, request_scope
from zonetrack.addresses import entry_form_of
from zonetrack.channels import Channel, through
from zonetrack.checking import Finding
from zonetrack.return_checks import Limit

MOST_TOLD = 10
Refused = list[tuple[Return, str]]


def step_all(
    returns: Iterable[Return],
    step: Callable[[Return, list[Finding]], None],
    *,
    reached: tuple[State, ...],
    limit: Limit | None = None,
) -> tuple[int, Refused]:
    """Take a step with each return on its own: with how many, and why not with the others."""
    done, refused = [], []

    def attempt(filing: Return, found: list[Finding]) -> None:
        if filing.state in reached:
            words = {"state": filing.get_state_display()}
            refused.append((filing, _("This is its state already: %(state)s.") % words))
            return
        try:
            step(filing, found)
        except workflow.REFUSED as refusal:
            refused.append((filing, str(refusal)))
        else:
            done.append(filing)

    with through(Channel.ACTION):
        workflow.one_by_one(returns, attempt, limit)
    return len(done), refused


def refuse_others(scope: Scope, park: int, may: Callable[[Scope, int], bool]) -> None:
    if not may(scope, park):
        raise workflow.NotNow(_("Your role does not include this in the park."))


def tell(request, reached: State, done: int, refused: Refused) -> None:
    if done:
        messages.success(request, workflow.done_words(reached, done))
    if not refused:
        return
    n = len(refused)
    lines = [
        (entry_form_of(filing.pk), str(filing), reason) for filing, reason in refused[:MOST_TOLD]
    ]
    head = ngettext("%(n)d return was left as it is.", "%(n)d returns were left as they are.", n)
    told = format_html_join("", '<br><a href="{}">{}</a>: {}', lines)
    more = format_html("<br>…") if n > MOST_TOLD else ""
    messages.warning(request, format_html("{}{}{}", head % {"n": n}, told, more))


class ReturnActions:
    """Actions of a model admin; its list holds only returns in scope."""

    actions = ["submit_returns", "approve_returns", "send_back_returns"]

    def has_decide_permission(self, request) -> bool:
        scope = request_scope(request)
        return scope.everything or bool(scope.decided_park_ids)

    @admin.action(description=gettext_lazy("Submit the selected returns"), permissions=["change"])
    def submit_returns(self, request, queryset):
        scope, now = request_scope(request), timezone.now()

        def step(filing, found):
            refuse_others(scope, filing.park_id, workflow.may_enter)
            workflow.submit(filing, by=request.user, at=now, found=found)

        reached = (State.SUBMITTED, State.APPROVED)
        done, refused = step_all(queryset, step, reached=reached, limit=scope.limit)
        tell(request, State.SUBMITTED, done, refused)

    @admin.action(description=gettext_lazy("Approve the selected returns"), permissions=["decide"])
    def approve_returns(self, request, queryset):
        scope = request_scope(request)

        def step(filing, found):
            refuse_others(scope, filing.park_id, workflow.may_decide)
            workflow.approve(filing, by=request.user, found=found)

        done, refused = step_all(queryset, step, reached=(State.APPROVED,))
        tell(request, State.APPROVED, done, refused)

    @admin.action(
        description=pgettext_lazy("action", "Send the selected returns back"),
        permissions=["decide"],
    )
    def send_back_returns(self, request, queryset):
        """Asks on a page in between what is to be mended."""
        comment = request.POST.get("comment", "").replace("\0", "").strip()
        if not comment:
            return self.ask_comment(request, queryset)
        scope = request_scope(request)

        def step(filing, _found):
            refuse_others(scope, filing.park_id, workflow.may_decide)
            workflow.send_back(filing, by=request.user, comment=comment)

        done, refused = step_all(queryset, step, reached=(State.RETURNED,))
        tell(request, State.RETURNED, done, refused)
        return None

    def ask_comment(self, request, queryset):
        context = {
            **self.admin_site.each_context(request),
            "title": _("Send back: what is to be mended?"),
            "opts": self.opts,
            "returns": queryset,
            "is_missing": "comment" in request.POST,
            "checkbox": ACTION_CHECKBOX_NAME,
            "longest": workflow.LONGEST_COMMENT,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/send_back.html", context)
