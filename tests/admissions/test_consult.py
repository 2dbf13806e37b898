"""Consults are asked for with a due time, open the chart to who is asked, and are answered once (B15)."""
import datetime as dt
import uuid

import pytest
from django.urls import reverse

from admissions.actions.admission import admit_patient
from admissions.actions.consult import answer_consult
from admissions.actions.discharge import discharge_patient
from admissions.errors import ConsultIsClosed, ConsultSaysNothing
from admissions.queries import consult as queries
from admissions.rules.checklist import blocking
from emr import clock
from emr.access import ChartNotVisible, link_of
from emr.models import Document, JournalEntry
from orders.actions.service_request import cancel_request, request_service
from tests.factories import make_department, make_patient, make_staff


@pytest.fixture
def asked(house):
    """A consult asked of another department: (request, its doctor)."""
    neurology = make_department(name="Neurology")
    stay = admit_patient(make_patient(family="Lying"), by=house.doctor, bed=house.bed)
    request = request_service(stay, by=house.doctor, category="consult", text="Neurologist", reason="headache",
                              performer=neurology, priority="urgent")
    return request, make_staff("ward_doctor", department=neurology, login="neuro")


def test_who_is_asked_reads_the_chart_and_answers_once(house, asked, django_assert_max_num_queries):
    request, neurologist = asked
    assert link_of(neurologist, request.patient) == "consult"
    with django_assert_max_num_queries(1):
        [row] = queries.of_departments(neurologist.department_ids)
    assert row.due_at == request.authored_at + dt.timedelta(hours=2) and not queries.is_late(row)
    assert [item.key for item in blocking(request.encounter)] == ["request"]
    note = answer_consult(request, by=neurologist, findings="no deficit", advice="MRI tomorrow")
    assert note.status == "signed" and "headache" in str(note.sections) and "MRI tomorrow" in str(note.sections)
    assert not [item for item in blocking(request.encounter) if item.key == "request"] and not queries.standing().exists()
    before = JournalEntry.objects.count()
    with pytest.raises(ConsultIsClosed):
        answer_consult(request, by=house.doctor, advice="once more")
    assert JournalEntry.objects.count() == before and Document.objects.count() == 1


@pytest.mark.parametrize("case, refusal", [("nothing", ConsultSaysNothing), ("cancelled", ConsultIsClosed),
                                           ("stranger", ChartNotVisible)])
def test_an_answer_that_does_not_fit_writes_nothing(house, asked, case, refusal):
    request, neurologist = asked
    if case == "cancelled":
        cancel_request(request, by=house.doctor, reason="better")
    by = {"stranger": make_staff("ward_doctor", department=make_department()), "cancelled": house.doctor}.get(case, neurologist)
    before = JournalEntry.objects.count()
    with pytest.raises(refusal):
        answer_consult(request, by=by, advice="" if case == "nothing" else "x")
    assert JournalEntry.objects.count() == before and not Document.objects.exists()


def test_the_wanted_time_counts_and_the_end_of_the_stay_ends_the_waiting(house, asked):
    request, _neurologist = asked
    type(request).objects.filter(pk=request.pk).update(wanted_at=clock.now() - dt.timedelta(minutes=1))
    assert queries.is_late(queries.standing().get())
    discharge_patient(request.encounter, by=house.doctor)
    assert not queries.standing().exists()


def test_the_page_lists_and_signs(asked, client):
    request, neurologist = asked
    client.force_login(neurologist.user)
    assert b"Lying" in client.get(reverse("admissions:consults")).content
    sent = {"request_key": str(uuid.uuid4()), "advice": "MRI tomorrow"}
    answers = [client.post(reverse("admissions:answer_consult", args=[request.pk]), sent) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302] and Document.objects.count() == 1
    assert b"Lying" not in client.get(reverse("admissions:consults")).content
