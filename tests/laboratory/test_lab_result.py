"""Results: found by name, turned into the test's unit, judged by the dated range, corrected only by a new value."""
import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emr import clock
from emr.access import ChartNotVisible
from emr.errors import Malformed, NotPermitted, ReasonMissing, TimeInFuture
from emr.models import JournalEntry
from orders.actions.service_request import cancel_request
from orders.laboratory import errors
from orders.laboratory.actions.lab_result import correct_result, mark_result_seen, record_result, release_result
from orders.laboratory.actions.lab_test import set_range
from orders.laboratory.models import LabResult, LabTest, ResultSeen
from orders.laboratory.queries.lab_result import unseen, unseen_critical
from tests.factories import make_encounter, make_patient, make_staff, make_system
from tests.laboratory.factories import make_catalogue, make_lab, make_request, make_ward
from tests.races import at_once

pytestmark = pytest.mark.django_db


def refused(refusal, call):
    """The call is refused with exactly this refusal, and nothing is written."""
    before = LabResult.objects.count(), ResultSeen.objects.count(), JournalEntry.objects.count()
    with pytest.raises(refusal) as raised:
        call()
    assert (LabResult.objects.count(), ResultSeen.objects.count(), JournalEntry.objects.count()) == before
    return raised.value


def test_a_result_is_judged_and_keeps_its_range():
    result = record_result(make_request("Creatinine", sex="female"), by=make_lab(), value="1.30", unit="mg/dL")
    assert (result.value, result.unit, result.flag) == (Decimal("1.30"), "mg/dL", "H")
    assert (result.range_low, result.range_high) == (Decimal("0.59"), Decimal("1.04"))
    set_range(result.test, by=make_lab(), sex="female", age_from_days=6574, low="0.5", high="2.0", source="Our own")
    result.refresh_from_db()
    assert result.range_high == Decimal("1.04") and str(result.value) == "1.30"
    entry = JournalEntry.objects.get(act="laboratory.record_result")
    assert entry.patient_id == result.patient_id and entry.encounter_id == result.encounter_id


@pytest.mark.parametrize(("sex", "flag"), [("male", "N"), ("female", "H"), ("unknown", "")])
def test_the_range_follows_the_sex(sex, flag):
    assert record_result(make_request(sex=sex), by=make_lab(), value="1.2").flag == flag


@pytest.mark.parametrize("born", [dt.date(2020, 1, 1), None])
def test_no_range_for_the_age_means_no_flag(born):
    assert record_result(make_request(birth_date=born), by=make_lab(), value="9.9").flag == ""


def test_a_test_without_a_range_gets_no_flag():
    assert record_result(make_request("Ferritin"), by=make_lab(), value="5").flag == ""


@pytest.mark.parametrize(("test", "value", "flag"), [
    ("K", "2.4", "LL"), ("K", "2.5", "L"), ("K", "3.5", "N"), ("K", "5.0", "N"), ("K", "6.5", "H"), ("K", "6.6", "HH"),
    ("Hb", "6.9", "LL"), ("CRP", "8", "N"), ("CRP", "8.1", "H"), ("eGFR", "300", "N"), ("eGFR", "59", "L")])
def test_flags_at_the_limits(test, value, flag):
    assert record_result(make_request(test), by=make_lab(), value=value).flag == flag


@pytest.mark.parametrize(("comparator", "value", "flag"), [("<", "3", "L"), ("<", "9", ""), (">", "9", "HH"), (">", "4", "")])
def test_a_value_beyond_the_method_is_judged_only_when_certain(comparator, value, flag):
    assert record_result(make_request("K"), by=make_lab(), value=value, comparator=comparator).flag == flag


def test_the_range_of_the_day_counts():
    request, lab = make_request("K"), make_lab()
    k = LabTest.objects.get(key="K")
    set_range(k, by=lab, age_from_days=6574, low="3.0", high="9.0", source="Our own", valid_from=clock.today())
    assert record_result(request, by=lab, value="8").flag == "N"
    yesterday = clock.now() - dt.timedelta(days=1)
    late = record_result(make_request("K"), by=lab, value="8", found_at=yesterday)
    assert (late.flag, late.range_source.startswith("Tietz")) == ("HH", True)


@pytest.mark.parametrize(("test", "value", "unit", "stored"), [
    ("Creatinine", "106", "umol/L", "1.199"), ("Creatinine", "106", "μmol/L", "1.199"), ("Hb", "135", "g/L", "13.5"),
    ("WBC", "7.5", "10*9/L", "7500"), ("K", "4.1", "mEq/L", "4.1"), ("pCO2", "5.3", "kPa", "39.75"),
    ("Glucose", "5.6", "mmol/L", "100.9"),
    ("Hct", "0.45", "1", "45"), ("TSH", "2.5", "u[IU]/mL", "2.5"), ("AST", "1", "ukat/L", "60"), ("Plt", "250", "10^9/L", "250")])
def test_other_units_are_converted_at_the_edge(test, value, unit, stored):
    result = record_result(make_request(test), by=make_lab(), value=value, unit=unit)
    assert result.value == Decimal(stored) and result.unit == result.test.unit
    assert JournalEntry.objects.get(act="laboratory.record_result").data.get("as_entered", "").startswith(value) == (
        unit != result.unit)


@pytest.mark.parametrize(("test", "unit"), [("Creatinine", "mm[Hg]"), ("K", "g/L"), ("pH", "kPa"), ("Hb", "bananas"),
                                            ("Ca", "mEq/L")])
def test_an_impossible_unit_is_refused(test, unit):
    request, lab = make_request(test), make_lab()
    refusal = refused(errors.UnitNotPossible, lambda: record_result(request, by=lab, value="1", unit=unit))
    assert (refusal.code, refusal.status) == ("laboratory.unit_not_possible", 422) and unit in str(refusal)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "abc", "1e99"])
def test_what_is_no_number_is_refused(value):
    request, lab = make_request(), make_lab()
    refused(Malformed, lambda: record_result(request, by=lab, value=value))


def test_a_text_is_a_result_too():
    result = record_result(make_request("Blood_culture_x2"), by=make_lab(), value_text="No growth after 5 days")
    assert (result.value, result.flag, result.test.key) == (None, "", "Blood_culture")


def test_an_empty_result_is_refused():
    request, lab = make_request(), make_lab()
    assert refused(errors.ValueMissing, lambda: record_result(request, by=lab,
                                                              value_text="  ")).code == "laboratory.value_missing"


@pytest.mark.parametrize(("asked", "key"), [("Troponin_I_serial_6h", "Troponin_I"), ("PT-INR", "PT_INR"), ("калий", "K"),
                                            ("Total_bilirubin", "T_Bil"), ("aPTT", "APTT"), ("creatinine", "Creatinine")])
def test_a_request_finds_its_test_by_any_name(asked, key):
    assert record_result(make_request(asked), by=make_lab(), value="1").test.key == key


def test_a_code_goes_before_the_text():
    assert record_result(make_request("Sodium", code="2823-3"), by=make_lab(), value="4").test.key == "K"


def test_a_request_nobody_knows_is_refused_until_the_test_is_named():
    request, lab = make_request("The usual"), make_lab()
    refused(errors.UnknownTest, lambda: record_result(request, by=lab, value="1"))
    refused(errors.UnknownTest, lambda: record_result(request, by=lab, value="1", test="no such test"))
    assert record_result(request, by=lab, value="4", test="K").test.key == "K"


def test_a_panel_takes_a_value_for_each_of_its_tests():
    request, lab = make_request("BMP"), make_lab()
    refused(errors.WhichTest, lambda: record_result(request, by=lab, value="1"))
    refused(errors.TestNotRequested, lambda: record_result(request, by=lab, value="1", test="TSH"))
    assert {record_result(request, by=lab, value="4", test=key).test.key for key in ("Na", "K")} == {"Na", "K"}


def test_a_value_of_another_test_is_refused():
    request, lab = make_request("Creatinine"), make_lab()
    assert refused(errors.TestNotRequested, lambda: record_result(request, by=lab, value="1", test="K")).status == 422


def test_a_second_result_is_refused_and_names_the_first():
    request, lab = make_request(), make_lab()
    record_result(request, by=lab, value="0.80")
    refusal = refused(errors.AlreadyResulted, lambda: record_result(request, by=lab, value="0.90"))
    assert (refusal.code, refusal.status) == ("laboratory.already_resulted", 409) and "0.80" in str(refusal)


@pytest.mark.django_db(transaction=True)
def test_two_technicians_at_once_enter_one_result():
    request, lab = make_request(), make_lab()
    answers = at_once(*[lambda: record_result(request, by=lab, value="0.8")] * 2)
    assert sorted(type(a).__name__ for a in answers) == ["AlreadyResulted", "LabResult"] and LabResult.objects.count() == 1


def test_a_cancelled_request_takes_no_result():
    request, lab = make_request(), make_lab()
    cancel_request(request, by=make_system(), reason="Patient went home")
    refusal = refused(errors.RequestCancelled, lambda: record_result(request, by=lab, value="1"))
    assert refusal.status == 409 and "Patient went home" in str(refusal)


def test_no_result_of_the_future():
    request, lab = make_request(), make_lab()
    refused(TimeInFuture, lambda: record_result(request, by=lab, value="1", found_at=clock.now() + dt.timedelta(minutes=1)))


def test_nobody_but_the_laboratory_enters_results():
    request = make_request()
    for role in ("ward_nurse", "ward_doctor", "admin", "accountant", "registrar"):
        refused(NotPermitted, lambda role=role: record_result(request, by=make_staff(role), value="1"))


def test_a_correction_strikes_the_old_value_and_is_unseen_again():
    department, _, doctor = make_ward()
    request, lab = make_request(encounter=make_encounter(department=department), requester=doctor), make_lab()
    old = record_result(request, by=lab, value="8.5")
    refused(ReasonMissing, lambda: correct_result(old, by=lab, value="0.85", reason=" "))
    new = correct_result(old, by=lab, value="0.85", reason="Decimal point")
    old.refresh_from_db()
    assert (old.error_reason, old.error_by, old.value) == ("Decimal point", lab, Decimal("8.5"))
    assert (new.replaces, new.flag, new.found_at) == (old, "N", old.found_at)
    assert list(unseen(doctor)) == [new]
    refused(errors.ResultInError, lambda: correct_result(old, by=lab, value="1", reason="Again"))


def test_a_value_waits_for_release_before_the_ward_sees_it():
    department, _, doctor = make_ward()
    request, lab = make_request(encounter=make_encounter(department=department), requester=doctor), make_lab()
    result = record_result(request, by=lab, value="1", release=False)
    assert not unseen(doctor).exists()
    refused(errors.NotReleased, lambda: mark_result_seen(result, by=doctor))
    release_result(result, by=lab)
    refused(errors.AlreadyReleased, lambda: release_result(result, by=lab))
    assert list(unseen(doctor)) == [result]


def test_a_seen_result_leaves_the_inbox_and_critical_ones_stand_first():
    department, _, doctor = make_ward()
    encounter, lab = make_encounter(department=department), make_lab()
    plain = record_result(make_request("Na", encounter=encounter), by=lab, value="140")
    critical = record_result(make_request("K", encounter=encounter), by=lab, value="7.0")
    assert not unseen(doctor).exists() and list(unseen(doctor, department=True)) == [critical, plain]
    assert list(unseen_critical(encounter)) == [critical]
    mark_result_seen(critical, by=doctor)
    assert list(unseen(doctor, department=True)) == [plain] and not unseen_critical(encounter).exists()
    refused(errors.AlreadySeen, lambda: mark_result_seen(critical, by=doctor))
    mark_result_seen(critical, by=doctor, read_back=True)
    assert ResultSeen.objects.get().read_back


def test_a_stranger_cannot_mark_a_result_as_seen():
    result, stranger = record_result(make_request(), by=make_lab(), value="1"), make_staff("ward_doctor")
    refused(ChartNotVisible, lambda: mark_result_seen(result, by=stranger))


def test_entering_a_result_takes_at_most_eight_queries():
    request, lab = make_request(), make_lab()
    lab.live_roles  # noqa: B018  a signed-in actor has read them
    with CaptureQueriesContext(connection, ) as queries:
        record_result(request.pk, by=lab, value="0.9")
    assert len(queries) <= 8, [q["sql"][:90] for q in queries]


def test_every_laboratory_name_and_unit_of_the_replayed_log_is_accepted():
    make_catalogue()
    log = {  # what shared/data/fhir/clinosim_us calls its results, with the request's text where it differs
        "mg/dL": "BUN Ca Creatinine Fibrinogen Glucose HDL LDL TC TG T_Bil/Total_bilirubin", "U/L": "ALP ALT AST GGT LDH",
           "s": "APTT",
        "g/dL": "Albumin Hb TP", "pg/mL": "BNP", "ng/mL": "CEA CK_MB PCT Troponin_I/Troponin Troponin_I/Troponin_I_stat",
           "mg/L": "CRP",
        "mmol/L": "Cl HCO3 K Lactate Na", "ug/mL": "D_dimer", "%": "HbA1c Hct", "{INR}": "PT_INR", "10*3/uL": "Plt",
           "m[IU]/L": "TSH",
        "/uL": "WBC", "mL/min/{1.73_m2}": "eGFR", "mm[Hg]": "pCO2 pO2", "[pH]": "pH"}
    encounter, lab = make_encounter(make_patient()), make_lab()
    for unit, names in log.items():
        for name in names.split():
            key, _, asked = name.partition("/")
            result = record_result(make_request(asked or key, encounter=encounter), by=lab, value=1.5, unit=unit, test=key)
            assert (result.test.key, result.unit, result.value) == (key, unit, Decimal("1.5"))
