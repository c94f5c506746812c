"""Long exports without a database: rows as lists have them, written and thrown away.

Run as a program in a process of its own, it says how much memory that took at most.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from zonetrack import tabular

HEADS = ("Name", "Code", "Year", "Persons", "Revenue", "R&D", "Since", "Key", "Patents", "Note")


def lines(count: int) -> Iterator[tuple]:
    for n in range(count):
        yield (
            f"青海第{n:06}号新材料 & Co.",
            f"9163{n:014}",
            2014,
            n % 900,
            Decimal(n * 31) / 100,
            Decimal(n % 9000) / 4,
            date(2005 + n % 10, 1 + n % 12, 1),
            n % 7 == 0,
            n % 50,
            None,
        )


def as_csv(given: Iterable[tuple]) -> None:
    consume(tabular.csv_response("x.csv", HEADS, given))


def as_xlsx(given: Iterable[tuple]) -> None:
    consume(tabular.xlsx_response("x.xlsx", [tabular.Sheet("X", HEADS, given)]))


def consume(response) -> None:
    for _piece in response.streaming_content:
        pass


WRITERS: dict[str, Callable[[Iterable[tuple]], None]] = {"csv": as_csv, "xlsx": as_xlsx}


def most_memory() -> float:
    """The most that this process ever held, in MiB; Linux tells it."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    from django.conf import settings

    settings.configure(USE_I18N=False, USE_TZ=True)
    WRITERS[sys.argv[1]](lines(int(sys.argv[2])))
    sys.stdout.write(f"{most_memory()}\n")
