"""A report as a file to be saved: whole, or a sentence that says that it could not be made."""

import logging

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from zonetrack.turns import TURN

from .csv_json import table_csv
from .document import AnnualReport
from .facts import Facts
from .formats import CSV, FORMATS, file_name, made, table_file_name, table_of

log = logging.getLogger(__name__)


class NotMade(Exception):
    """Says in a sentence why there is no file."""


def report_file(report: AnnualReport, facts: Facts, key: str, table: str = "") -> HttpResponse:
    """The answer to who saves a report. Raises NotMade."""
    if table:
        return table_file(report, key, table)
    return attached(content(report, facts, key), FORMATS[key].content_type, file_name(report, key))


def content(report: AnnualReport, facts: Facts, key: str) -> bytes:
    """Raises NotMade where the writer fails, which then stands in the log."""
    try:
        with TURN:
            return made(key, report, facts)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the compiler of PDFs is no Exception
        log.exception("A report could not be written: %s %s %s", key, report.place, report.year)
        words = {"format": FORMATS[key].label}
        raise NotMade(
            _(
                "The file (%(format)s) could not be made; nothing is lost. "
                "Try another form, or tell your administrator."
            )
            % words
        ) from error


def table_file(report: AnnualReport, key: str, name: str) -> HttpResponse:
    table = table_of(report, name)
    if key != "csv" or table is None:
        raise NotMade(_("There is no such table in this report."))
    return attached(table_csv(report, table), CSV, table_file_name(report, table))


def attached(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
