"""The bed board: states, who may lie where, exchange, the day of going home, orders looked through after a transfer (B2, B3)."""
import datetime as dt
import uuid

import pytest
from django.urls import reverse

from admissions.actions.admission import admit_patient
from admissions.actions.admission_request import request_admission
from admissions.actions.bed_state import end_isolation, expect_discharge, isolate_patient, mark_bed, ready_bed
from admissions.actions.emergency_visit import register_arrival
from admissions.actions.stay import transfer_patient
from admissions.actions.swap import swap_patients
from admissions.errors import (
    BedHasAState,
    BedIsKept,
    BedIsNotReady,
    DayHasPassed,
    IsolatedAlready,
    NothingToSwap,
    RoomIsIsolated,
    RoomIsNotForIsolation,
    RoomOfOtherSex,
)
from admissions.models import BedState, ExpectedDischarge, Isolation
from admissions.queries import stay as queries
from admissions.rules.checklist import blocking
from emr import clock
from emr.actions.encounter import BackwardsInTime, BedIsTaken, EncounterIsFinished
from emr.errors import Malformed, NotFound
from emr.models import Bed, EncounterLocation, JournalEntry, Room
from orders.models import Medication, MedicationRequest, Reconciliation
from tests.factories import make_bed, make_department, make_patient, make_staff


def lies(house, bed, **values):
    return admit_patient(make_patient(**values), by=house.doctor, bed=bed, started_at=clock.now() - dt.timedelta(hours=2))


def unchanged():
    return (EncounterLocation.objects.filter(during__upper_inf=True).count(), BedState.objects.filter(until__isnull=True).count(),
            JournalEntry.objects.count())


@pytest.mark.parametrize("state", ["cleaning", "repair"])
def test_nobody_is_put_into_a_bed_that_is_not_ready(house, state):
    row, stay = mark_bed(house.bed, by=house.nurse, state=state), lies(house, house.other_bed)
    before = unchanged()
    for refused in (lambda: admit_patient(make_patient(), by=house.doctor, bed=house.bed),
                    lambda: transfer_patient(stay, by=house.nurse, bed=house.bed)):
        with pytest.raises(BedIsNotReady):
            refused()
    assert unchanged() == before and house.bed not in queries.free_beds([house.therapy])
    ready_bed(row, by=house.nurse)
    assert ready_bed(row, by=house.nurse).until and house.bed in queries.free_beds([house.therapy])
    assert transfer_patient(stay, by=house.nurse, bed=house.bed)


def test_a_bed_is_kept_for_one_patient_and_given_to_him(house):
    visit = register_arrival(make_patient(family="Waiting"), by=house.er_nurse, department=house.emergency)
    asked = request_admission(visit, by=house.er_doctor, department=house.therapy, reason="flu")
    mark_bed(house.bed, by=house.doctor, state="reserved", request=asked)
    with pytest.raises(BedIsKept) as refusal:
        admit_patient(make_patient(), by=house.doctor, bed=house.bed)
    assert "Waiting" in str(refusal.value)
    admit_patient(visit.patient, by=house.doctor, bed=house.bed, request=asked)
    assert BedState.objects.get().until


def test_a_state_is_refused_where_it_does_not_fit(house):
    lies(house, house.bed, family="Sleeping")
    mark_bed(house.other_bed, by=house.nurse, state="repair")
    before = unchanged()
    for bed, values, refusal in ((house.bed, {"state": "cleaning"}, BedIsTaken),
                                 (house.other_bed, {"state": "cleaning"}, BedHasAState),
                                 (make_bed(house.therapy), {"state": "haunted"}, Malformed),
                                 (uuid.uuid4(), {"state": "repair"}, NotFound)):
        with pytest.raises(refusal):
            mark_bed(bed, by=house.nurse, **values)
    assert unchanged() == before


@pytest.fixture
def rooms(house):
    """An isolation room of two beds and an ordinary one of two."""
    quiet = make_bed(house.therapy)
    Room.objects.filter(pk=quiet.room_id).update(is_isolation=True)
    quiet.room.is_isolation = True
    return quiet, Bed.objects.create(room=quiet.room, label="q2"), house.bed, Bed.objects.create(room=house.bed.room, label="o2")


def test_who_must_lie_apart_goes_to_a_room_of_his_own_kind(house, rooms):
    quiet, quiet_too, open_bed, open_too = rooms
    ill, well = lies(house, open_bed), lies(house, open_too)
    isolate_patient(ill, by=house.doctor, kind="contact")
    with pytest.raises(IsolatedAlready):
        isolate_patient(ill, by=house.doctor, kind="airborne")
    with pytest.raises(RoomIsNotForIsolation):
        transfer_patient(ill, by=house.nurse, bed=house.other_bed)
    transfer_patient(ill, by=house.nurse, bed=quiet)
    with pytest.raises(RoomIsIsolated):
        transfer_patient(well, by=house.nurse, bed=quiet_too)
    with pytest.raises(RoomIsIsolated):
        admit_patient(make_patient(), by=house.doctor, bed=quiet_too)
    isolate_patient(well, by=house.doctor, kind="airborne")
    with pytest.raises(RoomIsIsolated):
        transfer_patient(well, by=house.nurse, bed=quiet_too)
    end_isolation(well, by=house.doctor)
    isolate_patient(well, by=house.doctor, kind="contact")
    assert transfer_patient(well, by=house.nurse, bed=quiet_too), "both must lie apart from the same thing"
    end_isolation(well, by=house.doctor)
    with pytest.raises(NotFound):
        end_isolation(well, by=house.doctor)
    assert Isolation.objects.live().filter(until__isnull=True).count() == 1


def test_two_patients_exchange_their_beds_at_one_moment(house):
    first, second = lies(house, house.bed), lies(house, house.other_bed)
    at = clock.now() - dt.timedelta(minutes=5)
    swap_patients(first, by=house.nurse, other=second, at=at)
    now = {row.encounter_id: (row.bed_id, row.during.lower) for row in EncounterLocation.objects.filter(during__upper_inf=True)}
    assert now == {first.pk: (house.other_bed.pk, at), second.pk: (house.bed.pk, at)}
    assert EncounterLocation.objects.count() == 4


def test_an_exchange_that_does_not_fit_moves_nobody(house):
    first, second = lies(house, house.bed), lies(house, house.other_bed, sex="male")
    bedless = admit_patient(make_patient(), by=house.doctor, department=house.therapy)
    Room.objects.filter(pk=house.bed.room_id).update(sex="female")
    before = unchanged()
    early = clock.now() - dt.timedelta(hours=5)
    for stay, other, values, refusal in ((first, second, {}, RoomOfOtherSex), (first, first, {}, NothingToSwap),
                                         (first, bedless, {}, NothingToSwap)):
        with pytest.raises(refusal):
            swap_patients(stay, by=house.nurse, other=other, **values)
    Room.objects.filter(pk=house.bed.room_id).update(sex="any")
    with pytest.raises(BackwardsInTime):
        swap_patients(first, by=house.nurse, other=second, at=early)
    assert unchanged() == before
    from admissions.actions.discharge import discharge_patient

    discharge_patient(second, by=house.doctor)
    with pytest.raises(EncounterIsFinished):
        swap_patients(first, by=house.nurse, other=second)


def test_the_day_of_going_home_shows_a_bed_that_will_be_free(house, django_assert_max_num_queries):
    stay = lies(house, house.bed)
    with pytest.raises(DayHasPassed):
        expect_discharge(stay, by=house.doctor, day=clock.today() - dt.timedelta(days=1))
    expect_discharge(stay, by=house.doctor, day=clock.today() + dt.timedelta(days=2))
    expect_discharge(stay, by=house.doctor, day=clock.today())
    mark_bed(house.other_bed, by=house.nurse, state="cleaning")
    with django_assert_max_num_queries(5):
        places = {place.bed: place for _ward, places in queries.wards([house.therapy]) for place in places}
    assert places[house.bed].goes_home == clock.today() and places[house.bed].state == "to-be-freed"
    assert places[house.other_bed].state == "cleaning" and ExpectedDischarge.objects.count() == 2


def ordered(stay, doctor):
    drug = Medication.objects.create(code=uuid.uuid4().hex[:8], name="Heparin")
    return MedicationRequest.objects.create(patient=stay.patient, encounter=stay, medication=drug, dose_text="5000",
                                            prescriber=doctor,
                                            authored_at=stay.started_at, starts_at=stay.started_at, recorded_by=doctor)


def test_after_a_transfer_to_another_department_the_orders_must_be_looked_through(house):
    stay, surgery = lies(house, house.bed), make_department(name="Surgery")
    ordered(stay, house.doctor)
    transfer_patient(stay, by=house.nurse, bed=house.other_bed)
    assert not queries.needs_review(stay), "the same department"
    transfer_patient(stay, by=house.doctor, bed=make_bed(surgery))
    assert queries.needs_review(stay)
    [item] = [item for item in blocking(stay) if item.key == "review"]
    assert item.blocks
    Reconciliation.objects.create(patient=stay.patient, encounter=stay, moment="transfer", recorded_by=house.doctor)
    assert not queries.needs_review(stay) and not blocking(stay)
    transfer_patient(stay, by=house.doctor, bed=make_bed(surgery))
    assert not queries.needs_review(stay), "another bed of the same department asks for nothing"


def test_the_pages_of_the_beds(house, client):
    client.force_login(make_staff("ward_doctor", department=house.therapy, login="doc").user)
    first, second = lies(house, house.bed, family="First"), lies(house, house.other_bed, family="Second")
    spare = make_bed(house.therapy)

    def post(name, *args, **data):
        return client.post(reverse(f"admissions:{name}", args=args), {"request_key": str(uuid.uuid4())} | data)

    assert post("mark_bed", spare.pk, state="cleaning").status_code == 302
    assert b"cleaning" in client.get(reverse("admissions:beds")).content
    assert post("ready_bed", BedState.objects.get().pk).status_code == 302
    assert post("mark_bed", house.bed.pk, state="cleaning").status_code == 409
    dialog = client.get(reverse("admissions:move", args=[first.pk]), headers={"HX-Request": "true"}).content
    assert b"Second" in dialog and spare.label.encode() in dialog
    assert post("swap", first.pk, other=str(second.pk)).status_code == 302
    assert EncounterLocation.objects.get(encounter=first, during__upper_inf=True).bed == house.other_bed
    assert post("expect", first.pk, day=clock.today().isoformat()).status_code == 302
    assert post("isolate", first.pk, kind="contact").status_code == 302
    shown = client.get(reverse("admissions:stay", args=[first.pk])).content
    assert b"contact precautions" in shown
    board = client.get(reverse("admissions:ward")).content
    assert b"contact precautions" in board and b"to be freed" in board
    assert post("end_isolation", first.pk).status_code == 302
    surgery = make_department(name="Surgery")
    ordered(first, house.doctor)
    moved = post("move", first.pk, department=str(surgery.pk), bed="")
    assert moved.status_code == 302 and "transfer" in moved.url, "the orders come next"
