"""The one door for reading a chart: who may see what follows from care links, and every reading leaves its row.

A care link is a fact, not a setting: the patient lies in my department, I treat him, he is in the emergency room. Upper
apps add their own kinds (a laboratory order, an appointment) with `@care_link("name")`. Without a link the chart answers
exactly like an absent one; a doctor or nurse may break the glass with a reason, for four hours and this patient.
"""
import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import BooleanField, F, Func
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.errors import NotFound
from emr.log import request_id
from emr.models import AccessEntry, BreakGlass, Patient, Staff
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


class CaredFor(Func):
    """Does the clinician see the patient of this column by a link of the ward, the team or the emergency room?

    One condition in SQL, because acts ask it in the statement that locks, and composing it from querysets took more time
    than the database needs to answer. Use it in `annotate` or `filter`: CaredFor(staff, F("patient")).
    """

    output_field = BooleanField()
    SQL = """(exists (select from emr_encounterlocation l join emr_encounter e on e.id = l.encounter_id
        where e.patient_id = {patient} and l.error_at is null and l.department_id = any(%s::uuid[])
        and (upper_inf(l.during) or upper(l.during) > %s))
    or exists (select from emr_encounter e where e.patient_id = {patient} and e.error_at is null
        and e.department_id = any(%s::uuid[]) and (e.finished_at is null or e.finished_at > %s))
    or exists (select from emr_encounterparticipant p join emr_encounter e on e.id = p.encounter_id
        where e.patient_id = {patient} and p.error_at is null and p.staff_id = %s and (p.until is null or p.until > %s)))"""

    def __init__(self, staff, patient):
        super().__init__(patient)
        departments, since = list(staff.department_ids), clock.now() - RECENT
        self.asked = [departments, since, departments, since, staff.pk, since]

    def as_sql(self, compiler, connection, **context):
        column, _nothing = compiler.compile(self.source_expressions[0])
        return self.SQL.format(patient=column), self.asked


def visible_patients(staff):
    """Patients whose charts this clinician reads by a care link of the ward, the team or the emergency room."""
    return Patient.objects.filter(CaredFor(staff, F("pk")))
