"""Every dose of a replayed log stands on its plan, and every given one on a lot or on a reason why not."""
import pytest

from fhir_export.queries import reconcile_doses
from fhir_export.rules.event_log import moment
from nursing.models import MedicationAdministration
from orders.models import StockLot
from tests.fhir_export.logs import events, write
from tests.fhir_export.test_replay import hospital, replayed  # noqa: F401
from tests.nursing.factories import make_medication

pytestmark = pytest.mark.django_db


@pytest.fixture
def replay(hospital, tmp_path):  # noqa: F811
    return replayed(write(tmp_path / "log.jsonl", events()))


def differing(replay):
    return {what for what, log, found in reconcile_doses.compare(replay, moment) if log != found}


def test_a_replayed_log_agrees_dose_by_dose(replay):
    assert not differing(replay)
    assert sum(number for _reason, number in reconcile_doses.named(replay)) == MedicationAdministration.objects.filter(
        status="given").count()


def test_a_dose_taken_from_a_lot_of_another_drug_is_named(replay):
    StockLot.objects.update(medication=make_medication())
    assert differing(replay) == {"doses given with a cost basis", "given from a lot of another drug"}


def test_a_lot_that_cost_nothing_is_counted_apart(replay):
    StockLot.objects.update(unit_cost=0)
    assert not differing(replay)
    assert reconcile_doses.named(replay) == [(reconcile_doses.UNPRICED_LOT, 1)]
