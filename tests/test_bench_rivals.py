"""What the benchmark asks of other products, tried on small servers that answer like them."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.core.management import CommandError, call_command

from zonetrack.bench import rivals

QUESTIONS = ["SELECT 1 AS a", "WITH RECURSIVE x(n) AS (SELECT 1) SELECT n FROM x"]


class Rival(BaseHTTPRequestHandler):
    """Notes what is asked; answers as the product does as far as the benchmark looks."""

    def do_GET(self):
        self.answer(None)

    def do_POST(self):
        self.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def answer(self, body):
        url = urlsplit(self.path)
        self.server.asked.append((url.path, unquote(url.query), body, dict(self.headers)))
        sent = json.dumps(self.server.reply(url.path, unquote(url.query), body)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(sent)

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


def test_datasette_is_asked_every_question_over_json(serve):
    server = serve(lambda path, query, body: [{"a": 1}])
    port = server.server_address[1]
    rivals.Datasette(f"http://127.0.0.1:{port}/medium", QUESTIONS).answer()
    assert [path for path, *_rest in server.asked] == ["/medium.json"] * 2
    queries = [parse_qs(query.replace("+", " ")) for _path, query, *_rest in server.asked]
    assert [query["sql"][0] for query in queries] == QUESTIONS


def test_superset_is_asked_for_chart_data_past_its_cache(serve):
    made = []

    def datasets(query, body):
        made.extend([body] if body else [])
        return {"id": 10 + len(made), "result": []}

    answers = {
        "/api/v1/security/login": lambda query, body: {"access_token": "let-me-in"},
        "/api/v1/security/csrf_token/": lambda query, body: {"result": "form-token"},
        "/api/v1/database/": lambda query, body: {
            "result": [{"id": 4}] if "value:'bench'" in query else []
        },
        "/api/v1/dataset/": datasets,
        "/api/v1/chart/data": lambda query, body: {"result": [{"data": [{"a": 1}]}]},
    }
    columns = {"result": {"columns": [{"column_name": "a"}]}}

    def reply(path, query, body):
        return answers[path](query, body) if path in answers else columns

    server = serve(reply)
    port = server.server_address[1]
    superset = rivals.Superset(f"http://admin:p%40ss@127.0.0.1:{port}/bench", QUESTIONS)
    superset.answer()
    superset.answer()
    assert server.asked[0][2]["password"] == "p@ss"
    assert [one["sql"] for one in made] == QUESTIONS
    assert {one["database"] for one in made} == {4}
    charts = [(body, headers) for path, _q, body, headers in server.asked if path.endswith("/data")]
    assert len(charts) == 4
    for body, headers in charts:
        assert body["force"] is True
        assert body["queries"][0]["columns"] == ["a"]
        assert headers["Authorization"] == "Bearer let-me-in"
    with pytest.raises(ValueError, match="no database called other"):
        rivals.Superset(f"http://a:b@127.0.0.1:{port}/other", QUESTIONS)


def test_values_are_written_into_a_statement():
    sql = "SELECT '100%%' WHERE a = %s AND b IN (%s, %s) AND c = %s"
    assert rivals.with_values(sql, (1, "O'Neill", None, True)) == (
        "SELECT '100%' WHERE a = 1 AND b IN ('O''Neill', NULL) AND c = 1"
    )


def test_a_function_that_only_django_knows_is_written_otherwise():
    assert rivals.with_values("""SELECT django_date_extract('year', "p"."on") AS y""", ()) == (
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
