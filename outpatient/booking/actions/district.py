"""Streets and districts, kept by the registry: which houses belong to which doctor (R50, R69, R70)."""
import datetime as dt

from emr import acts, clock
from emr.acts import act
from emr.errors import Malformed
from emr.journal import record
from emr.models import Department, Staff
from emr.rules.texts import fits
from outpatient.booking import errors_at_home as errors
from outpatient.booking.models import DistrictDoctor, DistrictRule, Specialty, Street
from outpatient.booking.rules.houses import houses_problem
from outpatient.models import District

acts.LAST_LINE["one_street_per_name"] = errors.StreetIsThere
acts.LAST_LINE["one_rule_per_houses_of_a_district"] = errors.RuleIsThere
acts.LAST_LINE["one_doctor_per_district_and_specialty"] = errors.DistrictHasDoctor
acts.LAST_LINE["one_district_per_code"] = errors.DistrictIsThere
ONE_DAY = dt.timedelta(days=1)


@act("booking.add_street")
def add_street(*, by, settlement, name="", former_names=()):
    """Add a street to the directory; without a name a village that has no streets (R48). Raises Malformed, StreetIsThere."""
    settlement, name = settlement.strip(), name.strip()
    if not settlement:
        raise Malformed(problem="settlement: name the town or village")
    former = [former.strip() for former in former_names if former.strip()]
    fits(Street, settlement=settlement, name=name)
    street = Street.objects.create(settlement=settlement, name=name, former_names=former, no_streets=not name)
    record(street, settlement=settlement, name=name)
    return street


@act("booking.rename_street")
def rename_street(street, *, by, name):
    """Give a street its new name; the one it had stays a name under which it is found (R50). Raises Malformed, StreetIsThere."""
    street, name = Street.objects.select_for_update(no_key=True).get(pk=getattr(street, "pk", street)), name.strip()
    if not name or street.no_streets:
        raise Malformed(problem="name: a street needs a name")
    fits(Street, name=name)
    if name != street.name:
        street.former_names = [*dict.fromkeys([former for former in street.former_names if former != name] + [street.name])]
        street.name = name
        street.save(update_fields=["name", "former_names"])
    record(street, name=name, former=street.former_names)
    return street


@act("booking.set_up_district")
def set_up_district(*, by, department, code):
    """Add a district of a polyclinic department. Raises Malformed, DistrictIsThere."""
    code = code.strip()
    if not code:
        raise Malformed(problem="code: the district's number")
    fits(District, code=code)
    district = District.objects.create(department=_row(Department, department), code=code)
    record(district, code=code)
    return district


@act("booking.add_district_rule")
def add_district_rule(*, by, district, street, houses=""):
    """Say which houses of a street belong to a district: “2-48 even, 17A”; empty = the whole street (R70).

    Raises HousesUnreadable naming the part, RuleIsThere.
    """
    district, street, houses = _row(District, district), _row(Street, street), " ".join(houses.split())
    fits(DistrictRule, houses=houses)
    if (problem := houses_problem(houses)) is not None:
        raise errors.HousesUnreadable(part=problem)
    rule = DistrictRule.objects.create(district=district, street=street, houses=houses, added_at=clock.now(), added_by=by)
    record(rule, district=district.code, street=str(street), houses=houses)
    return rule


@act("booking.end_district_rule")
def end_district_rule(rule, *, by):
    """These houses no longer belong to the district; the rule stays as history. Raises RuleHasEnded."""
    rule = DistrictRule.objects.select_for_update(no_key=True).get(pk=getattr(rule, "pk", rule))
    if rule.ended_at:
        raise errors.RuleHasEnded(at=rule.ended_at)
    rule.ended_at, rule.ended_by = clock.now(), by
    rule.save(update_fields=["ended_at", "ended_by"])
    record(rule, district=str(rule.district_id), houses=rule.houses)
    return rule


@act("booking.appoint_district_doctor")
def appoint_district_doctor(*, by, district, specialty, doctor, since=None, until=None, is_deputy=False):
    """Say who looks after a district in one specialty, or stands in during leave, from day to day.

    A new doctor ends the earlier one's term on the eve. A deputy needs the last day. Raises NotADistrictSpecialty,
    DeputyNeedsLastDay, Malformed.
    """
    district = District.objects.select_for_update(no_key=True).get(pk=getattr(district, "pk", district))
    specialty, doctor, since = _row(Specialty, specialty), _row(Staff, doctor), since or clock.today()
    if not specialty.by_district:
        raise errors.NotADistrictSpecialty(specialty=specialty)
    if is_deputy and until is None:
        raise errors.DeputyNeedsLastDay()
    if until is not None and until < since:
        raise Malformed(problem="until: it lies before the first day")
    if not is_deputy:
        _end_earlier(district, specialty, since)
    row = DistrictDoctor.objects.create(district=district, specialty=specialty, doctor=doctor, since=since, until=until,
                                        is_deputy=is_deputy)
    record(row, district=district.code, specialty=specialty.code, doctor=str(doctor.pk), deputy=is_deputy,
           since=since.isoformat(), until=until and until.isoformat())
    return row


def _end_earlier(district, specialty, since):
    """The earlier doctor's term ends on the eve; one that would begin on or after that day is refused."""
    for row in DistrictDoctor.objects.filter(district=district, specialty=specialty, is_deputy=False, until__isnull=True):
        if row.since >= since:
            raise errors.DistrictHasDoctor()
        row.until = since - ONE_DAY
        row.save(update_fields=["until"])


def _row(model, value):
    return value if isinstance(value, model) else model.objects.get(pk=value)
