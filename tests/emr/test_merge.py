"""Two records of one person joined and parted again, with every kind of row there is (A4)."""
import datetime as dt

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from emr import clock
from emr.actions.encounter import PatientIsMerged
from emr.actions.patient_merge import (
    AlreadyUnmerged,
    BothHaveOpenStay,
    LaterMergeFirst,
    MergeWithItself,
    merge_patients,
    unmerge_patients,
)
from emr.errors import NotPermitted, ReasonMissing
from emr.models import AllergyIntolerance, Document, JournalEntry, Observation, Patient, PatientIdentifier, PatientMerge, User
from emr.people.merging import MOVES, REFUSED, STAYS, pointers, rule_of, unique_rules
from emr.queries.patient import same_person
from emr.queries.patient_merge import append_only_tables, collisions, preview
from tests.emr.anything import make
from tests.factories import make_encounter, make_patient, make_staff, make_system
from tests.races import at_once, just_before

# What we agreed for each column that names a patient. Add a line when you add such a column, and think: does the row
# belong to the person (it moves), or does it tell what happened to one record (it stays; then read it by same_person)?
AGREED = {
    "emr.Encounter.patient": MOVES, "emr.BreakGlass.patient": MOVES, "emr.AllergyIntolerance.patient": MOVES,
    "emr.AttachmentFile.patient": MOVES, "emr.Condition.patient": MOVES, "emr.Document.patient": MOVES,
    "emr.Observation.patient": MOVES, "emr.Patient.merged_into": MOVES, "emr.PatientName.patient": MOVES,
    "emr.PatientAddress.patient": MOVES, "emr.PatientContact.patient": MOVES, "emr.PatientIdentifier.patient": MOVES,
    "orders.MedicationRequest.patient": MOVES, "orders.Leave.patient": MOVES, "orders.MedicationStatement.patient": MOVES,
    "orders.PlannedDose.patient": MOVES, "orders.ServiceRequest.patient": MOVES, "orders.StockMove.patient": MOVES,
    "orders.OrderSetUse.patient": "stays", "orders.SafetyFinding.patient": "stays", "orders.Reconciliation.patient": "stays",
    "laboratory.LabResult.patient": MOVES, "laboratory.Specimen.patient": MOVES,
    "nursing.MedicationAdministration.patient": MOVES, "nursing.Procedure.patient": MOVES, "nursing.CarePlan.patient": MOVES,
    "nursing.CareTask.patient": MOVES, "nursing.HandOverRemark.patient": MOVES, "nursing.PatchRemoval.patient": MOVES,
    "outpatient.Card.patient": MOVES, "booking.Booking.patient": MOVES, "booking.OnlinePause.patient": MOVES,
    "booking.Appeal.patient": MOVES, "booking.CampaignTarget.patient": MOVES, "booking.DialOptOut.patient": MOVES,
    "booking.HouseCall.patient": MOVES, "booking.DuplicateReport.one": STAYS, "booking.DuplicateReport.other": STAYS,
    "booking.AccountPatient.patient": MOVES, "booking.WaitingEntry.patient": MOVES, "booking.NoShowDecision.patient": MOVES,
    "booking.QueueEntry.patient": MOVES,
    "billing.Account.patient": MOVES, "billing.Estimate.patient": MOVES, "fhir_export.ReceivedResource.patient": MOVES,
    "emr.AccessEntry.by_patient": STAYS, "emr.AccessEntry.patient": STAYS, "emr.JournalEntry.by_patient": STAYS,
    "emr.JournalEntry.patient": STAYS, "emr.PatientMerge.survivor": STAYS, "emr.PatientMerge.retired": STAYS,
    "billing.ChargeItem.patient": STAYS, "fhir_export.SentDocument.patient": STAYS,
}
# Unique constraints that two records of one person may break together: the retired one's row stays behind, or a person
# must settle it first (REFUSED).
AGREED_UNIQUE = {
    "one_open_stay_per_patient": "refused", "one_statement_of_no_known_allergy": "stays", "one_open_card_per_patient": "stays",
    "one_coupon_per_specialty_and_day": "stays", "one_house_call_per_patient_and_day": "stays",
    "a_patient_is_in_an_account_once": "stays", "once_in_a_campaign": "stays", "one_opt_out_of_a_patient": "stays",
    "a_patient_waits_once_for_a_specialty": "stays", "a_patient_waits_once_for_a_doctor": "stays",
}


def test_every_column_that_names_a_patient_has_its_agreed_merge_rule(db):
    append_only = append_only_tables()
    assert {pointer.name: rule_of(pointer, append_only) for pointer in pointers()} == AGREED


def test_the_database_knows_no_reference_to_a_patient_that_the_merge_does_not(db):
    with connection.cursor() as cursor:
        cursor.execute("""select c.conrelid::regclass::text || '.' || a.attname from pg_constraint c
            join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
            where c.contype = 'f' and c.confrelid = 'emr_patient'::regclass""")
        assert {name for (name,) in cursor.fetchall()} == {pointer.column for pointer in pointers()}


def test_every_unique_constraint_that_a_merge_could_break_has_its_rule(db):
    append_only = append_only_tables()
    found = {name: "refused" if name in REFUSED else "stays" for pointer in pointers()
             if rule_of(pointer, append_only) == MOVES for name, _condition, _others in unique_rules(pointer)}
    assert found == AGREED_UNIQUE


def image(*patients):
    """Every row of every table that names one of these patients, as the database shows it."""
    seen = {}
    for pointer in pointers():
        if pointer.model in (JournalEntry, PatientMerge):
            continue
        rows = pointer.model._base_manager.filter(**{f"{pointer.field}__in": patients}).values()
        seen[pointer.name] = {str(row["id"]): {k: bytes(v) if isinstance(v, memoryview) else v for k, v in row.items()}
                              for row in rows}
    seen["patients"] = {row["number"]: row for row in Patient.objects.filter(pk__in=[p.pk for p in patients]).values()}
    return seen


def chart_with_everything(**values):
    """A patient with a row in every table that may name one."""
    patient = make_patient(**values)
    for pointer in pointers():
        if pointer.name in ("emr.Patient.merged_into", "emr.PatientMerge.retired") or pointer.field == "by_patient":
            continue
        if pointer.name == "emr.PatientMerge.survivor":
            continue
        assert make(pointer.model, **{pointer.field: patient}).pk, pointer.name
    return patient


@pytest.fixture
def clerk():
    return make_staff("registrar")


pytestmark = pytest.mark.django_db


def test_merge_and_unmerge_leave_every_row_of_both_charts_as_it_was(clerk):
    survivor, retired = chart_with_everything(family="Ivanov"), chart_with_everything(family="Ivanova")
    from emr.actions.patient_details import refresh

    refresh(survivor), refresh(retired)
    before = image(survivor, retired)
    merge = merge_patients(survivor, retired, by=clerk, reason="one person")
    append_only = append_only_tables()
    for pointer in pointers():
        left = pointer.rows(retired).count()
        if rule_of(pointer, append_only) == MOVES:
            kept = collisions(pointer, survivor, retired)
            assert left == sum(len(keys) for keys in kept.values()), pointer.name
            assert left < 2 and pointer.rows(survivor).exists(), pointer.name
    assert image(survivor, retired) != before
    unmerge_patients(merge, by=clerk, reason="two people after all")
    assert image(survivor, retired) == before


def test_a_merge_tells_in_its_preview_what_moves(clerk):
    survivor, retired = make_patient(), make_patient()
    make_encounter(retired, kind="EMER"), make_encounter(retired, kind="AMB")
    seen = preview(survivor, retired)
    assert seen.possible and ("stays and visits", 2) in seen.moves and seen.total == 2
    merge = merge_patients(survivor, retired, by=clerk, reason="same passport")
    assert len(merge.moved["emr_encounter.patient_id"]) == 2
    assert not preview(survivor, retired).possible


def test_a_stranger_cannot_merge(clerk):
    survivor, retired = make_patient(), make_patient()
    with pytest.raises(NotPermitted):
        merge_patients(survivor, retired, by=make_staff("ward_nurse"), reason="x")
    assert not PatientMerge.objects.exists() and not JournalEntry.objects.exists()


@pytest.mark.parametrize(("refusal", "reason", "same"), [(ReasonMissing, "  ", False), (MergeWithItself, "why", True)])
def test_a_merge_needs_two_records_and_a_reason(clerk, refusal, reason, same):
    survivor = make_patient()
    retired = survivor if same else make_patient()
    with pytest.raises(refusal):
        merge_patients(survivor, retired, by=clerk, reason=reason)
    assert not PatientMerge.objects.exists() and not JournalEntry.objects.exists()


def test_a_merged_record_is_not_merged_again(clerk):
    survivor, retired, third = make_patient(), make_patient(), make_patient()
    merge_patients(survivor, retired, by=clerk, reason="one person")
    for pair in ((third, retired), (retired, third)):
        with pytest.raises(PatientIsMerged) as refused:
            merge_patients(*pair, by=clerk, reason="again")
        assert refused.value.code == "emr.patient_is_merged" and refused.value.data["number"] == survivor.number
    assert PatientMerge.objects.count() == 1


def test_two_open_stays_must_be_settled_first(clerk):
    survivor, retired = make_patient(), make_patient()
    make_encounter(survivor), make_encounter(retired)
    assert not preview(survivor, retired).possible
    with pytest.raises(BothHaveOpenStay):
        merge_patients(survivor, retired, by=clerk, reason="one person")
    assert retired.encounters.count() == 1 and not PatientMerge.objects.exists()


def test_a_chain_stays_one_step_long_and_is_taken_back_from_its_end(clerk):
    first, second, third = make_patient(), make_patient(), make_patient()
    inner = merge_patients(second, first, by=clerk, reason="one person")
    outer = merge_patients(third, second, by=clerk, reason="one person")
    first.refresh_from_db()
    assert first.merged_into == third and same_person(first) == [third.pk, *sorted([first.pk, second.pk])]
    with pytest.raises(LaterMergeFirst):
        unmerge_patients(inner, by=clerk, reason="error")
    unmerge_patients(outer, by=clerk, reason="error")
    first.refresh_from_db()
    assert first.merged_into == second
    unmerge_patients(inner, by=clerk, reason="error")
    with pytest.raises(AlreadyUnmerged):
        unmerge_patients(inner, by=clerk, reason="error")
    assert same_person(first) == [first.pk]


def test_what_was_written_about_a_moved_stay_goes_back_with_it(clerk):
    survivor, retired = make_patient(), make_patient()
    stay = make_encounter(retired, kind="EMER")
    merge = merge_patients(survivor, retired, by=clerk, reason="one person")
    values = {"category": "exam", "name": "Finding", "value_text": "x", "recorded_by": make_system(),
              "effective_at": clock.now() - dt.timedelta(minutes=1)}
    later = Observation.objects.create(patient=survivor, encounter=stay, **values)
    own = Observation.objects.create(patient=survivor, **values)
    unmerge_patients(merge, by=clerk, reason="two people")
    later.refresh_from_db(), own.refresh_from_db()
    assert (later.patient, own.patient) == (retired, survivor)


def allergy(patient, **values):
    return AllergyIntolerance.objects.create(patient=patient, asserted_at=clock.now(), recorded_by=make_system(), **values)


def test_no_known_allergy_ends_when_the_other_record_names_one_and_stands_again_after_unmerge(clerk):
    survivor, retired = make_patient(), make_patient()
    statement = allergy(survivor, kind="none-known")
    allergy(retired, substance="Penicillin")
    assert preview(survivor, retired).warnings
    merge = merge_patients(survivor, retired, by=clerk, reason="one person")
    statement.refresh_from_db()
    assert statement.ended_at
    assert survivor.allergies.filter(ended_at__isnull=True).get().substance == "Penicillin"
    unmerge_patients(merge, by=clerk, reason="two people")
    statement.refresh_from_db()
    assert statement.ended_at is None and statement.patient == survivor


def signed_paper(patient):
    return make(Document, patient=patient, status="signed", signed_at=clock.now(), signed_by=make_system(), sha256="a" * 64)


def test_a_signed_paper_moves_with_the_merge_and_otherwise_cannot_change(clerk):
    survivor, retired = make_patient(), make_patient()
    paper = signed_paper(retired)
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=paper.pk).update(patient=survivor)
    merge = merge_patients(survivor, retired, by=clerk, reason="one person")
    paper.refresh_from_db()
    assert paper.patient == survivor
    for change in ({"title": "Another"}, {"patient": make_patient()}, {"patient": retired, "title": "Another"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Document.objects.filter(pk=paper.pk).update(**change)
    unmerge_patients(merge, by=clerk, reason="two people")
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=paper.pk).update(patient=survivor)


def test_the_patients_login_opens_the_record_that_stands(clerk):
    survivor, retired = make_patient(), make_patient(user=User.objects.create(username="own"))
    merge = merge_patients(survivor, retired, by=clerk, reason="one person")
    assert User.objects.get(username="own").actor == survivor
    unmerge_patients(merge, by=clerk, reason="two people")
    assert User.objects.get(username="own").actor == retired


def test_identifiers_lead_to_the_survivor_after_a_merge(clerk):
    from emr.queries.patient import search

    survivor, retired = make_patient(family="Orlov"), make_patient(family="Sokol")
    PatientIdentifier.objects.create(patient=retired, system="urn:x", value="AB1234567")
    merge_patients(survivor, retired, by=clerk, reason="one person")
    assert list(search(clerk, "AB1234567")) == [survivor]
    assert list(search(clerk, "Sokol")) == [survivor]


@pytest.mark.django_db(transaction=True)
def test_two_merges_of_one_pair_at_once_join_it_once():
    clerk, one, other = make_staff("registrar"), make_patient(), make_patient()
    results = at_once(lambda: merge_patients(one, other, by=clerk, reason="a"),
                      lambda: merge_patients(other, one, by=clerk, reason="b"))
    assert sum(isinstance(result, PatientMerge) for result in results) == 1
    assert sum(isinstance(result, PatientIsMerged) for result in results) == 1
    assert Patient.objects.filter(merged_into__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_row_written_while_the_merge_runs_comes_along():
    clerk, survivor, retired = make_staff("registrar"), make_patient(), make_patient()
    system = make_system()

    def write():
        return Observation.objects.create(patient=Patient.objects.get(pk=retired.pk), category="exam", name="Late",
                                          value_text="x",
                                          effective_at=clock.now() - dt.timedelta(minutes=1), recorded_by=system)

    make_encounter(retired, kind="EMER")
    with just_before("emr.queries.patient_merge.collisions", write):
        merge_patients(survivor, retired, by=clerk, reason="one person")
    assert Observation.objects.get(name="Late").patient == survivor
