"""The data package of a place and year: every table behind the report, with types and keys.

A zip of CSV files with a `datapackage.json` (Frictionless Data Package 2.0), to be read without
ZoneTrack. It holds what lies in the place's parks up to the year's end, and of the lists of
choices what is named there, so that every key leads to a row.
"""

import json
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils import translation

from .csv_json import csv_bytes
from .document import AnnualReport
from .facts import Facts
from .package_figures import figure_tables
from .package_tables import Resource, record_tables

SCHEMA = "https://datapackage.org/profiles/2.0"
FIXED = (1980, 1, 1, 0, 0, 0)  # of the members, so that the same data give the same file


def package(report: AnnualReport, facts: Facts) -> bytes:
    with translation.override(report.language):
        found = [*figure_tables(facts), *record_tables(facts)]
        files = {"datapackage.json": described(report, found)}
        files |= {f"data/{one.name}.csv": content(one) for one in found}
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        for name, text in files.items():
            member = ZipInfo(name, FIXED)
            member.external_attr = 0o644 << 16
            archive.writestr(member, text, ZIP_DEFLATED)
    return buffer.getvalue()


def content(resource: Resource) -> bytes:
    """Without the mark in front that Excel wants: other programs would read it as a sign."""
    heads = [field.name for field in resource.fields]
    return csv_bytes(heads, resource.rows, truth={True: "true", False: "false"}).removeprefix(
        b"\xef\xbb\xbf"
    )


def described(report: AnnualReport, found: list[Resource]) -> bytes:
    name = report.place.replace(":", "-")
    about = {
        "$schema": f"{SCHEMA}/datapackage.json",
        "name": f"{name}-{report.year}",
        "title": f"{report.place_name} {report.year}",
        "description": report.title,
        "created": f"{report.made_on.isoformat()}T00:00:00Z",
        "resources": [resource_described(one) for one in found],
    }
    text = json.dumps(about, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace") + b"\n"


def resource_described(resource: Resource) -> dict:
    schema = {
        "$schema": f"{SCHEMA}/tableschema.json",
        "fields": [field.described for field in resource.fields],
        "missingValues": [""],
        "primaryKey": list(resource.key),
    }
    if resource.links:
        schema["foreignKeys"] = [
            {"fields": [field], "reference": {"resource": other, "fields": [key]}}
            for field, other, key in resource.links
        ]
    return {
        "$schema": f"{SCHEMA}/dataresource.json",
        "name": resource.name,
        "type": "table",
        "path": f"data/{resource.name}.csv",
        "title": resource.title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }
