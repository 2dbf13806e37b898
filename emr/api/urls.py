"""The schema and its browsable documentation."""
from django.urls import path

from emr.api.docs import Description, Docs

urlpatterns = [
    path("schema/", Description.as_view(), name="schema"),
    path("docs/", Docs.as_view(url_name="schema"), name="docs"),
]
