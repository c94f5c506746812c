"""The world in which every cell of the permission matrix is tried: one of everything everywhere.

Each place has a bird's name, which stands in the names of all that lies there. A person who does
not see a place must never meet its bird.
"""

import gc
import io
import logging
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from unittest import mock

from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler
from django.urls import reverse

from enterprises.models import Enterprise, Merge, NotTheSame, Park, State, Zone
from tests import factories as make
from tests import header_grades
from zonetrack import errors
from zonetrack.access import roles
from zonetrack.access.grants import grant
from zonetrack.access.matrix import ADMINISTRATOR, EVERYTHING, KINDS, Kind, Where
from zonetrack.access.models import User
from zonetrack.evidence.models import Attachment
from zonetrack.files.models import store
from zonetrack.imports.models import Import
from zonetrack.projects.models import Achievement, Application, Cooperation, ProgramCategory
from zonetrack.projects.models import Program as ProgramModel

YEAR, CLOSED_YEAR = 2014, 2012
BIRDS = {
    Where.OWN: "Aardwagtail",
    Where.SISTER: "Bullfinchling",
    Where.UNSTATED: "Chaffinchling",
    Where.CLOSED: "Goldfinchling",
    Where.NOWHERE: "Dunnockling",
    Where.OTHER: "Kanarienvogel",
    Where.DELETED: "Hoopoeling",
}
# What a page needs to know of a place: key of a kind of record → the record.
Records = dict[str, object]


@dataclass
class World:
    zones: dict[Where, Zone]
    parks: dict[Where, Park]
    records: dict[Where, Records]
    people: dict[Where, User]
    users: dict[str, User]
    groups: dict[str, Group]
    cookies: dict[str, dict] = field(default_factory=dict)
    before: dict[str, int] = field(default_factory=dict)
    # Tables written to since the last try began.
    written: list[str] = field(default_factory=list)
    # What the world as it was built answers to whom: nobody asks for the same page twice.
    answers: dict[tuple, object] = field(default_factory=dict)

    def visitor(self, kind: Kind) -> "Visitor":
        return Visitor(self, kind)

    @property
    def is_changed(self) -> bool:
        """Whether something that counts has been written since the try began."""
        return not PASSING.issuperset(self.written)


class Visitor(Client):
    """A browser of one kind of person that looks for forbidden names in whatever it is answered.

    Answers carry no contexts of templates: to keep these takes longer than to render the page.
    """

    def __init__(self, world: World, kind: Kind):
        super().__init__()
        self.handler = one_handler()
        self.world, self.kind, self.leaks, self.failures = world, kind, [], []
        self.has_sent = False
        self.user = world.users.get(kind.name)
        self.forbidden = {BIRDS[where] for where in EVERYTHING - kind.sees}
        if kind.name in world.cookies:
            self.cookies.load(world.cookies[kind.name])

    def request(self, **request):
        before = len(self.world.written)
        answer = self.answer_to(request)
        if request["REQUEST_METHOD"] == "GET" and not PASSING.issuperset(
            self.world.written[before:]
        ):
            self.failures.append(f"{request['PATH_INFO']} writes when it is only read")
        answer.client, answer.request = self, request
        self.cookies.update(answer.cookies)
        address = f"{request.get('REQUEST_METHOD')} {request.get('PATH_INFO')}"
        if answer.status_code >= 500:
            self.failures.append(f"{address} answered {answer.status_code}")
        seen = text_of(answer)
        self.failures += [f"{address}: {fault}" for fault in faults_of(answer)]
        self.leaks += [f"{address} names {bird}" for bird in self.forbidden if bird in seen]
        return answer

    def answer_to(self, request):
        """The answer of the site; of a page asked for before in the same world, the one it gave."""
        self.has_sent |= request["REQUEST_METHOD"] != "GET"
        if self.has_sent or self.world.is_changed:
            return self.handler(self._base_environ(**request))
        asked = (self.kind.name, request["PATH_INFO"], request.get("QUERY_STRING", ""))
        answer = self.world.answers.get(asked) or self.handler(self._base_environ(**request))
        if not self.world.is_changed:
            self.world.answers[asked] = answer
        return answer


@cache
def one_handler() -> ClientHandler:
    """Shared by all visitors: a new one would look at every static file again."""
    return ClientHandler(enforce_csrf_checks=False)


def faults_of(answer) -> list[str]:
    """What is wrong with its headers and markup; looked at once for each answer."""
    if not hasattr(answer, "faults"):
        body = "" if answer.streaming else answer.content.decode("utf-8", "replace")
        answer.faults = header_grades.faults(answer, body)
    return answer.faults


def text_of(answer) -> str:
    """All that an answer says; of a workbook the text of its sheets."""
    body = answer.getvalue() if answer.streaming else answer.content
    if answer.streaming:
        answer.streaming_content = [body]
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"".join(book.read(name) for name in book.namelist())
    headers = " ".join(f"{name}: {value}" for name, value in answer.items())
    return f"{headers} {body.decode('utf-8', 'replace')}"


@contextmanager
def refusals_made_once():
    """The pages that say 403 and 404 are rendered once for each person, and not logged.

    They are told nothing of what was asked for, and most of all answers are such pages.
    """
    pages, log = {}, logging.getLogger("django.request")

    def render(request, template, context=None, status=None):
        asked = (request.user.pk, template, *(context or {}).values())
        if asked not in pages:
            pages[asked] = errors_render(request, template, context, status=status).content
        return HttpResponse(pages[asked], status=status)

    errors_render, level = errors.render, log.level
    log.setLevel(logging.ERROR)
    with mock.patch.object(errors, "render", render):
        yield
    log.setLevel(level)


@contextmanager
def rolled_back(world: World):
    """Whatever is written inside is undone, so that each try meets the same world.

    Gives a function that tells whether anything is stored otherwise than before.
    """

    def note(execute, sql, params, many, context):
        if sql.startswith(WRITES):
            world.written.append(sql.split('"')[1])
        return execute(sql, params, many, context)

    world.written.clear()
    with transaction.atomic():
        with connection.execute_wrapper(note):
            # Looking at every row takes longer than the try itself.
            yield lambda: world.is_changed and snapshot() != world.before
        transaction.set_rollback(True)


WRITES = ("INSERT", "UPDATE", "DELETE")
PASSING = {"django_session", "django_admin_log"}


# What must not change by what is refused: every table of the product.

OURS = (
    "access", "years", "files", "enterprises", "rd_centers", "patents", "projects", "published",
    "targets", "returns", "imports",
)  # fmt: skip


def snapshot() -> dict[str, int]:
    """Every row of every table, as one number a table."""
    found = {}
    with connection.cursor() as cursor:
        for label, statement in statements().items():
            cursor.execute(statement)
            found[label] = hash(repr(cursor.fetchall()))
    return found


@cache
def statements() -> dict[str, str]:
    """What reads each table; written once, as a query set takes far longer to make than to ask."""
    models = [model for name in OURS for model in apps.get_app_config(name).get_models()]
    models += [User.groups.through, User.user_permissions.through]
    return {model._meta.label: statement_of(model) for model in models}


def statement_of(model) -> str:
    quoted, about = connection.ops.quote_name, model._meta
    columns = [quoted(one.column) for one in about.concrete_fields if one.name != "content"]
    key = quoted(about.pk.column)
    return f"SELECT {', '.join(columns)} FROM {quoted(about.db_table)} ORDER BY {key}"


# Building


def build() -> World:
    home = make.make_zone(key="home", name_en=f"{BIRDS[Where.OWN]} zone")
    away = make.make_zone(key="away", name_en=f"{BIRDS[Where.OTHER]} zone")
    gone = make.make_zone(key="gone", name_en=f"{BIRDS[Where.DELETED]} zone")
    own = park_of(home, Where.OWN)
    parks = {
        Where.OWN: own,
        Where.CLOSED: own,
        Where.SISTER: park_of(home, Where.SISTER),
        Where.UNSTATED: home.home_parks.get(is_unstated=True),
        Where.OTHER: park_of(away, Where.OTHER),
        Where.DELETED: park_of(gone, Where.DELETED),
    }
    Park.objects.filter(pk=parks[Where.UNSTATED].pk).update(name_en=BIRDS[Where.UNSTATED])
    zones = {Where.OWN: home, Where.OTHER: away, Where.DELETED: gone}
    shared = make_shared()
    records = {where: records_of(where, park, shared) for where, park in parks.items()}
    records[Where.NOWHERE] = {"enterprise": bird(make.make_enterprise, Where.NOWHERE, False)}
    for where, park in parks.items():
        title, name = records[where]["title"], f"{BIRDS[where]}.pdf"
        file = store(name, b"%PDF", kind="pdf", by=None, at=datetime(2015, 2, 1, tzinfo=UTC))
        records[where]["evidence"] = Attachment.objects.create(
            title=title, file=file, checksum=file.checksum
        )
        if where in zones:
            make.make_year(park.home_zone, CLOSED_YEAR - 1, closed=True)
    for where, zone in zones.items():
        records[where] |= {
            "zone": zone,
            "park": parks[where],
            "year": make.make_year(zone, YEAR),
            "closed_year": make.make_year(zone, CLOSED_YEAR, closed=True),
        }
    records[Where.SISTER]["park"] = parks[Where.SISTER]
    people = make_people(parks)
    for where, person in people.items():
        records[where] |= {"user": person, "membership": person.memberships.first()}
    users = make_users(home, away, parks)
    groups = {group.name: group for group in Group.objects.all()}
    world = World(zones, parks, records, people, users, groups)
    remove(world)
    sign_in(world)
    world.before = snapshot()
    # What is there by now is never looked through again.
    gc.collect()
    gc.freeze()
    return world


def bird(build, where, *args, **fields):
    return build(*args, name_en=f"{BIRDS[where]} {build.__name__[5:]}", **fields)


def park_of(zone, where) -> Park:
    key = f"park-{where.name.lower()}"
    return make.make_park(zone, key=key, name_en=f"{BIRDS[where]} park", name_zh="")


def make_shared() -> dict:
    """Lists of choices, which belong to no park."""
    program = ProgramModel.objects.create(key="torch", name_en="Torch", level="national")
    return {
        "category": ProgramCategory.objects.create(program=program, key="one", name_en="One"),
        "title_kind": make.make_title_kind(),
        "center_kind": make.make_center_kind(),
        "source": make.make_source(),
    }


def records_of(where, park, shared) -> Records:
    name, year = BIRDS[where], CLOSED_YEAR if where is Where.CLOSED else YEAR
    enterprise = bird(make.make_enterprise, where, park)
    values = {"park": park, "enterprise": enterprise}
    twin, third = (bird(make.make_enterprise, where, park) for _n in range(2))
    return {
        "enterprise": enterprise,
        "twin": twin,
        "pair": NotTheSame.objects.create(first=enterprise, second=third, note=name),
        "merge": make_merge(enterprise, name),
        "title": make.make_title(
            park, enterprise=enterprise, kind=shared["title_kind"], awarded_year=year, subject=name
        ),
        "return": make.make_return(
            enterprise, year, park=park, state=State.SUBMITTED, employees=5, filed=1
        ),
        "draft": make.make_return(
            enterprise, year - 1, park=park, state=State.DRAFT, employees=5, filed=1
        ),
        "import": make_import(park, name),
        "center": make.make_center(
            park, kind=shared["center_kind"], recognized=year, name_en=f"{name} center"
        ),
        "patent": make.make_patent(park, holder=enterprise, title_en=name, filed_year=year),
        "project": bird(make.make_project, where, park, begun_year=year, enterprise=enterprise),
        "application": Application.objects.create(
            category=shared["category"], applied_year=year, title_en=name, **values
        ),
        "cooperation": Cooperation.objects.create(
            kind="service", signed_year=year, name_en=f"{name} agreement", **values
        ),
        "achievement": Achievement.objects.create(
            year=year, name_en=f"{name} achievement", note=name, **values
        ),
        "target": make.make_target(park, year=year, text_en=name),
        "published": make.make_published(
            park, year=year, note_en=f"{name} figure", source=shared["source"]
        ),
    }


def make_import(park, name) -> Import:
    """An import into a park by somebody else who enters its data."""
    moment, by = datetime(2015, 2, 1, tzinfo=UTC), make.make_user(roles.STAFF, park=park)
    file = store(f"{name}.csv", b"", kind="csv", by=by, at=moment)
    row = Import.objects.create(
        register="achievements",
        file=file,
        park=park,
        begun_at=moment,
        begun_by=by,
        state=Import.State.APPLIED,
    )
    row.parks.add(park)
    return row


def make_merge(kept, name) -> Merge:
    return Merge.objects.create(
        kept=kept,
        gone_key=10**9 + kept.pk,
        gone_name=name,
        reason=name,
        record={"moved": [], "deleted": []},
        done_at=datetime(2015, 2, 1, tzinfo=UTC),
    )


def make_people(parks) -> dict[Where, User]:
    """Somebody who belongs to each place, to be seen and managed by others."""
    people = {}
    for where in (Where.OWN, Where.SISTER, Where.OTHER, Where.DELETED):
        people[where] = make.make_user(
            roles.STAFF, park=parks[where], username=f"person-{where.name.lower()}",
            last_name=BIRDS[where],
        )  # fmt: skip
    people[Where.NOWHERE] = make.make_user(username="person-nowhere", last_name="Dunnockling")
    return people


def make_users(home, away, parks) -> dict[str, User]:
    """One person of each kind, to try everything."""
    own, other = {"park": parks[Where.OWN]}, {"park": parks[Where.OTHER]}
    places = {
        "disabled": (roles.MANAGER, {"zone": home}),
        "reader": (roles.READER, {"zone": home}),
        "reader-of-park": (roles.READER, own),
        "official": (roles.OFFICER, {"zone": home}),
        "staff": (roles.STAFF, own),
        "staff-reading-the-zone": (roles.STAFF, own),
        "staff-elsewhere": (roles.STAFF, other),
        "manager": (roles.MANAGER, {"zone": home}),
        "manager-elsewhere": (roles.MANAGER, {"zone": away}),
        "administrator": ("administrator", {}),
    }
    users = {
        name: make.make_user(role, username=f"matrix-{name}", **place)
        for name, (role, place) in places.items()
    }
    grant(users["staff-reading-the-zone"], roles.READER, zone=home)
    assert {kind.name for kind in KINDS} == {*users, "stranger"}
    assert all(kind.role != ADMINISTRATOR or users[kind.name].is_superuser for kind in KINDS)
    return users


def remove(world: World) -> None:
    """What lies in the deleted place is deleted; its ids and keys are still known."""
    kept = dict(world.records[Where.DELETED])
    keys = {name: record.pk for name, record in kept.items()}
    person = world.people[Where.DELETED]
    memberships = [kept["membership"]]
    order = [
        "published", "target", "achievement", "cooperation", "application", "project", "patent",
        "center", "return", "draft", "evidence", "title", "import", "pair", "merge", "year",
        "closed_year",
    ]  # fmt: skip
    for record in [*(kept[name] for name in order), *memberships, person]:
        type(record)._base_manager.filter(pk=record.pk).delete()
    Enterprise.objects.filter(locations__park__home_zone__key="gone").delete()
    zone = world.zones[Where.DELETED]
    zone.years.all().delete()
    zone.home_parks.all().delete()
    zone.delete()
    for name, record in kept.items():
        record.pk = keys[name]


def sign_in(world: World) -> None:
    for name, user in world.users.items():
        client = Client()
        client.force_login(user)
        # The first page stores that the session is used; none of the tries has to.
        client.get(reverse("password"))
        world.cookies[name] = {one.key: one.value for one in client.cookies.values()}
    User.objects.filter(pk=world.users["disabled"].pk).update(is_active=False)
