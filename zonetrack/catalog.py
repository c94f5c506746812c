"""Every indicator, in reading order. Each is declared in the app whose records it counts."""

from django.utils.translation import gettext_lazy as _

from enterprises.indicators import ENTERPRISE_INDICATORS, INPUT_INDICATORS, TITLE_INDICATORS
from patents.indicators import INDICATORS as PATENT_INDICATORS
from rd_centers.indicators import INDICATORS as BODY_INDICATORS
from zonetrack.indicators.declaration import Indicator, Topic
from zonetrack.projects.indicators import INDICATORS as PROJECT_INDICATORS
from zonetrack.published.indicators import INDICATORS as PUBLISHED_INDICATORS

TOPICS = {
    Topic.BODIES: _("R&D centers and labs"),
    Topic.TITLES: _("Titles"),
    Topic.PATENTS: _("Patents"),
    Topic.INPUT: _("R&D input and output"),
    Topic.PROJECTS: _("Projects and cooperation"),
    Topic.ENTERPRISES: _("Enterprises"),
    Topic.ECONOMY: _("Economy"),
}

DECLARED = (
    *BODY_INDICATORS,
    *TITLE_INDICATORS,
    *PATENT_INDICATORS,
    *INPUT_INDICATORS,
    *PROJECT_INDICATORS,
    *ENTERPRISE_INDICATORS,
    *PUBLISHED_INDICATORS,
)
INDICATORS: tuple[Indicator, ...] = tuple(
    indicator for topic in TOPICS for indicator in DECLARED if indicator.topic == topic
)
BY_KEY: dict[str, Indicator] = {indicator.key: indicator for indicator in INDICATORS}

# The tiles of a dashboard.
HEADLINES = (
    "tech-centers-new",
    "rd-bodies-held",
    "titles-held",
    "patents-filed",
    "patents-in-force",
    "rd-expenditure",
    "key-projects-on-schedule",
    "cooperation-signed",
)


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Indicators for a form, grouped by topic."""
    return [
        (label, [(each.key, each.name) for each in INDICATORS if each.topic == topic])
        for topic, label in TOPICS.items()
    ]
