"""The patient's own drug is recorded as such; a dose of ours tells the drug register for whom it was taken."""
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction

from nursing.actions.medication_administration import administer_dose
from nursing.models import MedicationAdministration
from tests.factories import signed_by
from tests.nursing.factories import make_dose, make_order, make_stock, make_ward

pytestmark = pytest.mark.django_db


def test_an_own_drug_is_recorded_as_own_and_takes_no_stock():
    ward = make_ward()
    make_stock(ward.request.medication, ward.department, 5)
    fact = administer_dose(ward.dose, by=ward.nurse, own_drug=True)
    assert fact.own_drug and fact.stock_move is None
    assert not administer_dose(make_dose(ward.request), by=ward.nurse).own_drug


def test_a_dose_from_the_stock_says_for_whom_and_before_whom_it_was_taken():
    ward = make_ward()
    make_stock(ward.request.medication, ward.department, 5)
    move = administer_dose(ward.dose, by=ward.nurse, **signed_by(ward.colleague)).stock_move
    assert (move.patient, move.encounter, move.witness, move.recorded_by) == (ward.patient, ward.encounter,
                                                                              ward.colleague, ward.nurse)


def test_the_database_refuses_an_own_drug_from_our_stock():
    ward = make_ward()
    make_stock(ward.request.medication, ward.department, 5)
    fact = administer_dose(ward.dose, by=ward.nurse)
    with pytest.raises(IntegrityError, match="an_own_drug_is_given_and_takes_no_stock"), transaction.atomic():
        MedicationAdministration.objects.filter(pk=fact.pk).update(own_drug=True)


def test_the_migration_marks_what_billing_took_for_own_drugs_and_nothing_else():
    kept, empty = make_ward(), make_ward()
    make_stock(kept.request.medication, kept.department, 5)
    own = administer_dose(kept.dose, by=kept.nurse, own_drug=True)
    ours = administer_dose(make_dose(make_order(kept.encounter, medication=kept.request.medication)), by=kept.nurse)
    unkept = administer_dose(empty.dose, by=empty.nurse)
    MedicationAdministration.objects.update(own_drug=False)
    with connection.cursor() as cursor:
        cursor.execute(import_module("nursing.migrations.0004_own_drug").GUESSED)
    assert set(MedicationAdministration.objects.filter(own_drug=True)) == {own} and {ours, unkept}
