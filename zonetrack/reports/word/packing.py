"""The file itself: what it says of itself, and the same bytes for the same report."""

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ..document import AnnualReport
from ..phrases import plain

DAY_OF_PARTS = (1980, 1, 1, 0, 0, 0)
LEFT_OUT = ("thumbnail", "customXml", "stylesWithEffects")  # of the library's template
MOST = 255  # characters of a property


def describe(document, report: AnnualReport) -> None:
    day = report.made_on
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    about = document.core_properties
    about.title = plain(f"{report.title}, {report.place_name}")[:MOST]
    about.author = about.last_modified_by = plain(report.place_name)[:MOST]
    about.subject = plain(report.state)[:MOST]
    about.keywords, about.comments, about.category = str(report.year), "", ""
    about.language = "zh-CN" if report.is_chinese else "en-US"
    about.created = about.modified = noon
    about.revision = 1


def packed(document) -> bytes:
    for relations in (document.part.package.rels, document.part.rels):
        for key, relation in list(relations.items()):
            if any(name in relation.reltype + relation.target_ref for name in LEFT_OUT):
                del relations[key]
    written = BytesIO()
    document.save(written)
    result = BytesIO()
    with ZipFile(written) as parts, ZipFile(result, "w") as archive:
        for name in parts.namelist():
            info = ZipInfo(name, DAY_OF_PARTS)
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o600 << 16
            archive.writestr(info, parts.read(name))
    return result.getvalue()
