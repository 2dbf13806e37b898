from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LaboratoryConfig(AppConfig):
    name = "orders.laboratory"
    label = "laboratory"
    verbose_name = _("Laboratory")

    def ready(self):
        """The floors below take kidney function, samples to draw and critical values from whoever offers them."""
        from orders.laboratory.queries import bedside
        from orders.laboratory.queries.kidney import last_egfr
        from orders.laboratory.queries.scale import last_value
        from orders.queries.bedside import critical_sources, sample_sources
        from orders.queries.safety import egfr_sources
        from orders.queries.scale import value_sources

        egfr_sources.append(last_egfr)
        value_sources.append(last_value)
        sample_sources.append(bedside.samples)
        critical_sources.append(bedside.critical)
