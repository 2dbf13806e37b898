"""The FHIR R4 base, mounted at /fhir/R4/."""
from django.urls import path, re_path

from fhir_export.api.patient import DischargeView, ExportView, PatientView
from fhir_export.api.received import BaseView, MetadataView, NothingView

urlpatterns = [
    path("", BaseView.as_view()),
    path("metadata", MetadataView.as_view()),
    path("Patient/<str:pk>", PatientView.as_view()),
    path("Patient/<str:pk>/$everything", ExportView.as_view(kind="everything")),
    path("Patient/<str:pk>/$summary", ExportView.as_view(kind="ips")),
    path("Encounter/<str:pk>/$discharge-document", DischargeView.as_view()),
    re_path(r"^(?P<rest>.+)$", NothingView.as_view()),
]
