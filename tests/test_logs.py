import logging

from zonetrack.logs import LineFormatter, request_id

FORMATTER = LineFormatter("{levelname} {message}", style="{")


def make_record(message, *args, exc_info=None):
    return logging.LogRecord("x", logging.WARNING, "x.py", 1, message, args, exc_info)


def test_a_visitors_text_cannot_look_like_another_line():
    line = FORMATTER.format(make_record("Not Found: %s", "/a\n2026 INFO all well\r\x1b[2J\u2028"))
    assert line == r"WARNING Not Found: /a\n2026 INFO all well\x0d\x1b[2J\x2028"


def test_a_failures_text_stands_indented():
    try:
        raise ValueError("a\n2026 INFO all well")
    except ValueError as error:
        failure = (ValueError, error, error.__traceback__)
    first, *rest = FORMATTER.format(make_record("failed", exc_info=failure)).splitlines()
    assert first == "WARNING failed"
    assert all(line.startswith("    ") for line in rest)


def test_times_are_in_utc():
    record = make_record("x")
    record.created = 0
    assert FORMATTER.formatTime(record) == "1970-01-01T00:00:00Z"


def test_a_line_about_a_request_ends_with_its_number():
    token = request_id.set("0123456789abcdef")
    try:
        line = FORMATTER.format(make_record("Not Found: %s", "/a\n[request 1]"))
    finally:
        request_id.reset(token)
    assert line == r"WARNING Not Found: /a\n[request 1] [request 0123456789abcdef]"
