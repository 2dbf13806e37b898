"""Every address of the product. Upper apps are named here as strings only."""
from django.urls import include, path

urlpatterns = [
    path("", include("emr.web.urls")),
    path("api/", include("emr.api.urls")),
    path("api/emr/", include("emr.api.emr_urls")),
    path("orders/", include("orders.urls")),
    path("api/orders/", include("orders.api.urls")),
    path("laboratory/", include("orders.laboratory.urls")),
    path("api/laboratory/", include("orders.laboratory.api.urls")),
    path("nursing/", include("nursing.urls")),
    path("api/nursing/", include("nursing.api.urls")),
    path("admissions/", include("admissions.urls")),
    path("api/admissions/", include("admissions.api.urls")),
    path("outpatient/", include("outpatient.urls")),
    path("api/outpatient/", include("outpatient.api.urls")),
    path("booking/", include("outpatient.booking.urls")),
    path("polyclinic/", include("outpatient.booking.urls_public")),
    path("api/booking/", include("outpatient.booking.api.urls")),
    path("billing/", include("billing.urls")),
    path("api/billing/", include("billing.api.urls")),
    path("exchange/", include("fhir_export.urls")),
    path("fhir/R4/", include("fhir_export.api.urls")),
]

handler400 = "emr.web.errors.malformed"
handler403 = "emr.web.errors.forbidden"
handler404 = "emr.web.errors.not_found"
handler500 = "emr.web.errors.broken"
