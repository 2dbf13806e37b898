"""Pages about people, staff and places, as their readers use them."""
import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emr import clock
from emr.actions.break_glass import break_glass
from emr.actions.patient import register_patient, register_unknown_patient
from emr.models import BreakGlass, Patient, PatientMerge, Staff, StaffRole
from tests.factories import make_department, make_encounter, make_patient, make_staff

pytestmark = pytest.mark.django_db


def signed_in(client, *roles, department=None):
    staff = make_staff(*roles, department=department, login=f"u{uuid.uuid4().hex[:8]}")
    client.force_login(staff.user, backend="emr.signin.Backend")
    return staff


def key():
    return {"request_key": str(uuid.uuid4())}


ROLES = ["er_nurse", "er_doctor", "ward_doctor", "ward_nurse", "head_nurse", "lab", "pharmacist", "registrar", "call_operator",
         "accountant", "cashier", "manager", "admin", "integration"]


@pytest.mark.parametrize("role", ROLES)
def test_everybody_has_a_first_page(client, role):
    signed_in(client, role)
    answer = client.get("/")
    assert answer.status_code == 200 and b"style=" not in answer.content and b"<script>" not in answer.content


def test_a_stranger_goes_to_the_sign_in_page(client):
    for name in ("emr:home", "emr:patients", "emr:staff"):
        assert client.get(reverse(name)).status_code == 302


def test_the_registry_sees_who_must_be_identified(client):
    clerk = signed_in(client, "registrar")
    unknown = register_unknown_patient(by=clerk, age=40, sex="male")
    assert unknown.number in client.get(reverse("emr:today_patients")).content.decode()


def test_the_search_answers_a_fragment_while_one_types(client):
    clerk = signed_in(client, "registrar")
    patient = register_patient(by=clerk, family="Иванов", given="Иван", birth_date=dt.date(1970, 5, 17))
    page = client.get(reverse("emr:patients"), {"q": "bdfyjd"})
    assert patient.number in page.content.decode() and "<html" in page.content.decode()
    part = client.get(reverse("emr:patients"), {"q": "bdfyjd"}, headers={"HX-Request": "true"}).content.decode()
    assert patient.number in part and "<html" not in part and reverse("emr:chart", args=[patient.pk]) in part


def test_a_doctor_finds_strangers_but_opens_them_only_in_an_emergency(client):
    department = make_department()
    signed_in(client, "ward_doctor", department=department)
    mine, other = make_patient(family="Sokol"), make_patient(family="Sokolov")
    make_encounter(mine, department=department)
    text = client.get(reverse("emr:patients"), {"q": "Sokol"}).content.decode()
    assert f'href="{reverse("emr:chart", args=[mine.pk])}"' in text
    assert f'href="{reverse("emr:chart", args=[other.pk])}"' not in text
    assert reverse("emr:break_glass", args=[other.pk]) in text and reverse("emr:break_glass", args=[mine.pk]) not in text


def test_the_search_page_costs_the_same_for_one_and_for_many(client):
    signed_in(client, "registrar")
    make_patient(family="Orlov")

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("emr:patients"), {"q": "Orlov"}, headers={"HX-Request": "true"})
        return len(queries)

    count()
    one = count()
    for _n in range(20):
        make_patient(family="Orlov")
    assert count() == one <= 12


FORM = {"family": "Orlov", "given": "Ivan", "sex": "male", "birth_date": "1980-02-01", "birth_precision": "day",
        "phone": "8 029 123-45-67", "document_system": "urn:emr:passport", "document_value": "MP1234567", "city": "Minsk"}


def test_registering_leads_to_the_new_record(client):
    signed_in(client, "registrar")
    assert client.get(reverse("emr:register")).status_code == 200
    answer = client.post(reverse("emr:register"), FORM | key())
    patient = Patient.objects.get()
    assert answer.status_code == 302 and answer.url == reverse("emr:patient_data", args=[patient.pk])
    page = client.get(answer.url).content.decode()
    assert "MP1234567" in page and "+375291234567" in page and "Minsk" in page


def test_the_same_form_sent_twice_registers_once(client):
    signed_in(client, "registrar")
    sent = FORM | key()
    first, second = client.post(reverse("emr:register"), sent), client.post(reverse("emr:register"), sent)
    assert first.url == second.url and Patient.objects.count() == 1


def test_a_likely_duplicate_is_shown_while_typing_and_before_saving(client):
    signed_in(client, "registrar")
    client.post(reverse("emr:register"), FORM | key())
    number = Patient.objects.get().number
    typed = client.post(reverse("emr:register_duplicates"), {"family": "Орлов", "given": "Иван", "birth_date": "1980-02-01"})
    assert number in typed.content.decode()
    again = {**FORM, "document_value": ""}
    refused = client.post(reverse("emr:register"), again | key())
    assert refused.status_code == 422 and number in refused.content.decode() and Patient.objects.count() == 1
    assert client.post(reverse("emr:register"), again | key() | {"accept_duplicates": "1"}).status_code == 302


def test_an_unknown_person_gets_a_wristband_at_once(client):
    signed_in(client, "er_nurse")
    assert client.get(reverse("emr:unknown")).status_code == 200
    answer = client.post(reverse("emr:unknown"), {"sex": "male", "age": "40"} | key(), follow=True)
    text = answer.content.decode()
    assert f"Unknown-{clock.today().year}-0001" in text and text.count("<svg") == 2 and "style=" not in text


def test_prepared_wristbands_carry_no_name(client):
    signed_in(client, "er_nurse")
    assert client.get(reverse("emr:wristbands"), {"count": "3"}).content.decode().count('class="band"') == 3
    assert {client.get(reverse("emr:wristbands"), {"count": wrong}).status_code for wrong in ("0", "61", "²", "x")} == {400}


def test_a_clerk_corrects_and_identifies(client):
    clerk = signed_in(client, "registrar")
    patient = register_patient(by=clerk, family="Orlov", given="Ivan")
    url = reverse("emr:patient_correct", args=[patient.pk])
    assert client.get(url).status_code == 200
    sent = {"family": "Sokol", "given": "Ivan", "sex": "unknown", "birth_precision": "day", "keep_earlier_name": "1"}
    assert client.post(url, sent | key()).status_code == 302
    assert "Orlov" in client.get(reverse("emr:patient_data", args=[patient.pk])).content.decode()
    unknown = register_unknown_patient(by=clerk)
    url = reverse("emr:patient_identify", args=[unknown.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"family": "Zuk", "sex": "male", "birth_precision": "day"} | key()).status_code == 302
    url = reverse("emr:identifier_add", args=[patient.pk])
    assert client.post(url, {"system": "urn:x", "value": "7", "kind": "card"} | key()).status_code == 302


def test_two_records_are_joined_and_parted_on_pages(client):
    clerk = signed_in(client, "registrar")
    one = register_patient(by=clerk, family="Orlov", given="Ivan", birth_date=dt.date(1980, 2, 1))
    other = register_patient(by=clerk, family="Орлов", given="Иван", birth_date=dt.date(1980, 2, 1), accept_duplicates=True)
    make_encounter(other, kind="EMER")
    assert other.number in client.get(reverse("emr:merge", args=[one.pk])).content.decode()
    found = client.get(reverse("emr:merge", args=[one.pk]), {"q": "jhkjd"}, headers={"HX-Request": "true"})
    assert other.number in found.content.decode()
    assert "stays and visits" in client.get(reverse("emr:merge_preview", args=[one.pk, other.pk])).content.decode()
    done = client.post(reverse("emr:merge_confirm", args=[one.pk]), {"retired": other.pk, "reason": "same passport"} | key())
    merge = PatientMerge.objects.get()
    assert done.url == reverse("emr:merge_done", args=[merge.pk]) and client.get(done.url).status_code == 200
    assert client.get(reverse("emr:merges")).status_code == 200
    assert client.get(reverse("emr:patient_data", args=[one.pk])).content.decode().count(other.number) == 1
    undone = client.post(reverse("emr:unmerge", args=[merge.pk]), {"reason": "no"} | key())
    assert undone.status_code == 302 and not Patient.objects.filter(merged_into__isnull=False).exists()


def test_the_glass_needs_a_reason_and_ones_own_password_and_is_reviewed_by_another(client):
    doctor = signed_in(client, "ward_doctor")
    doctor.user.set_password("demo")
    doctor.user.save()
    client.force_login(doctor.user, backend="emr.signin.Backend")
    patient = make_patient()
    url = reverse("emr:break_glass", args=[patient.pk])
    assert client.get(reverse("emr:chart", args=[patient.pk])).status_code == 404
    assert client.get(url).status_code == 200
    assert client.post(url, {"kind": "emergency", "password": "wrong"} | key()).status_code == 422
    assert client.post(url, {"kind": "other", "password": "demo"} | key()).status_code == 422
    assert not BreakGlass.objects.exists()
    opened = client.post(url, {"kind": "emergency", "password": "demo"} | key())
    assert opened.url == reverse("emr:chart", args=[patient.pk]) and client.get(opened.url).status_code == 200
    with clock.at(clock.now() + dt.timedelta(hours=4, minutes=1)):
        assert client.get(opened.url).status_code == 404
    signed_in(client, "head_nurse")
    assert patient.number in client.get(reverse("emr:glasses")).content.decode()
    review = reverse("emr:glass_review", args=[BreakGlass.objects.get().pk])
    assert client.post(review, {"verdict": "right"} | key()).status_code == 302
    assert "right" in client.get(reverse("emr:glasses") + "?reviewed=1").content.decode()


def test_an_administrator_enrols_somebody_and_ends_it(client):
    signed_in(client, "admin")
    department = make_department()
    assert client.get(reverse("emr:staff")).status_code == client.get(reverse("emr:staff_enrol")).status_code == 200
    form = {"family": "Nurse", "code": "N-1", "kind": "person", "username": "nurse1"}
    url = client.post(reverse("emr:staff_enrol"), form | key()).url
    nurse = Staff.objects.get(code="N-1")
    assert url == reverse("emr:staff_member", args=[nurse.pk])
    pk = [nurse.pk]
    client.post(reverse("emr:staff_grant_role", args=pk), {"role": "ward_nurse", "department": department.pk} | key())
    client.post(reverse("emr:staff_set_shift", args=pk), {
        "department": department.pk, "starts_at": "2026-11-24T08:00", "ends_at": "2026-11-24T20:00"} | key())
    client.post(reverse("emr:staff_set_password", args=pk), {"password": "a long enough secret"} | key())
    shown = client.post(reverse("emr:staff_issue_token", args=pk), {"label": "x", "days": "30"} | key())
    token = nurse.user.tokens.get()
    assert shown.status_code == 200 and nurse.user.check_password is not None
    nurse.user.refresh_from_db()
    assert nurse.user.check_password("a long enough secret") and client.get(url).status_code == 200
    client.post(reverse("emr:staff_revoke_token", args=[nurse.pk, token.pk]), key())
    client.post(reverse("emr:staff_end_role", args=[StaffRole.objects.get(staff=nurse).pk]), key())
    client.post(reverse("emr:staff_leave", args=pk), key())
    nurse = Staff.objects.get(pk=nurse.pk)
    token.refresh_from_db()
    assert nurse.left_on and not nurse.user.is_active and token.revoked_at and nurse.shifts.count() == 1
    assert client.get(reverse("emr:today_accounts")).status_code == 200


def test_places_are_set_up_on_pages(client):
    signed_in(client, "admin")
    make_department()
    client.post(reverse("emr:department_add"), {"name": "Surgery", "code": "surgery", "kind": "inpatient"} | key())
    from emr.models import Bed, Department

    surgery = Department.objects.get(code="surgery")
    client.post(reverse("emr:ward_add", args=[surgery.pk]), {"name": "Ward", "code": "s1"} | key())
    ward = surgery.wards.get()
    client.post(reverse("emr:room_add", args=[ward.pk]), {"code": "1", "sex": "male"} | key())
    client.post(reverse("emr:bed_add", args=[ward.rooms.get().pk]), {"label": "S-1-1"} | key())
    assert Bed.objects.get(label="S-1-1").room.sex == "male"
    for url in (reverse("emr:settings"), reverse("emr:department", args=[surgery.pk])):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("name", ["emr:register", "emr:unknown", "emr:merges", "emr:glasses", "emr:staff", "emr:settings"])
def test_pages_are_closed_to_other_roles(client, name):
    signed_in(client, "cashier")
    assert client.get(reverse(name)).status_code == 403


def test_the_home_page_of_a_head_nurse_names_opened_charts(client):
    nurse = signed_in(client, "head_nurse")
    break_glass(make_patient(), by=make_staff("ward_nurse"), reason="emergency")
    assert nurse.role_names and "emergency" in client.get(reverse("emr:today_glasses")).content.decode()
    signed_in(client, "ward_doctor")
    assert client.get(reverse("emr:today_drafts")).status_code == 200
