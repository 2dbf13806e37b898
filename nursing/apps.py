from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NursingConfig(AppConfig):
    name = "nursing"
    label = "nursing"
    verbose_name = _("Nursing")
