"""The one door for reading a chart: who may see what follows from care links, and every reading leaves its row.

A care link is a fact, not a setting: the patient lies in my department, I treat him, he is in the emergency room. Upper
apps add their own kinds (a laboratory order, an appointment) with `@care_link("name")`. Without a link the chart answers
exactly like an absent one; a doctor or nurse may break the glass with a reason, for four hours and this patient.
"""
import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.errors import NotFound
from emr.log import request_id
from emr.models import AccessEntry, BreakGlass, Encounter, EncounterLocation, EncounterParticipant, Patient, Staff
from emr.permissions import INSTITUTION_WIDE, sections

LINKS = {}  # name -> function(actor, patient) -> bool
RECENT = dt.timedelta(days=30)  # how long after a stay its department still reads the chart (papers, late entries)


class ChartNotVisible(NotFound):
    code = "emr.chart_not_visible"
    message = _("No chart is open to you under this address. Search the patient, or open the chart in an emergency "
                "with a reason.")


def care_link(name: str):
    """Declare one more kind of care link: a function(staff, patient) that answers whether it stands."""

    def declare(function):
        LINKS[name] = function
        return function

    return declare


@dataclass
class Chart:
    """One patient's chart as one actor may read it now."""

    patient: Patient
    actor: object
    link: str
    sections: set = field(default_factory=set)

    def shows(self, section: str) -> bool:
        """May the actor read this part (vitals, orders, money …)?"""
        return section in self.sections


def chart_for(actor, patient: Patient | UUID, purpose: str) -> Chart:
    """Open a chart for reading and log it. Raises ChartNotVisible for strangers and absent patients alike.

    `purpose` is a short word for the access log: the page or export that reads.
    """
    if not isinstance(patient, Patient):
        patient = Patient.objects.filter(pk=patient).first()
    link = patient and link_of(actor, patient)
    if not link:
        raise ChartNotVisible()
    log_reading(actor, patient, purpose, link)
    return Chart(patient, actor, link, sections(actor.role_names))


def log_reading(actor, patient, purpose: str, link: str) -> None:
    """Leave the row of who looked at whom; `patient` may be None for a search that found many."""
    AccessEntry.objects.create(patient=patient, purpose=purpose, link=link, request_id=request_id(), **actor.as_author())


def link_of(actor, patient) -> str | None:
    """The name of the care link that opens this chart for the actor, or None."""
    if isinstance(actor, Patient):
        return "own" if actor.pk == patient.pk else None
    if actor.kind == Staff.Kind.SYSTEM:
        return "system"
    if wide := actor.role_names & INSTITUTION_WIDE:
        return sorted(wide)[0]
    if not sections(actor.role_names):
        return None
    if visible_patients(actor).filter(pk=patient.pk).exists():
        return "care"
    for name, stands in LINKS.items():
        if stands(actor, patient):
            return name
    if BreakGlass.objects.filter(staff=actor, patient=patient, until__gt=clock.now(), opened_at__lte=clock.now()).exists():
        return "glass"
    return None


def visible_patients(staff):
    """Patients whose charts this clinician reads by a care link of the ward, the team or the emergency room."""
    departments, since = staff.department_ids, clock.now() - RECENT
    here = EncounterLocation.objects.live().filter(department__in=departments).filter(
        Q(during__upper_inf=True) | Q(during__endswith__gt=since)).values("encounter__patient")
    ours = Encounter.objects.live().filter(department__in=departments).filter(
        Q(finished_at__isnull=True) | Q(finished_at__gt=since)).values("patient")
    team = EncounterParticipant.objects.live().filter(staff=staff).filter(
        Q(until__isnull=True) | Q(until__gt=since)).values("encounter__patient")
    return Patient.objects.filter(Q(pk__in=here) | Q(pk__in=ours) | Q(pk__in=team))
