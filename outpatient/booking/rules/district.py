"""The doctor of the patient's district, found by the address (R69-R71).

Nobody is guessed: what no rule names is not determined.
"""
from dataclasses import dataclass

from django.utils.translation import gettext as _

from outpatient.booking.queries import district as queries
from outpatient.booking.rules.houses import Rule, district_at, precision, street_fits
from outpatient.booking.rules.identification import keywords, parts_of, same_settlement

MOST_SHOWN = 200


@dataclass(frozen=True)
class Address:
    """Where a patient lives, in the words of the rules."""

    settlement: str
    street: str
    house: str


@dataclass(frozen=True)
class OwnDoctor:
    """The doctor of somebody's district today; `stands_in_for`: whom he replaces during leave."""

    doctor: object
    district: object
    stands_in_for: object = None


def address_of(patient) -> Address | None:
    """The patient's present address, or None. One query."""
    return _address(queries.home_of(patient))


def _address(home):
    if home is None:
        return None
    street, house, _flat = parts_of(home.street, home.house, home.flat)
    return Address(home.city, street, house)


def district_doctor(patient, specialty, day=None) -> OwnDoctor | None:
    """Who receives this patient in this specialty: the doctor of his district, or the deputy on that day; None when that is
    not determined (then the registry says). At most three queries.
    """
    if not specialty.by_district:
        return None
    appointed = list(queries.doctors(day, specialty))
    if not appointed:
        return None
    district = district_of(address_of(patient), {row.district_id for row in appointed})
    rows = [row for row in appointed if row.district_id == district]
    if not rows:
        return None
    own = next((row for row in rows if not row.is_deputy), None)
    return OwnDoctor(rows[0].doctor, rows[0].district, own.doctor if own and rows[0].is_deputy else None)


def district_of(address, among=None):
    """The id of the one district (of those asked for) to which the address belongs, or None. One query."""
    if address is None:
        return None
    return district_at(address, [Rule(row.pk, row.district_id, row.street.settlement, row.street.names, row.houses)
                                 for row in queries.rules() if among is None or row.district_id in among])


def other_district(patient, reception, day=None) -> str:
    """What the nurse is told when somebody comes to the therapist of another district (R71); empty when all is right.

    Only a warning: she may receive the patient all the same. At most four queries.
    """
    if not (reception.specialty_id and reception.specialty.by_district and reception.doctor_id):
        return ""
    own = district_doctor(patient, reception.specialty, day or reception.day)
    if own is None or reception.doctor_id in {own.doctor.pk, getattr(own.stands_in_for, "pk", None)}:
        return ""
    return _("By the address this patient belongs to district {district}, {doctor}. Ask whether he is at the right door.").format(
        district=own.district.code, doctor=own.doctor.short_name)


def who_lives_there(street, houses) -> list:
    """Addresses of our patients that a rule would name, before it is added (preview). One query, at most 200 rows."""
    found = []
    for home in queries.homes({word for name in street.names for word in keywords(name)}):
        address = _address(home)
        if same_settlement(address.settlement, street.settlement) and street_fits(address.street, street.names) and precision(
                houses, address.house):
            found.append(home)
        if len(found) == MOST_SHOWN:
            break
    return found
