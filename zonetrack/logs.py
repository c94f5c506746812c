import logging
import re
import time

CONTROL_CHARACTERS = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)


class LineFormatter(logging.Formatter):
    """One line per message, in UTC, in which no visitor's text can look like another line."""

    converter = time.gmtime
    default_time_format = "%Y-%m-%dT%H:%M:%SZ"
    default_msec_format = None

    def formatMessage(self, record):  # noqa: N802 (the name is logging's)
        line = super().formatMessage(record).replace("\n", "\\n")
        return CONTROL_CHARACTERS.sub(lambda found: f"\\x{ord(found[0]):02x}", line)

    def formatException(self, exc_info):  # noqa: N802
        return "    " + super().formatException(exc_info).replace("\n", "\n    ")
