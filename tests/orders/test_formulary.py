"""The formulary: adding, loading, finding; the demo formulary covers the demo event log."""
import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from emr.errors import Refusal
from emr.models import JournalEntry
from orders.actions import formulary_demo
from orders.actions.medication import add_medication, load_demo_formulary, load_formulary
from orders.models import Medication, MedicationIngredient, StockLot
from orders.queries import medication as queries
from orders.queries import stock
from tests.factories import make_department, make_staff, make_system
from tests.orders.factories import make_medication

pytestmark = pytest.mark.django_db


def test_a_product_is_added_with_its_substances():
    row = add_medication(by=make_staff("pharmacist"), code="A1", name="Co-trimoxazole",
                         ingredients=["Trimethoprim", "sulfamethoxazole"])
    assert list(row.ingredients.values_list("ingredient__name", flat=True).order_by("ingredient__name")) == [
        "sulfamethoxazole", "trimethoprim"]


@pytest.mark.parametrize(("code", "values"), [
    ("orders.medication_code_taken", {"code": "A1", "name": "Other"}), ("orders.name_missing", {"code": " ", "name": "X"}),
    ("orders.name_missing", {"code": "A2", "name": ""})])
def test_a_code_stands_once_and_a_product_has_a_name(code, values):
    make_medication(code="A1")
    with pytest.raises(Refusal) as caught:
        add_medication(by=make_staff("pharmacist"), **values)
    assert caught.value.code == code
    assert Medication.objects.count() == 1


def test_a_file_may_be_loaded_again_and_brings_products_up_to_date():
    rows = [{"code": "A1", "name": "Aspirin", "strength": "100 mg", "ingredients": ["aspirin"]}]
    load_formulary(rows, by=make_system(), source="test")
    load_formulary([rows[0] | {"strength": "75 mg"}], by=make_system(), source="test")
    assert Medication.objects.get().strength == "75 mg"
    assert MedicationIngredient.objects.count() == 1
    assert JournalEntry.objects.filter(act="orders.load_formulary").count() == 2
    with pytest.raises(Refusal) as caught:
        load_formulary([], by=make_system(), source="test")
    assert caught.value.code == "orders.formulary_unreadable"


def test_drugs_are_found_by_name_other_name_and_code_whatever_their_case():
    drug = make_medication("Sodium chloride 0.9%", other_names=["iv normal saline 1l"], trade_name="Salina", code="NS1")
    for asked in ("sodium chloride 0.9%", "IV_Normal  Saline 1L", "SALINA", "ns1"):
        assert queries.find_medication(asked) == drug
    assert queries.find_medication("water") is None and queries.find_medication(" ") is None


def test_the_search_puts_names_that_begin_so_first():
    acid, aspirin = make_medication("Acetylsalicylic acid aspirin"), make_medication("Aspirin")
    assert list(queries.search("aspi")) == [aspirin, acid]
    assert list(queries.search("aspirin 500")) == [aspirin, acid]
    assert not queries.search("x' or 1=1 --")


def test_every_demo_product_is_marked_and_says_where_it_comes_from():
    rows = formulary_demo.rows()
    with formulary_demo.FILE.open(encoding="utf-8", newline="") as file:
        assert len({line["code"] for line in csv.DictReader(file)}) == len(rows) > 100
    assert all(row["is_demo"] and row["source"] and row["other_names"] for row in rows)
    names = [name for row in rows for name in row["other_names"]]
    assert len(names) == len(set(names)) == 161  # one product for each name in the demo event log


def test_the_demo_formulary_and_its_stock_load_once():
    ward = make_department()
    for _ in range(2):
        load_demo_formulary(by=make_system())
    assert StockLot.objects.count() == Medication.objects.count() == len(formulary_demo.rows())
    tablet, inhaler = queries.find_medication("Acetaminophen"), queries.find_medication("Salbutamol")
    assert (tablet.form, tablet.route, inhaler.stock_unit) == ("tablet", "PO", "inhaler")
    drug = queries.find_medication("Ceftriaxone 1g IV daily")
    assert (drug.name, drug.dose_per_unit, drug.dose_unit) == ("Ceftriaxone", 1, "g")
    lot = stock.first_to_expire(drug, ward)
    assert stock.left(lot, ward) == formulary_demo.WARD_QUANTITY
    assert (lot.supplier, lot.unit_cost) == ("Demo", formulary_demo.price(drug))


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_formulary_file_of_the_fda_is_loaded(tmp_path):
    make_system()
    file = write(tmp_path / "fda.csv", "substances,dosage_form,route,strength,unit,pharm_classes,dea_schedule,n_listings\n"
                 ",gel,topical,,,,,1\nmorphine sulfate,tablet,oral,.5,mg/1,,CII,3\n"
                 "amoxicillin; clavulanate potassium,tablet,oral,875; 125,mg/1; mg/1,,,9\n")
    for _ in range(2):
        call_command("load_formulary", "fda", file, stdout=StringIO())
    morphine = Medication.objects.get(name="morphine sulfate")
    assert (morphine.strength, morphine.route, morphine.is_controlled) == ("0.5 mg", "PO", True)
    assert str(morphine.dose_per_unit) == "0.5" and morphine.source == "FDA NDC directory (public domain)"
    both = Medication.objects.exclude(pk=morphine.pk).get()
    assert (both.strength, both.dose_per_unit, both.ingredients.count()) == ("875 mg + 125 mg", None, 2)


def test_a_hospitals_own_file_is_loaded_and_a_bad_one_changes_nothing(tmp_path):
    make_system()
    call_command("load_formulary", "ours",
                 write(tmp_path / "a.csv", "code,name,dose_per_unit,ingredients\nA1,Аспирин,100,aspirin\n"), stdout=StringIO())
    assert Medication.objects.get().dose_per_unit == 100
    for text in ("code,name,dose_per_unit\nA2,Other,ten\n", "number,title\n1,2\n", ""):
        with pytest.raises(CommandError):
            call_command("load_formulary", "ours", write(tmp_path / "b.csv", text))
    with pytest.raises(CommandError):
        call_command("load_formulary", "ours", str(tmp_path / "absent.csv"))
    assert Medication.objects.count() == 1
