"""Patches on the skin: which were put on and not taken off."""
from django.db.models import Q

from emr import clock
from emr.access import chart_for
from emr.errors import NotFound
from nursing.models import MedicationAdministration, PatchRemoval

# Words for a patch in the names of forms, Latin and Russian (FDA NDC directory; national formulary of Kazakhstan).
FORMS = r"patch|transdermal system|пластыр|трансдермальная терапевтическая"
IS_PATCH = Q(request__route__iexact="TD") | Q(request__medication__form__iregex=FORMS)


def _on():
    removed = PatchRemoval.objects.live().values("administration")
    return MedicationAdministration.objects.live().filter(IS_PATCH, status="given").exclude(pk__in=removed)


def old_one(request) -> MedicationAdministration | None:
    """The patch that must come off before one of this order is put on: of the same order, or of a stopped order of the drug.

    Two running orders of one drug may stand side by side (a dose made of two strengths). One query.
    """
    past = Q(request__stopped_at__isnull=False) | Q(request__ends_at__lte=clock.now())
    same = Q(request=request) | Q(request__medication__name=request.medication.name) & past
    return _on().filter(same, patient=request.patient_id).select_related("request__medication", "performer").order_by(
        "happened_at").first()


def on_skin(patient):
    """The patches of a patient that are on, the longest first."""
    return _on().filter(patient=patient).select_related("request__medication", "performer").order_by("happened_at", "pk")


def patches_of(actor, patient_id):
    """The patches that are on; the chart is opened and the reading logged."""
    chart = chart_for(actor, patient_id, "patches")
    if not chart.shows("doses"):
        raise NotFound()
    return on_skin(chart.patient)
