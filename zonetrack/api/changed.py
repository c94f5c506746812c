"""The changes of all records as data: the questions and the entries of their page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from zonetrack.changes import Entry
from zonetrack.journal_page import context_of

from .values import plain


def changes(request) -> dict:
    """One page of changes, newest first. They are not counted: there may be very many."""
    found = context_of(request)
    query = found["query"]

    def neighbor(page: int | None) -> str | None:
        return f"{request.path}?{query}{'&' if query else ''}page={page}" if page else None

    return {
        "title": _("All changes"),
        "remarks": [str(said) for errors in found["question"].errors.values() for said in errors],
        "next": neighbor(found["older"]),
        "previous": neighbor(found["newer"]),
        "changes": [change_of(entry) for entry in found["entries"]],
        "links": {"html": reverse("all-changes") + (f"?{query}" if query else "")},
    }


def change_of(entry: Entry) -> dict:
    """Values as the page writes them, in the reader's language: a dash is none."""
    return {
        "at": plain(entry.at),
        "by": plain(entry.by),
        "kind": {"+": "added", "-": "deleted"}.get(entry.kind, "changed"),
        "subject": plain(entry.subject),
        "reason": plain(entry.reason),
        "through": plain(entry.through),
        "values": [{"name": one.label, "old": one.old, "new": one.new} for one in entry.changes],
        "links": {"html": plain(entry.url)},
    }
