from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    name = "billing"
    label = "billing"
    verbose_name = _("Billing")

    def ready(self):
        """Admissions, two floors below, learn from here which acts of a stay have no price."""
        from admissions.queries.checklist import unpriced_sources
        from billing.rules.unpriced import in_words

        unpriced_sources.append((in_words, "billing:exceptions", "billing.see_tariffs"))
