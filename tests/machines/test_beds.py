"""Patients come, move and go in any order: never two in one bed, never one in two beds, no place without its stay."""
import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from admissions.actions.admission import admit_patient
from admissions.actions.discharge import discharge_patient
from admissions.actions.stay import transfer_patient
from admissions.errors import AlreadyInThatBed
from emr import clock
from emr.actions.encounter import BedIsTaken, PatientHasOpenStay
from emr.models import EncounterLocation
from tests.admissions.factories import House
from tests.factories import make_bed, make_patient

BEDS, PATIENTS = 3, 4


class Beds(RuleBasedStateMachine):
    """The model: a dictionary from patient to (stay, bed); the world: the acts."""

    @initialize()
    def open_house(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.house = House()
        self.beds = [make_bed(self.house.therapy) for _number in range(BEDS)]
        self.patients = [make_patient() for _number in range(PATIENTS)]
        self.lying, self.now = {}, clock.now() - dt.timedelta(days=30)

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def do(self, act, *args, refusal=None, **kwargs):
        """Perform the act one minute later; it must refuse exactly when the model says so."""
        self.now += dt.timedelta(minutes=1)
        with clock.at(self.now):
            if refusal:
                with pytest.raises(refusal):
                    act(*args, by=self.house.doctor, **kwargs)
                return None
            return act(*args, by=self.house.doctor, **kwargs)

    def taken(self, bed):
        return any(place == bed for _stay, place in self.lying.values())

    @rule(who=st.integers(0, PATIENTS - 1), where=st.integers(0, BEDS - 1))
    def admit(self, who, where):
        refusal = PatientHasOpenStay if who in self.lying else BedIsTaken if self.taken(where) else None
        stay = self.do(admit_patient, self.patients[who], bed=self.beds[where], refusal=refusal)
        if stay:
            self.lying[who] = (stay, where)

    @precondition(lambda self: self.lying)
    @rule(data=st.data(), where=st.integers(0, BEDS - 1))
    def move(self, data, where):
        who = data.draw(st.sampled_from(sorted(self.lying)))
        stay, bed = self.lying[who]
        refusal = AlreadyInThatBed if bed == where else BedIsTaken if self.taken(where) else None
        if self.do(transfer_patient, stay, bed=self.beds[where], refusal=refusal):
            self.lying[who] = (stay, where)

    @precondition(lambda self: self.lying)
    @rule(data=st.data())
    def discharge(self, data):
        who = data.draw(st.sampled_from(sorted(self.lying)))
        self.do(discharge_patient, self.lying.pop(who)[0])

    @invariant()
    def the_rows_say_what_the_model_says(self):
        if not hasattr(self, "house"):
            return
        present = EncounterLocation.objects.filter(during__upper_inf=True).values_list("encounter", "bed")
        assert dict(present) == {stay.pk: self.beds[bed].pk for stay, bed in self.lying.values()}


@pytest.mark.django_db
def test_beds_and_patients_never_disagree():
    run_state_machine_as_test(Beds, settings=settings(
        max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)))
