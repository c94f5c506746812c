"""What holds for every answer: headers, refusals, sessions."""

import time

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.base import SessionBase

from zonetrack.middleware import renew

HOUR = 3600


@pytest.fixture
def session():
    return SessionBase()


@pytest.mark.parametrize("address", ["/healthz", "/sign-in/", "/no/such/page", "/admin/login/"])
@pytest.mark.django_db
def test_every_answer_carries_the_protecting_headers(client, address):
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]


def test_trace_is_refused(client):
    assert client.trace("/healthz").status_code == 405


@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "no-such-charset"])
def test_a_form_in_an_unreadable_encoding_is_refused(client, charset):
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    assert client.generic("POST", "/sign-in/", b"username=x", kind).status_code == 415


@pytest.mark.django_db
def test_pages_ask_strangers_to_sign_in_and_lead_back(client):
    answer = client.get("/password/")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/password/")


@pytest.mark.django_db
def test_signing_out_by_a_link_is_refused(client):
    client.force_login(get_user_model().objects.create(username="li"))
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/password/").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "address", "allow"),
    [("get", "/sign-out/", "POST, OPTIONS"), ("post", "/admin/status/", "GET, HEAD")],
)
@pytest.mark.parametrize(("language", "told"), [("en", "en"), ("zh-hans", "zh-Hans")])
def test_what_a_page_does_not_take_is_explained_on_a_page(
    client, method, address, allow, language, told
):
    may = {"is_superuser": True, "is_staff": True}
    client.force_login(get_user_model().objects.create(username="li", **may))
    answer = getattr(client, method)(address, headers={"accept-language": language})
    assert answer.status_code == 405
    assert answer["Allow"] == allow
    page = answer.content.decode()
    assert f'<html lang="{told}">' in page
    assert "Not possible this way" in page or language != "en"


@pytest.mark.django_db
def test_a_strange_host_is_refused_on_a_page_without_framework_text(client):
    answer = client.get("/sign-in/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "无法读取该请求" in answer.content.decode()
    assert "elsewhere" not in answer.content.decode()


@pytest.mark.django_db
def test_a_form_sent_without_its_token_says_what_to_do():
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "li"})
    assert answer.status_code == 403
    assert "Please try again" in answer.content.decode()


@pytest.mark.django_db
def test_a_signed_in_session_is_limited(client):
    client.force_login(get_user_model().objects.create(username="li"))
    client.get("/password/")
    assert client.session["began"] <= time.time()
    assert client.session.get_expiry_age() <= 8 * HOUR


def test_a_session_is_renewed_after_ten_minutes(session):
    renew(session, now=1_000_000)
    session.modified = False
    renew(session, now=1_000_000 + 599)
    assert not session.modified
    renew(session, now=1_000_000 + 600)
    assert session.modified


def test_a_session_ends_twelve_hours_after_sign_in(session):
    renew(session, now=1_000_000)
    renew(session, now=1_000_000 + 11 * HOUR)
    assert session["_session_expiry"] == HOUR


def test_a_clock_put_back_throws_nobody_out(session):
    renew(session, now=1_000_000)
    renew(session, now=1_000_000 - 25 * HOUR)
    assert session["began"] == 1_000_000
