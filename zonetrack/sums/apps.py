from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SumsConfig(AppConfig):
    name = "zonetrack.sums"
    label = "sums"
    verbose_name = _("Yearly sums")

    def ready(self):
        from zonetrack import writing
        from zonetrack.sums import keeping

        writing.after_block(keeping.follow)
