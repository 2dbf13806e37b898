from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutpatientConfig(AppConfig):
    name = "outpatient"
    label = "outpatient"
    verbose_name = _("Outpatient")
