"""Who may do what, as one table. The help shows it, and tests try every cell by real requests.

A cell is a person of some kind doing something with something that lies somewhere. The table
says what each role does; the kinds of people say where they see and where they act; `expected`
puts both together. Adding something to do is one line of VERBS, and its way of being tried in
`tests/matrix_tries.py`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from . import roles

ADMINISTRATOR = "Administrator"
COLUMNS = (roles.READER, roles.OFFICER, roles.STAFF, roles.MANAGER, ADMINISTRATOR)
LABELS = {**roles.LABELS, ADMINISTRATOR: _("Administrator")}


# Roles that enter the admin.
INSIDE = frozenset({roles.STAFF, roles.MANAGER, ADMINISTRATOR})


class Answer(StrEnum):
    YES = "done or shown"
    SIGN_IN = "led to sign in (302)"
    REFUSED = "refused (403), or not offered"
    HIDDEN = "as if it did not exist (404), or a list without it"
    CLOSED = "refused, because the year is closed"


class Where(StrEnum):
    """Where something lies, seen from a person who belongs to the home zone or its park."""

    OWN = "own park"
    SISTER = "sister park of the same zone"
    UNSTATED = "park not stated, of the same zone"
    CLOSED = "own park, in a closed year"
    NOWHERE = "no park at all"
    OTHER = "another zone"
    DELETED = "deleted"


PARK = frozenset({Where.OWN, Where.CLOSED})
ZONE = PARK | {Where.SISTER, Where.UNSTATED}
ELSEWHERE = frozenset({Where.OTHER})
EVERYTHING = frozenset(Where) - {Where.DELETED}
NOTHING: frozenset[Where] = frozenset()


@dataclass(frozen=True)
class Kind:
    """A kind of person: the role, where it sees, and where it acts in that role."""

    name: str
    role: str | None
    sees: frozenset[Where]
    acts: frozenset[Where]


KINDS = (
    Kind("stranger", None, NOTHING, NOTHING),
    Kind("disabled", None, NOTHING, NOTHING),
    Kind("reader", roles.READER, ZONE, ZONE),
    Kind("reader-of-park", roles.READER, PARK, PARK),
    Kind("official", roles.OFFICER, ZONE, ZONE),
    Kind("staff", roles.STAFF, PARK, PARK),
    Kind("staff-reading-the-zone", roles.STAFF, ZONE, PARK),
    Kind("staff-elsewhere", roles.STAFF, ELSEWHERE, ELSEWHERE),
    Kind("manager", roles.MANAGER, ZONE, ZONE),
    Kind("manager-elsewhere", roles.MANAGER, ELSEWHERE, ELSEWHERE),
    Kind("administrator", ADMINISTRATOR, EVERYTHING, EVERYTHING),
)

ANYWHERE = frozenset(Where)
# What always belongs to a park; to a zone as a whole; to neither.
PARKS = ANYWHERE - {Where.NOWHERE}
OPEN_PARKS = PARKS - {Where.CLOSED}
STANDING = PARKS - {Where.DELETED}
ZONES = frozenset({Where.OWN, Where.OTHER, Where.DELETED})
TARGETS = OPEN_PARKS - {Where.UNSTATED}
PEOPLE = frozenset({Where.OWN, Where.SISTER, Where.NOWHERE, Where.OTHER, Where.DELETED})
HOLDERS = PEOPLE - {Where.NOWHERE}
ONCE = frozenset({Where.OWN})


class Door(StrEnum):
    """In which order it is asked what the role does, where the thing lies, and who acts there."""

    PAGES = "what is not seen is not found; what is seen may be read"
    PLACE = "what is not seen is not found; takes the role in the very place"
    SEEN = "first whether the role does this at all; what is seen may be read"
    ADMIN = "first whether the role does this at all; takes the role in the very place"
    RECORD = "first whether the role enters data at all, then the record, then the role there"
    ROLE = "the role alone, whatever it is about"
    KEPT = "as if it did not exist for all but those who have the role in the very place"


@dataclass(frozen=True)
class Verb:
    """Something to do. `marks`: for each role of COLUMNS, then whether in a closed year."""

    key: str
    label: Any
    marks: str
    places: frozenset[Where]
    door: Door = Door.PAGES

    @property
    def by(self) -> frozenset[str]:
        return frozenset(role for role, does in zip(COLUMNS, self.marked[:-1], strict=True) if does)

    @property
    def marked(self) -> list[bool]:
        """One answer for each role of COLUMNS, then for a closed year."""
        return [mark == "x" for mark in self.marks.split()]

    @property
    def in_closed_year(self) -> bool:
        return self.marked[-1]


PLACE, SEEN, ADMIN = Door.PLACE, Door.SEEN, Door.ADMIN
RECORD, KEPT, ROLE = Door.RECORD, Door.KEPT, Door.ROLE
# fmt: off
GROUPS = (
    (_("Read"), (
        #                                                       reader
        #                                                       | official
        #                                                       | | data entry
        #                                                       | | | manager
        #                                                       | | | | administrator
        #                                                       | | | | |  in a closed year
        Verb("view", _("Open a record"),                       "x x x x x  x", ANYWHERE),
        Verb("list", _("Find it in its list"),                 "x x x x x  x", ANYWHERE),
        Verb("filter", _("Choose its park in a filter"),       "x x x x x  x", OPEN_PARKS),
        Verb("search", _("Find it by the search"),             "x x x x x  x", ANYWHERE),
        Verb("dashboard", _("Open the figures of its park"),   "x x x x x  x", PARKS),
        Verb("totals", _("Open the figures of its zone"),      "x x x x x  x", ZONES),
        Verb("chart", _("Read the data of a chart (JSON)"),    "x x x x x  x", OPEN_PARKS),
        Verb("behind", _("Open what is behind a number"),      "x x x x x  x", PARKS),
        Verb("compare", _("Compare its park with others"),     "x x x x x  x", OPEN_PARKS),
        Verb("csv", _("Export as CSV"),                        "x x x x x  x", ANYWHERE),
        Verb("xlsx", _("Export as Excel"),                     "x x x x x  x", ANYWHERE),
        Verb("evidence", _("Save its evidence"),               "x x x x x  x", PARKS),
        Verb("journal", _("See it among all changes"),         "- x x x x  x", STANDING, KEPT),
        Verb("trace", _("See its changes on its page"),        "- x x x x  x", ANYWHERE, PLACE),
    )),
    (_("Enter data"), (
        Verb("admin-list", _("Find it in the list for entry"), "- - x x x  x", ANYWHERE, SEEN),
        Verb("admin-open", _("Open its form"),                 "- - x x x  x", ANYWHERE, SEEN),
        Verb("admin-popup", _("Open its form in a window"),    "- - x x x  x", ANYWHERE, SEEN),
        Verb("lookup", _("Choose it in a form"),               "- - x x x  x", ANYWHERE, SEEN),
        Verb("prefill", _("Begin a form with it chosen"),      "- - x x x  x", ANYWHERE, SEEN),
        Verb("history", _("Read its whole history"),           "- - x x x  x", ANYWHERE, SEEN),
        Verb("add", _("Add a record"),                         "- - x x x  -", PARKS, ADMIN),
        Verb("change", _("Change a record"),                   "- - x x x  -", ANYWHERE, ADMIN),
        Verb("delete", _("Delete a record"),                   "- - - x x  -", ANYWHERE, ADMIN),
        Verb("bulk-delete", _("Delete several at once"),       "- - - x x  -", ANYWHERE, ADMIN),
    )),
    (_("Yearly work"), (
        Verb("entry-table", _("Open the table of its zone"),   "- - x x x  x", ZONES, SEEN),
        Verb("entry-row", _("Find it in the table"),           "- - x x x  x", PARKS, KEPT),
        Verb("entry-form", _("Open its form of figures"),      "- - x x x  x", PARKS, RECORD),
        Verb("board", _("See who has reported"),               "- - x x x  x", ZONES, SEEN),
        Verb("enter", _("Enter its figures"),                  "- - x x x  -", PARKS, RECORD),
        Verb("upload", _("Import a file for its park"),        "- - x x x  x", OPEN_PARKS, ADMIN),
        Verb("import-open", _("Open an import of others"),     "- - - x x  x", OPEN_PARKS, KEPT),
        Verb("approve", _("Approve its figures"),              "- - - x x  -", PARKS, RECORD),
        Verb("send-back", _("Send its figures back"),          "- - - x x  -", PARKS, RECORD),
        Verb("merge", _("Merge it with its twin"),             "- - - x x  x", OPEN_PARKS, RECORD),
    )),
    (_("Steer"), (
        Verb("target", _("Set a target"),                      "- - - x x  -", TARGETS, ADMIN),
        Verb("target-change", _("Change a target"),            "- - - x x  x", TARGETS, ADMIN),
        Verb("publish", _("Enter a published figure"),         "- - - x x  -", OPEN_PARKS, ADMIN),
        Verb("open-year", _("Set up a reporting year"),        "- - - x x  x", ZONES, ADMIN),
        Verb("close-year", _("Close a year"),                  "- - - x x  x", ZONES, ADMIN),
        Verb("reopen-year", _("Reopen a closed year"),         "- - - x x  x", ZONES, ADMIN),
        Verb("year-add", _("Add and open a year"),             "- - - x x  x", ZONES, RECORD),
        Verb("year-close", _("Close it on its page"),          "- - - x x  x", ZONES, RECORD),
        Verb("year-reopen", _("Reopen it on its page"),        "- - - x x  x", ZONES, RECORD),
        Verb("declare", _("Declare a register complete"),      "- - - x x  x", ZONES, ADMIN),
    )),
    (_("People and access"), (
        Verb("people", _("See people in their list"),          "- - - x x  x", PEOPLE, ADMIN),
        Verb("person", _("Open a person"),                     "- - - x x  x", PEOPLE, ADMIN),
        Verb("give-role", _("Give a role"),                    "- - - x x  x", HOLDERS, ADMIN),
        Verb("take-role", _("Take a role away"),               "- - - x x  x", HOLDERS, ADMIN),
        Verb("roles", _("Read what the roles may do"),         "- - - x x  x", ONCE, ROLE),
        Verb("make-administrator", _("Make an administrator"), "- - - - x  x", ONCE, ROLE),
    )),
    (_("Installation"), (
        Verb("zone-add", _("Add zones and parks"),             "- - - - x  x", ONCE, ROLE),
        Verb("choice-add", _("Keep lists of choices"),         "- - - - x  x", ONCE, ROLE),
        Verb("status", _("See the status of the system"),      "- - - - x  x", ONCE, ROLE),
    )),
)
# fmt: on
VERBS = tuple(verb for _name, verbs in GROUPS for verb in verbs)


def expected(verb: Verb, kind: Kind, where: Where) -> Answer | None:
    """What somebody gets who tries; None where there is nothing of the sort in that place."""
    if where not in verb.places:
        return None
    if kind.role is None:
        return Answer.SIGN_IN
    if verb.door is ROLE:
        return Answer.YES if kind.role in verb.by else Answer.REFUSED
    does, acts = kind.role in verb.by, where in kind.acts
    if not does and (verb.door in (SEEN, ADMIN) or refuses_outsiders(verb, kind)):
        return Answer.REFUSED
    if where not in kind.sees or (verb.door is KEPT and not (does and acts)):
        return Answer.HIDDEN
    if not does or (verb.door in (PLACE, ADMIN, RECORD) and not acts):
        return Answer.REFUSED
    if where is Where.CLOSED and not verb.in_closed_year:
        return Answer.CLOSED
    return Answer.YES


def refuses_outsiders(verb: Verb, kind: Kind) -> bool:
    return verb.door in (RECORD, KEPT) and kind.role not in INSIDE
