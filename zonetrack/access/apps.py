from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "zonetrack.access"
    label = "access"
    verbose_name = _("People and access")

    def ready(self):
        from zonetrack import writing
        from zonetrack.years.models import ReportingYear

        from . import noted
        from .models import Membership

        writing.after_change(noted.follow, Membership, ReportingYear)
