"""Pages of floor 1."""
from django.urls import path

from emr.web import health

app_name = "emr"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
