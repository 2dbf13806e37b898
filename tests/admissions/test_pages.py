"""The pages of the door, as their readers use them: what they show, what a form does, what a refusal says."""
import uuid

import pytest
from django.urls import reverse

from admissions.actions.admission import admit_patient
from admissions.actions.admission_request import request_admission
from admissions.actions.emergency_visit import register_arrival
from admissions.models import AdmissionRequest, EmergencyMoment, Triage
from emr.actions.document import write_document
from emr.models import AllergyIntolerance, Condition, Document, Encounter, Observation, Patient
from tests.factories import make_bed, make_encounter, make_patient, make_staff


def signed_in(client, role, department):
    staff = make_staff(role, department=department, login=f"{role}{uuid.uuid4().hex[:6]}")
    client.force_login(staff.user)
    client.staff = staff
    return client


@pytest.fixture
def er(client, house):
    return signed_in(client, "er_doctor", house.emergency)


@pytest.fixture
def ward(client, house):
    return signed_in(client, "ward_doctor", house.therapy)


@pytest.fixture
def visit(house):
    return register_arrival(make_patient(family="Petrova"), by=house.er_nurse, department=house.emergency, complaint="fever")


def key():
    return {"request_key": str(uuid.uuid4())}


def address(name, *args):
    return reverse(f"admissions:{name}", args=args)


# -- emergency room


def test_the_board_shows_who_waits_for_what(er, visit):
    page = er.get(address("board"))
    assert page.status_code == 200
    assert b"Petrova" in page.content and b"triage" in page.content and b"fever" in page.content


def test_the_screen_of_the_waiting_room_names_nobody(er, visit):
    page = er.get(address("board") + "?tv=1")
    assert page.status_code == 200
    assert b"Petrova" not in page.content and b"fever" not in page.content
    assert visit.number[-4:].encode() in page.content


def test_the_board_answers_not_modified_until_something_happens(er, visit, house, monkeypatch):
    from emr import clock

    moment = clock.now()
    with clock.at(moment):
        first = er.get(address("board"), headers={"HX-Request": "true"})
        again = er.get(address("board"), headers={"HX-Request": "true", "If-None-Match": first["ETag"]})
        register_arrival(make_patient(), by=house.er_nurse, department=house.emergency)
        then = er.get(address("board"), headers={"HX-Request": "true", "If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, then.status_code) == (200, 304, 200)


@pytest.mark.parametrize("name", ["board", "beds"])
def test_a_board_takes_as_many_queries_for_sixty_patients(er, house, name, django_assert_max_num_queries):
    for _number in range(60):
        make_encounter(kind="EMER", department=house.emergency)
        make_encounter(bed=make_bed(house.therapy))
    er.get(address(name))
    with django_assert_max_num_queries(20):
        assert er.get(address(name)).status_code == 200


def test_a_ward_nurse_sees_no_emergency_board(client, house):
    assert signed_in(client, "ward_nurse", house.therapy).get(address("board")).status_code == 403


def arrival(house, **values):
    return {"who": "new", "sex": "female", "department": house.emergency.pk, "arrival_mode": "ambulance", "complaint": "fall",
            "level": ""} | key() | values


def test_a_known_patient_arrives_and_is_triaged_in_one_form(er, house):
    patient = make_patient()
    page = er.post(address("arrive"), arrival(house, who="found", patient=patient.pk, level="2"))
    visit = Encounter.objects.get(patient=patient)
    assert page.status_code == 302 and page.url == address("visit", visit.pk)
    assert Triage.objects.get(encounter=visit).level == 2


def test_a_new_patient_sent_twice_arrives_once(er, house):
    form = arrival(house, family="Novak", given="Anna")
    assert [er.post(address("arrive"), form).status_code for _time in range(2)] == [302, 302]
    assert Patient.objects.filter(family="Novak").count() == 1 and Encounter.objects.count() == 1


def test_an_unknown_person_arrives(er, house):
    er.post(address("arrive"), arrival(house, who="unknown", sex="male", age="40", description="grey coat"))
    assert Encounter.objects.get().patient.is_unknown


def test_an_arrival_without_a_patient_is_asked_again(er, house):
    page = er.post(address("arrive"), arrival(house, who="found"))
    assert page.status_code == 422 and not Encounter.objects.exists()


def test_the_arrival_form_finds_while_one_types(er, house):
    found = er.get(address("arrive") + "?q=", headers={"HX-Request": "true"})
    assert found.status_code == 200 and er.get(address("arrive")).status_code == 200


def test_a_visit_goes_through_triage_contact_request_and_end(er, house, visit):
    assert er.get(address("visit", visit.pk)).status_code == 200
    er.post(address("triage", visit.pk), {"level": "3"} | key())
    er.post(address("stamp", visit.pk), {"kind": "first-contact"} | key())
    er.post(address("ask", visit.pk), {"department": house.therapy.pk, "reason": "pneumonia"} | key())
    page = er.get(address("visit", visit.pk))
    assert "answer of Therapy" in page.content.decode()
    assert EmergencyMoment.objects.filter(encounter=visit).count() == 4  # arrival, triage, first contact, decision
    er.post(address("withdraw", AdmissionRequest.objects.get().pk), {"reason": "better"} | key())
    contact = EmergencyMoment.objects.get(kind="first-contact")
    er.post(address("undo_moment", contact.pk), {"reason": "wrong patient"} | key())
    contact.refresh_from_db()
    assert contact.error_at
    assert er.post(address("leave", visit.pk), {"disposition": "home", "diagnosis": "Cold"} | key()).url == address(
        "visit", visit.pk)
    visit.refresh_from_db()
    assert visit.finished_at and visit.conditions.get().text == "Cold"
    assert er.get(address("visit", visit.pk)).status_code == 200


def test_a_refusal_is_a_sentence(er, visit):
    er.post(address("stamp", visit.pk), {"kind": "decision"} | key())
    page = er.post(address("stamp", visit.pk), {"kind": "decision"} | key())
    assert page.status_code == 409 and "already noted" in page.content.decode()


def test_a_stranger_does_not_see_a_visit(client, house, visit):
    stranger = signed_in(client, "er_doctor", house.therapy)
    assert stranger.get(address("visit", visit.pk)).status_code == 404
    assert stranger.get(address("visit", uuid.uuid4())).status_code == 404


# -- ward


def test_the_registry_sees_beds_and_stays_but_nothing_clinical(client, house, stay):
    Observation.objects.create(patient=stay.patient, encounter=stay, category="survey", name="NEWS2", value=17,
                               effective_at=stay.started_at, recorded_by=house.nurse)
    add = {"patient": stay.patient, "recorded_by": house.doctor, "asserted_at": stay.started_at}
    Condition.objects.create(encounter=stay, stage="final", text="Secret illness", **add)
    AllergyIntolerance.objects.create(substance="Penicillin", **add)
    registry = signed_in(client, "registrar", None)
    board, page = registry.get(address("beds")).content.decode(), registry.get(address("stay", stay.pk)).content.decode()
    assert "Petrova" in board and ">17" not in board
    assert "Petrova" in page and "Secret illness" not in page and "Penicillin" not in page
    assert "allergies not asked" not in page


def test_a_request_is_answered_and_fulfilled(ward, house, visit):
    asked = request_admission(visit, by=house.er_doctor, department=house.therapy, reason="pneumonia")
    assert "pneumonia" in ward.get(address("requests")).content.decode()
    ward.post(address("answer", asked.pk), {"answer": "accept"} | key())
    form = address("admit", visit.patient_id)
    assert ward.get(f"{form}?request={asked.pk}").status_code == 200
    page = ward.post(form, {"request": asked.pk, "department": house.therapy.pk, "bed": house.bed.pk,
                            "attending": ward.staff.pk, "reason": "", "diagnosis": "Pneumonia"} | key())
    stay = Encounter.objects.get(kind="IMP")
    assert page.url == address("stay", stay.pk)
    assert stay.conditions.get().stage == "admitting"
    assert ward.get(page.url).status_code == 200


@pytest.fixture
def stay(house):
    return admit_patient(make_patient(family="Petrova"), by=house.doctor, bed=house.bed, attending=house.doctor)


def test_the_boards_of_the_ward_show_patients_and_free_beds(ward, stay):
    for name in ("ward", "beds"):
        for headers in ({}, {"HX-Request": "true"}):
            page = ward.get(address(name), headers=headers).content.decode()
            assert "Petrova" in page and "free" in page


def test_a_patient_is_moved_from_the_board(ward, house, stay):
    dialog = ward.get(address("move", stay.pk), headers={"HX-Request": "true"})
    assert house.other_bed.label in dialog.content.decode() and ward.get(address("move", stay.pk)).status_code == 200
    ward.post(address("move", stay.pk), {"department": house.therapy.pk, "bed": house.other_bed.pk} | key())
    assert stay.locations.get(during__upper_inf=True).bed == house.other_bed


def test_discharge_shows_what_is_open_and_then_lets_go(ward, house, stay):
    note = write_document(stay.patient, by=ward.staff, kind="progress-note", title="Day 2", encounter=stay,
                          sections=[{"text": "better"}])
    page = ward.get(address("discharge", stay.pk)).content.decode()
    assert "Day 2" in page and reverse("emr:document", args=[note.pk]) in page and "no final diagnosis" in page
    refused = ward.post(address("discharge", stay.pk), {"disposition": "home", "diagnosis": "Flu"} | key())
    assert refused.status_code == 409
    stay.refresh_from_db()
    assert stay.finished_at is None
    Document.objects.update(status="abandoned")
    ward.post(address("discharge", stay.pk), {"disposition": "home", "diagnosis": "Flu"} | key())
    stay.refresh_from_db()
    assert stay.finished_at
    edit = ward.post(address("draft_discharge", stay.pk), key())
    summary = Document.objects.get(kind="discharge-summary")
    assert edit.url == reverse("emr:document_edit", args=[summary.pk]) and ward.get(edit.url).status_code == 200
    assert "Refresh" in ward.get(address("discharge", stay.pk)).content.decode()
    ward.post(address("sign_discharge", summary.pk), {"edited": "0"} | key())
    summary.refresh_from_db()
    assert summary.status == "signed"
    assert reverse("emr:document_pdf", args=[summary.pk]) in ward.get(address("discharge", stay.pk)).content.decode()


@pytest.mark.parametrize("name", ["home_emergency", "home_beds"])
def test_the_cards_of_the_first_page(er, visit, stay, name):
    assert er.get(address(name)).status_code == 200


def test_the_ward_card_of_the_first_page(ward, stay):
    assert ">1<" in ward.get(address("home_ward")).content.decode()


@pytest.mark.pdf
def test_the_signed_summary_is_a_pdf(ward, stay):
    from admissions.actions.discharge import discharge_patient
    from admissions.actions.discharge_summary import draft_discharge, sign_discharge

    discharge_patient(stay, by=ward.staff, conditions=[{"text": "Flu"}])
    summary = sign_discharge(draft_discharge(stay, by=ward.staff), by=ward.staff)
    answer = ward.get(reverse("emr:document_pdf", args=[summary.pk]))
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
