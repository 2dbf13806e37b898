"""Movement sheet, many casualties, exposure, opening a stay again, the earlier stay beside the present one (A5, A14, B12, B13,
H2).
"""
import contextlib
import datetime as dt
import random
import re
import uuid

import pytest
from django.urls import reverse

from admissions.actions.admission import admit_patient
from admissions.actions.casualty import receive_casualty
from admissions.actions.discharge import discharge_patient
from admissions.actions.reopening import reopen_stay
from admissions.actions.stay import transfer_patient
from admissions.errors import PatientHasDied, ReopenedTooLate, StayIsOpen, UnknownTriageLevel
from admissions.models import Triage
from admissions.queries import exposure
from admissions.rules import movement
from billing.actions.account import open_account, set_payer
from billing.sources import _stays
from emr import clock
from emr.actions.encounter import PatientHasOpenStay
from emr.errors import Malformed, ReasonMissing, Refusal
from emr.models import Bed, Encounter, EncounterLocation, JournalEntry, Patient
from orders.actions.medication import add_medication
from orders.actions.medication_request import prescribe_medication
from orders.models import MedicationRequest
from tests.factories import make_bed, make_department, make_patient, make_staff, make_system


def ago(**delta):
    return clock.now() - dt.timedelta(**delta)


def counts(day, department):
    [sheet] = [sheet for sheet in movement.sheets(day) if sheet.department == department]
    assert sheet.agrees
    return {kind: count for kind, count in sheet.counts.items() if count}


def test_each_way_in_and_out_stands_in_its_column(house):
    noon = clock.start_of(clock.today() - dt.timedelta(days=1)) + dt.timedelta(hours=12)
    day, surgery = clock.day_of(noon), make_department(name="Surgery")
    with clock.at(noon - dt.timedelta(days=1)):
        stays = [admit_patient(make_patient(), by=house.doctor, department=house.therapy) for _number in range(4)]
    with clock.at(noon):
        fresh = admit_patient(make_patient(), by=house.doctor, bed=house.bed)
        transfer_patient(fresh, by=house.doctor, bed=house.other_bed, at=noon)
        discharge_patient(stays[0], by=house.doctor)
        discharge_patient(stays[1], by=house.doctor, disposition="exp")
        discharge_patient(stays[2], by=house.doctor, disposition="other-hcf")
        transfer_patient(stays[3], by=house.doctor, department=surgery)
    assert counts(day, house.therapy) == {"at_start": 4, "admitted": 1, "moved_out": 1, "discharged": 1, "elsewhere": 1,
                                          "died": 1, "at_end": 1}
    assert counts(day, surgery) == {"moved_in": 1, "at_end": 1}
    assert counts(clock.today(), house.therapy) == {"at_start": 1, "at_end": 1}


def test_the_sum_holds_whatever_happens_and_in_three_statements(house, django_assert_max_num_queries):
    chance, surgery = random.Random(7), make_department(name="Surgery")
    for _number in range(12):
        at = clock.now() - dt.timedelta(hours=chance.randint(20, 96))
        stay = admit_patient(make_patient(), by=house.doctor, department=chance.choice([house.therapy, surgery]), started_at=at)
        for _move in range(chance.randint(0, 3)):
            at += dt.timedelta(hours=chance.randint(0, 20))
            with contextlib.suppress(Refusal):
                transfer_patient(stay, by=house.doctor, department=chance.choice([house.therapy, surgery]), at=at)
        if chance.random() < 0.6:
            with contextlib.suppress(Refusal):
                discharge_patient(stay, by=house.doctor, at=at + dt.timedelta(hours=chance.randint(0, 24)),
                                  disposition=chance.choice(["home", "exp"]))
    days = [clock.today() - dt.timedelta(days=number) for number in range(6)]
    with django_assert_max_num_queries(2 * len(days)):
        sheets = {day: movement.sheets(day) for day in days}
    assert all(sheet.agrees for rows in sheets.values() for sheet in rows)
    for day, following in zip(days[1:], days, strict=False):
        assert movement.total(sheets[day])["at_end"] == movement.total(sheets[following])["at_start"]


def test_a_scanned_wristband_makes_the_patient_and_a_tap_sets_the_colour(house):
    visit = receive_casualty("mc-AAA", by=house.er_nurse, department=house.emergency)
    assert visit.patient.is_unknown and not Triage.objects.exists()
    assert receive_casualty("MC-AAA ", by=house.er_nurse, department=house.emergency, level=1) == visit
    assert receive_casualty("MC-AAA", by=house.er_nurse, department=house.emergency, level=3) == visit
    assert list(Triage.objects.order_by("happened_at").values_list("scale", "level")) == [("SATS", 1), ("SATS", 3)]
    before = (Patient.objects.count(), JournalEntry.objects.count())
    for code, level, refusal in (("", 1, Malformed), ("MC-BBB", 5, UnknownTriageLevel)):
        with pytest.raises(refusal):
            receive_casualty(code, by=house.er_nurse, department=house.emergency, level=level)
    assert (Patient.objects.count(), JournalEntry.objects.count()) == before == (1, before[1])


def test_the_exposure_report_tells_who_shared_the_room_and_how_long(house):
    beside = Bed.objects.create(room=house.bed.room, label="beside")
    ill = admit_patient(make_patient(), by=house.doctor, bed=house.bed, started_at=ago(hours=10))
    first = admit_patient(make_patient(), by=house.doctor, bed=beside, started_at=ago(hours=20))
    transfer_patient(first, by=house.nurse, bed=house.other_bed, at=ago(hours=6))
    late = admit_patient(make_patient(), by=house.doctor, bed=beside, started_at=ago(hours=2))
    [long, short] = exposure.patients(ill)
    assert (long.encounter, round(long.shared.total_seconds() / 3600)) == (first, 4)
    assert (short.encounter, round(short.shared.total_seconds() / 3600)) == (late, 2)
    assert [person for person, _first, _last in exposure.staff_who_acted(ill)] == [house.doctor]
    assert exposure.patients(admit_patient(make_patient(), by=house.doctor, department=house.therapy)) == []


@pytest.fixture
def ended(house):
    stay = admit_patient(make_patient(family="Back"), by=house.doctor, bed=house.bed, started_at=ago(days=3))
    return discharge_patient(stay, by=house.doctor, at=ago(days=1, hours=2))


def test_a_stay_opened_again_counts_bed_days_from_then_on(house, ended):
    reopen_stay(ended, by=house.doctor, reason="fever on the way home", bed=house.other_bed)
    ended.refresh_from_db()
    assert (ended.finished_at, ended.disposition) == (None, "")
    assert EncounterLocation.objects.get(encounter=ended, during__upper_inf=True).bed == house.other_bed
    [(_stay, expected, _standing, _used)] = _stays(ended)
    gone = clock.day_of(ago(days=1, hours=2))
    assert gone not in [day for day, _department in expected] and len(expected) == 2


@pytest.mark.parametrize("case", ["open", "no reason", "late", "dead", "elsewhere"])
def test_a_stay_is_not_opened_again_where_it_makes_no_sense(house, ended, case):
    if case == "late":
        Encounter.objects.filter(pk=ended.pk).update(started_at=ago(days=20), finished_at=ago(days=4))
    if case == "dead":
        Patient.objects.filter(pk=ended.patient_id).update(died_at=ago(hours=3))
    other = admit_patient(ended.patient if case == "elsewhere" else make_patient(), by=house.doctor, bed=house.other_bed)
    before = JournalEntry.objects.count()
    subject = other if case == "open" else ended
    refusal = {"open": StayIsOpen, "no reason": ReasonMissing, "late": ReopenedTooLate, "dead": PatientHasDied,
               "elsewhere": PatientHasOpenStay}[case]
    with pytest.raises(refusal):
        reopen_stay(subject, by=house.doctor, reason="" if case == "no reason" else "mistake")
    assert JournalEntry.objects.count() == before


def test_the_pages(house, ended, client):
    nurse, doctor = make_staff("er_nurse", department=house.emergency,
                               login="n"), make_staff("ward_doctor", department=house.therapy, login="d")

    def post(name, *args, **data):
        return client.post(reverse(f"admissions:{name}", args=args), {"request_key": str(uuid.uuid4())} | data)

    client.force_login(nurse.user)
    assert post("scan_casualty", wristband="MC-XYZ").status_code == 302
    assert post("scan_casualty", wristband="MC-XYZ", level="2").status_code == 302
    page = client.get(reverse("admissions:casualties")).content
    assert b"MC-XYZ" in page and b"Very urgent" in page
    client.force_login(doctor.user)
    day = {"day": clock.day_of(ended.started_at).isoformat()}
    assert b"Together" in client.get(reverse("admissions:movement"), day).content
    opened = client.get(reverse("admissions:movement"), day | {"department": str(house.therapy.pk),
                                                               "what": "admitted"}).content.decode()
    assert ended.number in opened and "Back" in opened
    assert b"Sheet of patient movement" in client.get(reverse("admissions:movement"), day | {"print": "1"}).content
    assert client.get(reverse("admissions:exposure", args=[ended.pk])).status_code == 200
    assert b"Open again" in client.get(reverse("admissions:stay", args=[ended.pk])).content
    assert post("reopen", ended.pk, reason="fever").status_code == 302
    again = admit_patient(discharge_patient(ended, by=doctor).patient, by=house.doctor, bed=make_bed(house.therapy))
    beside = client.get(reverse("admissions:earlier", args=[again.pk])).content.decode()
    assert ended.number in beside and again.number in beside
    client.force_login(make_staff("manager", login="m").user)
    closed = client.get(reverse("admissions:movement"), day | {"department": str(house.therapy.pk),
                                                               "what": "admitted"}).content.decode()
    assert ended.number in closed and "Back" not in closed


def test_an_order_of_the_earlier_stay_is_written_again_on_the_one_page_that_writes_orders(house, client,
                                                                                          django_assert_max_num_queries):
    drug = add_medication(by=make_staff("pharmacist"), code="par500", name="Paracetamol", strength="500 mg", form="tablet",
                          dose_per_unit=500, dose_unit="mg", stock_unit="tablet")
    doctor, payer = make_staff("ward_doctor", department=house.therapy, login="again"), make_staff(
        "ward_doctor", department=house.therapy, login="both")
    payer.roles.create(role="accountant", since=payer.roles.get().since)
    before = admit_patient(make_patient(), by=doctor, bed=house.bed, started_at=ago(days=6))
    prescribe_medication(before, by=doctor, medication=drug, dose=500, dose_unit="mg", route="PO", timing={"every_hours": 6},
                         timing_text="Q6H", days=2, starts_at=ago(days=6))
    now = admit_patient(discharge_patient(before, by=doctor, at=ago(days=1)).patient, by=doctor, bed=house.bed)
    set_payer(by=make_system(), code="budget", name="State budget")
    open_account(before, by=make_system())
    client.force_login(doctor.user, backend="emr.signin.Backend")
    with django_assert_max_num_queries(60):
        page = client.get(reverse("admissions:earlier", args=[now.pk])).content.decode()
    [address] = re.findall(r'href="(/orders/stays/[^"]+/line\?[^"]+)"', page)
    assert "Drugs ordered in the earlier stay" in page and "/cost" not in page, "doctors do not see money"
    proposed = client.get(address.replace("&amp;", "&")).content.decode()
    assert 'value="Paracetamol 500 mg po q6h"' in proposed
    order = {"line": "Paracetamol 500 mg po q6h", "next": reverse("admissions:earlier", args=[now.pk])}
    done, twice = (client.post(reverse("orders:line", args=[now.pk]), order | {"request_key": str(uuid.uuid4())})
                   for _time in range(2))
    assert done.url == order["next"] and "ordered now" in client.get(done.url).content.decode()
    assert twice.status_code in (409, 422) and MedicationRequest.objects.filter(encounter=now).count(
        ) == 1, "all checks run again"
    client.force_login(payer.user, backend="emr.signin.Backend")
    assert f"/stays/{before.pk}/cost" in client.get(done.url).content.decode()
    assert "0.00" in client.get(reverse("billing:cost", args=[before.pk])).content.decode()
    assert "Nothing is charged yet" in client.get(reverse("billing:cost", args=[now.pk])).content.decode()
