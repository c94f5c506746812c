"""What the benchmark asks of other products, tried on small servers that answer like them."""

import json
import sqlite3
import threading
from contextlib import closing
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from zonetrack.bench import rivals, timing
from zonetrack.bench.questions import Question, named, questions, with_values
from zonetrack.bench.scratch import SqliteFiles
from zonetrack.bench.setting import MANAGER, fill
from zonetrack.sample.example import plan_of

from . import served

QUESTIONS = [
    Question("SELECT 1 AS a", 1),
    Question("WITH RECURSIVE x(n) AS (SELECT 1) SELECT n FROM x", 1),
]


class Rival(BaseHTTPRequestHandler):
    """Notes what is asked; answers as the product does as far as the benchmark looks."""

    def do_GET(self):
        self.answer(None)

    def do_POST(self):
        self.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def answer(self, body):
        url = urlsplit(self.path)
        self.server.asked.append((url.path, url.query, body, dict(self.headers)))
        status, sent = self.server.reply(url.path, url.query, body)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(sent).encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def serve():
    servers = []

    def start(reply):
        server = ThreadingHTTPServer(("127.0.0.1", 0), Rival)
        server.asked, server.reply = [], reply
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def address(server, who=""):
    return f"http://{who}127.0.0.1:{server.server_address[1]}"


# Datasette


def datasette(rows):
    """As it answers: about a database, the rows of a query, and what it does not know."""

    def reply(path, query, _body):
        if path != "/medium.json":
            return 404, {"ok": False, "error": "Database not found", "status": 404}
        return 200, rows if "sql=" in query else {"database": "medium", "tables": []}

    return reply


def test_datasette_is_asked_every_question_over_json(serve):
    server = serve(datasette([{"a": 1}]))
    rival = rivals.Datasette(f"{address(server)}/medium", QUESTIONS, "sqlite")
    server.asked.clear()
    rival.answer()
    assert [path for path, *_rest in server.asked] == ["/medium.json"] * 2
    queries = [parse_qs(query) for _path, query, *_rest in server.asked]
    assert [query["sql"][0] for query in queries] == [question.sql for question in QUESTIONS]
    rival.answer(at_once=6)
    assert len(server.asked) == 4


def test_a_rival_with_other_data_is_not_compared(serve):
    server = serve(datasette([{"a": 1}, {"a": 2}]))
    with pytest.raises(rivals.Unusable, match="question 1 has 1 rows here and 2 there"):
        rivals.Datasette(f"{address(server)}/medium", QUESTIONS, "sqlite")


def test_a_rival_on_another_kind_of_database_is_not_compared(serve):
    with pytest.raises(rivals.Unusable, match="is sqlite, not postgresql"):
        rivals.Datasette(f"{address(serve(datasette([{'a': 1}])))}/medium", QUESTIONS, "postgresql")


def test_what_a_rival_refuses_is_told_in_its_own_words(serve):
    server = serve(datasette([]))
    with pytest.raises(rivals.Unusable, match="other.json answered 404.*Database not found"):
        rivals.Datasette(f"{address(server)}/other", QUESTIONS, "sqlite")


def test_a_rival_that_is_not_there_is_named():
    with pytest.raises(rivals.Unusable, match="http://127.0.0.1:1/small.json does not answer"):
        rivals.Datasette("http://127.0.0.1:1/small", QUESTIONS, "sqlite")


# Superset


def superset(made):
    """As it answers from sign-in to chart data; what is made of datasets is noted."""

    def reply(path, query, body):
        query = unquote(query)
        if path == "/api/v1/security/login":
            return 200, {"access_token": "let-me-in"}
        if path == "/api/v1/security/csrf_token/":
            return 200, {"result": "form-token"}
        if path == "/api/v1/database/":
            found = [{"id": 4, "database_name": "bench", "backend": "postgresql"}]
            return 200, {"count": 1, "result": found if "value:'bench'" in query else []}
        if path == "/api/v1/dataset/" and body:
            made.append(body)
            return 201, {"id": len(made), "result": body}
        if path == "/api/v1/dataset/":
            found = [
                {"id": number, "table_name": one["table_name"]}
                for number, one in enumerate(made, start=1)
                if f"value:'{one['table_name']}'" in query
            ]
            return 200, {"count": len(found), "result": found}
        if path == "/api/v1/chart/data":
            return 200, {"result": [{"data": [{"a": 1}], "rowcount": 1, "is_cached": None}]}
        return 200, {"result": {"columns": [{"column_name": "a", "type": "INTEGER"}]}}

    return reply


def test_superset_is_asked_for_chart_data_past_its_cache(serve):
    made = []
    server = serve(superset(made))
    url = f"{address(server, 'admin:p%40ss@')}/bench"
    rival = rivals.Superset(url, QUESTIONS, "postgresql")
    assert server.asked[0][2]["password"] == "p@ss"
    assert [one["sql"] for one in made] == [question.sql for question in QUESTIONS]
    assert {one["database"] for one in made} == {4}
    server.asked.clear()
    rival.answer()
    charts = [(body, headers) for path, _q, body, headers in server.asked if path.endswith("/data")]
    assert len(charts) == len(server.asked) == 2
    for body, headers in charts:
        assert body["force"] is True
        assert body["queries"][0]["columns"] == ["a"]
        assert headers["Authorization"] == "Bearer let-me-in"
        assert headers["X-Csrftoken"] == "form-token"


def test_datasets_are_made_once_for_each_question(serve):
    made = []
    url = f"{address(serve(superset(made)), 'a:b@')}/bench"
    rivals.Superset(url, QUESTIONS, "postgresql")
    rivals.Superset(url, QUESTIONS, "postgresql")
    assert len(made) == 2
    rivals.Superset(url, [Question("SELECT 2 AS a", 1)], "postgresql")
    assert len(made) == 3


def test_a_database_that_superset_does_not_know_is_named(serve):
    server = serve(superset([]))
    with pytest.raises(rivals.Unusable, match="knows no database called other"):
        rivals.Superset(f"{address(server, 'a:b@')}/other", QUESTIONS, "postgresql")


# What is asked


@pytest.fixture
def filled(db, tmp_path):
    """The small example's zone with a few enterprises, in a database of its own."""
    if connection.vendor == "postgresql":
        # The test's own transaction waits while the other database is made.
        connection.cursor().execute("SET idle_in_transaction_session_timeout = 0")
    server = SqliteFiles(tmp_path)
    plans = {"small": plan_of("small", reference=5)}
    with fill(server, plans, today=date(2026, 6, 1), times=1) as setting:
        yield setting


def test_all_that_the_page_says_is_asked(filled):
    [one] = filled.filled.values()
    asked = questions(one, filled)
    assert len(asked) >= 7
    text = " ".join(question.sql for question in asked)
    for table in (
        "rd_centers_recognition",
        "targets_target",
        "patents_patentcounts",
        "enterprises_title",
        "enterprises_yearlyfigures",
        "enterprises_return",
        "enterprises_keymark",
    ):
        assert f'"{table}"' in text
    for table in ("django_session", "access_user", "sums_parksums"):
        assert f'"{table}"' not in text
    assert any(question.rows for question in asked)


def test_a_rival_that_cannot_be_asked_has_a_failed_row(filled):
    [row] = rivals.rows(filled, {"datasette": "http://127.0.0.1:1/small"})
    assert (row.what, row.measure, row.ok) == ("datasette", "not asked", False)
    assert "does not answer" in row.note


def test_a_rival_that_fails_meanwhile_leaves_the_other_rows(filled, monkeypatch):
    def fail(*_given):
        raise rivals.Unusable("it answered 500")

    monkeypatch.setattr(rivals, "compared", fail)
    monkeypatch.setitem(rivals.RIVALS, "datasette", lambda *_given: "a rival")
    [row] = rivals.rows(filled, {"datasette": "http://127.0.0.1:1/small"})
    assert (row.measure, row.ok, row.note) == ("broken off", False, "it answered 500")


@pytest.mark.servers
def test_our_page_is_asked_of_a_server_like_the_rivals(filled, serve, monkeypatch):
    """With a rival that really runs the statements it is sent, on a copy of the same data."""
    monkeypatch.setenv("ZONETRACK_STATIC_DIR", str(served.collected()))
    monkeypatch.setattr(timing, "WARM_UP", 0)
    [one] = filled.filled.values()
    # As what was measured before may leave it.
    one.clients[MANAGER].cookies["other"] = "x"
    file = one.scratch.connection.settings_dict["NAME"]

    def reply(_path, query, _body):
        sql = parse_qs(query).get("sql", ["SELECT 1"])[0]
        with closing(sqlite3.connect(file)) as copy:
            return 200, copy.execute(sql).fetchall()

    rows = rivals.rows(filled, {"datasette": f"{address(serve(reply))}/small"})
    assert [(row.what.partition(",")[0], row.measure) for row in rows] == [
        ("datasette", "÷ page"),
        ("datasette", "÷ page after a change"),
    ] * 2
    assert all(float(row.result) > 0 for row in rows)
    assert [row.ok is None for row in rows] == [False, True] * 2


def test_columns_get_names_of_their_own():
    sql = "SELECT COUNT(*), COUNT(*) FROM x"
    assert named(sql, 2) == f"WITH answer(c1, c2) AS (\n{sql}\n) SELECT c1, c2 FROM answer"


def test_values_are_written_into_a_statement():
    sql = "SELECT '100%%' WHERE a = %s AND b IN (%s, %s) AND c = %s"
    assert with_values(sql, (1, "O'Neill", None, True)) == (
        "SELECT '100%' WHERE a = 1 AND b IN ('O''Neill', NULL) AND c = 1"
    )


def test_a_function_that_only_django_knows_is_written_otherwise():
    assert with_values("""SELECT django_date_extract('year', "p"."on") AS y""", ()) == (
        """SELECT CAST(strftime('%Y', "p"."on") AS INTEGER) AS y"""
    )


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("metabase=http://127.0.0.1/x", "is none of superset, datasette"),
        ("datasette=http://127.0.0.1", "is not like http://host:port/database"),
        ("datasette=ftp://127.0.0.1/x", "is not like http://host:port/database"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(given, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("bench", "--against", given)
