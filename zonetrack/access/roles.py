"""The four roles, each a Django group, and what each may do where it holds.

Administrators are Django's superusers and are not a role: they may do everything.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

READER = "Reader"
STAFF = "Data entry"
OFFICER = "Reporting officer"
MANAGER = "Zone manager"

LABELS = {
    READER: _("Reader"),
    STAFF: pgettext_lazy("role", "Data entry"),
    OFFICER: _("Reporting officer"),
    MANAGER: _("Zone manager"),
}

# Registers and returns that data entry and zone managers keep: app label → models.
REGISTERS = {
    "enterprises": [
        "enterprise", "enterprisename", "location", "keymark", "title", "return", "yearlyfigures",
    ],
    "rd_centers": ["center", "centerhost", "centerpartner", "stageevent", "recognition"],
    "patents": ["patentcounts", "patent", "patentholder"],
    "projects": [
        "application", "project", "milestone", "cooperation", "cooperationpartner", "achievement",
    ],
}  # fmt: skip

# What only a zone's manager keeps.
STEERING = {
    "targets": ["target", "targetrevision"],
    "published": ["publishedfigure", "source"],
    "years": ["reportingyear"],
    "access": ["membership"],
}

# Lists of choices that data entry may add to while entering a record.
SHARED_LISTS = {"enterprises": ["institution"]}

# Lists of choices that administrators keep and everybody who enters records may look up.
LOOKED_UP = {
    "enterprises": ["zone", "park", "zonepark", "technologyfield", "authority", "titlekind"],
    "rd_centers": ["centerkind"],
    "projects": ["program", "programcategory"],
}


def codenames(models_of_apps, actions) -> set[tuple[str, str]]:
    """(app label, permission codename) for every action on every model named."""
    return {
        (app, f"{action}_{model}")
        for app, models in models_of_apps.items()
        for model in models
        for action in actions
    }


PERMISSIONS = {
    READER: set(),
    OFFICER: set(),
    STAFF: codenames(REGISTERS, ["view", "add", "change"])
    | codenames(SHARED_LISTS, ["view", "add"])
    | codenames(LOOKED_UP, ["view"]),
    MANAGER: codenames(REGISTERS, ["view", "add", "change", "delete"])
    | codenames({"enterprises": ["zone"]}, ["change"])
    | codenames(STEERING, ["view", "add", "change"])
    | codenames(SHARED_LISTS, ["view", "add", "change"])
    | codenames(LOOKED_UP, ["view"]),
}
