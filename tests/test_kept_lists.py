"""Lists and pages of records that are kept: for whom, until what changes, and which are not."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enterprises.models import EnterpriseName, Institution, KeyMark, Location, TechnologyField
from patents.models import PatentHolder
from rd_centers.models import CenterHost, CenterPartner, Recognition, StageEvent
from tests import factories as make
from tests.test_evidence import AT, make_attachment
from tests.test_kept_pages import signed_in, text, without_reader
from tests.test_lists import ROWS, make_achievement, make_application, make_cooperation
from zonetrack import writing
from zonetrack.access import roles
from zonetrack.access.grants import grant
from zonetrack.evidence import keeping as evidence
from zonetrack.keeping import pages as kept_pages
from zonetrack.keeping import parts
from zonetrack.projects.models import CooperationPartner, Milestone
from zonetrack.reference_lists import load_reference_lists
from zonetrack.sums import counters
from zonetrack.targets.revising import keep, set_target

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keeping")]
YEAR = 2014
MOST_QUERIES = 8  # of a page that is kept, with renewing the session
MOST_NAMES = 2  # of a record's page: names that no stamp tells of
MOST_BEHIND = 10  # of a record's page for those who also read who changed what


@pytest.fixture
def zone():
    return make.make_zone()


@pytest.fixture
def park(zone):
    return make.make_park(zone, name_en="Dongchuan", name_zh="东川园")


@pytest.fixture
def world(park):
    return World(park)


class World:
    """One record of each register in a park, most of them of one enterprise."""

    def __init__(self, park):
        self.park, self.zone = park, park.home_zone
        firm = self.enterprise = make.make_enterprise(park, name_en="Firm", name_zh="某企业")
        self.elsewhere = make.make_enterprise(name_en="Far away", name_zh="")
        self.center = make.make_center(park, host=firm, name_en="Center", name_zh="")
        self.shared = make.make_center(park, host=self.elsewhere)
        self.title = make.make_title(park, enterprise=firm)
        self.patent = make.make_patent(park, holder=firm)
        self.project = make.make_project(park, enterprise=firm)
        self.milestone = Milestone.objects.create(
            project=self.project, name_en="Step", planned_on=date(2014, 6, 30)
        )
        self.application = make_application(park)
        self.program = self.application.category.program
        self.cooperation = make_cooperation(park, enterprise=firm)
        self.achievement = make_achievement(park)
        self.filing = make.make_return(firm, YEAR, state="draft", employees=5, filed=1)
        self.target = make.make_target(park)
        self.published = make.make_published(park)

    def pages(self):
        records = "enterprise center title patent project program cooperation achievement"
        found = {name: getattr(self, name) for name in records.split()}
        found |= {"return": self.filing, "target": self.target, "published": self.published}
        addresses = {name: row.get_absolute_url() for name, row in found.items()}
        return addresses | {name: reverse(name) for name in ROWS}


RECORDS = "enterprise center title patent project program cooperation achievement return target"
PAGES = [*ROWS, *RECORDS.split(), "published"]
EVERY = pytest.mark.parametrize("name", PAGES)


# Kept


@EVERY
@pytest.mark.parametrize("role", [roles.READER, roles.MANAGER])
def test_a_kept_page_is_the_page(world, settings, made, name, role):
    clients, path = [signed_in(role, zone=world.zone) for _n in range(2)], world.pages()[name]
    for language in ("en", "zh-hans"):
        settings.KEEP_PARTS = True
        new, kept = (text(client, path, **{"accept-language": language}) for client in clients)
        settings.KEEP_PARTS = False
        plain = text(clients[0], path, **{"accept-language": language})
        assert without_reader(new) == without_reader(kept) == without_reader(plain)
    assert len(made) == 2


@EVERY
def test_a_kept_page_asks_little(world, name):
    path, client = world.pages()[name], signed_in(zone=world.zone)
    text(signed_in(zone=world.zone), path)
    with CaptureQueriesContext(connection) as queries:
        text(client, path)
    assert len(queries) <= MOST_QUERIES + (0 if name in ROWS else MOST_NAMES)


def test_who_reads_the_changes_asks_for_them_each_time(world):
    path, client = world.pages()["achievement"], signed_in(roles.MANAGER, zone=world.zone)
    text(client, path)
    with CaptureQueriesContext(connection) as queries:
        text(client, path)
    assert len(queries) <= MOST_BEHIND


@EVERY
def test_a_browser_asks_whether_its_page_still_holds(world, name):
    path, client = world.pages()[name], signed_in(zone=world.zone)
    first = client.get(path)
    assert first["Cache-Control"] == "private, no-cache"
    asked = {"if-none-match": first["ETag"]}
    assert client.get(path, headers=asked).status_code == 304
    writing.save(world.park)
    assert client.get(path, headers=asked).status_code == 200


def test_each_day_has_pages_of_its_own(world, made, monkeypatch):
    client, path = signed_in(zone=world.zone), reverse("title-list")
    text(client, path)
    monkeypatch.setattr(kept_pages, "localdate", lambda: date(2030, 1, 1))
    text(client, path)
    assert len(made) == 2


# Which lists are kept


@pytest.mark.parametrize(
    ("query", "is_kept"),
    [
        ("", True),
        ("?page=2&sort=-name", True),
        ("?park={park}&state=submitted", True),
        ("?behind=enterprises&place=zone:{zone}&year=2014", True),
        ("?q=Firm", False),
        ("?page=4", False),
        ("?page=last", False),
        ("?after=1", False),
        ("?size=25", False),
        ("?x=1", False),
        ("?park={park}&state=submitted&year=2014", False),
        ("?format=pdf", False),
    ],
)
def test_only_what_others_ask_for_too_is_kept(world, monkeypatch, query, is_kept):
    kept = []
    monkeypatch.setattr(parts.store, "set", lambda name, *_more: kept.append(name), raising=False)
    query = query.format(park=world.park.key, zone=world.zone.key)
    text(signed_in(zone=world.zone), reverse("enterprise-list") + query)
    assert any(name.startswith("part:page:") for name in kept) == is_kept


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_kept_by_nobody(world, made, kind):
    client, path = signed_in(zone=world.zone), f"{reverse('enterprise-list')}?format={kind}"
    file = client.get(path)
    assert b"".join(file.streaming_content)
    assert "no-store" in file["Cache-Control"]
    assert "ETag" not in file
    assert client.get(path, headers={"if-none-match": "*"}).status_code == 200
    assert not made


# For whom


@EVERY
def test_nothing_of_another_reader_stands_in_it(world, made, name):
    path, first, second = world.pages()[name], signed_in(roles.OFFICER, zone=world.zone), Client()
    user = make.make_user(roles.OFFICER, zone=world.zone)
    second.force_login(user)
    other, own = text(first, path), text(second, path)
    assert len(made) == 1
    [name_of_other] = re.findall(r"</span> (\S+)</summary>", other)
    assert name_of_other not in own
    assert user.username in own
    tokens = re.compile(r'name="csrfmiddlewaretoken" value="([^"]*)"')
    assert not set(tokens.findall(other)) & set(tokens.findall(own))


@EVERY
def test_no_page_is_made_with_anything_of_the_reader(world, name, monkeypatch):
    contexts, write = [], kept_pages.render_to_string

    def note(template, context):
        contexts.append(context)
        return write(template, context)

    monkeypatch.setattr(kept_pages, "render_to_string", note)
    text(signed_in(roles.MANAGER, zone=world.zone), world.pages()[name])
    [context] = contexts
    assert not {"request", "scope", "user", "perms", "csrf_token", "messages"} & set(context)


@EVERY
def test_other_rights_have_another_page(world, settings, made, name):
    make.make_center(make.make_park(world.zone, name_en="Nanchuan"))
    of_two = make.make_user(roles.READER, zone=world.zone)
    grant(of_two, roles.READER, zone=make.make_zone())
    two = Client()
    two.force_login(of_two)
    clients = [
        signed_in(roles.MANAGER, zone=world.zone),
        signed_in(roles.OFFICER, zone=world.zone),
        signed_in(zone=world.zone),
        signed_in("administrator"),
        two,
        signed_in(roles.STAFF, park=world.park),
    ]
    path = world.pages()[name]
    kept = [without_reader(text(client, path)) for client in clients]
    assert len(made) == len(clients)
    settings.KEEP_PARTS = False
    assert kept == [without_reader(text(client, path)) for client in clients]


def test_what_only_some_may_do_is_offered_only_to_them(world):
    manager, reader = signed_in(roles.MANAGER, zone=world.zone), signed_in(zone=world.zone)
    add, edit = "/admin/rd_centers/center/add/", f"/center/{world.center.pk}/change/"
    listed, shown = reverse("center-list"), world.center.get_absolute_url()
    assert add in text(manager, listed) and edit in text(manager, shown)
    assert add not in text(reader, listed) and edit not in text(reader, shown)
    assert 'id="h-changes"' in text(manager, shown)
    assert 'id="h-changes"' not in text(reader, shown)


def test_a_kept_record_is_not_there_for_whoever_may_not_see_it(world):
    path = world.center.get_absolute_url()
    text(signed_in(zone=world.zone), path)
    assert signed_in(zone=make.make_zone()).get(path).status_code == 404
    user = make.make_user(roles.READER, zone=world.zone)
    client = Client()
    client.force_login(user)
    text(client, path)
    user.memberships.all().delete()
    assert client.get(path).status_code == 404


def test_a_record_that_moves_away_is_gone(world):
    client, path = signed_in(zone=world.zone), world.center.get_absolute_url()
    text(client, path)
    world.center.park = make.make_park()
    writing.save(world.center)
    assert client.get(path).status_code == 404
    assert client.get("/rd-centers/9223372036854775807/").status_code == 404


# After a change


def changed(record, **fields):
    for name, value in fields.items():
        setattr(record, name, value)
    return writing.save(record)


def choice_changed(row, **fields):
    """As the admin does with lists of choices."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    counters.touch([None])


def institution(**fields):
    return Institution.objects.create(**{"name_en": "Institute", "kind": "institute"} | fields)


# What changes, and the pages that show it at once.
CHANGES = {
    "the name of an enterprise": (
        lambda w: changed(w.enterprise, name_en="Renamed"),
        "enterprise-list enterprise center-list center title-list title patent-list patent "
        "project-list project cooperation-list cooperation return-list return",
    ),
    "the name of an enterprise elsewhere": (
        lambda w: changed(w.elsewhere, name_en="Renamed"),
        "center-list",
    ),
    "another spelling": (
        lambda w: writing.save(EnterpriseName(enterprise=w.enterprise, name="Renamed", kind="old")),
        "enterprise",
    ),
    "a key year": (
        lambda w: writing.save(KeyMark(enterprise=w.enterprise, park=w.park, year=YEAR)),
        "enterprise-list enterprise",
    ),
    "where an enterprise is": (
        lambda w: changed(Location.objects.get(enterprise=w.enterprise), to_year=2013),
        "enterprise",
    ),
    "a new enterprise": (
        lambda w: writing.save(
            Location(enterprise=make.make_enterprise(False), park=w.park, from_year=2013)
        ),
        "enterprise-list",
    ),
    "a figure of a draft": (
        lambda w: changed(w.filing.figures, rd_expenditure=7),
        "enterprise-list enterprise return-list return",
    ),
    "a patent count of a draft": (
        lambda w: changed(w.filing.patents, filed=7),
        "enterprise-list enterprise return-list return",
    ),
    "the state of a return": (
        lambda w: changed(w.filing, state="submitted"),
        "enterprise-list enterprise return-list return",
    ),
    "the name of a center": (
        lambda w: changed(w.center, name_en="Renamed"),
        "center-list center enterprise",
    ),
    "a recognition": (
        lambda w: writing.save(Recognition(center=w.center, level="national", year=2013)),
        "center-list center",
    ),
    "a stage": (
        lambda w: writing.save(
            StageEvent(center=w.center, stage=StageEvent.Stage.PLANNED, year=2012)
        ),
        "center",
    ),
    "who also runs a center": (
        lambda w: writing.save(CenterHost(center=w.center, enterprise=w.elsewhere)),
        "center",
    ),
    "a partner of a center": (
        lambda w: writing.save(CenterPartner(center=w.center, institution=institution())),
        "center",
    ),
    "a title": (
        lambda w: changed(w.title, batch="Renamed"),
        "title-list title enterprise",
    ),
    "the name of a kind of title": (
        lambda w: choice_changed(w.title.kind, name_en="Renamed"),
        "title-list title enterprise",
    ),
    "a patent": (
        lambda w: changed(w.patent, title_en="Renamed"),
        "patent-list patent enterprise",
    ),
    "a holder": (
        lambda w: writing.save(PatentHolder(patent=w.patent, order=2, enterprise=w.elsewhere)),
        "patent-list patent",
    ),
    "a project": (
        lambda w: changed(w.project, name_en="Renamed"),
        "project-list project enterprise",
    ),
    "a milestone": (
        lambda w: changed(w.milestone, done_on=date(2014, 6, 1)),
        "project-list project",
    ),
    "a program": (
        lambda w: changed(w.program, name_en="Renamed"),
        "program-list program application-list",
    ),
    "a category": (
        lambda w: changed(w.application.category, name_en="Renamed"),
        "program application-list",
    ),
    "an application": (
        lambda w: changed(w.application, applied_year=2013),
        "application-list program",
    ),
    "an agreement": (
        lambda w: changed(w.cooperation, name_en="Renamed"),
        "cooperation-list cooperation enterprise",
    ),
    "a partner of an agreement": (
        lambda w: writing.save(
            CooperationPartner(cooperation=w.cooperation, institution=institution())
        ),
        "cooperation-list cooperation enterprise",
    ),
    "an achievement": (
        lambda w: changed(w.achievement, name_en="Renamed"),
        "achievement-list achievement",
    ),
    "a target": (lambda w: changed(w.target, value=9), "target-list target"),
    "a revision of a target": (
        lambda w: set_target(changed(w.target, value=9), at=AT),
        "target-list target",
    ),
    "a published figure": (lambda w: changed(w.published, value=9), "published-list published"),
    "a source": (
        lambda w: changed(w.published.source, title_en="Renamed"),
        "published-list published",
    ),
    "a file": (lambda w: make_attachment(w.title), "title"),
    "a file of a return": (lambda w: make_attachment(w.filing), "return"),
    "the name of a park": (
        lambda w: changed(w.park, name_en="Renamed"),
        "enterprise-list enterprise center-list center title-list title patent-list patent "
        "project-list project return-list return target-list target published-list published",
    ),
    "the name of a zone": (
        lambda w: changed(w.zone, name_en="Renamed"),
        "enterprise center title patent project return target published",
    ),
    "a record that goes": (
        lambda w: writing.delete(w.achievement),
        "achievement-list",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_on_the_very_next_page(world, settings, what):
    change, names = CHANGES[what]
    client, pages = signed_in(zone=world.zone), world.pages()
    paths = [pages[name] for name in names.split()]
    before = [without_reader(text(client, path)) for path in paths]
    change(world)
    after = [without_reader(text(client, path)) for path in paths]
    settings.KEEP_PARTS = False
    assert after == [without_reader(text(client, path)) for path in paths]
    same = [path for path, was, now in zip(paths, before, after, strict=True) if was == now]
    assert not same


def test_every_kept_page_is_changed_by_something():
    assert {name for _change, names in CHANGES.values() for name in names.split()} == set(PAGES)


def test_a_change_elsewhere_makes_no_new_page(world, made):
    client, path = signed_in(zone=world.zone), world.enterprise.get_absolute_url()
    text(client, path)
    writing.save(make.make_center(make.make_park()))
    text(client, path)
    assert len(made) == 1


def test_drafts_leave_the_pages_alone_that_do_not_show_them(world, made):
    client, path = signed_in(zone=world.zone), reverse("center-list")
    text(client, path)
    changed(world.filing.figures, rd_expenditure=7)
    text(client, path)
    assert len(made) == 1


def test_choices_that_come_with_the_product_are_offered_at_once(world):
    client, path = signed_in(zone=world.zone), reverse("center-list")
    before = text(client, path)
    load_reference_lists()
    name = TechnologyField.objects.first().name
    assert f">{name}<" not in before
    assert f">{name}<" in text(client, path)


# What no stamp tells of


def renamed(user):
    user.first_name, user.last_name = "Li", "Ming"
    user.save()


def test_a_new_name_of_who_changed_a_record_is_on_the_very_next_page(world):
    author = make.make_user(roles.MANAGER, zone=world.zone)
    world.center.name_en = "Another name"
    writing.save(world.center, by=author)
    client, path = signed_in(roles.MANAGER, zone=world.zone), world.center.get_absolute_url()
    assert author.username in text(client, path)
    renamed(author)
    assert "Li Ming" in text(client, path)


@pytest.mark.parametrize("kind", ["title", "center", "project", "return", "published"])
def test_a_new_name_of_who_added_a_file_is_on_the_very_next_page(world, kind):
    author = make.make_user(roles.MANAGER, zone=world.zone)
    owner = world.center.recognitions.get() if kind == "center" else None
    owner = owner or getattr(world, "filing" if kind == "return" else kind)
    make_attachment(owner, by=author)
    client, path = signed_in(zone=world.zone), world.pages()[kind]
    assert author.username in text(client, path)
    renamed(author)
    assert "Li Ming" in text(client, path)


def test_a_file_that_is_removed_is_gone_at_once(world):
    file = make_attachment(world.title, name="certificate.pdf")
    client, path = signed_in(zone=world.zone), world.title.get_absolute_url()
    assert "certificate.pdf" in text(client, path)
    evidence.remove(file, reason="wrong")
    assert "certificate.pdf" not in text(client, path)


def test_a_new_name_of_who_revised_a_target_is_on_the_very_next_page(world):
    author = make.make_user(roles.MANAGER, zone=world.zone)
    keep(world.target, reason="more", author=author, at=AT)
    client, path = signed_in(zone=world.zone), world.target.get_absolute_url()
    assert author.username in text(client, path)
    renamed(author)
    assert "Li Ming" in text(client, path)


def test_a_new_name_of_a_body_elsewhere_is_on_the_very_next_page(world):
    body = make.make_center(name_en="Large center", name_zh="")
    world.center.merged_into, world.center.merged_year = body, 2015
    writing.save(world.center)
    client, path = signed_in(zone=world.zone), world.center.get_absolute_url()
    assert "Large center" in text(client, path)
    changed(body, name_en="Renamed")
    assert "Renamed" in text(client, path)


def test_what_only_the_history_names_is_told_as_it_is_now(world):
    """Nothing of the zone changes when a firm elsewhere goes that once led a center here."""
    gone = make.make_enterprise(name_en="Former host")
    changed(world.center, host=gone)
    changed(world.center, host=world.enterprise)
    client, path = signed_in(roles.MANAGER, zone=world.zone), world.center.get_absolute_url()
    assert "outside your parks" in text(client, path)
    key = gone.pk
    writing.delete(gone)
    page = text(client, path)
    assert "outside your parks" not in page
    assert f"deleted ({key})" in page
