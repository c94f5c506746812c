from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublishedConfig(AppConfig):
    name = "zonetrack.published"
    label = "published"
    verbose_name = _("Published figures")
