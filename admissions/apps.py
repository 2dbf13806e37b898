from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdmissionsConfig(AppConfig):
    name = "admissions"
    label = "admissions"
    verbose_name = _("Admissions")

    def ready(self):
        """Declare the care link of admission requests."""
        from admissions.queries import admission_request  # noqa: F401
