"""The helper that serves the product to other tests does what they rely on."""

import http.client
import socket
from urllib.parse import urlsplit

import pytest

from tests.served import PASSWORD, new_database, served

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    environment = {"ZONETRACK_DATA_DIR": str(tmp_path_factory.mktemp("served"))}
    new_database(environment)
    return environment


def test_people_sign_in_and_open_pages(place):
    with served(place, workers=2) as server:
        assert len(server.worker_pids()) == 2
        assert server.get("/readyz").text == "ok\n"
        assert "/sign-in/" in server.get("/zones/z/").url
        manager = server.visitor("manager")
        assert "sessionid" in {cookie.name for cookie in manager.cookies}
        page = manager.get("/zones/z/")
        assert page.status == 200 and "Zone" in page.text
        assert manager.get("/zones/y/").status == 404
        assert server.visitor("admin").get("/admin/").status == 200
        with pytest.raises(AssertionError):
            server.visitor("manager", PASSWORD + "!")


def test_cookies_and_pages_are_those_of_encryption_when_it_is_asked_for(place):
    with served(place | {"ZONETRACK_HTTPS": "True", "ZONETRACK_TRUST_PROXY": "True"}) as server:
        proxied = {"X-Forwarded-Proto": "https"}
        page = server.get("/sign-in/", headers=proxied)
        assert "__Host-csrftoken" in page.headers["Set-Cookie"]
        assert "max-age" in page.headers["Strict-Transport-Security"]


SECRET = "the-proxy-and-zonetrack-know-this-secret-3"


def raw(server, *lines) -> str:
    """Where a page of one's own leads somebody who sends these very header lines."""
    host, port = urlsplit(server.url).netloc.split(":")
    head = ["GET /password/ HTTP/1.1", f"Host: {host}", "Connection: close", *lines, "", ""]
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall("\r\n".join(head).encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return "signed on" if answer.status == 200 else str(answer.status)


def test_no_spelling_of_a_header_passes_for_that_of_the_proxy(place):
    proxy = {
        "ZONETRACK_PROXY_USER_HEADER": "X-Remote-User",
        "ZONETRACK_PROXY_SECRET": SECRET,
        "ZONETRACK_PROXY_ADDRESSES": "127.0.0.1",
    }
    name, secret = "X-Remote-User: manager", f"X-Zonetrack-Proxy-Secret: {SECRET}"
    with served(place | proxy) as server:
        assert raw(server, name, secret) == "signed on"
        assert raw(server, name) == "302"
        assert raw(server, "X_Remote_User: manager", secret) == "302"
        assert raw(server, name, secret.replace("-", "_")) == "302"
        # As a visitor's header would come if a proxy added its own without replacing it.
        assert raw(server, "X-Remote-User: admin", name, secret) == "302"
        assert raw(server, name, secret, secret) == "302"
    elsewhere = proxy | {"ZONETRACK_PROXY_ADDRESSES": "192.0.2.1, unix"}
    with served(place | elsewhere) as server:
        assert raw(server, name, secret) == "302"
