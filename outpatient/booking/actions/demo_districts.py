"""Demo districts: the streets on which the demo patients live, shared out among the demo doctors."""
from emr.models import PatientAddress
from emr.rules.names import fold
from outpatient.booking.actions.district import add_district_rule, add_street, appoint_district_doctor, set_up_district
from outpatient.booking.models import DistrictRule, DoctorSetting
from outpatient.booking.rules.identification import parts_of
from outpatient.models import District
from outpatient.queries.visit import departments

MOST_STREETS = 60


def load_demo_districts(*, by) -> int:
    """Share the streets of the demo patients out among the doctors of the specialties with districts, once; the number of
    streets.

    Every fifth street is divided at number 60 between two districts. The streets are those of synthetic people.
    """
    doctors = list(DoctorSetting.objects.filter(specialty__by_district=True, doctor__left_on__isnull=True).select_related(
        "doctor", "specialty").order_by("specialty__code", "doctor__code"))
    department = departments().first()
    if not doctors or department is None or DistrictRule.objects.exists():
        return 0
    districts = _districts(doctors, department, by)
    streets = _streets()
    for number, (settlement, name) in enumerate(streets):
        street = add_street(by=by, settlement=settlement, name=name)
        own, neighbour = districts[number % len(districts)], districts[(number + 1) % len(districts)]
        divided = number % 5 == 4 and own != neighbour
        add_district_rule(by=by, district=own, street=street, houses="1-59" if divided else "")
        if divided:
            add_district_rule(by=by, district=neighbour, street=street, houses="60-")
    return len(streets)


def _districts(doctors, department, by) -> list[District]:
    """As many districts as the specialty with most doctors has of them; each specialty looks after all."""
    by_specialty = {}
    for row in doctors:
        by_specialty.setdefault(row.specialty, []).append(row.doctor)
    count = max(len(found) for found in by_specialty.values())
    districts = [set_up_district(by=by, department=department, code=str(number + 1)) for number in range(count)]
    for specialty, found in by_specialty.items():
        for number, district in enumerate(districts):
            appoint_district_doctor(by=by, district=district, specialty=specialty, doctor=found[number % len(found)])
    return districts


def _streets() -> list[tuple[str, str]]:
    """(town, street) of the demo patients, each street once, in alphabetical order."""
    found = {}
    for city, street, house, flat in PatientAddress.objects.filter(ended_at__isnull=True).exclude(street="").order_by(
            "pk").values_list(
            "city", "street", "house", "flat"):
        name = parts_of(street, house, flat)[0]
        if city and name:
            found.setdefault((fold(city), fold(name)), (city, name))
    return [found[key] for key in sorted(found)][:MOST_STREETS]
