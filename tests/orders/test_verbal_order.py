"""A nurse writes what a doctor tells; the doctor signs it or says it was not so; nothing vanishes."""
import datetime as dt

import pytest
from django.urls import reverse

from admissions.rules.checklist import items
from emr import clock
from emr.errors import Refusal
from emr.models import JournalEntry
from nursing.actions.medication_administration import administer_dose
from nursing.models import MedicationAdministration
from orders.actions.order_policy import load_demo_policies, set_order_policy, set_verbal_hours
from orders.actions.verbal_order import dispute_verbal_order, sign_verbal_order, take_verbal_order
from orders.models import MedicationRequest, OrderPolicy, PlannedDose, VerbalOrder
from orders.queries import verbal_order as queries
from tests.factories import make_institution, make_staff, number
from tests.orders.factories import HOUR, make_allergy, make_medication, make_ward, sign_in

pytestmark = pytest.mark.django_db
ORDER = {"dose": "500", "dose_unit": "mg", "route": "PO", "timing": {"every_hours": 6}}


@pytest.fixture
def ward():
    """Nurse, doctor and a patient who lies in their department."""
    doctor, stay = make_ward()
    return make_staff("ward_nurse", department=stay.department, login=f"nurse{number()}"), doctor, stay


def take(ward, **values):
    nurse, doctor, stay = ward
    drug = values.pop("medication", None) or make_medication()
    return take_verbal_order(stay, by=nurse, **{"doctor": doctor, "medication": drug, "read_back": True} | ORDER | values)


def refused(code, deed):
    def count():
        return [model.objects.count() for model in (MedicationRequest, VerbalOrder, PlannedDose, JournalEntry)]

    before = count()
    with pytest.raises(Refusal) as caught:
        deed()
    assert caught.value.code == code and str(caught.value)
    assert count() == before
    return caught.value


def test_the_doctor_is_the_prescriber_and_the_nurse_the_author(ward):
    nurse, doctor, stay = ward
    order = take(ward, how="bedside")
    assert (order.prescriber, order.recorded_by) == (doctor, nurse)
    assert order.verbal.read_back_at <= clock.now() and order.verbal.how == "bedside"
    entry = JournalEntry.objects.get(act="orders.take_verbal_order")
    assert entry.by_staff == nurse and entry.data["told_by"] == str(doctor.pk) and entry.encounter_id == stay.pk


def test_a_dose_of_it_may_be_given_at_once(ward):
    order = take(ward, timing={"once": True})
    assert administer_dose(order.doses.get(), by=ward[0]).status == "given"


def test_an_order_that_was_not_read_back_is_refused(ward):
    refused("orders.not_read_back", lambda: take(ward, read_back=False))


def test_nobody_reads_back_in_the_future(ward):
    refused("emr.time_in_future", lambda: take(ward, read_back_at=clock.now() + HOUR))


def test_a_warning_takes_the_doctors_reason_and_a_hard_stop_is_refused(ward):
    allergy = {"medication": make_medication("Amoxicillin", ingredients=["amoxicillin"])}
    make_allergy(ward[2].patient, "amoxicillin", criticality="low")
    refused("orders.check_unanswered", lambda: take(ward, **allergy))
    assert take(ward, override_reason="tolerated before", **allergy).findings.get().override_reason == "tolerated before"
    make_allergy(ward[2].patient, "amoxicillin", criticality="high")
    for reason in ("", "the doctor says so"):
        said = refused("orders.hard_stop_by_word_of_mouth", lambda reason=reason: take(ward, override_reason=reason, **allergy))
        assert "allergy" in str(said)


def test_the_teller_must_be_a_doctor_who_treats_the_patient(ward):
    stranger, colleague = make_staff("ward_doctor"), make_staff("ward_nurse", department=ward[2].department)
    for doctor in (stranger, colleague):
        refused("orders.doctor_may_not_order", lambda doctor=doctor: take(ward, doctor=doctor))
    refused("emr.not_found", lambda: take(ward, doctor=None))


def test_a_doctor_who_prescribes_takes_no_verbal_order(ward):
    both = make_staff("ward_nurse", "ward_doctor", department=ward[2].department)
    refused("orders.doctor_is_you", lambda: take((both, *ward[1:])))


def test_a_policy_says_which_drugs_are_not_told(ward):
    load_demo_policies(by=make_staff("pharmacist"))
    assert set(OrderPolicy.objects.values_list("is_demo", flat=True)) == {True}
    for drug in (make_medication(is_controlled=True), make_medication(atc="L01BA01")):
        refused("orders.not_by_word_of_mouth", lambda drug=drug: take(ward, medication=drug))
    assert take(ward, medication=make_medication(atc="J01CA04"))


def test_a_policy_must_say_which_orders_it_means():
    pharmacist = make_staff("pharmacist")
    told = {"by": pharmacist, "code": "x", "sentence": "Not so.", "told_by": "order 1"}
    for code, values in (("orders.policy_says_nothing", {"kind": "verify"}), ("emr.malformed", {"kind": "odd", "atc": "L01"}),
                         ("orders.policy_blocks_nothing", {"kind": "not-verbal", "atc": "L01", "blocks_giving": True})):
        refused(code, lambda values=values: set_order_policy(**told | values))
    assert not OrderPolicy.objects.exists()


def test_signing_empties_the_doctors_queue_and_is_done_once(ward):
    _nurse, doctor, _stay = ward
    first, second = take(ward), take(ward)
    assert [row.request for row in queries.to_sign(doctor)] == [first, second]
    sign_verbal_order(first.verbal, by=doctor)
    assert [row.request for row in queries.to_sign(doctor)] == [second]
    refused("orders.verbal_already_signed", lambda: sign_verbal_order(first.verbal, by=doctor))
    refused("orders.verbal_already_signed", lambda: dispute_verbal_order(first.verbal, by=doctor, reason="no"))


def test_a_colleague_signs_only_what_is_overdue_by_the_setting(ward):
    _nurse, doctor, stay = ward
    colleague, order = make_staff("ward_doctor", department=stay.department), take(ward)
    refused("orders.verbal_not_yours", lambda: sign_verbal_order(order.verbal, by=colleague))
    make_institution()
    set_verbal_hours(by=make_staff("head_nurse"), hours=2)
    with clock.at(clock.now() + 3 * HOUR):
        assert queries.to_sign(doctor).get().is_overdue
        assert queries.overdue_of_others([stay.department_id], colleague).get().request == order
        assert sign_verbal_order(order.verbal, by=colleague).signed_by == colleague


def test_the_hours_for_signing_are_between_one_and_two_weeks():
    make_institution()
    head = make_staff("head_nurse")
    for hours in (0, 337, "2"):
        refused("orders.hours_out_of_range", lambda hours=hours: set_verbal_hours(by=head, hours=hours))


def test_disputing_stops_the_order_and_keeps_what_was_given(ward):
    nurse, doctor, stay = ward
    order = take(ward)
    given = administer_dose(order.doses.first(), by=nurse, given_at=clock.now())
    refused("emr.reason_missing", lambda: dispute_verbal_order(order.verbal, by=doctor, reason=" "))
    colleague = make_staff("ward_doctor", department=stay.department)
    refused("orders.verbal_not_yours_to_dispute", lambda: dispute_verbal_order(order.verbal, by=colleague, reason="no"))
    row = dispute_verbal_order(order.verbal, by=doctor, reason="I said 250 mg")
    order.refresh_from_db()
    assert order.stopped_at == row.disputed_at and "I said 250 mg" in order.stop_reason
    assert MedicationAdministration.objects.live().get() == given
    refused("orders.verbal_already_disputed", lambda: sign_verbal_order(order.verbal, by=doctor))
    head = make_staff("head_nurse", department=stay.department)
    assert queries.disputed(head.department_ids, head).get() == queries.disputed([], nurse).get() == row
    with clock.at(clock.now() + dt.timedelta(days=4)):
        assert not queries.disputed(head.department_ids, head)


def test_unsigned_ones_stand_on_the_discharge_checklist(ward):
    _nurse, doctor, stay = ward
    order = take(ward)
    assert any(item.key == "verbal" and item.blocks for item in items(stay))
    sign_verbal_order(order.verbal, by=doctor)
    assert not queries.unsigned_verbal(stay) and not any(item.key == "verbal" for item in items(stay))


def test_the_pages_are_walked_from_telling_to_signature(ward, client):
    nurse, doctor, stay = ward
    drug = make_medication("Paracetamol", atc="N02BE01")
    page = sign_in(client, nurse).get(reverse("orders:take_verbal", args=[stay.pk]))
    assert doctor.short_name in page.content.decode()
    form = {"medication": drug.pk, "dose": "500", "dose_unit": "mg", "route": "PO", "frequency": "Q6H", "priority": "routine",
            "doctor": doctor.pk, "how": "telephone", "read_back": "on", "request_key": "0b9a0b8e-0000-4000-8000-000000000001"}
    preview = client.post(reverse("orders:take_verbal_preview", args=[stay.pk]), form)
    assert "Paracetamol" in preview.content.decode()
    assert client.post(reverse("orders:take_verbal", args=[stay.pk]), form).status_code == 302
    verbal = VerbalOrder.objects.get()
    assert "Paracetamol" in client.get(reverse("orders:verbal")).content.decode()
    tab = client.get(reverse("orders:chart_tab", args=[stay.patient_id])).content.decode()
    assert "by telephone" in tab
    sign_in(client, doctor)
    for name in ("orders:verbal", "orders:home_verbal"):
        assert "Paracetamol" in client.get(reverse(name)).content.decode()
    answer = client.post(reverse("orders:sign_verbal", args=[verbal.pk]), {"request_key": "0b9a0b8e-0000-4000-8000-000000000002"})
    assert answer.status_code == 302
    verbal.refresh_from_db()
    assert verbal.signed_by == doctor


def test_a_dispute_by_the_page_is_shown_to_the_nurse(ward, client):
    nurse, doctor, _stay = ward
    verbal = take(ward).verbal
    sign_in(client, doctor)
    assert client.get(reverse("orders:dispute_verbal", args=[verbal.pk])).status_code == 200
    client.post(reverse("orders:dispute_verbal", args=[verbal.pk]), {
        "reason": "I said 250 mg", "request_key": "0b9a0b8e-0000-4000-8000-000000000003"})
    assert "I said 250 mg" in sign_in(client, nurse).get(reverse("orders:home_verbal")).content.decode()


def test_the_queue_takes_as_many_statements_for_one_as_for_many(ward, client, django_assert_max_num_queries):
    for _n in range(5):
        take(ward)
    sign_in(client, ward[1])
    client.get(reverse("orders:verbal"))
    with django_assert_max_num_queries(12):
        client.get(reverse("orders:verbal"))


def test_programs_take_sign_and_list(ward, client):
    nurse, doctor, stay = ward
    drug = make_medication()
    sign_in(client, nurse)
    taken = client.post(f"/api/orders/encounters/{stay.pk}/take_verbal", {
        "medication": str(drug.pk), "doctor": str(doctor.pk), "read_back": True, **ORDER}, content_type="application/json")
    assert taken.status_code == 201, taken.content
    sign_in(client, doctor)
    rows = client.get("/api/orders/verbal").json()["results"]
    assert [row["request"] for row in rows] == [taken.json()["id"]]
    assert client.post(f"/api/orders/verbal/{rows[0]['id']}/sign", content_type="application/json").status_code == 201
    again = client.post(f"/api/orders/verbal/{rows[0]['id']}/dispute", {"reason": "x"}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "orders.verbal_already_signed")
