"""The headers of every kind of answer, graded; with encryption on, as the site really runs.

The permission matrix grades every answer it gets on its way through all pages and roles.
"""

import runpy

import pytest
from axes.models import AccessAttempt
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests import header_grades
from tests.test_health import every_query_failing
from zonetrack.access import roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def https(settings, monkeypatch):
    """The settings of a site with encryption, its subdomains included."""
    for name in ("ZONETRACK_HTTPS", "ZONETRACK_HSTS_SUBDOMAINS"):
        monkeypatch.setenv(name, "True")
    read = runpy.run_path(str(settings.BASE_DIR / "zonetrack" / "settings.py"))
    for name, value in read.items():
        if name.startswith("SECURE_") or "_COOKIE_" in name:
            setattr(settings, name, value)


def secure(user=None, **options):
    client = Client(raise_request_exception=False, **options)
    if user:
        client.force_login(user)

    def ask(method, address, *given, **more):
        return getattr(client, method)(address, *given, secure=True, **more)

    return ask


def strangers_answers():
    ask = secure()
    yield 200, ask("get", "/sign-in/")
    yield 200, ask("post", "/sign-in/", {"username": "li", "password": "wrong"})
    yield 200, ask("get", "/healthz")
    yield 200, ask("get", "/readyz")
    for file in ("css/zonetrack.css", "icon.svg", "js/page.js"):
        yield 200, ask("get", f"/static/{file}")
    yield 404, ask("get", "/static/none.css")
    yield 302, ask("get", "/")
    yield 302, ask("get", "/favicon.ico")
    yield 302, ask("get", "/admin/login/?next=/admin/")
    yield 302, ask("post", "/i18n/setlang/", {"language": "zh-hans"})
    yield 301, ask("get", "/sign-in")
    yield 400, ask("get", "/sign-in/", headers={"host": "elsewhere.example"})
    yield 404, ask("get", "/no/such/page/")
    for method in ("put", "delete", "patch", "options", "trace"):
        yield 405, ask(method, "/sign-in/")
    yield 302, ask("get", "/sign-out/")
    kind = "application/x-www-form-urlencoded; charset=utf-16"
    yield 415, ask("post", "/sign-in/", b"x", content_type=kind)
    yield 401, ask("get", "/api/v1/zones/")
    yield 405, ask("post", "/api/v1/zones/")
    yield 401, ask("get", "/api/v1/none/")
    yield 403, secure(enforce_csrf_checks=True)("post", "/sign-in/", {})
    yield 301, Client().get("/sign-in/")


def members_answers():
    zone = make.make_zone(key="hill")
    park, far = make.make_park(zone), make.make_park(make.make_zone())
    firm, elsewhere = make.make_enterprise(park), make.make_enterprise(far)
    make.make_return(firm, 2014)
    ask = secure(make.make_user(roles.MANAGER, zone=zone))
    pages = ["/zones/hill/2014/", "/enterprises/", f"/enterprises/{firm.pk}/", "/search/?q=x"]
    pages += ["/help/", "/changes/", "/password/", "/account/tokens/", "/claims/"]
    pages += ["/admin/", "/admin/enterprises/enterprise/", "/admin/enterprises/enterprise/add/"]
    pages += [f"/admin/enterprises/enterprise/{firm.pk}/{door}/" for door in ("change", "history")]
    pages += [f"/admin/enterprises/enterprise/{firm.pk}/delete/", "/admin/yearly/"]
    pages += [reverse("entry-table", args=["hill", 2014]), reverse("import-new", args=["yearly"])]
    for address in pages:
        yield 200, ask("get", address)
    for kind in ("csv", "xlsx"):
        yield 200, ask("get", f"/enterprises/?format={kind}")
    yield 200, ask("get", reverse("import-template", args=["yearly"]))
    yield 200, ask("get", "/api/v1/zones/")
    yield 403, ask("get", "/admin/projects/program/add/")
    yield 404, ask("get", f"/enterprises/{elsewhere.pk}/")
    yield 302, ask("get", f"/admin/enterprises/enterprise/{elsewhere.pk}/change/")
    yield 404, ask("get", "/api/v1/none/")
    yield 405, ask("get", "/sign-out/")
    yield 405, ask("put", f"/admin/enterprises/enterprise/{firm.pk}/change/")


def faults_of(answers) -> list[str]:
    found = []
    for wanted, answer in answers:
        name = f"{answer.request['REQUEST_METHOD']} {answer.request['PATH_INFO']}"
        if answer.status_code != wanted:
            found.append(f"{name}: {answer.status_code} instead of {wanted}")
        body = b"".join(answer) if answer.streaming else answer.content
        is_encrypted = answer.request["wsgi.url_scheme"] == "https"
        wrong = header_grades.faults(answer, body.decode("utf-8", "replace"), https=is_encrypted)
        found += [f"{name}: {fault}" for fault in wrong]
    return found


def test_every_kind_of_answer_to_strangers_has_the_best_grade(https):
    assert faults_of(strangers_answers()) == []


def test_every_kind_of_answer_to_those_signed_in_has_the_best_grade(https):
    assert faults_of(members_answers()) == []


def test_refusals_and_failures_have_the_best_grade(https):
    ask, signed_in = secure(), secure(make.make_user("administrator"))
    AccessAttempt.objects.create(username="li", ip_address="127.0.0.1", failures_since_start=10)
    answers = [(429, ask("post", "/sign-in/", {"username": "li", "password": "wrong"}))]
    for wanted, error in ((503, "server closed the connection"), (500, "no such column: x")):
        with every_query_failing(OperationalError(error)):
            answers.append((wanted, signed_in("get", "/password/")))
    assert faults_of(answers) == []


def test_signing_in_sets_no_cookie_that_others_could_use(https):
    make.make_user(username="li")
    answer = secure()("post", "/sign-in/", {"username": "li", "password": make.PASSWORD})
    assert {"__Host-sessionid", "__Host-csrftoken"} <= set(answer.cookies)
    assert header_grades.cookie_faults(answer.cookies, https=True) == []


# The grader itself


GOOD = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
    "Cache-Control": "no-store",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}


def test_the_grader_gives_a_hundred_points():
    assert header_grades.grade(GOOD, https=True) == 100
    assert header_grades.grade({}, https=True) == 0


@pytest.mark.parametrize(
    ("name", "value", "points"),
    [
        ("Content-Security-Policy", "default-src 'self' 'unsafe-inline'", 43),
        ("Content-Security-Policy", GOOD["Content-Security-Policy"] + " ; img-src *", 96),
        ("Strict-Transport-Security", "max-age=31536000", 98),
        ("Strict-Transport-Security", "max-age=3600", 92),
        ("X-Content-Type-Options", "", 92),
        ("Cache-Control", "", 96),
    ],
)
def test_the_grader_sees_what_is_missing(name, value, points):
    assert header_grades.grade(GOOD | {name: value}, https=True) == points


@pytest.mark.parametrize(
    "page",
    [
        "<script>alert(1)</script>",
        '<p style="color: red">',
        '<img src="x" onerror="y()">',
        "<style>p {}</style>",
        '<a href="javascript:x()">',
    ],
)
def test_the_grader_sees_code_in_a_page(page):
    assert header_grades.inline_code(page)
    shown = page.replace("<", "&lt;").replace('"', "&quot;")
    assert not header_grades.inline_code(shown)
