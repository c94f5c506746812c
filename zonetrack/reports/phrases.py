"""What every file says beside the report's own texts, and how texts are made fit for a file.

In the active language, which a renderer sets to that of the report.
"""

import re

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zonetrack.templatetags import reporting

from .document import AnnualReport, Paragraph

UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


def plain(text) -> str:
    """Without what no font can show and no file may hold."""
    return UNSEEN.sub("", str(text))


def running(report: AnnualReport) -> str:
    """What stands in the head of every page: `Annual report 2012 · Edition 2`."""
    edition = _("Edition %(n)d") % {"n": report.edition} if report.edition else report.state
    return f"{report.title} · {edition}"


def numbered(report: AnnualReport, number: str, title: str) -> str:
    """A heading with its number: `1  Summary`, `一、概述`, `附件1　目录`."""
    if number[-1] in "、）":
        return f"{number}{title}"
    return f"{number}{'　' if report.is_chinese else '  '}{title}"


def lines_of(paragraph: Paragraph) -> list[str]:
    return [plain(line) for line in paragraph.text.splitlines() if line.strip()]


def written_by(paragraph: Paragraph) -> str:
    """Who wrote a paragraph that is not made from figures; empty for one that is."""
    if not paragraph.author:
        return ""
    return plain(reporting.written_by(paragraph))


def contents() -> str:
    return pgettext("report", "Contents")


def figure() -> str:
    return pgettext("caption", "Figure")


def table() -> str:
    return pgettext("caption", "Table")


def nothing() -> str:
    return _("There is nothing in this report yet.")


def page(number: str, total: str) -> str:
    return _("Page %(page)s of %(pages)s") % {"page": number, "pages": total}
