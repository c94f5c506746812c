from .enterprise import Enterprise, EnterpriseName, KeyMark, Location
from .land import Park, Zone, ZonePark
from .merging import Merge, NotTheSame
from .reference import (
    PROVINCIAL_AND_ABOVE,
    Authority,
    Institution,
    Level,
    TechnologyField,
    TitleKind,
)
from .returns import Explanation, Return, ReturnPart, State, YearlyFigures
from .titles import Title

__all__ = [
    "PROVINCIAL_AND_ABOVE",
    "Authority",
    "Enterprise",
    "EnterpriseName",
    "Explanation",
    "Institution",
    "KeyMark",
    "Level",
    "Location",
    "Merge",
    "NotTheSame",
    "Park",
    "Return",
    "ReturnPart",
    "State",
    "TechnologyField",
    "Title",
    "TitleKind",
    "YearlyFigures",
    "Zone",
    "ZonePark",
]
