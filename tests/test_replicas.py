"""Which database a request reads. What real servers do is tried in test_replicas_served.py."""

from datetime import date

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connections, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from enterprises.models import Enterprise
from zonetrack import replicas
from zonetrack.access.models import Membership, User
from zonetrack.indicators import calendar
from zonetrack.indicators.declaration import Ask
from zonetrack.replicas import Primary, ReadFromReplicas, Router, Standing, reading_from

router = Router()


@pytest.mark.django_db(transaction=True)
def test_pages_read_registers_from_the_replica_and_people_from_the_primary():
    assert router.db_for_read(Enterprise) == "default"
    with reading_from("replica1"):
        assert router.db_for_read(Enterprise) == "replica1"
        for model in (User, Membership, Session):
            assert router.db_for_read(model) == "default"
    assert router.db_for_read(Enterprise) == "default"


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_everything_is_read_from_the_primary():
    with reading_from("replica1"), transaction.atomic():
        assert router.db_for_read(Enterprise) == "default"


@pytest.mark.django_db(transaction=True)
def test_who_has_written_reads_from_the_primary():
    with reading_from("replica1") as reading:
        assert router.db_for_write(Session) == "default"
        assert router.db_for_read(Enterprise) == "replica1"
        assert router.db_for_write(Enterprise) == "default"
        assert router.db_for_read(Enterprise) == "default"
        assert reading.wrote


@pytest.mark.django_db(transaction=True)
def test_rows_to_be_locked_come_from_the_primary(settings):
    settings.DATABASE_ROUTERS = ["zonetrack.replicas.Router"]
    with reading_from("replica1"):
        assert Enterprise.objects.all().db == "replica1"
        assert Enterprise.objects.select_for_update().db == "default"
        assert Enterprise.objects.all().db == "default"  # from now on


def test_positions_are_numbers():
    assert replicas.number_of("0/10") == 16
    assert replicas.number_of("1/0") == 1 << 32
    assert replicas.number_of("16/B374D848") > replicas.number_of("16/B374D847")


@pytest.fixture
def servers(monkeypatch):
    """One replica; `servers` holds how far it and the primary are, as hexadecimal positions."""
    positions = {"primary": "0/100", "replica1": "0/100"}

    def replayed(alias):
        if isinstance(positions[alias], Exception):
            raise positions[alias]
        return positions[alias] and replicas.number_of(positions[alias])

    monkeypatch.setattr(replicas, "written_position", lambda: positions["primary"])
    monkeypatch.setattr(replicas, "replayed_position", replayed)
    monkeypatch.setattr(replicas, "standings", [Standing("replica1")])
    monkeypatch.setattr(replicas, "primary", Primary())
    settings = connections.settings["default"]
    monkeypatch.setitem(connections.settings, "replica1", settings)
    return positions


def test_a_replica_that_keeps_up_is_read(servers):
    assert replicas.chosen("", "", now=1000) == "replica1"


def test_who_saved_reads_from_the_primary_until_the_replica_has_come_so_far(servers):
    assert replicas.chosen("", "0/101", now=1000) is None
    servers["replica1"] = "0/101"
    assert replicas.chosen("", "0/101", now=1000) == "replica1"


def test_a_replica_may_be_a_little_behind_and_is_left_out_when_it_is_far_behind(servers):
    found = {}
    for now in range(1000, 1080, 2):
        servers["primary"] = f"0/{now:X}"
        if now <= 1040:
            servers["replica1"] = servers["primary"]
        found[now] = replicas.chosen("", "", now=now)
    last = 1040 + replicas.BEHIND_SECONDS
    assert {alias for now, alias in found.items() if now <= last} == {"replica1"}
    assert {alias for now, alias in found.items() if now > last + 4} == {None}
    servers["replica1"] = servers["primary"]
    assert replicas.chosen("", "", now=1080) == "replica1"


def test_after_a_quiet_time_a_replica_must_have_everything(servers):
    assert replicas.chosen("", "", now=1000) == "replica1"
    servers["primary"] = "0/101"
    assert replicas.chosen("", "", now=5000) is None


def test_while_another_thread_asks_only_what_it_found_lately_is_believed(servers):
    """Two who come at once after a quiet time: what the second one knows is hours old."""
    assert replicas.chosen("", "", now=1000) == "replica1"
    with replicas.asking:
        assert replicas.chosen("", "", now=1000 + replicas.CHECK_SECONDS) == "replica1"
        assert replicas.chosen("", "", now=5000) is None
    assert replicas.chosen("", "", now=5000) == "replica1"


@pytest.mark.parametrize("trouble", [OperationalError("away"), None])
def test_a_replica_that_is_away_or_was_promoted_is_left_alone_for_a_while(servers, trouble):
    servers["replica1"] = trouble
    assert replicas.chosen("", "", now=1000) is None
    servers["replica1"] = servers["primary"]
    assert replicas.chosen("", "", now=1000 + replicas.REST_SECONDS - 1) is None
    assert replicas.chosen("", "", now=1000 + replicas.REST_SECONDS + 1) == "replica1"


def test_the_log_tells_once_that_a_replica_went_and_came_back(servers, caplog):
    for moment, position in ((1000, None), (1020, None), (1040, "0/100"), (1060, "0/100")):
        servers["replica1"] = position
        replicas.chosen("", "", now=moment)
    assert [record.getMessage() for record in caplog.records] == [
        "replica1 is away or follows no server; the first is read",
        "replica1 answers again",
    ]


def test_how_far_each_replica_is_behind_is_known(servers, settings):
    settings.REPLICAS = ["replica1", "replica2", "replica3"]
    servers |= {"primary": "1/0", "replica1": "0/FFFFFFF0", "replica2": None}
    servers["replica3"] = OperationalError("away")
    assert replicas.behind() == {"replica1": 16, "replica2": None, "replica3": None}


def test_the_cookie_outlives_what_a_replica_in_use_may_lack():
    checked = replicas.CHECK_SECONDS
    assert replicas.BEHIND_SECONDS + replicas.NOTE_SECONDS + checked < replicas.COOKIE_SECONDS


def asked(method="get", path="/", cookies=None, view=lambda request: HttpResponse("ok")):
    request = getattr(RequestFactory(), method)(path)
    request.COOKIES = cookies or {}
    return ReadFromReplicas(view)(request)


def where(request):
    return HttpResponse(router.db_for_read(Enterprise))


@pytest.mark.django_db(transaction=True)
def test_reading_requests_go_to_the_replica_and_entry_pages_do_not(servers):
    assert asked(view=where).content == b"replica1"
    assert asked("head", view=where).content == b"replica1"
    assert asked("post", view=where).content == b"default"
    assert asked(path="/admin/yearly/", view=where).content == b"default"


@pytest.mark.django_db(transaction=True)
def test_a_change_gives_the_browser_the_position_that_its_next_pages_need(servers):
    assert asked(view=where).content == b"replica1"
    servers["primary"] = "0/2AB"
    response = asked("post")
    assert response.cookies["position"].value == "0/2AB"
    assert response.cookies["position"]["httponly"]
    cookies = {"position": "0/2AB"}
    assert asked(cookies=cookies, view=where).content == b"default"
    assert "position" not in asked(cookies=cookies, view=where).cookies
    servers["replica1"] = "0/2AB"
    assert asked(cookies=cookies, view=where).content == b"replica1"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("value", ["x", "1/2/3", "0/" + "F" * 99, "'; DROP", "−1/0"])
def test_a_forged_position_is_no_position(servers, value):
    assert asked(cookies={"position": value}, view=where).content == b"replica1"


@pytest.mark.django_db(transaction=True)
def test_a_page_that_changes_something_gives_a_position_too(servers):
    def view(request):
        router.db_for_write(Enterprise)
        return where(request)

    response = asked(view=view)
    assert response.content == b"default"
    assert response.cookies["position"].value == servers["primary"]


@pytest.mark.django_db(transaction=True)
def test_a_replica_that_fails_in_a_page_is_replaced_by_the_primary(servers):
    """Through Django's whole handler, as a view's failure takes."""
    seen = []

    def view(request):
        seen.append(router.db_for_read(Enterprise))
        if len(seen) == 1:
            raise OperationalError("server closed the connection unexpectedly")
        return HttpResponse("page")

    def through(request):
        try:
            return view(request)
        except OperationalError as failure:
            request.resolver_match = type("Match", (), {"func": view, "args": (), "kwargs": {}})
            return middleware.process_exception(request, failure)

    middleware = ReadFromReplicas(through)
    request = RequestFactory().get("/")
    assert middleware(request).content == b"page"
    assert seen == ["replica1", "default"]
    assert not replicas.standings[0].fit


def test_other_failures_stay_failures(servers):
    with reading_from("replica1"):
        middleware = ReadFromReplicas(where)
        assert router.db_for_read(Enterprise) == "replica1"
        assert middleware.process_exception(None, ValueError("ours")) is None
    assert middleware.process_exception(None, OperationalError("of the primary")) is None


@pytest.mark.django_db(transaction=True)
def test_bodies_over_the_calendar_are_counted_where_the_page_is_read(monkeypatch, settings):
    settings.DATABASE_ROUTERS = ["zonetrack.replicas.Router"]
    asked = []
    monkeypatch.setattr(calendar, "connections", Asked(asked))
    with reading_from("replica1"), pytest.raises(Stop):
        ask = Ask(frozenset([1]), 2000, 2000, date(2000, 1, 1))
        calendar.by_year(Enterprise.objects.values("pk"), ask, groups=["1"], measures=["1"])
    assert asked == ["replica1"]


class Stop(Exception):
    pass


class Asked:
    def __init__(self, names):
        self.names = names

    def __getitem__(self, name):
        self.names.append(name)
        raise Stop


def test_who_reads_no_register_asks_no_server(servers, monkeypatch):
    def never(*_words):
        raise AssertionError("asked")

    monkeypatch.setattr(replicas, "written_position", never)
    monkeypatch.setattr(replicas, "replayed_position", never)
    assert asked(path="/healthz").content == b"ok"


@pytest.mark.django_db(transaction=True)
def test_while_the_primary_is_away_no_replica_is_read(servers, monkeypatch):
    def away():
        raise OperationalError("away")

    monkeypatch.setattr(replicas, "written_position", away)
    assert asked(view=where).content == b"default"
    assert asked("post").status_code == 200
