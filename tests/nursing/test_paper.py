"""The ward's papers: who and when on every page, nothing cut, one page and more."""
import datetime as dt
import re

import pytest
from django.template.loader import render_to_string

from emr import clock, printing
from emr.models import AccessEntry, Institution, User
from nursing.actions.care_plan import plan_care
from nursing.actions.medication_administration import administer_dose, refuse_dose
from nursing.rules.paper import administration_sheet, downtime_pack, signers
from orders.actions.medication_request import prescribe_medication
from orders.actions.order_policy import load_demo_policies
from orders.actions.order_verification import verify_order
from tests.factories import make_encounter, make_staff
from tests.nursing.factories import make_as_needed, make_dose, make_medication, make_order, make_ward

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.fixture
def ward(db):
    with clock.at(NOON):
        yield make_ward(hours_ago=30)


def test_the_sheet_of_a_day_shows_each_dose_in_its_hour_with_initials(ward):
    order = make_order(ward.encounter, hours_ago=30, medication=make_medication(name="Furosemide"))
    given, refused = make_dose(order, minutes=-300), make_dose(order, minutes=-200)
    with clock.at(NOON - dt.timedelta(minutes=200)):
        administer_dose(given, by=ward.nurse)
    refuse_dose(refused, by=ward.nurse, reason="nausea")
    people = administration_sheet(ward.patient, clock.today())
    line, = [line for line in people[0].lines if line.request == order]
    marks = {mark["cell"].dose.pk: mark for hour in line.hours for mark in hour}
    assert (marks[given.pk]["sign"], marks[given.pk]["initials"]) == ("!", "IA") and marks[refused.pk]["sign"] == "Ø"
    assert signers(people) == [("IA", "Ivanova A.")]


def test_the_pack_holds_what_is_due_and_has_room_to_write(ward):
    coming = make_dose(ward.request, minutes=600)
    needed = make_as_needed(ward.encounter)
    plan_care(ward.encounter, by=ward.nurse, kind="turning", timing={"every_hours": 6}, starts_at=NOON)
    person, = downtime_pack(ward.department)
    assert [cell.dose.pk for cell in person.waiting] == [ward.dose.pk, coming.pk] and [line.request
                                                                                       for line in person.needed] == [needed]
    assert len(person.care[0][1]) == 4


def test_papers_are_for_those_who_may_read_the_patient(ward, client):
    for staff in (ward.nurse, ward.stranger):
        staff.user = User.objects.create(username=staff.code.lower())
        staff.save()
    client.force_login(ward.nurse.user)
    assert ward.patient.number in client.get(f"/nursing/patients/{ward.patient.pk}/sheet").content.decode()
    assert AccessEntry.objects.filter(purpose="administration sheet", patient=ward.patient).exists()
    assert ward.patient.number in client.get("/nursing/down-time").content.decode()
    assert AccessEntry.objects.filter(purpose="down-time pack").exists()
    client.force_login(ward.stranger.user)
    assert client.get(f"/nursing/patients/{ward.patient.pk}/sheet").status_code == 404
    assert client.get(f"/nursing/down-time?department={ward.department.pk}").status_code == 404


def test_what_waits_for_the_pharmacist_is_marked_on_every_list_until_it_is_verified(ward, client):
    pharmacist = make_staff("pharmacist")
    load_demo_policies(by=pharmacist)
    order = prescribe_medication(ward.encounter, by=ward.doctor, medication=make_medication(name="Heparin", atc="B01AB01"),
                                 dose="500", dose_unit="mg", timing={"every_hours": 6})
    ward.nurse.user = User.objects.create(username=ward.nurse.code.lower())
    ward.nurse.save()
    client.force_login(ward.nurse.user)
    pages = [f"/nursing/patients/{ward.patient.pk}/sheet", "/nursing/down-time", "/nursing/", "/nursing/?view=list"]
    assert ["waits for the pharmacist" in client.get(page).content.decode() for page in pages] == [True] * 4
    verify_order(order, by=pharmacist)
    assert ["waits for the pharmacist" in client.get(page).content.decode() for page in pages] == [False] * 4


@pytest.mark.pdf
def test_every_page_of_a_long_pack_names_its_patient(ward):
    import weasyprint

    other = make_encounter(department=ward.department)
    for number in range(60):
        make_dose(make_order(other, hours_ago=30, medication=make_medication(name=f"Drug {number}")), minutes=number)
    people = downtime_pack(ward.department)
    html = render_to_string("nursing/paper/downtime.html", {
        "people": people, "department": ward.department, "blank": range(6), "rounds": range(6), "actor": ward.nurse, "now": NOON,
        "institution": Institution.objects.first()})
    assert printing.pdf(html).startswith(b"%PDF")
    pages = weasyprint.HTML(string=re.sub(r"<link\b[^>]*>", "", html)).render(
        stylesheets=[weasyprint.CSS(string=printing.paper_css())]).pages
    said = ["".join(box.text for box in page._page_box.descendants() if hasattr(box, "text")) for page in pages]
    assert len(pages) >= 4 and all(other.patient.number in text or ward.patient.number in text for text in said)
