"""The line of each request: what stands in it, what never does, and the number that names it."""

import json
import logging
import re
import subprocess
from contextlib import contextmanager
from io import StringIO
from time import process_time

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.factories import make_enterprise, make_park, make_user, make_zone
from tests.test_health import every_query_failing
from zonetrack import logs, request_log
from zonetrack.access import roles
from zonetrack.health import times
from zonetrack.request_log import log_requests

NUMBER = re.compile(r"[0-9a-f]{16}")


@pytest.fixture
def lines(settings, monkeypatch):
    """The lines written so far, as they are written."""
    settings.REQUEST_LOG = True
    monkeypatch.setattr(times, "_pending", {})
    found = []
    handler = logging.Handler()
    handler.emit = lambda record: found.append(record.getMessage())
    request_log.LOGGER.addHandler(handler)
    yield found
    request_log.LOGGER.removeHandler(handler)


@contextmanager
def as_written(name):
    """What is logged under a name, as the log has it."""
    handler = logging.StreamHandler(StringIO())
    handler.setFormatter(logs.LineFormatter("{levelname} {name} {message}", style="{"))
    logger = logging.getLogger(name)
    logger.addHandler(handler)
    yield handler.stream
    logger.removeHandler(handler)


@pytest.fixture
def others():
    """What Django itself logs."""
    with as_written("django") as found:
        yield found


def only(lines):
    [line] = lines
    return json.loads(line)


@pytest.mark.django_db
def test_a_line_tells_who_asked_for_what_and_what_it_cost(client, lines):
    user = make_user(roles.READER, zone=make_zone())
    client.force_login(user)
    answer = client.get("/search/?q=secret+words")
    line = only(lines)
    assert {**line, "at": 0, "ms": 0, "query_ms": 0, "queries": 0} == {
        "at": 0, "id": answer["X-Request-ID"], "user": user.username, "method": "GET",
        "path": "/search/", "route": "search", "status": 200, "ms": 0, "queries": 0,
        "query_ms": 0, "bytes": len(answer.content), "address": "127.0.0.1",
    }  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["at"])
    assert line["queries"] > 1
    assert 0 < line["query_ms"] < line["ms"]
    assert "secret" not in lines[0]


@pytest.mark.django_db
def test_a_stranger_has_no_name_and_a_wrong_address_no_route(client, lines):
    client.get("/no/such/page/")
    line = only(lines)
    assert (line["user"], line["route"], line["status"]) == (None, None, 404)


@pytest.mark.django_db
def test_a_visitors_text_cannot_forge_a_line(client, lines):
    client.generic("GET", "/a%0A%7B%22status%22:200%7D%E2%80%A8\x7f/" + "x" * 2000)
    assert lines[0].isascii()
    assert not re.search(r"[\x00-\x1f\x7f]", lines[0])
    assert only(lines)["path"].startswith('/a\n{"status":200}\u2028')
    assert len(lines[0]) < 1500


@pytest.mark.django_db
def test_a_strange_method_is_not_copied(client, lines):
    client.generic("F" * 300, "/sign-in/")
    assert only(lines)["method"] == "other"


@pytest.mark.django_db
def test_the_key_of_a_calendar_stays_out_of_the_log(client, lines):
    client.get(reverse("calendar-feed", args=["c3VwZXItc2VjcmV0"]))
    assert "c3VwZXItc2VjcmV0" not in lines[0]
    assert only(lines)["route"] == "calendar-feed"
    assert only(lines)["path"] == "/calendar/<key>.ics"


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["plain HTTP", "a strange host", "a failure", "a form"])
def test_that_key_stays_out_of_all_lines_whatever_goes_wrong(lines, others, settings, way):
    """Also where nobody has looked yet which address it is."""
    settings.SECURE_SSL_REDIRECT = way == "plain HTTP"
    headers = {"host": "elsewhere.example"} if way == "a strange host" else {}
    client = Client(raise_request_exception=False)
    key = "k" * 43
    address = reverse("calendar-feed", args=[key])
    if way == "a failure":
        with every_query_failing(OperationalError("server closed the connection")):
            answer = client.get(address)
    elif way == "a form":
        answer = client.post(address)
    else:
        answer = client.get(address, headers=headers)
    statuses = {"plain HTTP": 301, "a strange host": 400, "a failure": 503, "a form": 405}
    assert answer.status_code == statuses[way]
    told = "".join(lines) + others.getvalue()
    assert key not in told
    assert only(lines)["path"] == "/calendar/<key>.ics"
    assert ("<key>" in others.getvalue()) == (way in ("a failure", "a form"))


@pytest.mark.django_db
def test_probes_that_succeed_and_static_files_are_not_told(client, lines):
    client.get("/healthz")
    client.get("/static/css/zonetrack.css").close()
    assert lines == []


@pytest.mark.django_db
def test_a_long_answer_is_told_when_it_has_been_sent(lines):
    def pieces():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        yield b"12"
        yield b"345"

    answer = log_requests(lambda _request: StreamingHttpResponse(pieces()))(make_request())
    assert lines == []
    assert b"".join(answer.streaming_content) == b"12345"
    answer.close()
    line = only(lines)
    assert (line["bytes"], line["queries"]) == (5, 1)
    assert connection.execute_wrappers == []


@pytest.mark.django_db
def test_the_log_tells_which_exports_are_under_way(lines, settings):
    """By the command of docs/operation.md: begun, and not yet sent."""
    zone = make_zone()
    make_enterprise(make_park(zone))
    client = Client()
    client.force_login(make_user(roles.OFFICER, zone=zone))
    with as_written("zonetrack.security") as security:
        answer = client.get("/enterprises/", {"format": "csv"})
        page = (settings.BASE_DIR / "docs" / "operation.md").read_text()
        command = page.partition("| awk '")[2].partition("'\n")[0]

        def under_way():
            log = security.getvalue() + "\n".join(lines) + "\n"
            return subprocess.run(
                ["awk", command], input=log, capture_output=True, text=True, check=True
            ).stdout

        assert f'path="/enterprises/" query="format=csv" [request {answer["X-Request-ID"]}]' in (
            under_way()
        )
        assert b"".join(answer)
        assert under_way() == ""


@pytest.mark.django_db
def test_an_answer_given_up_is_told_too(lines):
    answer = log_requests(lambda _request: StreamingHttpResponse(iter([b"1"])))(make_request())
    answer.close()
    assert only(lines)["bytes"] == 0


# The number of a request


def make_request(**headers):
    request = RequestFactory().get("/x/", headers=headers)
    request.resolver_match = None
    return request


def answered(**headers):
    answer = log_requests(lambda _request: HttpResponse())(make_request(**headers))
    return answer["X-Request-ID"]


def test_each_request_has_a_number_of_its_own():
    first, second = answered(), answered()
    assert first != second
    assert NUMBER.fullmatch(first)


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("4bf92f3577b34da6a3ce929d0e0e4736", True),
        ("short", False),
        ("x" * 65, False),
        ("12345678\nforged", False),
        ("12345678 90", False),
        ("", False),
    ],
)
def test_a_trusted_proxy_may_give_the_number(settings, given, taken):
    settings.PROXIES = 1
    assert (answered(x_request_id=given) == given) is taken


def test_a_visitor_may_not(settings):
    settings.PROXIES = 0
    assert answered(x_request_id="4bf92f3577b34da6") != "4bf92f3577b34da6"


def test_pages_of_errors_tell_the_number(db):
    client = Client(raise_request_exception=False)
    client.force_login(make_user(roles.READER, zone=make_zone()))
    refused = client.get("/admin/login/")
    assert refused.status_code == 403
    assert refused["X-Request-ID"] in refused.content.decode()
    failed = client.get("/", headers={"host": "elsewhere.example"})
    assert failed.status_code == 400
    assert failed["X-Request-ID"] in failed.content.decode()


def test_what_is_logged_of_a_request_ends_with_its_number(db):
    client = Client(raise_request_exception=False)
    client.force_login(make_user(roles.READER, zone=make_zone()))
    with as_written("django.request") as found:
        answer = client.get("/zones/nowhere/")
    assert answer.status_code == 404
    number = answer["X-Request-ID"]
    told = f"WARNING django.request Not Found: /zones/nowhere/ [request {number}]\n"
    assert found.getvalue() == told


def test_outside_of_requests_there_is_no_number():
    answered()
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "text", (), None)
    assert logs.LineFormatter("{message}", style="{").format(record) == "text"


# What it costs


def test_a_line_costs_little(lines):
    """Compared with a loop in the same process, so that the machine's speed does not matter."""
    middleware, request = log_requests(lambda _request: HttpResponse()), make_request()

    def of_requests():
        for _ in range(200):
            middleware(request)

    def of_loop():
        total = 0
        for number in range(1_000_000):
            total += number

    def seconds(work):
        began = process_time()
        work()
        return process_time() - began

    request_seconds = min(seconds(of_requests) for _ in range(3)) / 200
    loop_seconds = min(seconds(of_loop) for _ in range(3))
    # A usual machine needs 65 ms for the loop: so a line may take 0.3 ms there.
    assert request_seconds < loop_seconds / 200
