from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NursingConfig(AppConfig):
    name = "nursing"
    label = "nursing"
    verbose_name = _("Nursing")

    def ready(self):
        """Orders, a floor below, learn from here what was given; the care link of a shift is declared."""
        from nursing.queries import worklist  # noqa: F401
        from nursing.queries.bedside import last_given
        from orders.queries.given import given_sources

        given_sources.append(last_given)
