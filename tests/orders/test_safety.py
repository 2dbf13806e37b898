"""The checks of an order: they speak where the tables say so, stay silent elsewhere, and are answered or obeyed."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from emr import clock
from emr.errors import NotFound, Refusal
from emr.models import Condition, JournalEntry, Observation
from orders.actions.medication_request import change_medication, prescribe_medication, stop_medication
from orders.actions.safety import load_interactions, load_safety_rules, set_check_tier
from orders.models import (
    ClassMembership,
    DoseLimit,
    InteractionRule,
    MedicationRequest,
    MedicationStatement,
    PlannedDose,
    SafetyFinding,
)
from orders.queries import safety as facts
from orders.queries.safety_finding import common_reasons, fatigue
from orders.queries.substance import base_name
from orders.rules import order_check, safety_file
from orders.rules.safety import check
from tests.factories import make_department, make_staff, make_system, number, signed_by_doctor
from tests.orders.factories import HOUR, make_allergy, make_medication, make_ward, prescribe, sign_in

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).parents[3] / "shared" / "data" / "drugs"
# In the form of the thesaurus' files, with our own words: class names and levels are theirs.
PAIRS = [
    {
        "a": "DÉRIVÉS NITRÉS ET APPARENTÉS",
        "b": "INHIBITEURS DE LA PHOSPHODIESTERASE DE TYPE 5",
        "levels": ["contraindicated"],
        "level_info": [""],
        "mechanism_fr": "Risque d'hypotension\nimportante.",
    },
    {
        "a": "INHIBITEURS DE LA PHOSPHODIESTERASE DE TYPE 5",
        "b": "DÉRIVÉS NITRÉS ET APPARENTÉS",
        "levels": ["precaution"],
        "level_info": [""],
        "mechanism_fr": "the weaker level of the same pair",
    },
]
SUBSTANCES = [
    {"substance_fr": "sildenafil", "atc_codes": "G04BE03", "ansm_classes": "inhibiteurs de la phosphodiesterase de type 5"},
    {"substance_fr": "trinitrine", "atc_codes": "C01DA02 C05AE01", "ansm_classes": "dérivés nitrés et apparentés"},
]


@pytest.fixture
def ward():
    return make_ward()


@pytest.fixture
def rules():
    load_safety_rules(by=make_system())


def drug(name, substance=None, **values):
    return make_medication(name, ingredients=[substance or name.lower()], **values)


def findings(stay, medication, **order):
    order = order_check.complete(
        {"dose": "500", "dose_unit": "mg", "route": "PO", "timing": {"every_hours": 6}} | order, now=clock.now()
    )
    return check(facts.gather(stay.patient_id, medication, clock.now()), order)


def loud(stay, medication, **order):
    return {(each.rule, str(each.tier)) for each in findings(stay, medication, **order) if each.needs_answer}


def nothing_written():
    return [model.objects.count() for model in (MedicationRequest, PlannedDose, SafetyFinding, JournalEntry)]


def refused(code, deed):
    before = nothing_written()
    with pytest.raises(Refusal) as caught:
        deed()
    assert caught.value.code == code and str(caught.value)
    assert nothing_written() == before
    return caught.value


@pytest.mark.parametrize("name", ["aspirin", "acetylsalicylic acid", "ацетилсалициловая кислота"])
def test_warfarin_and_acetylsalicylic_acid_are_a_hard_stop_under_every_name(ward, rules, name):
    doctor, stay = ward
    prescribe(stay, doctor, medication=drug("Warfarin", "warfarin sodium"), dose="3")
    found = findings(stay, drug("A tablet", name))
    by_rule = {each.rule: each for each in found}
    assert {"interaction:clinosim:vka-plus-antiplatelet", "interaction:clinosim:anticoagulant-plus-nsaid"} <= set(by_rule)
    stop = by_rule["interaction:clinosim:vka-plus-antiplatelet"]
    assert stop.is_hard_stop and "CHEST 2016" in stop.told_by and "bleeding" in stop.sentence and "Warfarin" in stop.about


@pytest.mark.parametrize(
    ("first", "second"),
    [("sildenafil citrate", "nitroglycerin"), ("nitroglycerin", "sildenafil citrate"), ("нитроглицерин", "силденафил")],
)
def test_sildenafil_and_a_nitrate_are_a_hard_stop_as_shipped_and_by_the_thesaurus(ward, rules, first, second):
    doctor, stay = ward
    prescribe(stay, doctor, medication=drug("First", first))
    (found,) = [each for each in findings(stay, drug("Second", second)) if each.needs_answer]
    assert found.is_hard_stop and "FDA label" in found.told_by
    members, pairs = safety_file.ansm(PAIRS, SUBSTANCES)
    load_interactions(by=make_system(), memberships=members, rules=pairs, source="test")
    found, _label = sorted((each for each in findings(stay, drug("Third", second)) if each.needs_answer),
                           key=lambda each: each.rule)
    assert found.is_hard_stop and "ANSM" in found.told_by and found.sentence.endswith("Risque d'hypotension importante.")


def test_a_product_of_another_name_is_known_by_its_atc_code(ward):
    doctor, stay = ward
    members, pairs = safety_file.ansm(PAIRS, SUBSTANCES)
    load_interactions(by=make_system(), memberships=members, rules=pairs, source="test")
    prescribe(stay, doctor, medication=drug("Виагра", "любое имя", atc="G04BE03"))
    assert [tier for _rule, tier in loud(stay, drug("Нитро", "иное имя", atc="C01DA02"))] == ["hard-stop"]


@pytest.mark.parametrize(("criticality", "tier"), [("unable-to-assess", "warning"), ("low", "warning"), ("high", "hard-stop")])
@pytest.mark.parametrize("allergy", ["Penicillin", "penicillins", "Пенициллин", "penicillin g potassium", "Ampicillin"])
def test_an_allergy_to_penicillin_speaks_against_amoxicillin(ward, rules, allergy, criticality, tier):
    make_allergy(ward[1].patient, allergy, criticality=criticality)
    found = [each for each in findings(ward[1], drug("Amoxicillin")) if each.needs_answer]
    assert [(each.rule, str(each.tier)) for each in found] == [("allergy:class", tier)]
    assert "FDA" in found[0].told_by and allergy in found[0].sentence
    assert not loud(ward[1], drug("Ceftriaxone", "ceftriaxone sodium"))


def test_a_cross_reaction_stands_in_the_table_of_the_institution(ward, rules):
    make_allergy(ward[1].patient, "Penicillin G")
    cephalosporin = drug("Cefazolin", "cefazolin sodium")
    assert not loud(ward[1], cephalosporin)
    rows = safety_file.own_rules(
        [
            {
                "code": "ours:1",
                "kind": "cross-reaction",
                "left": "fda-cs:Penicillins",
                "right": "fda-cs:Cephalosporins",
                "tier": "warning",
                "sentence": "Demo: related rings.",
                "source": "demo of this test",
            }
        ]
    )
    load_interactions(by=make_system(), rules=rows, source="test")
    assert loud(ward[1], cephalosporin) == {("cross-reaction:ours:1", "warning")}


SILENT = [
    ("warfarin sodium", "acetaminophen"),
    ("amoxicillin", "acetaminophen"),
    ("sildenafil citrate", "amlodipine besylate"),
    ("metformin hydrochloride", "lisinopril"),
    ("atorvastatin calcium trihydrate", "amlodipine besylate"),
    ("ceftriaxone sodium", "omeprazole"),
    ("potassium chloride", "metformin hydrochloride"),
    ("bisoprolol fumarate", "furosemide"),
    ("ibuprofen", "amoxicillin"),
    ("insulin glargine", "enoxaparin sodium"),
    ("allopurinol", "acetaminophen"),
    ("sertraline hydrochloride", "omeprazole"),
]


@pytest.mark.parametrize(("first", "second"), SILENT)
def test_pairs_that_must_stay_silent_do_in_both_orders(ward, rules, first, second):
    doctor, stay = ward
    one, other = drug("One", first), drug("Other", second)
    order = prescribe(stay, doctor, medication=one)
    assert findings(stay, other) == []
    MedicationRequest.objects.filter(pk=order.pk).update(medication=other)
    assert findings(stay, one) == []


@pytest.mark.skipif(not (SHARED / "interactions_ansm_2020_substances.csv").exists(), reason="the thesaurus is not shipped")
def test_the_whole_thesaurus_loads_twice_and_keeps_tiers_set_by_hand(ward, rules):
    make_system()
    doctor, stay = ward
    for _ in range(2):
        call_command(
            "load_interactions",
            "ansm",
            str(SHARED / "interactions_ansm_2020_fr.json.gz"),
            str(SHARED / "interactions_ansm_2020_substances.csv"),
            verbosity=0,
        )
        rule = InteractionRule.objects.get(
            code__startswith="ansm:", left__contains="dérivés nitrés", right__contains="phosphodiesterase de type 5"
        )
        if rule.tier == "hard-stop":
            set_check_tier(rule.code, by=make_staff("pharmacist"), tier="warning", reason="a test")
    assert InteractionRule.objects.filter(code__startswith="ansm:").count() > 1500
    prescribe(stay, doctor, medication=drug("Sildenafil", "sildenafil citrate"))
    assert sorted(tier for _rule, tier in loud(stay, drug("Nitroglycerin"))) == ["hard-stop", "warning"]
    assert not loud(stay, drug("Amlodipine", "amlodipine besylate"))


def test_a_hard_stop_needs_a_second_doctor_and_a_reason(ward, rules):
    doctor, stay = ward
    colleague, nurse = make_staff("ward_doctor", department=make_department()), make_staff("ward_nurse")
    prescribe(stay, doctor, medication=drug("Warfarin", "warfarin sodium"), dose="3")
    aspirin = drug("Aspirin")
    told = refused("orders.check_unanswered", lambda: prescribe(stay, doctor, medication=aspirin))
    assert {each["rule"] for each in told.data["findings"]} >= {"interaction:clinosim:vka-plus-antiplatelet"}
    assert all(each["source"] and each["tier"] for each in told.data["findings"])
    refused("orders.second_signature_missing", lambda: prescribe(stay, doctor, medication=aspirin, override_reason="valve"))
    refused("orders.check_unanswered", lambda: prescribe(stay, doctor, medication=aspirin, **signed_by_doctor(colleague)))
    refused(
        "orders.second_signature_is_yours",
        lambda: prescribe(stay, doctor, medication=aspirin, override_reason="x", second_signature=doctor),
    )
    refused(
        "orders.second_signer_may_not",
        lambda: prescribe(stay, doctor, medication=aspirin, override_reason="x", **signed_by_doctor(nurse)),
    )
    order = prescribe(stay, doctor, medication=aspirin, override_reason="mechanical valve", **signed_by_doctor(colleague))
    kept = SafetyFinding.objects.filter(request=order, tier="hard-stop")
    assert kept and {(row.second_signature, row.override_reason) for row in kept} == {(colleague, "mechanical valve")}
    assert JournalEntry.objects.get(about_id=order.pk).data["second_signature"] == str(colleague.pk)


def test_the_system_tells_what_was_prescribed_elsewhere_with_a_reason_alone(ward, rules):
    doctor, stay = ward
    prescribe(stay, doctor, medication=drug("Warfarin", "warfarin sodium"), dose="3")
    order = prescribe_medication(
        stay,
        by=make_system(),
        prescriber=doctor,
        medication=drug("Aspirin"),
        dose="100",
        dose_unit="mg",
        timing={"times": ["08:00"]},
        override_reason="as in the log",
    )
    assert order.prescriber == doctor


def test_each_warning_may_have_its_own_reason(ward, rules):
    doctor, stay = ward
    make_allergy(stay.patient, "Verapamil")
    prescribe(stay, doctor, medication=drug("Metoprolol", "metoprolol tartrate"))
    verapamil = drug("Verapamil", "verapamil hydrochloride")
    reasons = {"allergy:substance": "a rash only"}
    refused("orders.check_unanswered", lambda: prescribe(stay, doctor, medication=verapamil, override_reasons=reasons))
    reasons["interaction:clinosim:bb-plus-non-dhp-ccb"] = "monitored"
    order = prescribe(stay, doctor, medication=verapamil, override_reasons=reasons)
    assert set(SafetyFinding.objects.filter(request=order).values_list("rule", "override_reason")) == set(reasons.items())


def test_what_is_only_to_know_asks_for_no_answer_and_is_kept(ward, rules):
    doctor, stay = ward
    prescribe(stay, doctor, medication=drug("Lisinopril"))
    order = prescribe(stay, doctor, medication=drug("Spironolactone"))
    assert SafetyFinding.objects.get(request=order).rule == "interaction:clinosim:acei-arb-plus-k-sparing-diuretic"


def test_the_same_substance_twice_is_a_warning_and_as_needed_beside_it_is_to_know(ward):
    doctor, stay = ward
    prescribe(stay, doctor, medication=drug("Morphine", "morphine sulfate"))
    other = drug("Morphine tablet", "morphine hydrochloride")
    assert loud(stay, other) == {("duplicate:substance", "warning")}
    assert not loud(stay, other, as_needed=True, as_needed_for="pain")
    running = MedicationRequest.objects.get()
    changed = change_medication(running, by=doctor, reason="more", dose="600")
    assert changed.replaces == running and not SafetyFinding.objects.exists()


def test_potassium_chloride_and_potassium_phosphate_are_not_one_substance():
    assert base_name("Potassium  chloride") == "potassium chloride" and base_name("warfarin sodium") == "warfarin"
    assert (
        base_name("atorvastatin calcium trihydrate") == "atorvastatin" and base_name("sodium bicarbonate") == "sodium bicarbonate"
    )


def test_a_drug_taken_at_home_counts_in_interactions(ward, rules):
    doctor, stay = ward
    MedicationStatement.objects.create(
        patient=stay.patient, text="Warfarin 5 mg tablets", asserted_at=clock.now(), recorded_by=doctor
    )
    assert ("interaction:clinosim:anticoagulant-plus-nsaid", "hard-stop") in loud(stay, drug("Ibuprofen"))
    MedicationStatement.objects.update(status="stopped")
    assert not loud(stay, drug("Ibuprofen"))


def observe(stay, code, value, unit):
    Observation.objects.create(
        patient=stay.patient,
        category="vital-signs",
        system="http://loinc.org",
        code=code,
        name=code,
        value=Decimal(value),
        unit=unit,
        effective_at=clock.now() - HOUR,
        recorded_by=make_system(),
    )


def diagnose(stay, code):
    Condition.objects.create(
        patient=stay.patient,
        stage="clinical",
        system="icd-10",
        code=code,
        text=code,
        asserted_at=clock.now(),
        recorded_by=make_system(),
    )


def test_kidney_function_disease_age_and_sex_speak_from_the_table(ward, rules):
    stay = ward[1]
    stay.patient.birth_date, stay.patient.sex = clock.today().replace(year=clock.today().year - 10), "female"
    stay.patient.save(update_fields=["birth_date", "sex"])
    assert ("limit:clinosim:aspirin-pediatric-reyes", "hard-stop") in loud(stay, drug("Aspirin"))
    assert ("limit:clinosim:tamsulosin-adult-male-bph:sex", "hard-stop") in loud(
        stay, drug("Tamsulosin", "tamsulosin hydrochloride")
    )
    ibuprofen = drug("Ibuprofen")
    assert not loud(stay, ibuprofen)
    observe(stay, "48642-3", "25", "mL/min/{1.73_m2}")
    found = {each.rule: each for each in findings(stay, ibuprofen)}
    assert found["limit:clinosim:nsaid-egfr-below-30"].about == "eGFR 25"
    diagnose(stay, "I50.1")
    assert ("limit:clinosim:nsaid-in-heart-failure", "warning") in loud(stay, ibuprofen)
    diagnose(stay, "M30.3")  # Kawasaki disease: the exception the rule names
    assert "limit:clinosim:aspirin-pediatric-reyes" not in {rule for rule, _tier in loud(stay, drug("Aspirin 2", "aspirin"))}


def test_scheduled_and_as_needed_doses_are_summed_against_the_daily_maximum(ward, rules):
    doctor, stay = ward
    diagnose(stay, "K74.6")
    tablet = drug("Acetaminophen", name_ru="Парацетамол")
    assert not loud(stay, tablet, timing={"every_hours": 6})  # 4 × 0.5 g = 2 g, the limit itself
    assert ("limit:clinosim:acetaminophen-in-cirrhosis", "warning") in loud(stay, tablet, dose="501")
    prescribe(stay, doctor, medication=tablet, timing={"every_hours": 12})
    (over,) = [
        each
        for each in findings(
            stay, drug("Panadol", "paracetamol"), as_needed=True, as_needed_for="pain", max_per_day=4, min_interval_minutes=240
        )
        if each.rule.startswith("limit:")
    ]
    assert "3 g a day is more than 2 g" in over.sentence and "AASLD" in over.told_by
    assert not {
        r
        for r, _t in loud(
            stay, drug("Panadol 2", "paracetamol"), as_needed=True, as_needed_for="pain", max_per_day=2, min_interval_minutes=240
        )
        if r.startswith("limit:")
    }


def test_limits_of_the_institution_are_per_kilogram_per_dose_and_in_tablets(ward):
    stay = ward[1]
    lines = csv.DictReader(
        "code,target,per_dose,per_day,unit,per_kilogram,tier,sentence,source\n"
        "ours:kg,substance:gentamicin,5,,mg,1,hard-stop,Demo limit.,demo of this test\n".splitlines()
    )
    load_interactions(by=make_system(), limits=safety_file.own_limits(lines), source="test")
    gentamicin = drug("Gentamicin", "gentamicin sulfate", dose_per_unit=Decimal(80), stock_unit="ampoule")
    assert not loud(stay, gentamicin, dose="400")  # the weight is not known
    observe(stay, "29463-7", "70", "kg")
    assert not loud(stay, gentamicin, dose="350")
    assert loud(stay, gentamicin, dose="351") == {("limit:ours:kg", "hard-stop")}
    assert loud(stay, gentamicin, dose="5", dose_unit="ampoule") == {("limit:ours:kg", "hard-stop")}


def test_the_checks_take_the_same_number_of_statements_however_much_is_known(
    ward, rules, django_assert_num_queries, django_assert_max_num_queries
):
    doctor, stay = ward
    medication, order = drug("Aspirin"), {"as_needed": False, "timing": {}, "dose": None, "dose_unit": "", "route": ""}
    sources = len(facts.egfr_sources)
    with django_assert_max_num_queries(9 + sources):
        check(facts.gather(stay.patient_id, medication, clock.now()), order)
    for name in ("Warfarin", "Ibuprofen", "Clopidogrel", "Lisinopril"):
        prescribe(stay, doctor, medication=drug(name), override_reason="test", **signed_by_doctor(make_staff("ward_doctor")))
        make_allergy(stay.patient, name)
        diagnose(stay, "I50")
    with django_assert_num_queries(9 + sources):
        assert check(facts.gather(stay.patient_id, medication, clock.now()), order)


def test_the_shipped_rules_load_twice_and_each_has_its_source(rules):
    def count():
        return [model.objects.count() for model in (ClassMembership, InteractionRule, DoseLimit)]

    before = count()
    load_safety_rules(by=make_system())
    assert count() == before and before[0] > 3000 and before[1:] == [11, 9]
    for model in (ClassMembership, InteractionRule, DoseLimit):
        assert not model.objects.filter(told_by="").exists()


def test_only_named_people_set_how_loud_a_check_is(ward, rules):
    pharmacist, code = make_staff("pharmacist"), "clinosim:acei-arb-plus-potassium"
    for refusal, values in (
        ("orders.unknown_tier", {"tier": "loud", "reason": "x"}),
        ("emr.reason_missing", {"tier": "info", "reason": " "}),
    ):
        refused(refusal, lambda values=values: set_check_tier(code, by=pharmacist, **values))
    refused("emr.not_permitted", lambda: set_check_tier(code, by=ward[0], tier="info", reason="x"))
    with pytest.raises(NotFound):
        set_check_tier("nothing", by=pharmacist, tier="info", reason="x")
    assert set_check_tier(code, by=pharmacist, tier="info", reason="potassium is measured daily here").tier == "info"
    load_safety_rules(by=make_system())
    assert InteractionRule.objects.get(code=code).tier == "info"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("ours", "code,left,right,tier,sentence,source\na,b,c,loud,d,e\n"),
        ("ours", "code\n\n"),
        ("limits", "code,target,tier,sentence,source,per_day\na,b,info,c,d,much\n"),
        ("ansm", "[]"),
    ],
)
def test_a_file_that_cannot_be_read_loads_nothing(tmp_path, kind, text):
    make_system()
    path = tmp_path / "file.csv"
    path.write_text(text)
    with pytest.raises(CommandError):
        call_command("load_interactions", kind, str(path), verbosity=0)
    assert not InteractionRule.objects.exists() and not DoseLimit.objects.exists()


def test_the_preview_shows_findings_and_the_fatigue_table_counts_each_draft_once(ward, rules, client):
    doctor, stay = ward
    pharmacist = make_staff("pharmacist", login=f"pharmacist{number()}")
    prescribe(stay, doctor, medication=drug("Metoprolol", "metoprolol tartrate"))
    verapamil = drug("Verapamil", "verapamil hydrochloride")
    asked = {
        "priority": "routine",
        "medication": str(verapamil.pk),
        "dose": "40",
        "dose_unit": "mg",
        "frequency": "TID",
        "route": "PO",
    }
    sign_in(client, doctor)
    keys = ["01a00000-0000-7000-8000-00000000000a", "01a00000-0000-7000-8000-00000000000b"]
    for key in (keys[0], keys[0], keys[1]):
        page = client.post(
            reverse("orders:preview", args=[stay.pk]), asked | {"request_key": key}, headers={"HX-Request": "true"}
        )
        assert "bradycardia" in page.content.decode() and "ACC/AHA" in page.content.decode()
    assert MedicationRequest.objects.count() == 1 and SafetyFinding.objects.count() == 2
    signed = client.post(reverse("orders:prescribe", args=[stay.pk]), asked | {"request_key": keys[0]})
    assert signed.status_code == 422 and MedicationRequest.objects.count() == 1
    assert (
        client.post(
            reverse("orders:prescribe", args=[stay.pk]), asked | {"request_key": keys[0], "ready_reason": "monitored"}
        ).status_code
        == 302
    )
    (row,) = fatigue(clock.now() - HOUR, clock.now() + HOUR)
    assert (row["rule"], row["shown"], row["overridden"], row["percent"]) == (
        "interaction:clinosim:bb-plus-non-dhp-ccb",
        2,
        1,
        50,
    )
    assert client.get(reverse("orders:fatigue")).status_code == 403
    page = sign_in(client, pharmacist).get(reverse("orders:fatigue")).content.decode()
    assert "bb-plus-non-dhp-ccb" in page and "50" in page and "style=" not in page


def test_the_second_doctor_types_the_password(ward, rules, client):
    doctor, stay = ward
    colleague = make_staff("ward_doctor", login=f"second{number()}")
    colleague.user.set_password("correct horse battery")
    colleague.user.save()
    prescribe(stay, doctor, medication=drug("Warfarin", "warfarin sodium"), dose="3")
    asked = {
        "priority": "routine",
        "medication": str(drug("Aspirin").pk),
        "dose": "100",
        "dose_unit": "mg",
        "frequency": "DAILY",
        "request_key": "01a00000-0000-7000-8000-00000000000c",
        "override_reason": "valve",
        "second_signature": str(colleague.pk),
    }
    sign_in(client, doctor)
    address = reverse("orders:prescribe", args=[stay.pk])
    assert client.post(address, asked | {"second_password": "wrong"}).status_code == 403
    assert client.post(address, asked).status_code == 422 and MedicationRequest.objects.count() == 1
    assert client.post(address, asked | {"second_password": "correct horse battery"}).status_code == 302
    assert SafetyFinding.objects.filter(second_signature=colleague).exists()


def test_a_program_gives_reasons_and_the_second_signature(ward, rules, client):
    doctor, stay = ward
    colleague = make_staff("ward_doctor", login=f"second{number()}")
    colleague.user.set_password("correct horse battery")
    colleague.user.save()
    prescribe(stay, doctor, medication=drug("Warfarin", "warfarin sodium"), dose="3")
    order = {"medication": str(drug("Aspirin").pk), "dose": "100", "dose_unit": "mg", "timing": {"times": ["08:00"]}}
    sign_in(client, doctor)

    def post(**values):
        return client.post(
            f"/api/orders/encounters/{stay.pk}/prescribe",
            json.dumps(order | values),
            content_type="application/json",
            headers={"Idempotency-Key": f"01a00000-0000-7000-8000-{number():012d}"},
        )

    assert post().json()["code"] == "orders.check_unanswered"
    assert post(override_reason="valve").json()["code"] == "orders.second_signature_missing"
    named = {"override_reason": "valve", "second_signature": str(colleague.pk)}
    assert post(**named).json()["code"] == "emr.pin_missing"
    assert MedicationRequest.objects.count() == 1
    assert post(**named, second_password="correct horse battery").status_code == 201


def test_kidney_function_of_our_own_laboratory_counts(ward, rules):
    from orders.actions.service_request import request_service
    from orders.laboratory.actions.lab_result import record_result
    from orders.laboratory.actions.lab_test import load_catalogue

    doctor, stay = ward
    load_catalogue(by=make_system())
    request = request_service(stay, by=doctor, category="laboratory", text="eGFR", code="48642-3", system="http://loinc.org")
    record_result(request, by=make_staff("lab"), value=Decimal(20), unit="mL/min/{1.73_m2}")
    assert ("limit:clinosim:nsaid-egfr-below-30", "hard-stop") in loud(stay, drug("Ibuprofen"))


def test_programs_read_the_rules_and_the_fatigue_table(ward, rules, client):
    sign_in(client, make_staff("pharmacist", login=f"pharmacist{number()}"))
    listed = client.get("/api/orders/checks?q=hyperkalemia").json()["results"]
    assert {row["code"] for row in listed} == {"clinosim:acei-arb-plus-potassium", "clinosim:acei-arb-plus-k-sparing-diuretic"}
    assert all(row["source"] for row in listed)
    answer = client.post(
        "/api/orders/checks/clinosim:acei-arb-plus-potassium/set_tier",
        {"tier": "info", "reason": "measured daily"},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["tier"]) == (201, "info")
    assert client.get("/api/orders/fatigue?since=2020-01-01T00:00:00Z").json()["results"] == []
    sign_in(client, ward[0])
    assert client.get("/api/orders/checks").status_code == 200, "a doctor reads the rules that speak to him"
    answer = client.post("/api/orders/checks/clinosim:acei-arb-plus-potassium/set_tier", {"tier": "info", "reason": "in my way"},
                         content_type="application/json")
    assert answer.status_code == 403


def test_programs_publish_and_apply_order_sets(ward, client):
    doctor, stay = ward
    sign_in(client, doctor)
    lines = [{"medication": str(make_medication().pk), "dose": "500", "dose_unit": "mg", "timing": {"every_hours": 6}, "days": 1}]

    def post(address, values):
        return client.post(f"/api/orders/{address}", json.dumps(values), content_type="application/json")

    made = post("order_sets/publish", {"code": "pain", "name": "Pain (demo)", "lines": lines})
    assert made.status_code == 201, made.json()
    listed = client.get(f"/api/orders/encounters/{stay.pk}/order_sets").json()["results"]
    assert [row["id"] for row in listed] == [made.json()["id"]]
    assert client.get(f"/api/orders/order_sets/{made.json()['id']}/lines").json()["results"][0]["order"]["dose"] == "500"
    assert post(f"encounters/{stay.pk}/apply_set", {"order_set": made.json()["id"]}).status_code == 201
    assert MedicationRequest.objects.count() == 1


def test_the_reasons_that_doctors_write_most_are_offered_by_a_number_key(client):
    doctor, stay = make_ward()
    make_allergy(stay.patient, "amoxicillin", criticality="low")
    drug = make_medication("Amoxicillin", ingredients=["amoxicillin"])
    for reason, times in (("skin test was negative", 3), ("once only", 1), ("tolerated before", 4)):
        for _n in range(times):
            stop_medication(prescribe(stay, doctor, medication=drug, override_reason=reason), by=doctor, reason="test")
    assert common_reasons(["tolerated before"]) == ["skin test was negative"]
    page = sign_in(client, doctor).get(reverse("orders:prescribe", args=[stay.pk])).content.decode()
    assert 'data-key="5"' in page and "skin test was negative" in page and "once only" not in page
    form = {"medication": drug.pk, "dose": "500", "dose_unit": "mg", "route": "PO", "frequency": "Q6H", "priority": "routine",
            "ready_reason": "skin test was negative", "request_key": "0b9a0b8e-0000-4000-8000-000000000031"}
    assert client.post(reverse("orders:prescribe", args=[stay.pk]), form).status_code == 302
    assert SafetyFinding.objects.filter(override_reason="skin test was negative").count() == 4
