"""Drugs as needed of which nobody said yet whether they helped (D10)."""
import datetime as dt

from django.db.models import Exists, OuterRef

from emr import clock
from emr.models import EncounterLocation, Observation
from nursing.models import DoseEffect, MedicationAdministration
from nursing.queries.bedside_setting import current

ASKED_FOR = dt.timedelta(hours=12)  # ours: after a shift it is asked no more
SIGNS = ("72514-3", "8310-5", "8480-6")  # pain, temperature, pressure: what a drug as needed is usually given for
MOST = 100


def to_ask(departments) -> list[MedicationAdministration]:
    """Givings as needed of those who lie there whose effect is to be asked for now, the oldest first; `since` on each: signs
    measured after it, newest first. Three queries."""
    now = clock.now()
    after = dt.timedelta(minutes=current().effect_after_minutes)
    here = EncounterLocation.objects.live().filter(department__in=departments, during__upper_inf=True).values("encounter")
    rows = list(MedicationAdministration.objects.live().filter(
        encounter__in=here, encounter__finished_at__isnull=True, status="given", request__as_needed=True,
        happened_at__lte=now - after, happened_at__gt=now - ASKED_FOR).filter(
        ~Exists(DoseEffect.objects.live().filter(administration=OuterRef("pk")))).select_related(
        "request__medication", "patient", "performer").order_by("happened_at")[:MOST])
    signs = {}
    for row in Observation.objects.live().filter(
            encounter__in={row.encounter_id for row in rows}, code__in=SIGNS, value__isnull=False,
            effective_at__gt=now - ASKED_FOR).order_by("-effective_at") if rows else ():
        signs.setdefault(row.encounter_id, []).append(row)
    for row in rows:
        row.since = [sign for sign in signs.get(row.encounter_id, []) if sign.effective_at > row.happened_at][:4]
    return rows


def measured_since(administration) -> Observation | None:
    """The newest value of pain after the giving, on which the answer can rest."""
    return Observation.objects.live().filter(
        patient=administration.patient_id, code="72514-3", value__isnull=False,
        effective_at__gt=administration.happened_at).order_by("-effective_at").first()


def live_effect(administration) -> DoseEffect | None:
    return DoseEffect.objects.live().filter(administration=administration).select_related("performer").first()
