"""A process that makes a file to download is killed, as when memory runs out.

Nobody takes what has come for the whole file: its length is told before it, or its end is marked.
"""

import http.client
import os
import signal
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.clusters import until
from tests.served import ANSWER_SECONDS, run_python, served
from tests.sqlite_sites import new_sqlite

pytestmark = pytest.mark.servers

# So many that a list of them is long under way.
ENTERPRISES = 10_000
MANY = f"""
import django
django.setup()
from enterprises.models import Enterprise, Location, Park
park = Park.objects.get(key="p")
firms = [Enterprise(name_zh=f"企业第{{n}}号") for n in range({ENTERPRISES})]
Enterprise.objects.bulk_create(firms)
Location.objects.bulk_create(Location(enterprise=f, park=park, from_year=2000) for f in firms)
"""
LISTS = ["/enterprises/?format=csv", "/enterprises/?format=xlsx"]
REPORT = "/reports/z/?year=2024&format=pdf"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    environment = new_sqlite(tmp_path_factory.mktemp("exports") / "data")
    run_python(environment, MANY)
    with served(environment) as server:
        yield server


@pytest.fixture(scope="module")
def person(server):
    return server.visitor("admin")


def asked(server, person, path: str) -> http.client.HTTPConnection:
    """A connection on which somebody has asked for a file, and reads nothing yet."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=ANSWER_SECONDS)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in person.cookies)
    connection.request("GET", path, headers={"Cookie": cookies})
    return connection


def kill_all(server) -> None:
    for process in server.worker_pids():
        os.kill(process, signal.SIGKILL)


@pytest.mark.parametrize("path", LISTS)
def test_half_a_list_does_not_look_whole(server, person, path):
    with closing(asked(server, person, path)) as connection:
        answer = connection.getresponse()
        assert answer.status == 200 and answer.read(1)
        kill_all(server)
        with pytest.raises(http.client.IncompleteRead):
            answer.read()
    assert person.get("/enterprises/").status == 200


def test_half_a_report_is_none(server, person):
    before = [processor_time(process) for process in server.worker_pids()]
    with closing(asked(server, person, REPORT)) as connection:
        until(lambda: is_busy(server, before), "the report is being made")
        kill_all(server)
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            connection.getresponse()
    whole = person.get(REPORT)
    assert whole.body.startswith(b"%PDF") and whole.body.rstrip().endswith(b"%%EOF")
    assert int(whole.headers["Content-Length"]) == len(whole.body)


def is_busy(server, before: list[int]) -> bool:
    """Whether a process has worked for a twentieth of a second since."""
    now = [processor_time(process) for process in server.worker_pids()]
    return sum(now) >= sum(before) + os.sysconf("SC_CLK_TCK") // 20


def processor_time(process: int) -> int:
    words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(words[11]) + int(words[12])
