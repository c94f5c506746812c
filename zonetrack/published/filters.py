from django.utils.translation import gettext_lazy as _

from zonetrack import catalog
from zonetrack.lists.filtering import Choices, Filters, Indicators, Parks, Search, YearIs, Zones

from .models import PublishedFigure


class PublishedFilters(Filters):
    q = Search(
        "source__title_en",
        "source__title_zh",
        "source__tag",
        "note_en",
        "note_zh",
        label=_("Source or note"),
    )
    zone = Zones()
    park = Parks()
    indicator = Indicators(catalog.INDICATORS)
    certainty = Choices("certainty", _("Certainty"), PublishedFigure.Certainty.choices)
    period = Choices("period", _("Period"), PublishedFigure.Period.choices)
    year = YearIs("year", _("Year"))
    from_year = YearIs("year", _("From (year)"), "gte")
    to_year = YearIs("year", _("Up to (year)"), "lte")
