from django.apps import AppConfig
from django.contrib.admin import apps as django_admin
from django.core import checks
from django.utils.translation import gettext_lazy as _


class ZoneTrackConfig(AppConfig):
    name = "zonetrack"
    label = "zonetrack"
    verbose_name = _("ZoneTrack")

    def ready(self):
        from zonetrack.checks import catalog_is_sound

        checks.register(catalog_is_sound)


class OfficeAdminConfig(django_admin.AdminConfig):
    """Django's admin with the product's own site."""

    default = False
    default_site = "zonetrack.admin_site.OfficeSite"
