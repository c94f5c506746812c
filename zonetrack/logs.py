"""How a line of the log looks."""

import logging
import re
import time
from contextvars import ContextVar

CONTROL_CHARACTERS = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
# The key in the address of a calendar opens it, for whoever reads it here.
KEYS = re.compile(r"(?<=/calendar/)[^/\s]+(?=\.ics)")
# The number of the request that is being answered; empty outside of any.
request_id: ContextVar[str] = ContextVar("request_id", default="")


class LineFormatter(logging.Formatter):
    """One line per message, in UTC, in which no visitor's text can look like another line.

    What is said about a request ends with its number. Keys in addresses are left out.
    """

    converter = time.gmtime
    default_time_format = "%Y-%m-%dT%H:%M:%SZ"
    default_msec_format = None

    def formatMessage(self, record):  # noqa: N802 (the name is logging's)
        line = without_keys(super().formatMessage(record)).replace("\n", "\\n")
        line = CONTROL_CHARACTERS.sub(lambda found: f"\\x{ord(found[0]):02x}", line)
        number = number_of(record)
        return f"{line} [request {number}]" if number else line

    def formatException(self, exc_info):  # noqa: N802
        return "    " + super().formatException(exc_info).replace("\n", "\n    ")


def without_keys(text: str) -> str:
    return KEYS.sub("<key>", text)


def number_of(record) -> str:
    """Django tells of refused requests only when they have been answered, so it is asked first."""
    return getattr(getattr(record, "request", None), "number", "") or request_id.get()
