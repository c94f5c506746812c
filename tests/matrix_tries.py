"""How each verb of the permission matrix is tried: real requests, and what came of them.

A try gets a visitor, the world and a place, and returns what happened as one `Answer`. UNCHANGED
is a write that was turned down without a word about why, which suits both REFUSED and HIDDEN.
"""

import json
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from enterprises.models import Return, State, YearlyFigures
from tests.admin_forms import add_url, change_url, fields_of, list_url, url_of
from tests.matrix_world import BIRDS, CLOSED_YEAR, YEAR, Visitor, World
from zonetrack.access import roles
from zonetrack.access.matrix import Answer, Where
from zonetrack.access.models import Membership, User
from zonetrack.imports.models import Import
from zonetrack.projects.models import Achievement
from zonetrack.published.models import PublishedFigure
from zonetrack.targets.models import Target
from zonetrack.years.models import ReportingYear

UNCHANGED = "nothing changed"
# A form that comes back with what stands in the way.
ASKS_AGAIN = (400, 409, 422)
TRIES: dict[str, Callable[[Visitor, World, Where], str]] = {}

# Records with a page of their own; by their kind the pages where they are listed.
LISTS = {
    "enterprise": "enterprise-list",
    "title": "title-list",
    "return": "return-list",
    "center": "center-list",
    "patent": "patent-list",
    "project": "project-list",
    "application": "application-list",
    "cooperation": "cooperation-list",
    "achievement": "achievement-list",
    "target": "target-list",
    "published": "published-list",
}
# Applications to programs are shown in their list only.
PAGES = [kind for kind in LISTS if kind != "application"]


def tries(key):
    def register(function):
        assert key not in TRIES, key
        TRIES[key] = function
        return function

    return register


# What an answer says


def told(answer) -> str:
    place = answer.get("Location", "")
    if answer.status_code == 302 and place.startswith(reverse("admin:login")):
        return told(answer.client.get(place))
    if answer.status_code == 302 and place.startswith("/sign-in/"):
        return Answer.SIGN_IN
    if answer.status_code == 302 and place == reverse("admin:index"):
        return Answer.HIDDEN
    known = {200: Answer.YES, 302: Answer.YES, 403: Answer.REFUSED, 404: Answer.HIDDEN}
    return known.get(answer.status_code, f"answered {answer.status_code}")


def found(answer, text: str, *, without=Answer.HIDDEN) -> str:
    """Whether a page that may be opened holds a text."""
    body = answer.content.decode("utf-8", "replace")
    return told(answer) if told(answer) != Answer.YES or text in body else without


def without_remark(page) -> str:
    """A list that takes what its address asks for; what it does not know, it says."""
    refused = (b"was left out", b"There is no such")
    if told(page) == Answer.YES and any(words in page.content for words in refused):
        return Answer.HIDDEN
    return told(page)


def written(answer, done: bool) -> str:
    """What became of a write."""
    if done:
        return Answer.YES
    if b"is closed in" in answer.content:
        return Answer.CLOSED
    refused = told(answer) if answer.status_code not in ASKS_AGAIN else Answer.YES
    return UNCHANGED if refused == Answer.YES else refused


def agreed(answers) -> str:
    """One answer of several doors that must not differ."""
    said = {f"{answer}": door for door, answer in answers.items()}
    if len(said) == 1:
        return next(iter(said))
    return "; ".join(f"{door}: {answer}" for door, answer in sorted(answers.items()))


def each(visitor, world, where, kinds, ask) -> str:
    """The answer to one question about several kinds of record that lie in a place.

    One of them is enough where nothing is seen: the walk over all addresses tries every kind there.
    """
    records = world.records[where]
    asked = [kind for kind in kinds if kind in records]
    seen = where in visitor.kind.sees
    return agreed({kind: ask(kind, records[kind]) for kind in (asked if seen else asked[:1])})


def zone_of(world: World, where: Where):
    return world.zones.get(where) or world.zones[Where.OWN]


def year_of(where: Where) -> int:
    return CLOSED_YEAR if where is Where.CLOSED else YEAR


def sent(visitor, url, **typed):
    """Open a form as a browser does and send it; where it does not open, send what is typed."""
    page = visitor.get(url)
    values = fields_of(page) if page.status_code == 200 else {}
    return visitor.post(url, values | {name: str(value) for name, value in typed.items()})


# Read


@tries("view")
def view(visitor, world, where):
    def ask(kind, record):
        return told(visitor.get(reverse(kind, args=[record.pk])))

    return each(visitor, world, where, ("enterprise", "return", "achievement", "published"), ask)


@tries("list")
def listed(visitor, world, where):
    def ask(kind, record):
        page = visitor.get(reverse(LISTS[kind]), {"size": "200"})
        return found(page, address(kind, record))

    return each(visitor, world, where, ("enterprise", "center", "achievement", "target"), ask)


def address(kind, record) -> str:
    return f'href="{reverse(kind, args=[record.pk])}"'


@tries("filter")
def filtered(visitor, world, where):
    """A park that may not be chosen is told as unknown, as one that does not exist."""

    def ask(kind, record):
        page = visitor.get(reverse(LISTS[kind]), {"park": world.parks[where].key})
        return without_remark(page)

    return each(visitor, world, where, ("title", "project"), ask)


@tries("search")
def searched(visitor, world, where):
    # A part of the bird, so that the page does not hold the whole of it only as what was typed.
    page = visitor.get(reverse("search"), {"q": BIRDS[where][2:]})
    return found(page, BIRDS[where])


@tries("dashboard")
def dashboard(visitor, world, where):
    zone, park = zone_of(world, where).key, world.parks[where].key
    return told(visitor.get(reverse("park", args=[zone, year_of(where), park])))


@tries("totals")
def totals(visitor, world, where):
    zone = world.zones[where].key
    pages = {
        "zone": reverse("zone", args=[zone]),
        "indicators": reverse("indicators", args=[zone]),
    }
    return agreed({name: told(visitor.get(page)) for name, page in pages.items()})


@tries("chart")
def chart(visitor, world, where):
    """The lines of a park as data: another park's are answered with the own ones, and a remark."""
    url = reverse("indicator", args=[zone_of(world, where).key, "rd-bodies-held"])
    park = world.parks[where]
    page = visitor.get(url, {"park": park.key, "format": "json"})
    if told(page) != Answer.YES:
        return told(page)
    places = {line["place"] for line in json.loads(page.content)["lines"]}
    return Answer.YES if park.name in places else Answer.HIDDEN


@tries("behind")
def behind(visitor, world, where):
    query = {
        "behind": "rd-bodies-held",
        "place": f"park:{world.parks[where].key}",
        "year": year_of(where),
    }
    page = visitor.get(reverse("center-list"), query)
    return without_remark(page)


@tries("compare")
def compare(visitor, world, where):
    url = reverse("compare-parks", args=[zone_of(world, where).key])
    return found(visitor.get(url, {"year": YEAR}), f">{world.parks[where].name}<")


@tries("csv")
def exported_as_csv(visitor, world, where):
    return exported(visitor, world, where, "csv")


@tries("xlsx")
def exported_as_xlsx(visitor, world, where):
    return exported(visitor, world, where, "xlsx")


def exported(visitor, world, where, form):
    from tests.matrix_world import text_of

    def ask(kind, _record):
        answer = visitor.get(reverse(LISTS[kind]), {"format": form})
        if told(answer) != Answer.YES:
            return told(answer)
        return Answer.YES if BIRDS[where] in text_of(answer) else Answer.HIDDEN

    return each(visitor, world, where, ("enterprise", "return"), ask)


@tries("trace")
def trace(visitor, world, where):
    def ask(kind, record):
        page = visitor.get(reverse(kind, args=[record.pk]))
        return found(page, 'id="h-changes"', without=Answer.REFUSED)

    return each(visitor, world, where, ("enterprise", "achievement"), ask)


@tries("evidence")
def evidence(visitor, world, where):
    return told(visitor.get(reverse("evidence", args=[world.records[where]["evidence"].pk])))


@tries("journal")
def journal(visitor, world, where):
    page = visitor.get(reverse("all-changes"), {"kind": "projects.achievement"})
    return found(page, BIRDS[where])


# Enter data

# Some kinds of record that stand for all; the walk over all addresses tries every kind.
ENTERED = ("enterprise", "return", "achievement")


@tries("admin-list")
def admin_listed(visitor, world, where):
    def ask(_kind, record):
        page = visitor.get(list_url(type(record)))
        return found(page, change_url(record))

    return each(visitor, world, where, ENTERED, ask)


@tries("admin-open")
def admin_open(visitor, world, where):
    def ask(_kind, record):
        return told(visitor.get(change_url(record)))

    return each(visitor, world, where, ENTERED, ask)


@tries("admin-popup")
def admin_popup(visitor, world, where):
    def ask(_kind, record):
        return told(visitor.get(change_url(record), {"_popup": "1", "_to_field": "id"}))

    return each(visitor, world, where, ("enterprise", "center"), ask)


@tries("lookup")
def looked_up(visitor, world, where):
    query = {"app_label": "rd_centers", "model_name": "center", "field_name": "host"}
    answer = visitor.get(reverse("admin:autocomplete"), query | {"term": BIRDS[where].lower()})
    if answer.status_code != 200:
        return told(answer)
    return Answer.YES if json.loads(answer.content)["results"] else Answer.HIDDEN


@tries("prefill")
def prefilled(visitor, world, where):
    host = world.records[where]["enterprise"]
    page = visitor.get(reverse("admin:rd_centers_center_add"), {"host": host.pk})
    return found(page, BIRDS[where] + " enterprise")


@tries("history")
def history(visitor, world, where):
    def ask(_kind, record):
        return told(visitor.get(url_of(type(record), "history", record.pk)))

    return each(visitor, world, where, ENTERED, ask)


@tries("add")
def add(visitor, world, where):
    park = world.parks[where].pk
    typed = {"name_en": "New one", "park": park, "year": year_of(where)}
    answer = sent(visitor, add_url(Achievement), **typed)
    return written(answer, Achievement.objects.filter(name_en="New one", park=park).exists())


@tries("change")
def change(visitor, world, where):
    if where is Where.NOWHERE:
        record, typed = world.records[where]["enterprise"], {"note": "Changed"}
    else:
        record = world.records[where]["achievement"]
        typed = {"year": record.year + 1, "note": "Changed"}
    answer = sent(visitor, change_url(record), **typed)
    stored = type(record)._base_manager.filter(pk=record.pk, note="Changed").exists()
    return written(answer, stored)


@tries("delete")
def delete(visitor, world, where):
    record = deletable(world, where)
    answer = visitor.post(url_of(type(record), "delete", record.pk), {"post": "yes"}, follow=False)
    if answer.status_code == 302 and answer["Location"] == change_url(record):
        answer = visitor.get(change_url(record))
    gone = where is not Where.DELETED and not stored(record)
    return written(answer, gone)


@tries("bulk-delete")
def bulk_delete(visitor, world, where):
    record = deletable(world, where)
    values = {"action": "delete_selected", "_selected_action": record.pk, "post": "yes"}
    answer = visitor.post(list_url(type(record)), values, follow=True)
    if answer.redirect_chain and told(answer) == Answer.YES and "/sign-in/" in str(answer.request):
        return Answer.SIGN_IN
    gone = where is not Where.DELETED and not stored(record)
    return written(answer, gone)


def deletable(world, where):
    return world.records[where]["enterprise" if where is Where.NOWHERE else "achievement"]


def stored(record) -> bool:
    return type(record)._base_manager.filter(pk=record.pk).exists()


# The yearly work


@tries("entry-form")
def entry_form(visitor, world, where):
    return told(visitor.get(form_of(world, where, "draft")))


@tries("enter")
def enter(visitor, world, where):
    draft = world.records[where]["draft"]
    answer = sent(visitor, form_of(world, where, "draft"), employees=7, do="save")
    return written(answer, YearlyFigures.objects.filter(filing=draft.pk, employees=7).exists())


@tries("approve")
def approve(visitor, world, where):
    return decided(visitor, world, where, "approve", State.APPROVED)


@tries("send-back")
def send_back(visitor, world, where):
    return decided(visitor, world, where, "send_back", State.RETURNED, comment="Mend it")


def decided(visitor, world, where, step, state, **typed):
    filing = world.records[where]["return"]
    answer = sent(visitor, form_of(world, where, "return"), do=step, **typed)
    return written(answer, Return.objects.filter(pk=filing.pk, state=state).exists())


def form_of(world, where, kind) -> str:
    return reverse("entry-form", args=[world.records[where][kind].pk])


@tries("entry-table")
def entry_table(visitor, world, where):
    return told(visitor.get(reverse("entry-table", args=[world.zones[where].key, YEAR])))


@tries("entry-row")
def entry_row(visitor, world, where):
    page = visitor.get(reverse("entry-table", args=[zone_of(world, where).key, year_of(where)]))
    return found(page, BIRDS[where] + " enterprise")


@tries("board")
def board(visitor, world, where):
    return told(visitor.get(reverse("board", args=[world.zones[where].key, YEAR])))


@tries("upload")
def upload(visitor, world, where):
    """A file for a park: the dry run, of which only the importer and the managers know."""
    park = world.parks[where].pk
    file = SimpleUploadedFile("new.csv", "成果名称,年份\n新成果,2014\n".encode())
    url = reverse("import-new", args=["achievements"])
    answer = visitor.post(url, {"file": file, "park": park})
    return written(answer, Import.objects.filter(park=park, file__name="new.csv").exists())


@tries("import-open")
def import_open(visitor, world, where):
    return told(visitor.get(reverse("import", args=[world.records[where]["import"].pk])))


@tries("merge")
def merge(visitor, world, where):
    records = world.records[where]
    return told(visitor.get(reverse("merge", args=[records["enterprise"].pk, records["twin"].pk])))


# Steer


@tries("target")
def set_target(visitor, world, where):
    park = world.parks[where].pk
    typed = {"indicator": "titles-new", "park": park, "year": 2016, "value": 3}
    answer = sent(visitor, add_url(Target), **typed)
    return written(answer, Target.objects.filter(year=2016, park=park).exists())


@tries("target-change")
def change_target(visitor, world, where):
    target = world.records[where]["target"]
    answer = sent(visitor, change_url(target), value=7, reason="Raised")
    return written(answer, Target.objects.filter(pk=target.pk, value=7).exists())


@tries("publish")
def publish(visitor, world, where):
    park, source = world.parks[where].pk, world.records[Where.OWN]["published"].source
    typed = {
        "indicator": "patents-filed", "park": park, "year": 2016, "value": 3, "source": source.pk,
    }  # fmt: skip
    answer = sent(visitor, add_url(PublishedFigure), **typed)
    return written(answer, PublishedFigure.objects.filter(year=2016, park=park).exists())


@tries("open-year")
def open_year(visitor, world, where):
    zone = world.records[where]["zone"].pk
    answer = sent(visitor, add_url(ReportingYear), zone=zone, year=2020)
    return written(answer, ReportingYear.objects.filter(zone=zone, year=2020).exists())


@tries("close-year")
def close_year(visitor, world, where):
    year = world.records[where]["year"]
    answer = sent(visitor, change_url(year), closed="on", reason="The report is printed")
    closed = ReportingYear.objects.filter(pk=year.pk, closed_at__isnull=False)
    return written(answer, closed.exists())


@tries("reopen-year")
def reopen_year(visitor, world, where):
    year = world.records[where]["closed_year"]
    page = visitor.get(change_url(year))
    values = fields_of(page) if page.status_code == 200 else {}
    values.pop("closed", None)
    answer = visitor.post(change_url(year), values | {"reason": "A late return"})
    return written(answer, ReportingYear.objects.filter(pk=year.pk, closed_at=None).exists())


@tries("year-add")
def add_year(visitor, world, where):
    zone = world.zones[where]
    answer = visitor.post(reverse("add-year", args=[zone.key]), {f"{zone.key}-year": "2021"})
    return written(answer, ReportingYear.objects.filter(zone=zone.pk, year=2021).exists())


@tries("year-close")
def close_year_on_its_page(visitor, world, where):
    year = world.records[where]["year"]
    answer = sent(visitor, reverse("close-year", args=[world.zones[where].key, YEAR]))
    closed = ReportingYear.objects.filter(pk=year.pk, closed_at__isnull=False)
    return written(answer, closed.exists())


@tries("year-reopen")
def reopen_year_on_its_page(visitor, world, where):
    year = world.records[where]["closed_year"]
    url = reverse("reopen-year", args=[world.zones[where].key, CLOSED_YEAR])
    answer = sent(visitor, url, reason="A late return")
    return written(answer, ReportingYear.objects.filter(pk=year.pk, closed_at=None).exists())


@tries("declare")
def declare(visitor, world, where):
    zone = world.records[where]["zone"]
    answer = sent(visitor, change_url(zone), titles_complete_from=2010)
    return written(
        answer, type(zone).objects.filter(pk=zone.pk, titles_complete_from=2010).exists()
    )


# People and access


@tries("people")
def people(visitor, world, where):
    page = visitor.get(list_url(User))
    return found(page, change_url(world.people[where]))


@tries("person")
def person(visitor, world, where):
    doors = ("change", "history")
    record = world.people[where]
    return agreed({door: told(visitor.get(url_of(User, door, record.pk))) for door in doors})


@tries("give-role")
def give_role(visitor, world, where):
    """The role of a reader in the park the person comes from."""
    group = world.groups[roles.READER].pk
    park = world.parks[where].pk
    typed = {"username": world.people[where].username, "group": group, "park": park}
    answer = sent(visitor, add_url(Membership), **typed)
    given = Membership.objects.filter(user=world.people[where].pk, group=group)
    return written(answer, given.exists())


@tries("take-role")
def take_role(visitor, world, where):
    membership = world.records[where]["membership"]
    answer = visitor.post(url_of(Membership, "delete", membership.pk), {"post": "yes"})
    return written(answer, where is not Where.DELETED and not stored(membership))


@tries("roles")
def read_roles(visitor, world, where):
    return told(visitor.get(reverse("admin:auth_group_changelist")))


@tries("make-administrator")
def make_administrator(visitor, world, where):
    seen = [place for place in world.people if place in visitor.kind.sees]
    somebody = world.people[seen[0] if seen else Where.OWN]
    forged = {"is_superuser": "on", "is_staff": "on", "groups": "1", "user_permissions": "1"}
    answer = sent(visitor, change_url(somebody), **forged)
    raised = User.objects.filter(pk=somebody.pk, is_superuser=True).exists()
    outcome = written(answer, raised)
    return Answer.REFUSED if outcome == UNCHANGED else outcome


# Installation


@tries("zone-add")
def add_zone(visitor, world, where):
    doors = ("enterprises_zone_add", "enterprises_park_add")
    return agreed({door: told(visitor.get(reverse(f"admin:{door}"))) for door in doors})


@tries("choice-add")
def add_choice(visitor, world, where):
    doors = ("enterprises_titlekind_add", "rd_centers_centerkind_add", "projects_program_add")
    return agreed({door: told(visitor.get(reverse(f"admin:{door}"))) for door in doors})


@tries("status")
def see_status(visitor, world, where):
    return told(visitor.get(reverse("status")))
