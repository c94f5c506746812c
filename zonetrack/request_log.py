"""One line of JSON for each request, and a number by which people and logs can name it."""

import json
import logging
import re
import secrets
from datetime import UTC, datetime
from time import perf_counter

from django.conf import settings
from django.db import connections

from zonetrack import logs
from zonetrack.health import times
from zonetrack.security import address_of, name_of

LOGGER = logging.getLogger("zonetrack.requests")
NUMBER = re.compile(r"[A-Za-z0-9_-]{8,64}")
MOST_CHARACTERS = 500
METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}
# Asked every few seconds; only their failures are worth a line.
PROBES = {"healthz", "readyz"}


def log_requests(get_response):
    """Everything but static files, which a web server in front answers itself."""

    def middleware(request):
        if request.path.startswith(settings.STATIC_URL):
            return get_response(request)
        watch = Watch(request)
        with watch:
            response = get_response(request)
        response.headers["X-Request-ID"] = request.number
        if response.streaming and not response.is_async:
            response.streaming_content = Sent(response.streaming_content, watch, response)
        else:
            watch.tell(response.status_code, len(response.content) if not response.streaming else 0)
        return response

    return middleware


class Watch:
    """What one request costs. Inside `with`, statements are counted and logs name the request."""

    def __init__(self, request):
        self.request = request
        self.began = perf_counter()
        self.queries, self.query_seconds = 0, 0.0
        request.number = number_for(request)

    def __enter__(self):
        logs.request_id.set(self.request.number)
        self.connections = connections.all()
        for connection in self.connections:
            connection.execute_wrappers.append(self.count)

    def __exit__(self, *failure):
        for connection in self.connections:
            connection.execute_wrappers.remove(self.count)
        logs.request_id.set("")

    def count(self, execute, sql, params, many, context):
        began = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.queries += 1
            self.query_seconds += perf_counter() - began

    def tell(self, status: int, size: int) -> None:
        """Writes the line; `size`: bytes of the answer's body as it was sent."""
        request, match = self.request, self.request.resolver_match
        route = match.view_name if match else None
        if route in PROBES and status == 200:
            return
        seconds = perf_counter() - self.began
        method = request.method if request.method in METHODS else "other"
        times.note(f"{method} {route or '-'}", seconds * 1000, self.queries, status >= 500)
        if not settings.REQUEST_LOG:
            return
        line = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "id": request.number,
            "user": name_of(request),
            "method": method,
            "path": logs.without_keys(request.path)[:MOST_CHARACTERS],
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "queries": self.queries,
            "query_ms": round(self.query_seconds * 1000, 1),
            "bytes": size,
            "address": address_of(request),
        }
        # Everything but ASCII is written as \uXXXX: nothing in it can look like another line.
        LOGGER.info(json.dumps(line, separators=(",", ":")))


class Sent:
    """The pieces of a long answer; its line is written when it was sent or given up."""

    def __init__(self, pieces, watch: Watch, response):
        self.pieces, self.watch, self.response = pieces, watch, response
        self.size = 0

    def __iter__(self):
        with self.watch:
            for piece in self.pieces:
                self.size += len(piece)
                yield piece

    def close(self):
        self.watch.tell(self.response.status_code, self.size)


def number_for(request) -> str:
    """The one a trusted proxy gave, so that both logs agree; else a new one."""
    given = request.headers.get("X-Request-ID", "") if settings.PROXIES else ""
    return given if NUMBER.fullmatch(given) else secrets.token_hex(8)
