"""A chart of twenty years for the benchmark: many visits and values, written straight into the tables and taken back."""
import datetime as dt
from decimal import Decimal

from emr import clock
from emr.models import Condition, Encounter, Observation
from emr.numbering import luhn

YEARS, VISITS_A_YEAR, VALUES_A_VISIT = 20, 12, 60
LOINC = "http://loinc.org"
SIGNS = [("8867-4", "Heart rate", "/min", 72), ("8310-5", "Body temperature", "Cel", 37),
         ("9279-1", "Respiratory rate", "/min", 16),
         ("8480-6", "Systolic blood pressure", "mm[Hg]", 120), ("8462-4", "Diastolic blood pressure", "mm[Hg]", 80)]


def twenty_years(stay, *, by) -> int:
    """Give the patient of the stay twenty years of finished visits with vital signs; returns how many rows that made.

    For `./run benchmark` only, inside a transaction that is taken back.
    """
    now, patient = clock.now(), stay.patient
    visits = [Encounter(patient=patient, number=f"B{n:06d}{luhn(str(n))}", kind="AMB", department=stay.department,
                        reason="check-up",
                        started_at=now - dt.timedelta(days=30 * n), finished_at=now - dt.timedelta(days=30 * n, minutes=-15),
                        recorded_by=by, recorded_at=now) for n in range(1, YEARS * VISITS_A_YEAR + 1)]
    Encounter.objects.bulk_create(visits)
    values = [Observation(patient=patient, encounter=visit, category="vital-signs", system=LOINC, code=code, name=name, unit=unit,
                          value=Decimal(usual + n % 7), effective_at=visit.started_at + dt.timedelta(seconds=n), recorded_by=by,
                          recorded_at=now)
              for visit in visits for n in range(VALUES_A_VISIT) for code, name, unit, usual in [SIGNS[n % len(SIGNS)]]]
    Observation.objects.bulk_create(values, batch_size=2000)
    diagnoses = [Condition(patient=patient, encounter=visit, stage="final", text="Hypertension", asserted_at=visit.started_at,
                           recorded_by=by, recorded_at=now) for visit in visits]
    Condition.objects.bulk_create(diagnoses)
    return len(visits) + len(values) + len(diagnoses)
