"""Home, now, next: one decision for each drug, done in one act or not at all."""
import pytest
from django.urls import reverse

from admissions.queries.discharge_summary import material
from admissions.rules.discharge_summary import build
from emr.errors import Refusal
from emr.models import JournalEntry
from orders.actions.medication_request import prescribe_medication
from orders.actions.medication_statement import record_medication_statement
from orders.actions.reconciliation import complete_reconciliation
from orders.models import MedicationRequest, MedicationStatement, Reconciliation, ReconciliationLine
from orders.queries import reconciliation as queries
from tests.factories import make_staff, number
from tests.orders.factories import make_allergy, make_medication, make_ward, prescribe, sign_in

pytestmark = pytest.mark.django_db
DAILY = {"dose": "50", "dose_unit": "mg", "route": "PO", "timing": {"times": ["08:00"]}, "timing_text": "DAILY"}


@pytest.fixture
def ward():
    return make_ward()


def drug(name, **values):
    return make_medication(name, ingredients=[name.lower()], **values)


def told(ward, text, **values):
    return record_medication_statement(ward[1].patient_id, by=ward[0], text=text, **values)


def complete(ward, moment, *decisions, **values):
    return complete_reconciliation(ward[1], by=ward[0], moment=moment, decisions=list(decisions), **values)


def refused(code, deed):
    def state():
        return ([model.objects.count() for model in (Reconciliation, ReconciliationLine, JournalEntry)],
                list(MedicationRequest.objects.order_by("pk").values()),
                list(MedicationStatement.objects.order_by("pk").values()))

    before = state()
    with pytest.raises(Refusal) as caught:
        deed()
    assert caught.value.code == code and str(caught.value)
    assert state() == before
    return caught.value


def test_home_and_now_of_one_substance_stand_in_one_line(ward):
    doctor, stay = ward
    told(ward, "metoprolol 50 mg", dosage_text="in the morning")
    told(ward, "aspirin 75 mg")
    order = prescribe(stay, doctor, medication=drug("Metoprolol"), **DAILY)
    other = prescribe(stay, doctor, medication=drug("Ceftriaxone"))
    prescribe(stay, doctor, medication=drug("Diazepam"), timing={"once": True})
    lines = queries.lines_of(stay, "admission")
    assert [(line.statement and line.statement.text, line.request) for line in lines] == [
        ("metoprolol 50 mg", order), ("aspirin 75 mg", None), (None, other)]
    assert not any(line.decided for line in lines)


def test_every_line_needs_its_decision(ward):
    told(ward, "metoprolol 50 mg")
    first = told(ward, "aspirin 75 mg")
    said = refused("orders.lines_undecided", lambda: complete(
        ward, "admission", {"statement": first.pk, "decision": "stop", "reason": "bleeding"}))
    assert "metoprolol" in str(said)


def test_admission_prescribes_what_goes_on_and_notes_what_does_not(ward):
    doctor, stay = ward
    home, off = told(ward, "metoprolol 50 mg"), told(ward, "aspirin 75 mg")
    order = prescribe(stay, doctor, medication=drug("Ceftriaxone"))
    row = complete(ward, "admission",
                   {"statement": home.pk, "decision": "continue", "medication": drug("Metoprolol").pk, "order": DAILY},
                   {"statement": off.pk, "decision": "stop", "reason": "bleeding"},
                   {"request": order.pk, "decision": "new"})
    made = row.lines.get(statement=home).made
    assert (made.category, made.dose_words) == ("inpatient", "50 mg") and made.doses.exists()
    assert row.lines.get(statement=off).reason == "bleeding" and MedicationStatement.objects.filter(status="active").count() == 2
    lines = queries.lines_of(stay, "admission")
    assert len(lines) >= 3 and all(line.decided for line in lines)
    assert JournalEntry.objects.filter(act="orders.prescribe_medication", about_id=made.pk).exists()


def test_a_line_that_comes_later_is_undecided_again(ward):
    home = told(ward, "metoprolol 50 mg")
    complete(ward, "admission", {"statement": home.pk, "decision": "stop", "reason": "bradycardia"})
    told(ward, "aspirin 75 mg")
    assert [bool(line.decided) for line in queries.lines_of(ward[1], "admission")] == [True, False]


def test_a_transfer_changes_and_stops_by_the_acts_that_do_it_elsewhere(ward):
    doctor, stay = ward
    first, second, third = (prescribe(stay, doctor, medication=drug(name), **DAILY)
                            for name in ("Metoprolol", "Enalapril", "Heparin"))
    row = complete(ward, "transfer", {"request": first.pk, "decision": "change", "reason": "slow pulse", "order": {"dose": "25"}},
                   {"request": second.pk, "decision": "stop", "reason": "cough"}, {"request": third.pk, "decision": "continue"})
    first.refresh_from_db(), second.refresh_from_db(), third.refresh_from_db()
    assert row.lines.get(request=first).made == first.replaced_by and first.replaced_by.dose_words == "25 mg"
    assert second.stop_reason == "cough" and third.stopped_at is None


def test_discharge_writes_the_list_that_the_summary_reads(ward):
    doctor, stay = ward
    own = told(ward, "valerian drops")
    home = told(ward, "enalapril 5 mg")
    now = prescribe(stay, doctor, medication=drug("Metoprolol"), **DAILY)
    gone = prescribe(stay, doctor, medication=drug("Ceftriaxone"))
    complete(ward, "discharge", {"statement": own.pk, "decision": "continue"},
             {"statement": home.pk, "decision": "substitute", "reason": "cough", "medication": drug("Losartan").pk,
              "order": DAILY},
             {"request": now.pk, "decision": "continue"}, {"request": gone.pk, "decision": "stop", "reason": "course is over"},
             {"decision": "new", "medication": drug("Atorvastatin").pk, "order": DAILY})
    assert {row.medication.name for row in queries.discharge_list(stay)} == {"Metoprolol", "Losartan", "Atorvastatin"}
    now.refresh_from_db(), gone.refresh_from_db(), home.refresh_from_db(), own.refresh_from_db()
    assert now.stopped_at is None and gone.stopped_at is None, "the discharge itself stops what runs in the ward"
    assert (home.status, own.status) == ("stopped", "active") and home.ended_at
    rows = next(part["rows"] for part in build(material(stay)) if part["key"] == "discharge_medication")
    assert {"Metoprolol", "Losartan", "Atorvastatin", "valerian"} <= {row["text"].split()[0] for row in rows}


def test_the_discharge_list_is_not_checked_against_what_ends_with_the_stay(ward):
    now = prescribe(ward[1], ward[0], medication=drug("Metoprolol"), **DAILY)
    row = complete(ward, "discharge", {"request": now.pk, "decision": "continue"})
    assert not row.lines.get().made.findings.exists()


def test_a_warning_refuses_all_of_it_until_it_is_answered(ward):
    home = told(ward, "aspirin 75 mg")
    other = told(ward, "enalapril 5 mg")
    make_allergy(ward[1].patient, "aspirin", criticality="low")
    decisions = [{"statement": other.pk, "decision": "continue", "medication": drug("Enalapril").pk, "order": DAILY},
                 {"statement": home.pk, "decision": "continue", "medication": drug("Aspirin").pk, "order": DAILY}]
    refused("orders.check_unanswered", lambda: complete(ward, "admission", *decisions))
    row = complete(ward, "admission", *decisions, override_reason="tolerated before")
    assert row.lines.count() == 2


def test_a_second_doctor_signs_once_for_all_hard_stops_of_it(ward):
    home = [told(ward, f"{name} 5 mg") for name in ("aspirin", "enalapril")]
    for name in ("aspirin", "enalapril"):
        make_allergy(ward[1].patient, name, criticality="high")
    second = make_staff("ward_doctor", department=ward[1].department, login=f"second{number()}")
    second.user.set_password("right")
    second.user.save()
    decisions = [{"statement": row.pk, "decision": "continue", "medication": drug(row.text.split()[0].title()).pk, "order": DAILY}
                 for row in home]
    refused("orders.second_signature_missing", lambda: complete(ward, "admission", *decisions, override_reason="no other drug"))
    row = complete(ward, "admission", *decisions, override_reason="no other drug", second_signature=second,
                   second_password="right")
    assert {line.made.findings.first().second_signature for line in row.lines.all()} == {second}
    with pytest.raises(Refusal):
        prescribe(ward[1], ward[0], medication=drug("Aspirin"), override_reason="x", second_signature=second)


def test_what_cannot_be_done_is_refused(ward):
    home = told(ward, "enalapril 5 mg")
    for code, decision in (("orders.next_order_missing", {"statement": home.pk, "decision": "continue"}),
                           ("emr.reason_missing", {"statement": home.pk, "decision": "stop"}),
                           ("emr.malformed", {"statement": home.pk, "decision": "odd"}),
                           ("emr.malformed", {"statement": home.pk, "decision": "new"}),
                           ("emr.malformed", {"decision": "continue"}),
                           ("orders.line_is_gone", {"statement": ward[1].pk, "decision": "continue"})):
        refused(code, lambda decision=decision: complete(ward, "admission", decision))
    stop = {"statement": home.pk, "decision": "stop", "reason": "x"}
    refused("orders.line_decided_twice", lambda: complete(ward, "admission", stop, stop))
    refused("emr.malformed", lambda: complete(ward, "lunch", stop))


def test_nothing_at_all_is_no_reconciliation(ward):
    refused("orders.nothing_to_reconcile", lambda: complete(ward, "admission"))


def test_the_doctor_decides_on_the_page_and_prints_the_patients_paper(ward, client):
    doctor, stay = ward
    home = told(ward, "enalapril 5 mg")
    now = prescribe(stay, doctor, medication=drug("Metoprolol", name_ru="Метопролол"), **DAILY)
    drug("Losartan")
    address = reverse("orders:reconcile", args=[stay.pk, "discharge"])
    page = sign_in(client, doctor).get(address).content.decode()
    assert "enalapril 5 mg" in page and "Metoprolol" in page
    answer = client.post(address, {
        "request_key": "0b9a0b8e-0000-4000-8000-000000000021", "line": [str(home.pk), str(now.pk)],
        f"decision-{home.pk}": "substitute", f"reason-{home.pk}": "cough", f"order-{home.pk}": "losartan 50 mg po daily",
        f"decision-{now.pk}": "continue", "new": ["", ""]})
    assert answer.status_code == 302, answer.content
    assert "Losartan" in client.get(address).content.decode()
    english = client.get(reverse("orders:medicines", args=[stay.pk]) + "?language=en").content.decode()
    russian = client.get(reverse("orders:medicines", args=[stay.pk]) + "?language=ru").content.decode()
    assert "Your medicines" in english and "Losartan" in english and "enalapril 5 mg" in english and "cough" in english
    assert "Ваши лекарства" in russian and "Метопролол" in russian


def test_the_page_names_the_line_that_lacks_its_order(ward, client):
    home = told(ward, "enalapril 5 mg")
    answer = sign_in(client, ward[0]).post(reverse("orders:reconcile", args=[ward[1].pk, "admission"]), {
        "request_key": "0b9a0b8e-0000-4000-8000-000000000022", "line": [str(home.pk)], f"decision-{home.pk}": "change"})
    assert answer.status_code == 422 and "enalapril" in answer.content.decode()


def test_the_page_takes_as_many_statements_for_one_drug_as_for_eight(ward, client, django_assert_max_num_queries):
    doctor, stay = ward
    for n in range(8):
        told(ward, f"substance{n} 5 mg")
        prescribe_medication(stay, by=doctor, medication=drug(f"Other{n}"), **DAILY)
    sign_in(client, doctor)
    address = reverse("orders:reconcile", args=[stay.pk, "admission"])
    client.get(address)
    with django_assert_max_num_queries(20):
        client.get(address)


def test_programs_read_the_lines_and_complete_them(ward, client):
    home = told(ward, "metoprolol 50 mg")
    sign_in(client, ward[0])
    rows = client.get(f"/api/orders/encounters/{ward[1].pk}/reconciliation/admission").json()["results"]
    assert [(row["statement"], row["decision"]) for row in rows] == [(str(home.pk), None)]
    made = client.post(f"/api/orders/encounters/{ward[1].pk}/reconcile", {"moment": "admission", "decisions": [
        {"statement": str(home.pk), "decision": "stop", "reason": "bradycardia"}]}, content_type="application/json")
    assert made.status_code == 201, made.content
    again = client.post(f"/api/orders/encounters/{ward[1].pk}/reconcile", {"moment": "admission", "decisions": []},
                        content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (422, "orders.nothing_to_reconcile")
