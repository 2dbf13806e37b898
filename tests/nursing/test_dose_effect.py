"""Did the drug as needed help: asked after a time, answered once, resting on what was measured since."""
import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emr import clock
from emr.access import ChartNotVisible
from emr.errors import AlreadyInError, NotFound, ReasonMissing, TimeInFuture
from emr.models import JournalEntry
from nursing.actions.dose_effect import record_effect, undo_effect
from nursing.actions.dose_escalation import set_waiting_times
from nursing.actions.medication_administration import administer_dose, give_as_needed, undo_administration
from nursing.actions.vitals import record_vitals
from nursing.errors import EffectAlreadyTold, EffectBeforeGiving, EffectOfNothing, NoSuchEffect, NotYourEntry, WaitingTimesWrong
from nursing.models import BedsideSetting, DoseEffect
from nursing.queries.bedside_setting import current
from nursing.queries.dose_effect import to_ask
from tests.factories import make_encounter, make_institution
from tests.nursing.factories import make_as_needed, make_ward
from tests.nursing.test_nursing_pages import HTMX, client_of

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


def minutes(n):
    return dt.timedelta(minutes=n)


@pytest.fixture
def ward():
    with clock.at(NOON):
        made = make_ward(hours_ago=30)
        made.given = give_as_needed(make_as_needed(made.encounter, hours_ago=30), by=made.nurse, given_at=NOON - minutes(90))
        yield made


def refused(refusal, act, *args, **kwargs):
    before = DoseEffect.objects.count(), JournalEntry.objects.count(), BedsideSetting.objects.count()
    with pytest.raises(refusal):
        act(*args, **kwargs)
    assert before == (DoseEffect.objects.count(), JournalEntry.objects.count(), BedsideSetting.objects.count())


def test_it_is_asked_an_hour_after_the_giving_and_no_more_after_the_answer(ward):
    assert to_ask([ward.department]) == [ward.given]
    with clock.at(NOON - minutes(31)):
        assert to_ask([ward.department]) == []
    with clock.at(NOON + minutes(12 * 60)):
        assert to_ask([ward.department]) == []
    effect = record_effect(ward.given, by=ward.colleague, effect="helped")
    assert to_ask([ward.department]) == [] and JournalEntry.objects.latest("pk").data["effect"] == "helped"
    undo_effect(effect, by=ward.colleague, reason="wrong row")
    assert to_ask([ward.department]) == [ward.given]


def test_a_giving_taken_back_is_not_asked_for(ward):
    undo_administration(ward.given, by=ward.nurse, reason="wrong patient")
    assert to_ask([ward.department]) == []
    refused(EffectOfNothing, record_effect, ward.given, by=ward.nurse, effect="helped")


def test_the_answer_names_the_pain_measured_since(ward):
    for at, pain in ((100, 8), (30, 3)):
        record_vitals(ward.encounter, values={"pain": pain}, by=ward.nurse, measured_at=NOON - minutes(at))
    row, = to_ask([ward.department])
    assert [sign.value for sign in row.since] == [3]
    assert record_effect(ward.given, by=ward.nurse, effect="partly").observation.value == 3


def test_what_is_no_answer_is_refused(ward):
    refused(NoSuchEffect, record_effect, ward.given, by=ward.nurse, effect="perhaps")
    refused(EffectBeforeGiving, record_effect, ward.given, by=ward.nurse, effect="none", at=NOON - minutes(91))
    refused(TimeInFuture, record_effect, ward.given, by=ward.nurse, effect="none", at=NOON + minutes(1))
    refused(ChartNotVisible, record_effect, ward.given, by=ward.stranger, effect="none")
    refused(NotFound, record_effect, uuid.uuid4(), by=ward.nurse, effect="none")
    refused(EffectOfNothing, record_effect, administer_dose(ward.dose, by=ward.nurse), by=ward.nurse, effect="none")
    effect = record_effect(ward.given, by=ward.nurse, effect="none", note="still in pain")
    refused(EffectAlreadyTold, record_effect, ward.given, by=ward.colleague, effect="helped")
    refused(NotYourEntry, undo_effect, effect, by=ward.colleague, reason="x")
    refused(ReasonMissing, undo_effect, effect, by=ward.nurse, reason=" ")
    undo_effect(effect, by=ward.head, reason="wrong row")
    refused(AlreadyInError, undo_effect, effect, by=ward.head, reason="again")


def test_the_list_asks_with_one_press(ward):
    client = client_of(ward.nurse)
    address = reverse("nursing:effect", args=[ward.given.pk])
    page = client.get("/nursing/?view=list").content.decode()
    assert "Did it help?" in page and address in page
    assert client.post(address, {"effect": "helped", "request_key": str(uuid.uuid4())}, **HTMX).status_code == 204
    assert "Did it help?" not in client.get("/nursing/?view=list").content.decode()
    effect = DoseEffect.objects.get()
    answer = client.post(reverse("nursing:undo_effect", args=[effect.pk]), {"reason": "x", "request_key": str(uuid.uuid4())},
                         **HTMX)
    assert answer.status_code == 204


def test_asking_takes_three_queries_for_any_number(ward):
    for _ in range(20):
        give_as_needed(make_as_needed(make_encounter(department=ward.department), hours_ago=30), by=ward.nurse,
                       given_at=NOON - minutes(80))
    with CaptureQueriesContext(connection) as queries:
        assert len(to_ask([ward.department])) == 21
    assert len(queries) <= 4


def test_the_institution_sets_its_own_times(ward):
    make_institution()
    assert (current().effect_after_minutes, current().is_demo) == (60, True)
    for times in ((4, 30, 60), (60, 60, 30), (60, 30, 721), ("60", 30, 60)):
        refused(WaitingTimesWrong, set_waiting_times, by=ward.head, effect_after=times[0], senior_after=times[1],
                doctor_after=times[2])
    set_waiting_times(by=ward.head, effect_after=120, senior_after=20, doctor_after=40)
    set_waiting_times(by=ward.head, effect_after=100, senior_after=20, doctor_after=40)
    assert (current().effect_after_minutes, current().is_demo, BedsideSetting.objects.count()) == (100, False, 1)
    assert to_ask([ward.department]) == []
