from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HealthConfig(AppConfig):
    name = "zonetrack.health"
    verbose_name = _("Status")
