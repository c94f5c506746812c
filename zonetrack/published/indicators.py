"""Indicators that are only ever published: no register or return stands behind them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zonetrack.indicators.declaration import Indicator, Kind, Topic

HUNDRED_MILLION = pgettext_lazy("unit", "100 million yuan")
ENTERPRISES = pgettext_lazy("unit", "enterprises")
ABOVE_SCALE = _(
    "Industrial enterprises with annual main-business revenue above the statistical limit"
)


def published(key, name, unit, kind, definition, topic=Topic.ECONOMY, **options) -> Indicator:
    return Indicator(
        key=key, name=name, unit=unit, kind=kind, definition=definition, topic=topic, **options
    )


INDICATORS = (
    published(
        "patents-total",
        _("Patents in total"),
        pgettext_lazy("unit", "patents"),
        Kind.STOCK,
        _(
            "A published total of patents of which the source does not say whether it counts "
            "all filings so far or the patents held. Never compared with patents in force."
        ),
        Topic.PATENTS,
    ),
    published(
        "patents-granted-per-10k-employees",
        _("Patents granted per 10,000 employees"),
        pgettext_lazy("unit", "per 10,000 employees"),
        Kind.RATIO,
        _("Patents granted in the year for every 10,000 employees, as published."),
        Topic.PATENTS,
        decimals=1,
    ),
    published(
        "tech-enterprises-held",
        _("Technology-type enterprises"),
        ENTERPRISES,
        Kind.STOCK,
        _("Enterprises on the province's list of technology-type enterprises at year end."),
        Topic.ENTERPRISES,
    ),
    published(
        "industrial-enterprises",
        _("Industrial enterprises"),
        ENTERPRISES,
        Kind.STOCK,
        _("Industrial enterprises in the zone, as published."),
        Topic.ENTERPRISES,
    ),
    published(
        "above-scale-enterprises",
        _("Enterprises above scale"),
        ENTERPRISES,
        Kind.STOCK,
        ABOVE_SCALE,
        Topic.ENTERPRISES,
    ),
    published(
        "above-scale-enterprises-new",
        _("Enterprises newly above scale"),
        ENTERPRISES,
        Kind.FLOW,
        _("Industrial enterprises that rose above the statistical limit in the year."),
        Topic.ENTERPRISES,
    ),
    published(
        "industrial-output",
        _("Industrial output"),
        HUNDRED_MILLION,
        Kind.FLOW,
        _("Gross industrial output of the zone in the year, as published."),
        decimals=1,
    ),
    published(
        "high-tech-output",
        _("High-tech output"),
        HUNDRED_MILLION,
        Kind.FLOW,
        _("Output of high-tech enterprises in the year, as published."),
        decimals=1,
    ),
    published(
        "industrial-sales",
        _("Industrial sales"),
        HUNDRED_MILLION,
        Kind.FLOW,
        _("Sales revenue of industry in the zone in the year, as published."),
        decimals=1,
    ),
    published(
        "main-business-revenue",
        _("Main business revenue"),
        HUNDRED_MILLION,
        Kind.FLOW,
        _("Main business revenue of industrial enterprises above scale, as published."),
        decimals=2,
    ),
    published(
        "gross-domestic-product",
        _("Gross domestic product"),
        HUNDRED_MILLION,
        Kind.FLOW,
        _("Gross domestic product of the zone in the year, as published."),
        decimals=1,
    ),
    published(
        "mofcom-rank",
        _("Rank among national zones"),
        pgettext_lazy("unit", "rank"),
        Kind.STOCK,
        _(
            "Rank in the yearly assessment of national economic and technological development "
            "zones by the Ministry of Commerce. A lower rank is better."
        ),
        direction="down",
    ),
)
