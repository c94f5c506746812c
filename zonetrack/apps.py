from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ZoneTrackConfig(AppConfig):
    name = "zonetrack"
    label = "zonetrack"
    verbose_name = _("ZoneTrack")
