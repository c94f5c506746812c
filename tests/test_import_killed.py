"""The process dies while it stores: all rows or none are there; the file can come again."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from urllib.parse import quote

import pytest
from django.db import connection

from enterprises.models import Enterprise, Location, Return, YearlyFigures
from patents.models import PatentCounts
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 2_000
MODELS = (Return, YearlyFigures, PatentCounts)
TABLES = [model._meta.db_table for one in MODELS for model in (one, one.history.model)]
# The command; after so many tables were written it says so, and waits there if that is wished.
COMMAND = """
import sys, time
import django
django.setup()
from django.core.management import call_command
from zonetrack import bulk

file, moment, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
done = []

def telling(write):
    def write_and_tell(*given, **alike):
        write(*given, **alike)
        done.append(write)
        if len(done) == moment:
            print("in the middle", flush=True)
            time.sleep(seconds)

    return write_and_tell

bulk.insert, bulk.note = telling(bulk.insert), telling(bulk.note)
call_command("import_records", "yearly", file, "--apply", "--yes", "--no-progress-bar")
"""


class Place:
    """The database of the process: a file beside that of the tests, or just that on a server."""

    def __init__(self, folder):
        self.file = folder / "zonetrack.sqlite3"
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            with closing(sqlite3.connect(self.file)) as copy:
                connection.connection.backup(copy)

    @property
    def address(self) -> str:
        if connection.vendor == "sqlite":
            return f"sqlite:///{self.file}"
        # A host may be the folder of a socket, so that its slashes are no path here.
        given = {key: quote(str(value), safe="") for key, value in connection.settings_dict.items()}
        port = f":{given['PORT']}" if given["PORT"] else ""
        server = f"{given['USER']}:{given['PASSWORD']}@{given['HOST']}{port}"
        return f"postgresql://{server}/{given['NAME']}"

    def ask(self, statement: str):
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.file)) as own:
                return own.execute(statement).fetchall()
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def counts(self) -> set[int]:
        """How many rows each table has; one number where they agree."""
        return {self.ask(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}

    def begin(self, file, moment: int = 0, seconds: int = 0) -> subprocess.Popen:
        more = {"DATABASE_URL": self.address, "DJANGO_SETTINGS_MODULE": "zonetrack.settings"}
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, str(file), str(moment), str(seconds)],
            env=os.environ | more,
            stdout=subprocess.PIPE,
            text=True,
        )


def killed(place: Place, file, moment: int, seconds: int) -> None:
    process = place.begin(file, moment, seconds)
    try:
        assert any(line == "in the middle\n" for line in process.stdout)
    finally:
        process.kill()
        process.communicate()


def test_a_process_killed_while_it_stores_leaves_all_rows_or_none(tmp_path):
    park = make.make_park()
    firms = [Enterprise(name_zh=f"企业第{n:04}号") for n in range(ROWS)]
    Location.objects.bulk_create(
        Location(enterprise=firm, park=park, from_year=2000)
        for firm in Enterprise.objects.bulk_create(firms)
    )
    file = tmp_path / "figures.csv"
    lines = [f"{firm.name_zh},2014,{n},{n}.5,{n}" for n, firm in enumerate(firms)]
    file.write_text("\n".join(["企业名称,年度,从业人员,营业收入（万元）,专利申请数", *lines]))
    place = Place(tmp_path)
    for moment in (1, 3, len(TABLES)):  # each inside of the transaction
        killed(place, file, moment, seconds=600)
        assert place.counts() == {0}
    killed(place, file, len(TABLES), seconds=0)  # before or after its end
    assert place.counts() in ({0}, {ROWS})
    for _again in range(2):
        process = place.begin(file)
        process.communicate()
        assert process.returncode == 0
        assert place.counts() == {ROWS}
    assert place.ask(f"SELECT DISTINCT version FROM {TABLES[0]}") == [(1,)]
    figures = f"SELECT sum(employees), sum(revenue) FROM {YearlyFigures._meta.db_table}"
    assert [int(value) for value in place.ask(figures)[0]] == [1_999_000, 2_000_000]
