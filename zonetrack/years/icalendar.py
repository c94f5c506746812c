"""Deadlines as an iCalendar object (RFC 5545): lines end in CRLF and are folded at 75 octets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75  # octets, without the line end
PRODUCT = "-//ZoneTrack//Reporting years//EN"
# Of an all-day event: seven days and one day before, and in the morning of the day itself.
BEFORE = ("-P7D", "-P1D")
THAT_MORNING = ("PT9H",)


@dataclass(frozen=True)
class Event:
    """A whole day. `uid` is the same for ever; `changed` and `sequence` tell that it moved."""

    uid: str
    day: date
    summary: str
    description: str
    changed: datetime
    sequence: int = 0
    url: str = ""
    alarms: tuple[str, ...] = ()


def calendar(events: Iterable[Event], *, name: str, language: str) -> str:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
        *(line for event in events for line in event_lines(event, language)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def event_lines(event: Event, language: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{moment(event.changed)}",
        f"LAST-MODIFIED:{moment(event.changed)}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY;LANGUAGE={language}:{escaped(event.summary)}",
        f"DESCRIPTION;LANGUAGE={language}:{escaped(event.description)}",
        *([f"URL:{event.url}"] if event.url else []),
        "TRANSP:TRANSPARENT",
        *(line for trigger in event.alarms for line in alarm_lines(event, trigger)),
        "END:VEVENT",
    ]


def alarm_lines(event: Event, trigger: str) -> list[str]:
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{escaped(event.summary)}",
        f"TRIGGER:{trigger}",
        "END:VALARM",
    ]


def moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """As a value of type TEXT."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def folded(line: str) -> str:
    """Broken so that no line is longer than 75 octets; no letter is broken in two."""
    pieces, piece, room = [], "", LONGEST_LINE
    for sign in line:
        size = len(sign.encode())
        if size > room:
            pieces.append(piece)
            # The blank that begins a folded line is one of its octets.
            piece, room = "", LONGEST_LINE - 1
        piece += sign
        room -= size
    return "\r\n ".join([*pieces, piece])
