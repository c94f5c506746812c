"""The guide followed: PostgreSQL, gunicorn and nginx as it sets them up, and people at them."""

import hashlib
import http.client
import os
import select
import signal
import socket
import ssl
import subprocess
import time
from contextlib import ExitStack, closing

import pytest

from tests.deploying import an_office, folder_of_wheels
from tests.served import Visitor, children_of
from zonetrack import bootstrap

pytestmark = pytest.mark.servers

# So many visitors send their requests byte by byte; all must be cut off after so long.
SLOW_VISITORS = 20
# So many more send a file of this length, a byte at a time without a pause.
TRICKLING, TRICKLED = 50, 100_000
# So many enterprises that a list of them is long under way.
ENTERPRISES = 10_000
MANY = f"""
from enterprises.models import Enterprise, Location, Park
park = Park.objects.get(key='p')
firms = [Enterprise(name_zh=f'Firm {{n}}') for n in range({ENTERPRISES})]
Enterprise.objects.bulk_create(firms)
Location.objects.bulk_create(Location(enterprise=f, park=park, from_year=2000) for f in firms)
"""
CUT_SECONDS = 60
NO_WHEELS = "needs a package index, or the folder of wheels that an earlier run has fetched"
SECURITY_HEADERS = (
    "Strict-Transport-Security",
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
)


@pytest.fixture(scope="module")
def office():
    try:
        wheels = folder_of_wheels()
    except subprocess.CalledProcessError:
        pytest.skip(NO_WHEELS)
    with an_office() as office:
        office.wheels = wheels
        office.follow()
        wait_until_up(office)
        yield office


@pytest.fixture(scope="module")
def context(office):
    return ssl.create_default_context(cafile=office.root / "etc/zonetrack/tls/certificate.pem")


@pytest.fixture
def visitor(office, context):
    return Visitor(office.url, context)


@pytest.fixture(scope="module")
def manager(office, context):
    """Signed in once: hashing a password takes a while on purpose."""
    return Visitor(office.url, context).sign_in("manager")


def wait_until_up(office, seconds=120):
    certificate = office.root / "etc/zonetrack/tls/certificate.pem"
    visitor = Visitor(office.url, ssl.create_default_context(cafile=certificate))
    end = time.monotonic() + seconds
    while visitor.get("/readyz").status != 200:
        assert time.monotonic() < end, office.log
        time.sleep(0.2)


def connect(office, context) -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", office.https), timeout=30)
    return context.wrap_socket(plain, server_hostname="localhost")


def ask(office, context, lines, body=b"", method="GET", path="/sign-in/"):
    """The answer to a request made of these very header lines."""
    head = [f"{method} {path} HTTP/1.1", f"Host: localhost:{office.https}", *lines]
    with connect(office, context) as connection:
        connection.sendall("\r\n".join([*head, "Connection: close", "", ""]).encode() + body)
        answer = http.client.HTTPResponse(connection, method=method)
        answer.begin()
        return answer, answer.read().decode()


def test_the_environment_was_made_without_a_network(office):
    code = office.root / "opt/zonetrack"
    assert office.environment()["PIP_NO_INDEX"] == "1"
    assert (code / ".venv/zonetrack-lock").read_text().strip() == bootstrap.fingerprint()


def test_postgresql_was_set_up_as_the_guide_says(office):
    shown = {
        name: connection_says(office, name)
        for name in ("data_checksums", "jit", "fsync", "autovacuum_analyze_scale_factor")
    }
    assert shown == {
        "data_checksums": "on",
        "jit": "off",
        "fsync": "on",
        "autovacuum_analyze_scale_factor": "0.02",
    }


def connection_says(office, name):
    return office.cluster.sql(f"SHOW {name}", name="zonetrack")[0][0]


def test_only_the_group_of_the_service_opens_its_socket(office):
    socket_file = office.root / "run/zonetrack/gunicorn.sock"
    assert socket_file.stat().st_mode & 0o777 == 0o770


def test_people_sign_in_and_open_their_dashboard(manager):
    page = manager.get("/zones/z/")
    assert page.status == 200 and "Zone" in page.text
    assert page.headers["Server"] == "nginx"
    for name in SECURITY_HEADERS:
        assert len(page.headers.get_all(name, [])) == 1, name
    cookies = {cookie.name: cookie for cookie in manager.cookies}
    assert {"__Host-sessionid", "__Host-csrftoken"} <= set(cookies)
    assert all(cookie.secure and cookie.path == "/" for cookie in cookies.values())


def test_files_of_the_pages_are_served_and_kept(visitor):
    page = visitor.get("/sign-in/")
    style = page.text.split('href="')[2].split('"')[0]
    assert style.startswith("/static/")
    answer = visitor.get(style, headers={"Accept-Encoding": "br"})
    assert answer.status == 200 and answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]


def test_plain_http_leads_to_https(office):
    connection = http.client.HTTPConnection("127.0.0.1", office.http, timeout=30)
    with closing(connection):
        connection.request("GET", "/zones/z/?a=b", headers={"Host": "evil.example"})
        answer = connection.getresponse()
        answer.read()
    assert (answer.status, answer.headers["Location"]) == (301, "https://localhost/zones/z/?a=b")
    assert answer.headers["Server"] == "nginx"


def test_what_visitors_claim_in_headers_is_without_effect(office, context):
    claims = [
        "X-Forwarded-For: 192.0.2.55",
        "X-Forwarded-Proto: http",
        "X-Forwarded-Proto: http",
        "X-Forwarded-Ssl: off",
        "X-Forwarded-Host: evil.example",
        "Forwarded: for=192.0.2.55;host=evil.example;proto=http",
        "X-Real-IP: 192.0.2.55",
        "X_Forwarded_Proto: http",
        "X-Remote-User: admin",
        "X_Remote_User: admin",
        "Remote-User: admin",
        "X-Zonetrack-Proxy-Secret: guessed",
        "X-Request-ID: 0123456789abcdef0123456789abcdef",
        "SCRIPT_NAME: /evil",
    ]
    answer, text = ask(office, context, claims)
    assert answer.status == 200 and "evil" not in text
    assert "192.0.2.55" not in office.log and "0123456789abcdef" not in office.log
    answer, _text = ask(office, context, claims, path="/zones/z/")
    assert answer.status == 302 and answer.headers["Location"].startswith("/sign-in/")


def test_another_host_is_refused(office, context):
    with connect(office, context) as connection:
        connection.sendall(
            b"GET /sign-in/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
        )
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status == 400 and "evil" not in answer.read().decode()


def test_a_file_that_is_too_large_gets_a_page_that_says_so(office, context):
    lines = ["Content-Type: multipart/form-data; boundary=x", f"Content-Length: {13 << 20}"]
    answer, text = ask(office, context, lines, method="POST", path="/admin/import/")
    assert answer.status == 413
    assert "up to 10 MB" in text and "文件太大" in text
    for name in SECURITY_HEADERS:
        assert len(answer.headers.get_all(name, [])) == 1, name


def test_a_file_within_the_limit_reaches_zonetrack(office, context):
    body = b"x" * (11 << 20)
    lines = ["Content-Type: application/octet-stream", f"Content-Length: {len(body)}"]
    answer, _text = ask(office, context, lines, body, method="POST", path="/sign-in/")
    # Refused by ZoneTrack, as no token of a form came with it.
    assert answer.status == 403


def test_slow_visitors_are_cut_off_and_hold_up_nobody(office, context, manager):
    heads = [connect(office, context) for _ in range(SLOW_VISITORS)]
    bodies = [connect(office, context) for _ in range(SLOW_VISITORS)]
    host = f"Host: localhost:{office.https}\r\n"
    for connection in heads:
        connection.sendall(f"GET / HTTP/1.1\r\n{host}X-Slow: ".encode())
    for connection in bodies:
        connection.sendall(
            f"POST /sign-in/ HTTP/1.1\r\n{host}Content-Length: 1000\r\n\r\n".encode()
        )
    begun = time.monotonic()
    assert manager.get("/zones/z/").status == 200
    still = heads + bodies
    while still:
        assert time.monotonic() - begun < CUT_SECONDS, f"{len(still)} are still connected"
        for connection in heads:
            if connection in still:
                send_one_byte(connection)
        readable, _, _ = select.select(still, [], [], 1)
        still = [one for one in still if one not in readable or not is_over(one)]


def test_files_that_trickle_in_take_no_process_of_zonetrack(office, context, manager):
    """More of them than threads: were ZoneTrack to wait for one, nobody would be answered."""
    head = f"POST /nowhere/trickled/ HTTP/1.1\r\nHost: localhost:{office.https}\r\n"
    with ExitStack() as stack:
        senders = [stack.enter_context(connect(office, context)) for _ in range(TRICKLING)]
        for connection in senders:
            connection.sendall(f"{head}Content-Length: {TRICKLED}\r\n\r\n".encode())
        for _round in range(5):
            for connection in senders:
                send_one_byte(connection)
            assert manager.get("/zones/z/").status == 200
        assert all(map(is_waiting, senders))
        assert "trickled" not in office.log


def is_waiting(connection) -> bool:
    """Whether the other side has neither answered nor closed."""
    connection.setblocking(False)
    try:
        connection.recv(1)
    except ssl.SSLWantReadError:
        return True
    except OSError:
        return False
    return False


def send_one_byte(connection):
    try:
        connection.sendall(b"x")
    except OSError:
        return


def is_over(connection) -> bool:
    """Reads what came; whether the other side has closed, and then closes this one."""
    try:
        over = connection.recv(4096) == b""
    except OSError:
        over = True
    if over:
        connection.close()
    return over


def test_half_a_list_from_a_process_that_died_does_not_look_whole(office, context, manager):
    office.run(f'zonetrack shell -c "{MANY}"')
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in manager.cookies)
    head = f"GET /enterprises/?format=csv HTTP/1.1\r\nHost: localhost:{office.https}\r\n"
    with connect(office, context) as connection:
        connection.sendall(f"{head}Cookie: {cookies}\r\n\r\n".encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status == 200 and answer.read(1)
        kill_workers(office)
        with pytest.raises(http.client.IncompleteRead):
            answer.read()
    wait_until_up(office)


def kill_workers(office):
    for process in children_of(int((office.root / "run/gunicorn.pid").read_text())):
        os.kill(process, signal.SIGKILL)


def test_while_gunicorn_is_away_visitors_are_asked_to_wait(office, context, visitor):
    office.run("systemctl stop zonetrack")
    try:
        for method in ("GET", "POST"):
            answer, text = ask(office, context, ["Content-Length: 0"], method=method)
            assert answer.status == 503 and int(answer.headers["Retry-After"]) > 0
            assert "Wait a few seconds" in text and "暂时无法使用" in text
        style = visitor.get("/proxy-pages/pages.css")
        assert style.status == 200 and style.headers["Content-Type"] == "text/css"
    finally:
        office.run("systemctl start zonetrack")
    wait_until_up(office)


def test_an_upgrade_keeps_every_row_and_leaves_nothing_to_a_second_one(office, manager):
    """From tables of an earlier version, with the data that people had entered."""
    office.run("systemctl stop zonetrack")
    office.run("zonetrack migrate access 0004")
    before = rows(office)
    folder = office.root / "var/backups/zonetrack"
    told = office.run(f"zonetrack upgrade --backup-folder {folder}")
    assert "access.0005" in told and "wrong=0" in told and "editions=0" in told
    [backup] = folder.glob("zonetrack-before-upgrade-*.zip")
    assert backup.stat().st_mode & 0o777 == 0o600
    after = rows(office)
    assert {table: after.get(table) for table in before} == before
    again = office.run(f"zonetrack upgrade --dry-run --backup-folder {folder}")
    assert "the tables stay as they are" in again and "they are of this version" in again
    assert rows(office) == after
    office.run("systemctl start zonetrack")
    wait_until_up(office)
    assert manager.get("/zones/z/").status == 200


# What the system itself writes while it is brought up to date.
OWN = ("django_migrations", "backups_", "health_", "sums_", "axes_", "django_session", "pg_")


def rows(office) -> dict[str, str]:
    """A hash over the rows of each table, by the columns that an older version has, too."""
    found = {}
    tables = office.cluster.sql(
        "SELECT table_name, string_agg(quote_ident(column_name), ',' ORDER BY column_name)"
        " FROM information_schema.columns WHERE table_schema = 'public'"
        " AND NOT (table_name = 'access_user'"
        " AND column_name IN ('must_change_password', 'version')) GROUP BY table_name",
        name="zonetrack",
    )
    for table, columns in tables:
        if not table.startswith(OWN):
            lines = office.cluster.sql(f'SELECT {columns} FROM "{table}"', name="zonetrack")
            found[table] = hashlib.sha256(repr(sorted(map(repr, lines))).encode()).hexdigest()
    return found
