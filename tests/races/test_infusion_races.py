"""Two people and one infusion at the same moment: one state at a time; with a control that shows the race without the lock."""
from contextlib import suppress
from functools import partial
from threading import Barrier, BrokenBarrierError
from unittest.mock import patch

import pytest
from django.db import IntegrityError

from emr.acts import LAST_LINE
from emr.models import JournalEntry
from nursing.actions import infusion as acts
from nursing.errors import InfusionChanged, InfusionNotRunning, InfusionPaused, InfusionRuns, OrderWasStopped
from nursing.models import InfusionEvent
from nursing.queries import infusion as queries
from orders.actions.medication_request import stop_medication
from orders.models import MedicationRequest, StockMove
from orders.queries.stock import left
from tests.nursing.factories import make_stock, make_ward
from tests.nursing.test_running_infusion import make_infusion
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


def both(ward, order):
    return [partial(acts.start_infusion, order.pk, by=nurse) for nurse in (ward.nurse, ward.colleague)]


def test_two_nurses_start_one_infusion_once_and_use_one_bag():
    ward = make_ward(timing={"once": True})
    order = make_infusion(ward)
    lot = make_stock(order.medication, ward.department, 2)
    results = at_once(*both(ward, order))
    assert sum(isinstance(each, InfusionRuns) for each in results) == 1
    assert InfusionEvent.objects.count() == 1 and left(lot, ward.department) == 1


def test_control_without_the_lock_both_find_nothing_running_and_only_the_database_refuses():
    ward = make_ward(timing={"once": True})
    order = make_infusion(ward)
    acts.start_infusion(order.pk, by=ward.nurse)
    with patch(LOCK, unlocked), patch.object(queries, "chain_of", together(queries.chain_of, 2)), patch.dict(LAST_LINE):
        del LAST_LINE["one_live_infusion_state_per_order"]

        def attempt(reason):
            try:
                return acts.pause_infusion(order.pk, by=ward.nurse, reason=reason)
            except IntegrityError as error:
                return error

        results = at_once(partial(attempt, "one"), partial(attempt, "two"))
    assert {type(each) for each in results} == {InfusionEvent, IntegrityError}


def test_the_database_is_the_last_line_and_says_look_again():
    ward = make_ward(timing={"once": True})
    order = make_infusion(ward)
    acts.start_infusion(order.pk, by=ward.nurse)
    before = JournalEntry.objects.count()
    with patch(LOCK, unlocked), patch.object(queries, "chain_of", together(queries.chain_of, 2)):
        results = at_once(partial(acts.pause_infusion, order.pk, by=ward.nurse, reason="x"),
                          partial(acts.end_infusion, order.pk, by=ward.colleague))
    assert sum(isinstance(each, InfusionChanged) for each in results) == 1
    assert InfusionEvent.objects.count() == 2 and JournalEntry.objects.count() == before + 1


def test_pausing_and_ending_at_once_leaves_one_state():
    for _ in range(4):
        ward = make_ward(timing={"once": True})
        order = make_infusion(ward)
        acts.start_infusion(order.pk, by=ward.nurse)
        paused, ended = at_once(partial(acts.pause_infusion, order.pk, by=ward.nurse, reason="x"),
                                partial(acts.end_infusion, order.pk, by=ward.colleague))
        assert isinstance(ended, InfusionEvent) and isinstance(paused, InfusionEvent | InfusionNotRunning)
        results = at_once(*[partial(acts.pause_infusion, order.pk, by=ward.nurse, reason="y")] * 2)
        assert all(isinstance(each, InfusionNotRunning | InfusionPaused) for each in results)


def test_an_order_stopped_just_before_the_lock_is_not_started():
    ward = make_ward(timing={"once": True})
    order = make_infusion(ward)
    make_stock(order.medication, ward.department, 1)
    with just_before(LOCK, partial(stop_medication, order.pk, by=ward.doctor, reason="rash")), pytest.raises(OrderWasStopped):
        acts.start_infusion(order.pk, by=ward.nurse)
    assert not InfusionEvent.objects.exists() and StockMove.objects.count() == 1


def test_the_last_bag_is_hung_once():
    ward = make_ward(timing={"once": True})
    one, other = make_infusion(ward), None
    lot = make_stock(one.medication, ward.department, 1)
    from orders.actions.medication_request import prescribe_medication

    other = prescribe_medication(ward.encounter, by=ward.doctor, medication=one.medication, route="IV",
                                 override_reason="two lines", infusion={"bag_volume": 500, "rate": 100})
    results = at_once(*[partial(acts.start_infusion, order.pk, by=ward.nurse) for order in (one, other)])
    assert sum(isinstance(each, InfusionEvent) for each in results) == 1 and left(lot, ward.department) == 0
