"""Sessions end when they should, nobody is led to another host, odd requests are refused."""

import re
from io import BytesIO

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import Client
from django.urls import get_resolver

from tests import factories as make
from tests.factories import PASSWORD, make_user, make_zone
from zonetrack.access import roles

pytestmark = pytest.mark.django_db

NEW = "amber-lantern-42-roads"


@pytest.fixture
def person():
    return make_user(roles.READER, zone=make_zone(key="hill"), username="li.na")


def signed_in(name="li.na", password=PASSWORD):
    client = Client()
    client.get("/sign-in/")
    client.post("/sign-in/", {"username": name, "password": password})
    return client


def is_in(client) -> bool:
    return client.get("/password/").status_code == 200


# Sessions


def test_signing_in_gives_a_new_session_and_a_new_token(person):
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    client.get("/sign-in/")
    before = client.cookies["csrftoken"].value
    client.post("/sign-in/", {"username": "li.na", "password": PASSWORD})
    assert client.cookies["sessionid"].value != "a" * 32
    assert client.cookies["csrftoken"].value != before
    assert is_in(client)


def test_a_session_is_dead_after_signing_out(person):
    client, thief = signed_in(), Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert is_in(thief)
    client.post("/sign-out/")
    assert not is_in(thief)


def test_other_sessions_end_when_the_password_changes(person):
    client, other = signed_in(), signed_in()
    before = client.cookies["sessionid"].value
    typed = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post("/password/", typed).status_code == 302
    assert is_in(client)
    assert client.cookies["sessionid"].value != before
    assert not is_in(other)


def test_somebody_made_inactive_is_out_at_once(person):
    client = signed_in()
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert not is_in(client)
    assert not is_in(signed_in())


# Passwords


@pytest.mark.parametrize(
    "weak",
    [
        "short-9", "password12", "1234567890", "qwertyuiop", "9876543210123",
        "zonetrack1", "ZoneTrack-2026", "开发区2026!!", "iloveyou123", "x" * 1001,
    ],
)  # fmt: skip
def test_weak_passwords_are_refused(person, weak):
    with pytest.raises(ValidationError):
        validate_password(weak, person)


@pytest.mark.parametrize(
    "good",
    ["x7-" * 22, "seven brown wolves hum", "青山绿水之间有人家居住", "aaaaabbbbbcd", "?" * 999],
)
def test_long_passwords_of_any_signs_are_taken(person, good):
    validate_password(good, person)


def test_the_current_password_is_asked_before_another_is_set(person):
    client = signed_in()
    typed = {"old_password": "not-this-one", "new_password1": NEW, "new_password2": NEW}
    assert client.post("/password/", typed).status_code == 200
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


# Where one is led


ELSEWHERE = [
    "https://evil.example/", "http://evil.example", "//evil.example", "///evil.example",
    "////evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example",
    "/\\/evil.example", "https:evil.example", "https:/evil.example", "https:///evil.example",
    "http:\\\\evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x",
    "vbscript:x", "ftp://evil.example", "//evil.example%2f@testserver",
    "https://testserver@evil.example", "https://testserver.evil.example",
    "//testserver:80@evil.example", "https://evil.example#testserver",
    "https://evil.example?testserver", " //evil.example", "\t//evil.example", "\n//evil.example",
    "//\tevil.example", "/\t/evil.example", "/\n/evil.example", "\x00//evil.example",
    "https://evil。example", "//evil%E3%80%82example", "///", "http://[::1", "//⑩.0.0.1",
    "https://testserver:444/",
]  # fmt: skip


def leaves(answer) -> bool:
    """Whether the browser would go to another host, as it reads addresses."""
    place = answer.get("Location", "/")
    place = place.replace("\t", "").replace("\n", "").replace("\\", "/").strip()
    return not (place.startswith("/") and not place.startswith("//"))


def test_there_are_thirty_spellings():
    assert len(set(ELSEWHERE)) >= 30


def test_no_spelling_of_next_leaves_the_host(person):
    member = Client()
    for spelling in ELSEWHERE:
        client = Client()
        typed = {"username": "li.na", "password": PASSWORD, "next": spelling}
        referer = spelling.strip("\n\x00").replace("\n", "").encode("ascii", "ignore").decode()
        member.force_login(person)
        answers = [
            client.get("/admin/login/", {"next": spelling}),
            client.post("/i18n/setlang/", {"language": "en", "next": spelling}),
            client.post("/i18n/setlang/", {"language": "en"}, headers={"referer": referer}),
            client.post("/sign-in/", typed),
            member.get("/sign-in/", {"next": spelling}),
            member.post("/sign-out/", {"next": spelling}),
        ]
        assert [answer.get("Location") for answer in answers if leaves(answer)] == [], spelling


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example/", "//evil.example/%2f.."])
def test_no_path_leads_to_another_host(person, path):
    client = signed_in()
    answer = client.generic("GET", "/", PATH_INFO=path)
    assert answer.status_code == 404 or not leaves(answer)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "testserver.evil.example", "testserver:80@evil.example", "", "a b", "x" * 300]
    + ["testserver\u3002evil", "[::1", "testserver#evil"],
)
def test_a_foreign_host_is_refused_and_never_told_again(host):
    answer = Client().get("/sign-in/", SERVER_NAME="nowhere.example", HTTP_HOST=host)
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


def test_a_host_told_by_a_forwarding_header_is_not_believed(person):
    answer = Client().get(
        "/", headers={"x-forwarded-host": "evil.example", "x-host": "evil.example"}
    )
    assert answer["Location"] == "/sign-in/?next=/"


# Odd requests


def test_methods_that_no_page_has_are_refused(client, person):
    client.force_login(person)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO", "PROPFIND"):
        for address in ("/enterprises/", "/zones/hill/2014/", "/admin/", "/sign-in/"):
            answer = client.generic(method, address)
            assert answer.status_code == 405
            assert answer["Allow"] == "GET, HEAD, POST"


def test_a_method_told_by_a_header_or_field_is_not_believed(client, person):
    client.force_login(person)
    headers = {
        "x-http-method-override": "POST",
        "x-http-method": "POST",
        "x-method-override": "POST",
    }
    assert client.get("/sign-out/?_method=POST", headers=headers).status_code == 405
    assert is_in(client)


def part(name, value, head=""):
    return f'--B\r\nContent-Disposition: form-data; name="{name}"{head}\r\n\r\n{value}\r\n'.encode()


FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary="
MALFORMED = {
    "20,000 fields": (b"&".join(b"a%d=1" % n for n in range(20_000)), FORM),
    "a field of 5 MB": (b"username=" + b"x" * 5_000_000, FORM),
    "no text": (b"username=%ff%fe&password=\xff", FORM),
    "NUL": (b"username=a%00b&password=a%00b", FORM),
    "charset": (b"\xff\xfeu", f"{FORM}; charset=utf-16"),
    "charset of nowhere": (b"x", f"{FORM}; charset=\x7f"),
    "long boundary": (part("a", "1"), PARTS + "B" * 5_000),
    "no boundary": (part("a", "1"), "multipart/form-data"),
    "empty boundary": (part("a", "1"), PARTS),
    "cut off": (part("a", "1")[:-30], PARTS + "B"),
    "300 files": (
        b"".join(part("f", "x", '; filename="a"') for _ in range(300)) + b"--B--\r\n",
        PARTS + "B",
    ),
    "a name of 100 kB": (part("a" * 100_000, "1") + b"--B--\r\n", PARTS + "B"),
    "base64 that is none": (
        b'--B\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n'
        b"\r\n===!\r\n--B--\r\n",
        PARTS + "B",
    ),
    "deep JSON": (b"[" * 100_000, "application/json"),
    "no kind": (b"username=a", ""),
    "odd kind": (b"username=a", "text/html; ;;=; charset"),
}


def test_malformed_bodies_are_refused_without_a_failure():
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    without_check = Client(raise_request_exception=False)
    for name, (content, kind) in MALFORMED.items():
        for address in ("/sign-in/", "/i18n/setlang/", "/api/v1/zones/"):
            answer = client.generic("POST", address, content, kind)
            assert 400 <= answer.status_code < 500, (name, address)
        assert without_check.generic("POST", "/sign-in/", content, kind).status_code < 500, name


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\r\nX-Evil: 1.csv", "\u202egnp.exe", "x" * 400]
)
def test_odd_names_of_files_stay_names(client, name):
    zone = make_zone(key="hill")
    client.force_login(make_user(roles.MANAGER, zone=zone))
    park = make.make_park(zone)
    file = BytesIO(b"not a table")
    file.name = name
    typed = {"zone": zone.pk, "park": park.pk, "year": "2014", "file": file}
    answer = client.post("/admin/import/new/yearly/", typed)
    assert answer.status_code < 500
    assert "X-Evil" not in answer.headers


# Forms of other sites


def test_every_form_that_sends_something_carries_its_token():
    forms = []
    for folder in ("templates", "zonetrack", "enterprises", "rd_centers", "patents"):
        for path in (settings.BASE_DIR / folder).rglob("*.html"):
            found = re.findall(r"<form\b[^>]*>.*?</form>", path.read_text("utf-8"), re.S)
            forms += [form for form in found if re.search(r'method="post"', form, re.I)]
    assert len(forms) > 15
    assert [form for form in forms if "{% csrf_token %}" not in form] == []


def test_only_what_programs_read_goes_without_the_check():
    def free(patterns):
        for one in patterns:
            if hasattr(one, "url_patterns"):
                yield from free(one.url_patterns)
            elif getattr(one.callback, "csrf_exempt", False):
                yield str(one.pattern)

    exempt = [name for name in free(get_resolver().url_patterns) if "api/v1/" not in name]
    assert exempt == []


# A database that goes away in the middle


@pytest.mark.parametrize("address", ["/zones/hill/2014/", "/enterprises/", "/no/such/page/"])
def test_wherever_the_database_goes_away_the_answer_is_503(person, address, monkeypatch):
    make.make_enterprise(make.make_park(person.memberships.get().zone))
    client = signed_in()
    client.raise_request_exception = False
    asked, execute = [], CursorWrapper.execute

    def counted(self, *args):
        asked.append(1)
        if len(asked) == fails_at:
            raise OperationalError("terminating connection due to administrator command")
        return execute(self, *args)

    monkeypatch.setattr(CursorWrapper, "execute", counted)
    fails_at = 0
    client.get(address)
    needed = len(asked)
    assert needed >= 3
    for fails_at in range(1, needed + 1):
        asked.clear()
        answer = client.get(address)
        assert (answer.status_code, answer.get("Retry-After")) == (503, "10"), fails_at
        assert "暂时无法使用" in answer.content.decode()
