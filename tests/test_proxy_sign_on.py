"""Signing on by a proxy's word: believed with its secret from its address, and never otherwise."""

from ipaddress import ip_network

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.test_settings import KEY, complaint, read

SECRET = "the-proxy-and-zonetrack-know-this-secret-3"
PROXY = "10.0.0.7"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def proxy(settings):
    settings.PROXY_USER_HEADER = "X-Remote-User"
    settings.PROXY_SECRET = SECRET
    settings.PROXY_NETWORKS = [ip_network(PROXY), ip_network("fd00::/8")]
    settings.PROXY_BY_SOCKET = False
    settings.AUTHENTICATION_BACKENDS = [
        "zonetrack.access.throttle.SignInLock",
        "zonetrack.access.proxy_sign_on.ProxyBackend",
        "zonetrack.access.scope.MembershipBackend",
    ]


@pytest.fixture
def li():
    return get_user_model().objects.create_user("li", password="a-long-password-1")


def sent(name="li", secret=SECRET, address=PROXY):
    """What a request through the proxy carries; None leaves a header out."""
    headers = {"X-Remote-User": name, "X-Zonetrack-Proxy-Secret": secret}
    headers = {key: value for key, value in headers.items() if value is not None}
    return {"headers": headers, "REMOTE_ADDR": address}


def user_of(client, **request):
    """Who a page is shown to; empty for nobody."""
    answer = client.get("/password/", **request)
    return answer.wsgi_request.user.get_username() if answer.status_code == 200 else ""


def test_whom_the_proxy_names_is_signed_on(client, li):
    assert user_of(client, **sent()) == "li"


@pytest.mark.parametrize(
    "request_",
    [
        sent(secret=None),
        sent(secret=""),
        sent(secret="wrong"),
        sent(secret=SECRET + "x"),
        # As a server joins a header that came twice.
        sent(secret=f"{SECRET},{SECRET}"),
        sent(secret="ключ"),
        sent(address="10.0.0.8"),
        sent(address=""),
        sent(address="unix"),
        sent(address="127.0.0.1"),
        sent(name="li,admin"),
        sent(name=""),
        sent(name="LI"),
        sent(name="li\0"),
        sent(name="\xff"),
    ],
)
def test_everything_else_signs_nobody_on(client, li, request_):
    get_user_model().objects.create_superuser("admin")
    assert user_of(client, **request_) == ""


def test_what_a_visitor_says_of_the_address_is_not_believed(client, li, settings):
    settings.PROXIES = 1
    request = sent(address="192.0.2.1")
    request["headers"] |= {"X-Forwarded-For": PROXY, "X-Real-Ip": PROXY}
    assert user_of(client, **request) == ""


@pytest.mark.parametrize("address", ["fd00::7", f"::ffff:{PROXY}"])
def test_addresses_are_compared_as_addresses(client, li, address):
    assert user_of(client, **sent(address=address)) == "li"


def test_a_socket_of_the_machine_counts_where_the_settings_say_so(client, li, settings):
    settings.PROXY_BY_SOCKET = True
    assert user_of(client, **sent(address="")) == "li"


def test_a_chinese_user_name_is_understood(client):
    get_user_model().objects.create_user("李伟")
    assert user_of(client, **sent(name="李伟".encode().decode("latin-1"))) == "李伟"


def test_who_has_no_account_is_refused_and_none_is_made(client):
    answer = client.get("/sign-in/", **sent(name="stranger"))
    assert "stranger" in answer.content.decode()
    assert not answer.wsgi_request.user.is_authenticated
    assert not get_user_model().objects.exists()


def test_an_account_that_is_not_active_is_refused(client, li):
    li.is_active = False
    li.save()
    assert user_of(client, **sent()) == ""


def test_another_name_ends_the_session_of_the_first(client, li):
    get_user_model().objects.create_user("wang")
    assert user_of(client, **sent()) == "li"
    first = client.session.session_key
    assert user_of(client, **sent(name="wang")) == "wang"
    assert client.session.session_key != first
    assert user_of(client, **sent(name="stranger")) == ""


def test_the_session_ends_when_the_proxy_names_nobody_any_more(client, li):
    assert user_of(client, **sent()) == "li"
    assert user_of(client, **sent(name=None)) == ""
    assert user_of(client, **sent(secret="wrong")) == ""


def test_a_cookie_alone_opens_nothing_from_elsewhere(client, li):
    assert user_of(client, **sent()) == "li"
    assert user_of(client, REMOTE_ADDR="192.0.2.1") == ""


def test_signing_out_lasts_until_a_click(client, li):
    assert user_of(client, **sent()) == "li"
    client.post("/sign-out/", **sent())
    assert user_of(client, **sent()) == ""
    assert 'name="proxy"' in client.get("/sign-in/", **sent()).content.decode()
    answer = client.post("/sign-in/", {"proxy": "1", "next": "/help/"}, **sent())
    assert answer.url == "/help/"
    assert user_of(client, **sent()) == "li"


def test_that_click_needs_the_proxy(client, li):
    client.post("/sign-in/", {"proxy": "1"})
    assert user_of(client) == ""


def test_passwords_go_on_beside_it_unless_switched_off(client, li, settings):
    typed = {"username": "li", "password": "a-long-password-1"}
    client.post("/sign-in/", typed)
    assert user_of(client) == "li"
    settings.AUTHENTICATION_BACKENDS = settings.AUTHENTICATION_BACKENDS[:2]
    settings.PASSWORD_SIGN_IN = False
    other = Client()
    other.post("/sign-in/", typed)
    assert user_of(other) == ""
    assert 'name="password"' not in other.get("/sign-in/").content.decode()


def test_nobody_signed_on_is_asked_for_a_password_of_their_own(client, li):
    li.must_change_password = True
    li.save()
    answer = client.get("/help/", **sent())
    assert answer.status_code == 200
    assert 'href="/password/"' not in answer.content.decode()


def test_without_the_setting_the_headers_are_nothing(li, settings):
    settings.PROXY_USER_HEADER = ""
    assert user_of(Client(), **sent()) == ""


def test_a_refused_word_stands_in_the_security_log(client, li, caplog):
    user_of(client, **sent(secret="wrong"))
    assert "proxy-sign-on-refused" in caplog.text
    assert SECRET not in caplog.text and "wrong" not in caplog.text


# Settings

WHOLE = {
    "ZONETRACK_PROXY_USER_HEADER": "X-Remote-User",
    "ZONETRACK_PROXY_SECRET": SECRET,
    "ZONETRACK_PROXY_ADDRESSES": "unix, 10.0.0.0/24",
}
BY_PROXY = "zonetrack.access.proxy_sign_on.ProxyBackend"
BY_PASSWORD = "zonetrack.access.scope.MembershipBackend"


def test_it_is_off_unless_all_is_given(tmp_path):
    names = "s.PROXY_USER_HEADER, s.AUTHENTICATION_BACKENDS"
    header, backends = read(names, tmp_path)
    assert header == "" and BY_PROXY not in backends and BY_PASSWORD in backends
    header, backends = read(names, tmp_path, **WHOLE)
    assert header == "X-Remote-User" and {BY_PROXY, BY_PASSWORD} < set(backends)
    _header, backends = read(names, tmp_path, **WHOLE, ZONETRACK_PASSWORD_SIGN_IN="False")
    assert BY_PROXY in backends and BY_PASSWORD not in backends


@pytest.mark.parametrize(
    "change",
    [
        *[{name: ""} for name in WHOLE],
        {"ZONETRACK_PROXY_USER_HEADER": "X_Remote_User"},
        {"ZONETRACK_PROXY_USER_HEADER": "Cookie"},
        {"ZONETRACK_PROXY_SECRET": "short"},
        {"ZONETRACK_PROXY_ADDRESSES": "proxy.example"},
    ],
)
def test_half_or_odd_settings_stop_the_start(tmp_path, change):
    sentence = complaint(tmp_path, ZONETRACK_SECRET_KEY=KEY, **WHOLE | change)
    assert "ImproperlyConfigured: ZONETRACK_PROXY_" in sentence


def test_passwords_cannot_be_switched_off_alone(tmp_path):
    off = {"ZONETRACK_PASSWORD_SIGN_IN": "False"}
    assert "nobody could sign in" in complaint(tmp_path, ZONETRACK_SECRET_KEY=KEY, **off)
