from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LaboratoryConfig(AppConfig):
    name = "orders.laboratory"
    label = "laboratory"
    verbose_name = _("Laboratory")

    def ready(self):
        """The checks of orders, a floor below, take kidney function from whoever offers it."""
        from orders.laboratory.queries.kidney import last_egfr
        from orders.queries.safety import egfr_sources

        egfr_sources.append(last_egfr)
