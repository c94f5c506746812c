"""Where each address is answered; every area owns the prefixes it names itself."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.templatetags.static import static
from django.urls import include, path
from django.utils.functional import lazy
from django.views.generic import RedirectView
from django.views.i18n import set_language

from zonetrack import journal_page, search
from zonetrack.access.passwords import OwnPassword
from zonetrack.access.proxy_sign_on import SignInOrOn, SignOut
from zonetrack.health import page, probes
from zonetrack.keeping.conditional import forgetting

ICON = lazy(static, str)("icon.svg")

AREAS = [
    "enterprises",
    "rd_centers",
    "patents",
    "zonetrack.projects",
    "zonetrack.published",
    "zonetrack.targets",
    "zonetrack.returns",
    "zonetrack.evidence",
    "zonetrack.years",
    "zonetrack.reports",
    "zonetrack.api",
    # Last: the pages of figures have the root.
    "zonetrack.dashboards",
]

urlpatterns = [
    path("healthz", probes.alive, name="healthz"),
    path("readyz", probes.ready, name="readyz"),
    # Pages without an icon of their own, such as the admin's, are asked for one at this address.
    path("favicon.ico", login_not_required(RedirectView.as_view(url=ICON))),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("sign-in/", SignInOrOn.as_view(), name="sign-in"),
    path("sign-out/", forgetting(SignOut.as_view()), name="sign-out"),
    path("password/", OwnPassword.as_view(), name="password"),
    path("password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("admin/yearly/", include("zonetrack.returns.entry_urls")),
    path("admin/import/", include("zonetrack.imports.urls")),
    path("admin/duplicates/", include("zonetrack.duplicates.urls")),
    path("admin/status/", admin.site.admin_view(page.status), name="status"),
    path("admin/", admin.site.urls),
    path("search/", search.search, name="search"),
    path("claims/", include("zonetrack.claims.urls")),
    path("changes/", journal_page.all_changes, name="all-changes"),
    *[path("", include(f"{area}.urls")) for area in AREAS],
]

handler400 = "zonetrack.errors.bad_request"
handler403 = "zonetrack.errors.permission_denied"
handler404 = "zonetrack.errors.page_not_found"
handler500 = "zonetrack.errors.server_error"
