"""Demo content of the directory: the institutions of Minsk from the customer's list, two buildings of our own, who is attached
here.
"""
import csv
from pathlib import Path

from django.db.models import Exists, OuterRef

from emr.models import Patient
from outpatient.actions.card import open_card
from outpatient.booking.actions.clinic import load_clinics
from outpatient.booking.models import Clinic
from outpatient.models import Card

ATTACHED = 60  # people with a card
LIST = Path(__file__).resolve().parent.parent / "data" / "minsk_polyclinics.csv"
MINSK = {"region": "minsk-city", "city": "Minsk", "city_ru": "Минск", "city_be": "Мінск", "is_ours": True}
OSM = "© OpenStreetMap contributors, ODbL"
# Made up: there is no such street, and nobody answers these numbers.
OWN = [
    {"kind": "adult", "title": "Поликлиника (demo)", "street": "Demo street", "street_ru": "Примерная",
     "street_be": "Узорная", "house": "1", "phone": "+375 17 000-00-01"},
    {"kind": "women", "title": "Женская консультация (demo)", "street": "Demo street", "street_ru": "Примерная",
     "street_be": "Узорная", "house": "3", "building": "2", "phone": "+375 17 000-00-02"},
]


def load_demo_clinics(*, by):
    """Load the list of Minsk and our own demo buildings, once."""
    if Clinic.objects.exists():
        return
    with LIST.open(encoding="utf-8", newline="") as file:
        load_clinics(rows=[row | {"placed_from": OSM if row["latitude"] else ""} for row in csv.DictReader(file)],
                     source="List of Minsk institutions in the customer's brief", by=by)
    load_clinics(rows=[MINSK | row for row in OWN], source="Demo data, made up", by=by)


def attach_demo_patients(*, by):
    """Give demo people a card here, so that they can order coupons; who has one keeps it."""
    cards = Card.objects.filter(patient=OuterRef("pk"), closed_at__isnull=True)
    rows = Patient.objects.filter(~Exists(cards), died_at__isnull=True, merged_into__isnull=True, is_unknown=False,
                                  birth_date__isnull=False)
    for patient in rows.order_by("number")[:ATTACHED]:
        open_card(patient, by=by)
