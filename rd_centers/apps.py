from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RdCentersConfig(AppConfig):
    name = "rd_centers"
    label = "rd_centers"
    verbose_name = _("R&D centers and labs")
