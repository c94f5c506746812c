"""The helper that serves the product to other tests does what they rely on."""

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
