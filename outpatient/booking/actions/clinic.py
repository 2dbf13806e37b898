"""The directory of institutions is loaded; our own buildings stand in it."""
from emr.acts import act
from emr.errors import Malformed
from emr.journal import record
from emr.models import Institution
from emr.rules.texts import fits
from outpatient.booking.models import Clinic

TEXTS = ("city", "city_ru", "city_be", "title", "street", "street_ru", "street_be", "house", "building", "phone", "site",
         "placed_from")
NEEDED = ("city", "street", "house")


@act("booking.load_clinics")
def load_clinics(*, by, rows, source):
    """Load buildings into the directory; those that are there already (same region, city, kind and number, or title) are
    corrected.

    `rows`: dicts with region, city, kind, number, street, house, building, phone, site, names in Russian and Belarusian with
    _ru and _be; latitude and longitude in degrees with `placed_from`; `is_ours` for a building of our own institution.
    `source`: where this is known from. Returns the first row. Raises Malformed for an unknown region or kind, for a missing
    address, for half a place, for a stranger without a number.
    """
    source = source.strip()
    if not rows or not source:
        raise Malformed(problem="rows, source: name the buildings and where they are known from")
    ours = Institution.objects.select_for_update(no_key=True).filter(is_ours=True).first()
    loaded = [_load(row, source, ours) for row in rows]
    record(loaded[0], count=len(loaded), source=source)
    return loaded[0]


def _load(row, source, ours):
    values = {name: str(row.get(name) or "").strip() for name in TEXTS}
    fits(Clinic, source=source, **values)
    kind, region = row.get("kind"), row.get("region")
    if kind not in Clinic.Kind.values or region not in Clinic.Region.values:
        raise Malformed(problem=f"kind, region: {kind}, {region} is unknown")
    if missing := [name for name in NEEDED if not values[name]]:
        raise Malformed(problem=f"{missing[0]}: it is needed")
    number, institution = _number(row.get("number")), ours if row.get("is_ours") else None
    if number is None and institution is None:
        raise Malformed(problem="number: an institution other than ours is known by its kind and number")
    known = {"region": region, "city": values["city"], "kind": kind}
    known |= {"number": number} if number else {"institution": institution, "title": values["title"], "number": None}
    found = Clinic.objects.filter(**known).first() or Clinic()
    for name, value in (values | _place(row) | known | {"institution": institution, "source": source}).items():
        setattr(found, name, value)
    found.save()
    return found


def _place(row):
    try:
        latitude, longitude = (float(row[name]) if row.get(name) not in (None, "") else None
                               for name in ("latitude", "longitude"))
    except ValueError:
        raise Malformed(problem="latitude, longitude: degrees with a point are needed") from None
    if (latitude is None) != (longitude is None) or (latitude is not None
                                                     and not (abs(latitude) <= 85 and abs(longitude) <= 180)):
        raise Malformed(problem="latitude, longitude: both are needed, in degrees")
    return {"latitude": latitude, "longitude": longitude}


def _number(value):
    if value in (None, ""):
        return None
    if not str(value).isdigit() or not 0 < int(value) < 10000:
        raise Malformed(problem="number: a whole number is needed")
    return int(value)
