"""The admin as the office sees it: its own words, groups by task, and no way around the scope."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import get_script_prefix, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from zonetrack.access.people import manages_people
from zonetrack.access.scope import request_scope

# Groups of the front page in the order of daily work; what is named nowhere comes last.
GROUPS = [
    (
        "entry",
        _("Enter data"),
        [
            "enterprises.Return",
            "enterprises.Enterprise",
            "rd_centers.Center",
            "enterprises.Title",
            "patents.Patent",
            "projects.Project",
            "projects.Application",
            "projects.Cooperation",
            "projects.Achievement",
        ],
    ),
    (
        "steering",
        _("Targets and years"),
        [
            "targets.Target",
            "published.PublishedFigure",
            "published.Source",
            "years.ReportingYear",
        ],
    ),
    ("people", _("People and access"), ["access.User", "access.Membership", "auth.Group"]),
    (
        "lists",
        _("Zones and lists of choices"),
        [
            "enterprises.Zone",
            "enterprises.Park",
            "enterprises.Institution",
            "rd_centers.CenterKind",
            "enterprises.TitleKind",
            "enterprises.TechnologyField",
            "enterprises.Authority",
            "projects.Program",
        ],
    ),
]
OTHER = ("other", _("Other"))
# Pages that are no list of records: key of the group they lead, name, name of the address.
PAGES = [
    ("entry", _("Yearly figures"), "years-of-entry"),
    ("entry", _("Import from spreadsheets"), "import-list"),
]


class OfficeSite(admin.AdminSite):
    site_header = _("ZoneTrack · data entry")
    site_title = _("ZoneTrack")
    index_title = _("What would you like to do?")
    site_url = "/"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.lists: dict[tuple, list[dict]] = {}

    def has_permission(self, request):
        """Whoever enters records somewhere; readers and reporting officers have no admin."""
        user = request.user
        return user.is_active and user.is_staff and request_scope(request).may_enter()

    def get_urls(self):
        """Without the detour that leads from any id to any page."""
        urls = super().get_urls()
        return [url for url in urls if getattr(url, "name", "") != "view_on_site"]

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request, extra_context=None):
        """The product has one sign-in page; who has signed in and comes here may not enter."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        target = request.GET.get("next") or request.get_full_path()
        if request.user.is_authenticated:
            return redirect("admin:index")
        return redirect_to_login(target, settings.LOGIN_URL)

    def password_change(self, request, extra_context=None):
        return redirect("password")

    def get_app_list(self, request, app_label=None):
        """Every page of the admin shows the whole list; it is made once for all who may the same.

        Whatever else a `has_…_permission` without an object comes to ask belongs to the key.
        """
        if app_label:
            return super().get_app_list(request, app_label)
        scope = request_scope(request)
        may = "everything" if scope.everything else frozenset(request.user.get_all_permissions())
        key = (may, manages_people(request), get_language(), get_script_prefix())
        if key not in self.lists:
            self.lists[key] = grouped(super().get_app_list(request))
        return self.lists[key]


def grouped(apps) -> list[dict]:
    """Django's list of apps with their models, put into the groups of the office."""
    found = {
        f"{app['app_label']}.{model['object_name']}": model
        for app in apps
        for model in app["models"]
    }
    if "auth.Group" in found:
        found["auth.Group"]["name"] = _("Roles")
    groups = [
        (key, name, [found.pop(label) for label in labels if label in found])
        for key, name, labels in GROUPS
    ]
    groups.append((*OTHER, list(found.values())))
    return [
        {
            "app_label": key,
            "name": name,
            "app_url": "",
            "has_module_perms": True,
            "models": [*pages_of(key), *models],
        }
        for key, name, models in groups
        if models
    ]


def pages_of(group: str) -> list[dict]:
    """Pages of a group, as Django's list describes a model."""
    return [
        {"name": name, "object_name": f"page-{page}", "admin_url": reverse(page), "add_url": None}
        for key, name, page in PAGES
        if key == group
    ]
