"""Scanning wristband and pack before a dose is given: what fits is given, what does not is stopped with a sentence."""
import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emr import clock
from emr.models import JournalEntry, PatientIdentifier
from nursing.actions.dose_scan import name_pack
from nursing.actions.medication_administration import administer_dose, give_as_needed, undo_administration
from nursing.errors import (
    NoSuchProduct,
    OneTimeAlreadyGiven,
    PackCodeTaken,
    PackIsExpired,
    UnknownPack,
    UnreadableCode,
    WrongDrug,
    WrongPatient,
)
from nursing.models import DoseScan, MedicationAdministration, PackCode
from nursing.rules.gs1 import check_digit
from nursing.rules.pack import own_code
from orders.queries.stock import left
from tests.factories import make_patient, make_staff, make_system
from tests.nursing.factories import make_as_needed, make_dose, make_medication, make_order, make_stock, make_ward
from tests.nursing.test_nursing_pages import HTMX, client_of

pytestmark = pytest.mark.django_db


def gtin(n=1):
    digits = f"0950600{n:06d}"
    return digits + check_digit(digits)


def pack(number=1, *, lot="LOT7", days=100):
    return f"]d201{gtin(number)}17{clock.today() + dt.timedelta(days=days):%y%m%d}10{lot}\x1d21S1"


@pytest.fixture
def ward():
    made = make_ward()
    made.pharmacist = make_staff("pharmacist")
    return made


def refused(refusal, act, *args, **kwargs):
    before = MedicationAdministration.objects.count(), JournalEntry.objects.count(), DoseScan.objects.count(
        ), PackCode.objects.count()
    with pytest.raises(refusal) as caught:
        act(*args, **kwargs)
    assert before == (MedicationAdministration.objects.count(), JournalEntry.objects.count(), DoseScan.objects.count(),
                      PackCode.objects.count())
    return caught.value


def test_wristband_and_pack_fit_and_the_scanned_lot_is_taken(ward):
    drug = ward.request.medication
    soon, mine = make_stock(drug, ward.department, 5, days=10, lot_number="FIRST"), make_stock(
        drug, ward.department, 5, lot_number="LOT7")
    name_pack(by=ward.pharmacist, code=pack(), medication=drug)
    fact = administer_dose(ward.dose, by=ward.nurse, wristband=ward.patient.number, pack=pack())
    assert fact.stock_move.lot == mine and left(soon, ward.department) == 5
    scan = fact.scan
    assert (scan.wristband, scan.pack) == (True, True)
    assert (scan.gtin, scan.lot_number, scan.serial, scan.reason) == (gtin(), "LOT7", "S1", "")


def test_our_own_label_names_its_lot(ward):
    make_stock(ward.request.medication, ward.department, 5, days=10)
    mine = make_stock(ward.request.medication, ward.department, 5)
    assert administer_dose(ward.dose, by=ward.nurse, pack=own_code(mine)).stock_move.lot == mine
    assert not DoseScan.objects.get().wristband


def test_another_wristband_is_refused_with_both_numbers(ward):
    other = make_patient()
    told = str(refused(WrongPatient, administer_dose, ward.dose, by=ward.nurse, wristband=other.number))
    assert other.number in told and ward.patient.number in told and other.family not in told
    refused(WrongPatient, administer_dose, ward.dose, by=ward.nurse, wristband="nobody")


def test_a_preprinted_wristband_is_that_of_its_wearer(ward):
    PatientIdentifier.objects.create(patient=ward.patient, system="urn:emr:wristband", value="MC-ABCDEFG", kind="wristband")
    assert administer_dose(ward.dose, by=ward.nurse, wristband="MC-ABCDEFG").scan.wristband


def test_a_pack_of_another_drug_is_refused_with_both_names(ward):
    other = make_medication(name="Heparin")
    name_pack(by=ward.pharmacist, code=gtin(2), medication=other)
    told = str(refused(WrongDrug, administer_dose, ward.dose, by=ward.nurse, wristband=ward.patient.number, pack=pack(2)))
    assert "Heparin" in told and ward.request.medication.name in told
    lot = make_stock(other, ward.department, 5)
    refused(WrongDrug, administer_dose, ward.dose, by=ward.nurse, pack=own_code(lot))


def test_a_pack_that_expired_is_refused_and_its_last_day_is_good(ward):
    name_pack(by=ward.pharmacist, code=gtin(), medication=ward.request.medication)
    refused(PackIsExpired, administer_dose, ward.dose, by=ward.nurse, pack=pack(days=-1))
    assert administer_dose(ward.dose, by=ward.nurse, pack=pack(days=0)).scan.pack


def test_an_unknown_number_is_known_by_the_lot_the_pharmacy_received(ward):
    refused(UnknownPack, administer_dose, ward.dose, by=ward.nurse, pack=pack())
    lot = make_stock(ward.request.medication, ward.department, 5, lot_number="LOT7")
    assert administer_dose(ward.dose, by=ward.nurse, pack=pack()).stock_move.lot == lot
    assert DoseScan.objects.get().gtin == gtin()


def test_a_lot_that_is_not_in_the_books_of_the_ward_holds_nobody_up(ward):
    name_pack(by=ward.pharmacist, code=gtin(), medication=ward.request.medication)
    booked = make_stock(ward.request.medication, ward.department, 5, lot_number="OTHER")
    fact = administer_dose(ward.dose, by=ward.nurse, pack=pack())
    assert fact.stock_move.lot == booked and fact.scan.lot_number == "LOT7"


@pytest.mark.parametrize("code", ["rubbish", "LOT-" + "0" * 32, "LOT-x", "01", "\x00", "0" * 500])
def test_a_code_that_says_nothing_is_refused(ward, code):
    refused(UnreadableCode, administer_dose, ward.dose, by=ward.nurse, pack=code)


def test_what_could_not_be_scanned_is_given_with_its_reason_or_without_one(ward):
    fact = administer_dose(ward.dose, by=ward.nurse, wristband=ward.patient.number, not_scanned="pack-without-code")
    assert (fact.scan.wristband, fact.scan.pack, fact.scan.reason) == (True, False, "pack-without-code")
    other = make_dose(make_order(ward.encounter), minutes=-5)
    assert not hasattr(administer_dose(other, by=ward.nurse), "scan")


def test_a_drug_as_needed_is_scanned_too(ward):
    request = make_as_needed(ward.encounter)
    name_pack(by=ward.pharmacist, code=gtin(), medication=request.medication)
    scan = give_as_needed(request, by=ward.nurse, wristband=ward.patient.number, pack=pack()).scan
    assert (scan.wristband, scan.pack) == (True, True)


def test_a_number_is_entered_once_and_may_be_entered_anew_for_another_product(ward):
    first, second = make_medication(), make_medication()
    with CaptureQueriesContext(connection):
        name_pack(by=ward.pharmacist, code="9506000134352", medication=first.pk)
    refused(PackCodeTaken, name_pack, by=ward.pharmacist, code="(01)09506000134352", medication=first)
    name_pack(by=ward.head, code="09506000134352", medication=second)
    assert PackCode.objects.get(ended_at=None).medication == second and PackCode.objects.count() == 2
    refused(UnreadableCode, name_pack, by=ward.head, code="09506000134353", medication=second)
    refused(NoSuchProduct, name_pack, by=ward.head, code="09506000134352", medication=uuid.uuid4())


def test_a_drug_ordered_once_is_given_once(ward):
    order = make_order(ward.encounter, timing={"once": True})
    first, second = make_dose(order, minutes=-20), make_dose(order, minutes=-10)
    fact = administer_dose(first, by=ward.nurse)
    told = refused(OneTimeAlreadyGiven, administer_dose, second, by=ward.colleague)
    assert "Ivanova A." in str(told)
    undo_administration(fact, by=ward.nurse, reason="wrong patient")
    assert administer_dose(second, by=ward.nurse).status == "given"
    assert make_system() and MedicationAdministration.objects.live().filter(request=order).count() == 1


def test_part_of_a_dose_is_given_with_its_reason(ward):
    fact = administer_dose(ward.dose, by=ward.nurse, amount="0.5", reason="vein was lost")
    assert (fact.amount, fact.reason) == (Decimal("0.5"), "vein was lost")
    page = client_of(ward.nurse).get(reverse("nursing:dose", args=[ward.dose.pk]), **HTMX).content.decode()
    assert "0.5 of 1 g" in page and "vein was lost" in page


def scan(client, **query):
    return client.get(reverse("nursing:scan"), query, **HTMX)


def test_scanning_wristband_then_pack_leads_to_the_dose(ward):
    client = client_of(ward.nurse)
    name_pack(by=ward.pharmacist, code=gtin(), medication=ward.request.medication)
    page = scan(client, code=ward.patient.number).content.decode()
    assert ward.patient.full_name in page and ward.request.medication.name in page and f'value="{ward.patient.number}"' in page
    page = scan(client, code=pack(), wristband=ward.patient.number).content.decode()
    assert reverse("nursing:administer", args=[ward.dose.pk]) in page and "LOT7" in page
    answer = client.post(reverse("nursing:administer", args=[ward.dose.pk]), {
        "request_key": str(uuid.uuid4()), "wristband": ward.patient.number, "pack": pack()}, **HTMX)
    assert answer.status_code == 204 and DoseScan.objects.filter(wristband=True, pack=True).count() == 1


def test_scanning_a_pack_first_asks_for_the_wristband_and_a_drug_not_due_is_refused(ward):
    client = client_of(ward.nurse)
    other = make_medication(name="Heparin")
    name_pack(by=ward.pharmacist, code=gtin(), medication=other)
    assert "Heparin" in scan(client, code=pack()).content.decode()
    answer = scan(client, code=pack(), wristband=ward.patient.number)
    assert answer.status_code == 422 and "Heparin" in answer.content.decode()
    assert scan(client, code="rubbish").status_code == 422 and scan(client).status_code == 400
    assert scan(client, code=pack(), wristband="nobody").status_code == 409
    request = make_as_needed(ward.encounter, medication=other)
    assert reverse("nursing:give_as_needed", args=[request.pk]) in scan(
        client, code=pack(), wristband=ward.patient.number).content.decode()


def test_the_wristband_of_somebody_elses_patient_opens_nothing(ward):
    assert scan(client_of(ward.stranger), code=ward.patient.number).status_code == 404


def test_scanning_asks_few_questions_whatever_the_number_of_doses(ward):
    client = client_of(ward.nurse)
    scan(client, code=ward.patient.number)
    for _ in range(30):
        make_dose(make_order(ward.encounter), minutes=-5)
    with CaptureQueriesContext(connection) as queries:
        page = scan(client, code=ward.patient.number).content.decode()
    assert page.count("<tr>") == 31 and len(queries) <= 20, len(queries)


def test_the_list_of_pack_numbers_and_a_label_open_in_few_queries(ward):
    client = client_of(ward.pharmacist)
    for n in range(20):
        name_pack(by=ward.pharmacist, code=gtin(n), medication=make_medication())
    answer = client.post(reverse("nursing:packs"), {"code": gtin(77), "medication": ward.request.medication.code,
                                                    "request_key": str(uuid.uuid4())})
    assert answer.status_code == 302 and PackCode.objects.filter(gtin=gtin(77)).exists()
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("nursing:packs")).content.decode()
    assert gtin(19) in page and len(queries) <= 14, len(queries)
    lot = make_stock(ward.request.medication, ward.department, 5)
    assert "<svg" in client_of(ward.nurse).get(reverse("nursing:lot_label", args=[lot.pk])).content.decode()
