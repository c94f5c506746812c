from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnterprisesConfig(AppConfig):
    name = "enterprises"
    label = "enterprises"
    verbose_name = _("Zones, enterprises and titles")

    def ready(self):
        from enterprises import land
        from enterprises.models import Zone
        from zonetrack import writing

        writing.after_change(land.follow_new_zone, Zone)
