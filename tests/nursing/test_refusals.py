"""Every refusal at the bedside that was promised (P1-P8: the routine of the VA's bar-code administration, see the design notes).

Each leaves nothing but the refusal: the rows of ALL tables are counted before and after.
"""
import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emr import clock
from emr.errors import Refusal
from nursing.actions.medication_administration import (
    administer_dose,
    give_as_needed,
    refuse_dose,
    undo_administration,
    withhold_dose,
)
from nursing.actions.patch_removal import remove_patch, undo_patch_removal
from nursing.models import MedicationAdministration, PatchRemoval
from orders.actions.medication_request import hold_medication, mark_order_error, prescribe_medication, stop_medication
from orders.models import DoseLimit
from tests.factories import give_pin, make_encounter, make_staff, make_system, signed_by
from tests.nursing.factories import make_as_needed, make_dose, make_medication, make_order, make_stock, make_ward

pytestmark = pytest.mark.django_db


def all_rows() -> dict:
    """How many rows each table of the project holds. One statement."""
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)})
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(f"select '{table}', count(*) from {table}" for table in tables))
        return dict(cursor.fetchall())


def refused(code, act, *args, **values):
    """The act is refused with this code, says what to do next, and no table holds another number of rows."""
    before = all_rows()
    with pytest.raises(Refusal) as caught:
        act(*args, **values)
    assert caught.value.code == code
    assert len(str(caught.value)) > 20 and "{" not in str(caught.value)
    assert all_rows() == before
    return caught.value


def ago(**time):
    return clock.now() - dt.timedelta(**time)


def high_risk(**values):
    return make_ward(medication=make_medication(is_high_risk=True), **values)


def patch_ward():
    return make_ward(medication=make_medication(name="Fentanyl", form="transdermal patch"), route="TD")


def learner(ward):
    return make_staff("student_nurse", department=ward.department)


def another_patients_order():
    ward = make_ward()
    other = make_dose(make_order(make_encounter()))
    return administer_dose, (other,), {"by": ward.nurse}


def a_stopped_order():
    ward = make_ward()
    stop_medication(ward.request, by=ward.doctor, reason="rash")
    return administer_dose, (ward.dose,), {"by": ward.nurse}


def an_order_on_hold():
    ward = make_ward()
    hold_medication(ward.request, by=ward.doctor, reason="operation")
    return administer_dose, (ward.dose,), {"by": ward.nurse}


def an_order_in_error():
    ward = make_ward()
    mark_order_error(ward.request, by=make_system(), reason="wrong patient")
    return administer_dose, (ward.dose,), {"by": ward.nurse}


def the_future():
    ward = make_ward()
    return administer_dose, (ward.dose,), {"by": ward.nurse, "given_at": clock.now() + dt.timedelta(minutes=1)}


def over_the_daily_maximum():
    ward = make_ward()
    drug = make_medication(name="paracetamol", dose_per_unit=Decimal("0.5"))
    DoseLimit.objects.create(code="t:paracetamol", target="substance:paracetamol", per_day=4, unit="g", severity="max",
                             tier="warning", sentence="At most 4 g a day.", told_by="a test")
    order = {"medication": drug, "dose": "1", "dose_unit": "g", "route": "PO", "timing": {"every_hours": 4}}
    return prescribe_medication, (ward.encounter,), {"by": ward.doctor, **order}


def the_witness_is_the_giver():
    ward = high_risk()
    give_pin(ward.nurse)
    return administer_dose, (ward.dose,), {"by": ward.nurse, **signed_by(ward.nurse)}


def as_needed_before_its_interval():
    ward = make_ward()
    request = make_as_needed(ward.encounter)
    give_as_needed(request, by=ward.nurse, given_at=ago(minutes=30))
    return give_as_needed, (request,), {"by": ward.nurse}


def as_needed_over_its_most_a_day():
    ward = make_ward()
    request = make_as_needed(ward.encounter, max_per_day=1, min_interval_minutes=60, hours_ago=10)
    give_as_needed(request, by=ward.nurse, given_at=ago(hours=3))
    return give_as_needed, (request,), {"by": ward.nurse}


def p1_a_dose_that_is_recorded_already():
    ward = make_ward()
    administer_dose(ward.dose, by=ward.nurse)
    return administer_dose, (ward.dose,), {"by": ward.colleague}


def p2_a_drug_ordered_once_and_given():
    ward = make_ward(timing={"once": True})
    administer_dose(ward.dose, by=ward.nurse)
    return administer_dose, (make_dose(ward.request, minutes=-5),), {"by": ward.colleague}


def p3_as_needed_is_never_not_given():
    ward = make_ward()
    return withhold_dose, (make_dose(make_as_needed(ward.encounter)),), {"by": ward.nurse, "reason": "asleep"}


def p3_as_needed_is_never_refused_by_the_clock():
    ward = make_ward()
    return refuse_dose, (make_dose(make_as_needed(ward.encounter)),), {"by": ward.nurse, "reason": "nausea"}


def p4_withheld_without_a_word():
    ward = make_ward()
    return withhold_dose, (ward.dose,), {"by": ward.nurse, "reason": "  "}


def p4_refused_without_a_word():
    ward = make_ward()
    return refuse_dose, (ward.dose,), {"by": ward.nurse, "reason": ""}


def p5_no_witness():
    ward = high_risk()
    return administer_dose, (ward.dose,), {"by": ward.nurse}


def p5_a_witness_by_name_alone():
    ward = high_risk()
    give_pin(ward.colleague)
    return administer_dose, (ward.dose,), {"by": ward.nurse, "witness": ward.colleague}


def p5_a_wrong_pin():
    ward = high_risk()
    give_pin(ward.colleague)
    return administer_dose, (ward.dose,), {"by": ward.nurse, "witness": ward.colleague, "witness_pin": "9999"}


def p5_a_witness_whose_role_has_expired():
    ward = high_risk()
    ward.colleague.roles.update(until=clock.today() - dt.timedelta(days=1))
    return administer_dose, (ward.dose,), {"by": ward.nurse, **signed_by(ward.colleague)}


def p6_a_student_alone():
    ward = make_ward()
    return administer_dose, (ward.dose,), {"by": learner(ward)}


def p6_a_student_alone_withholds():
    ward = make_ward()
    return withhold_dose, (ward.dose,), {"by": learner(ward), "reason": "asleep"}


def p6_a_student_beside_a_student():
    ward = make_ward()
    return administer_dose, (ward.dose,), {"by": learner(ward), **signed_by(learner(ward))}


def p6_a_student_as_witness_of_a_nurse():
    ward = high_risk()
    return administer_dose, (ward.dose,), {"by": ward.nurse, **signed_by(learner(ward))}


def p6_an_instructor_without_authority():
    ward = make_ward()
    return administer_dose, (ward.dose,), {"by": learner(ward), **signed_by(make_staff("registrar"))}


def p7_another_nurses_entry():
    ward = make_ward()
    fact = administer_dose(ward.dose, by=ward.nurse)
    return undo_administration, (fact,), {"by": ward.colleague, "reason": "mistake"}


def p7_a_student_takes_nothing_back():
    ward = make_ward()
    student = learner(ward)
    fact = administer_dose(ward.dose, by=student, **signed_by(ward.nurse))
    return undo_administration, (fact,), {"by": student, "reason": "mistake"}


def p8_the_old_patch_is_on():
    ward = patch_ward()
    administer_dose(ward.dose, by=ward.nurse, given_at=ago(minutes=30), site="left shoulder")
    return administer_dose, (make_dose(ward.request, minutes=-1),), {"by": ward.nurse}


def p8_the_patch_of_a_stopped_order_is_on():
    ward = patch_ward()
    administer_dose(ward.dose, by=ward.nurse, given_at=ago(minutes=30))
    stop_medication(ward.request, by=ward.doctor, reason="change")
    stronger = make_medication(name="Fentanyl", strength="50 mcg/h", form="patch")
    return administer_dose, (make_dose(make_order(ward.encounter, medication=stronger, route="TD"), minutes=-1),), {
        "by": ward.nurse}


def p8_a_patch_is_taken_off_once():
    ward = patch_ward()
    fact = administer_dose(ward.dose, by=ward.nurse, given_at=ago(minutes=30))
    remove_patch(fact, by=ward.nurse)
    return remove_patch, (fact,), {"by": ward.colleague}


def p8_a_tablet_is_no_patch():
    ward = make_ward()
    return remove_patch, (administer_dose(ward.dose, by=ward.nurse),), {"by": ward.nurse}


def p8_off_before_it_was_on():
    ward = patch_ward()
    return remove_patch, (administer_dose(ward.dose, by=ward.nurse),), {"by": ward.nurse, "at": ago(hours=5)}


TABLE = [
    (another_patients_order, "emr.chart_not_visible"), (a_stopped_order, "nursing.order_was_stopped"),
    (an_order_on_hold, "nursing.order_on_hold"), (an_order_in_error, "nursing.order_in_error"),
    (the_future, "emr.time_in_future"),
    (over_the_daily_maximum, "orders.check_unanswered"), (the_witness_is_the_giver, "nursing.witness_is_giver"),
    (as_needed_before_its_interval, "nursing.too_soon"), (as_needed_over_its_most_a_day, "nursing.daily_maximum_reached"),
    (p1_a_dose_that_is_recorded_already, "nursing.dose_already_recorded"),
    (p2_a_drug_ordered_once_and_given, "nursing.one_time_already_given"),
    (p3_as_needed_is_never_not_given, "nursing.given_as_needed_only"),
    (p3_as_needed_is_never_refused_by_the_clock, "nursing.given_as_needed_only"),
    (p4_withheld_without_a_word, "emr.reason_missing"), (p4_refused_without_a_word, "emr.reason_missing"),
    (p5_no_witness, "nursing.witness_missing"), (p5_a_witness_by_name_alone, "emr.pin_missing"),
    (p5_a_wrong_pin, "emr.pin_wrong"),
    (p5_a_witness_whose_role_has_expired, "nursing.witness_may_not"), (p6_a_student_alone, "nursing.instructor_missing"),
    (p6_a_student_alone_withholds, "nursing.instructor_missing"), (p6_a_student_beside_a_student, "nursing.witness_may_not"),
    (p6_a_student_as_witness_of_a_nurse, "nursing.witness_may_not"),
    (p6_an_instructor_without_authority, "nursing.witness_may_not"),
    (p7_another_nurses_entry, "nursing.not_your_entry"), (p7_a_student_takes_nothing_back, "emr.not_permitted"),
    (p8_the_old_patch_is_on, "nursing.patch_still_on"), (p8_the_patch_of_a_stopped_order_is_on, "nursing.patch_still_on"),
    (p8_a_patch_is_taken_off_once, "nursing.patch_already_off"), (p8_a_tablet_is_no_patch, "nursing.not_a_patch"),
    (p8_off_before_it_was_on, "nursing.patch_off_before_on"),
]


@pytest.mark.parametrize("story, code", TABLE, ids=[story.__name__ for story, _code in TABLE])
def test_a_refusal_leaves_nothing_but_the_refusal(story, code):
    act, args, values = story()
    refused(code, act, *args, **values)


def test_p1_the_second_nurse_is_told_who_gave_it_and_when():
    act, args, values = p1_a_dose_that_is_recorded_already()
    refusal = refused("nursing.dose_already_recorded", act, *args, **values)
    assert refusal.data["by"] == "Ivanova A." and "Ivanova A." in str(refusal)


def test_p3_an_order_as_needed_in_the_ward_must_say_what_for():
    ward = make_ward()
    order = {"medication": make_medication(), "dose": "1", "dose_unit": "g", "as_needed": True, "max_per_day": 3,
             "min_interval_minutes": 240}
    refused("orders.as_needed_without_limits", prescribe_medication, ward.encounter, by=ward.doctor, **order)


def test_p5_a_witness_with_the_own_pin_lets_the_dose_be_given():
    ward = high_risk()
    assert administer_dose(ward.dose, by=ward.nurse, **signed_by(ward.colleague)).witness == ward.colleague


def test_p6_a_student_gives_beside_an_instructor_who_signs():
    ward = make_ward()
    student = learner(ward)
    fact = administer_dose(ward.dose, by=student, **signed_by(ward.nurse))
    assert (fact.performer, fact.witness) == (student, ward.nurse)
    other = make_dose(ward.request, minutes=-5)
    assert refuse_dose(other, by=student, reason="nausea", **signed_by(ward.nurse)).witness == ward.nurse


def test_p7_the_first_entry_stays_readable_and_the_head_nurse_may_take_it_back():
    ward = make_ward()
    fact = administer_dose(ward.dose, by=ward.nurse)
    undo_administration(fact, by=ward.head, reason="wrong dose")
    kept = MedicationAdministration.objects.get()
    assert (kept.performer, kept.error_by, kept.error_reason) == (ward.nurse, ward.head, "wrong dose")


def test_p8_after_the_old_patch_is_off_the_new_one_may_be_given_and_back_again():
    ward = patch_ward()
    old = administer_dose(ward.dose, by=ward.nurse, given_at=ago(minutes=30), site="left shoulder")
    said = refused("nursing.patch_still_on", administer_dose, make_dose(ward.request, minutes=-2), by=ward.nurse)
    assert "left shoulder" in str(said) and said.data["administration"] == str(old.pk)
    removal = remove_patch(old, by=ward.nurse)
    undone = undo_patch_removal(removal, by=ward.nurse, reason="wrong patch")
    assert undone.error_at and refused("nursing.patch_still_on", administer_dose, make_dose(ward.request, minutes=-3),
                                       by=ward.nurse)
    remove_patch(old.pk, by=ward.colleague)
    assert administer_dose(make_dose(ward.request, minutes=-4), by=ward.nurse).status == "given"
    assert PatchRemoval.objects.live().count() == 1


def test_p8_two_running_orders_of_one_drug_may_stand_side_by_side():
    ward = patch_ward()
    administer_dose(ward.dose, by=ward.nurse)
    beside = make_order(ward.encounter, medication=make_medication(name="Fentanyl", strength="50 mcg/h", form="patch"),
                        route="TD")
    assert administer_dose(make_dose(beside, minutes=-1), by=ward.nurse).status == "given"


def test_a_high_risk_dose_with_its_witness_takes_eight_statements_and_four_for_the_pin():
    ward = high_risk()
    make_stock(ward.request.medication, ward.department, 5)
    signed = signed_by(ward.colleague)
    assert ward.nurse.role_names
    with CaptureQueriesContext(connection) as queries:
        administer_dose(ward.dose.pk, by=ward.nurse, **signed)
    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(asked) <= 8 + 4, "\n".join(asked)


def test_a_stranger_may_not_take_a_patch_off():
    ward = patch_ward()
    fact = administer_dose(ward.dose, by=ward.nurse)
    refused("emr.chart_not_visible", remove_patch, fact, by=ward.stranger)
    refused("emr.not_found", remove_patch, uuid.uuid4(), by=ward.nurse)
