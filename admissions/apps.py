from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdmissionsConfig(AppConfig):
    name = "admissions"
    label = "admissions"
    verbose_name = _("Admissions")

    def ready(self):
        """Declare the care links of admission requests and consults, what a discharge summary needs before it is signed, and what
        phrases may be filled with."""
        from admissions.actions import discharge_summary  # noqa: F401
        from admissions.queries import admission_request, consult  # noqa: F401
        from admissions.rules import live_field  # noqa: F401
