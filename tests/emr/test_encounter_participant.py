"""The treating team."""
import uuid

import pytest

from emr import clock
from emr.actions.encounter_participant import assign_participant
from emr.models import EncounterParticipant
from tests.emr.test_documents import refused
from tests.factories import make_department, make_encounter, make_staff

pytestmark = pytest.mark.django_db


def test_a_new_attending_doctor_takes_over_and_gets_the_chart():
    department = make_department()
    first, stay = make_staff("ward_doctor", department=department), make_encounter(department=department)
    second = make_staff("ward_doctor", department=make_department())
    assign_participant(stay, by=first, staff=first, part="ATND")
    assign_participant(stay, by=first, staff=second.pk, part="ATND")
    assert EncounterParticipant.objects.get(until__isnull=True).staff == second
    assign_participant(stay, by=second, staff=first, part="CON")


def test_wrong_parts_absent_people_and_ended_stays_are_refused():
    department = make_department()
    doctor, stay = make_staff("ward_doctor", department=department), make_encounter(department=department)
    refused("emr.malformed", assign_participant, stay, by=doctor, staff=doctor, part="BOSS")
    refused("emr.not_found", assign_participant, stay, by=doctor, staff=uuid.uuid4(), part="ATND")
    over = make_encounter(department=department, finished_at=clock.now())
    refused("emr.encounter_is_finished", assign_participant, over, by=doctor, staff=doctor, part="ATND")
    assert not EncounterParticipant.objects.exists()
