"""Tubes: one number with a check digit; labelled, drawn, received and rejected are four different things."""
import datetime as dt

import pytest

from emr import clock
from emr.access import ChartNotVisible
from emr.errors import NotPermitted, ReasonMissing
from emr.models import JournalEntry
from emr.numbering import checks
from orders.laboratory import errors
from orders.laboratory.actions.lab_result import record_result
from orders.laboratory.actions.specimen import collect_specimen, label_specimen, receive_specimen, reject_specimen
from orders.laboratory.models import Specimen
from orders.laboratory.queries.service_request import to_collect, without_result
from tests.factories import make_encounter, make_staff
from tests.laboratory.factories import make_lab, make_request, make_ward
from tests.races import at_once

pytestmark = pytest.mark.django_db


def refused(refusal, call):
    before = list(Specimen.objects.values()), JournalEntry.objects.count()
    with pytest.raises(refusal) as raised:
        call()
    assert (list(Specimen.objects.values()), JournalEntry.objects.count()) == before
    return raised.value


@pytest.fixture
def ward():
    department, nurse, _ = make_ward()
    encounter = make_encounter(department=department)
    return encounter, nurse, make_request("K", encounter=encounter), make_request("Na", encounter=encounter)


def test_a_tube_goes_its_way(ward):
    encounter, nurse, k, na = ward
    tube = label_specimen(encounter, by=nurse, requests=[k, na], kind="serum")
    assert checks(tube.accession) and (tube.collected_at, tube.received_at) == (None, None)
    assert [row.accession for row in to_collect(nurse)] == [tube.accession] * 2
    collect_specimen(tube, by=nurse, wristband=encounter.patient.number, tube=tube.accession)
    assert not to_collect(nurse).exists()
    lab = make_lab()
    receive_specimen(tube, by=lab)
    tube.refresh_from_db()
    assert (tube.collected_by, tube.received_by) == (nurse, lab)
    record_result(k, by=lab, value="4", specimen=tube)
    assert [row.pk for row in without_result()] == [na.pk]


def test_a_rejected_tube_is_drawn_again(ward):
    encounter, nurse, k, _ = ward
    tube, lab = label_specimen(encounter, by=nurse, requests=[k]), make_lab()
    refused(errors.NotCollected, lambda: receive_specimen(tube, by=lab))
    collect_specimen(tube, by=nurse)
    refused(ReasonMissing, lambda: reject_specimen(tube, by=lab, reason=""))
    reject_specimen(tube, by=lab, reason="Clotted")
    row = to_collect(nurse).get(pk=k.pk)
    assert row.reject_reason == "Clotted"
    refused(errors.SpecimenRejected, lambda: receive_specimen(tube, by=lab))
    assert label_specimen(encounter, by=nurse, requests=[k]).accession != tube.accession


def test_the_wrong_wristband_or_tube_stops_the_nurse(ward):
    encounter, nurse, k, _ = ward
    tube = label_specimen(encounter, by=nurse, requests=[k])
    refusal = refused(errors.WrongWristband, lambda: collect_specimen(tube, by=nurse, wristband="P999", tube=tube.accession))
    assert refusal.code == "laboratory.wrong_wristband" and encounter.patient.number in str(refusal)
    refused(errors.WrongTube, lambda: collect_specimen(tube, by=nurse, wristband=encounter.patient.number, tube="26000001"))
    collect_specimen(tube, by=nurse)
    refused(errors.AlreadyCollected, lambda: collect_specimen(tube, by=nurse))


def test_what_cannot_be_labelled(ward):
    encounter, nurse, k, na = ward
    tube = label_specimen(encounter, by=nurse, requests=[k])
    assert tube.accession in str(refused(errors.AlreadyLabelled, lambda: label_specimen(encounter, by=nurse, requests=[k, na])))
    refused(errors.NothingToLabel, lambda: label_specimen(encounter, by=nurse, requests=[]))
    other = make_request("K")
    refused(errors.RequestOfAnother, lambda: label_specimen(encounter, by=nurse, requests=[other]))
    refused(ChartNotVisible, lambda: label_specimen(other.encounter, by=nurse, requests=[other]))
    refused(NotPermitted, lambda: label_specimen(encounter, by=make_staff("registrar"), requests=[na]))


@pytest.mark.django_db(transaction=True)
def test_two_nurses_at_once_print_one_label():
    department, nurse, _ = make_ward()
    encounter = make_encounter(department=department)
    request = make_request("K", encounter=encounter)
    answers = at_once(*[lambda: label_specimen(encounter, by=nurse, requests=[request])] * 2)
    assert sorted(type(a).__name__ for a in answers) == ["AlreadyLabelled", "Specimen"]


def test_the_bench_is_ordered_by_urgency_then_age_and_keeps_unfinished_panels():
    lab = make_lab()
    with clock.at(clock.now() - dt.timedelta(hours=2)):
        old = make_request("Na")
    panel, stat = make_request("Lipid_panel"), make_request("K", priority="stat")
    for key in ("TC", "LDL", "HDL"):
        record_result(panel, by=lab, value="100", test=key)
    assert [row.pk for row in without_result()] == [stat.pk, old.pk, panel.pk]
    record_result(panel, by=lab, value="100", test="TG")
    assert [row.pk for row in without_result()] == [stat.pk, old.pk]
    assert [row.pk for row in without_result(urgent=True)] == [stat.pk]


def test_a_nurse_sees_only_her_own_wards_list(ward):
    _, nurse, k, na = ward
    make_request("K")
    assert {row.pk for row in to_collect(nurse)} == {k.pk, na.pk} and to_collect(make_lab()).count() == 3
