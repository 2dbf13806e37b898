"""Two people and one dose, at the same moment; each promise with a control that shows the race without the lock."""
import uuid
from contextlib import suppress
from functools import partial
from threading import Barrier, BrokenBarrierError
from unittest.mock import patch

import pytest
from django.db import IntegrityError

from emr.acts import LAST_LINE
from emr.models import JournalEntry
from nursing.actions import medication_administration as nursing
from nursing.errors import DoseAlreadyRecorded, OrderWasStopped, TooSoon
from nursing.models import MedicationAdministration
from orders.actions.medication_request import stop_medication
from orders.errors import NotEnoughStock
from orders.models import MedicationRequest, StockMove
from tests.nursing.factories import make_as_needed, make_dose, make_order, make_stock, make_ward
from tests.races import at_once, just_before

pytestmark = pytest.mark.django_db(transaction=True)
LOCK = "nursing.actions.medication_administration.lock_request"


def unlocked(request):
    """What lock_request would be if somebody forgot the lock."""
    return MedicationRequest.objects.get(pk=getattr(request, "pk", request))


def together(real, parties):
    """Nobody goes on from here until all have come here: what they read is read before anybody writes."""
    gate = Barrier(parties)

    def meet(*args, **kwargs):
        result = real(*args, **kwargs)
        with suppress(BrokenBarrierError):
            gate.wait(timeout=10)
        return result

    return meet


def give(dose, nurse):
    return nursing.administer_dose(dose.pk, by=nurse, request_key=uuid.uuid4())


def test_of_ten_nurses_one_gives_the_dose_and_nine_are_told_who_and_when():
    ward = make_ward()
    results = at_once(*[partial(give, ward.dose, ward.nurse) for _ in range(10)])
    fact, = MedicationAdministration.objects.all()
    refusals = [each for each in results if isinstance(each, DoseAlreadyRecorded)]
    assert sum(each == fact for each in results) == 1 and len(refusals) == 9
    assert all(each.data["by"] == "Ivanova A." and each.data["at"] == fact.happened_at for each in refusals)
    assert JournalEntry.objects.filter(act="nursing.administer_dose").count() == 1


def test_control_without_the_lock_two_nurses_both_find_the_dose_open_and_only_the_database_refuses():
    ward = make_ward()
    reading = together(nursing.bedside.dose_at, 2)
    with patch(LOCK, unlocked), patch.object(nursing.bedside, "dose_at", reading), patch.dict(LAST_LINE):
        del LAST_LINE["one_live_fact_per_dose"]

        def attempt():
            try:
                return give(ward.dose, ward.nurse)
            except IntegrityError as error:
                return error

        results = at_once(attempt, attempt)
    assert {type(each) for each in results} == {MedicationAdministration, IntegrityError}


def test_the_database_is_the_last_line_and_still_names_the_giver():
    ward = make_ward()
    reading = together(nursing.bedside.dose_at, 2)
    with patch(LOCK, unlocked), patch.object(nursing.bedside, "dose_at", reading):
        results = at_once(partial(give, ward.dose, ward.nurse), partial(give, ward.dose, ward.nurse))
    refusal, = [each for each in results if isinstance(each, DoseAlreadyRecorded)]
    assert refusal.data["by"] == "Ivanova A." and MedicationAdministration.objects.count() == 1


def test_pressing_six_times_with_one_key_gives_once_and_answers_six_times():
    ward, key = make_ward(), uuid.uuid4()
    press = partial(nursing.administer_dose, ward.dose.pk, by=ward.nurse, request_key=key)
    assert {each.pk for each in at_once(*[press] * 6)} == {MedicationAdministration.objects.get().pk}


def test_a_dose_is_either_given_before_the_stop_or_refused():
    for _ in range(8):
        ward = make_ward()
        given, stopped = at_once(partial(give, ward.dose, ward.nurse),
                                 partial(stop_medication, ward.request.pk, by=ward.doctor, reason="rash"))
        fact = MedicationAdministration.objects.filter(dose=ward.dose).first()
        assert isinstance(given, OrderWasStopped) == (fact is None)
        assert fact is None or fact.happened_at < stopped.stopped_at


def test_an_order_stopped_just_before_the_lock_is_not_given():
    ward = make_ward()
    stop = partial(stop_medication, ward.request.pk, by=ward.doctor, reason="rash")
    with just_before(LOCK, stop), pytest.raises(OrderWasStopped):
        give(ward.dose, ward.nurse)
    assert not MedicationAdministration.objects.exists()


def test_control_without_the_lock_a_dose_is_given_after_the_stop():
    ward = make_ward()
    stop = partial(stop_medication, ward.request.pk, by=ward.doctor, reason="rash")
    with patch(LOCK, unlocked), just_before("nursing.actions.medication_administration._give", stop):
        fact = give(ward.dose, ward.nurse)
    ward.request.refresh_from_db()
    assert ward.request.stopped_at < fact.recorded_at and fact.is_live


def test_the_last_ampoule_is_given_once():
    ward = make_ward()
    lot = make_stock(ward.request.medication, ward.department, 1)
    other = make_dose(make_order(ward.encounter, medication=ward.request.medication))
    results = at_once(partial(give, ward.dose, ward.nurse), partial(give, other, ward.nurse))
    assert sum(isinstance(each, MedicationAdministration) for each in results) == 1
    assert sum(move.quantity for move in StockMove.objects.filter(lot=lot)) == 0


def test_a_nurse_who_loses_the_last_of_one_lot_takes_from_the_next():
    ward = make_ward()
    for days in (10, 20):
        make_stock(ward.request.medication, ward.department, 1, days=days)
    other = make_dose(make_order(ward.encounter, medication=ward.request.medication))
    with just_before("orders.actions.stock.take", partial(give, other, ward.nurse)):
        fact = give(ward.dose, ward.nurse)
    assert fact.stock_move.lot.moves.count() == 2 and MedicationAdministration.objects.count() == 2


def test_two_nurses_with_one_order_as_needed_give_it_once():
    ward = make_ward()
    request = make_as_needed(ward.encounter)
    results = at_once(*[partial(nursing.give_as_needed, request.pk, by=nurse, request_key=uuid.uuid4())
                        for nurse in (ward.nurse, ward.colleague)])
    assert sum(isinstance(each, TooSoon) for each in results) == 1
    assert MedicationAdministration.objects.count() == 1


def test_a_named_lot_is_not_taken_below_nothing():
    ward = make_ward()
    lot = make_stock(ward.request.medication, ward.department, 1)
    other = make_dose(make_order(ward.encounter, medication=ward.request.medication))
    results = at_once(*[partial(nursing.administer_dose, dose.pk, by=ward.nurse, lot=lot.pk) for dose in (ward.dose, other)])
    assert sum(isinstance(each, NotEnoughStock) for each in results) == 1
