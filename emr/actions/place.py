"""The institution and its places: departments, wards, rooms, beds. Set up once, seldom changed."""
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emr import acts
from emr.acts import act
from emr.errors import Malformed, NotFound, Refusal
from emr.journal import record
from emr.models import Bed, Department, Institution, Room, Ward
from emr.queries import institution as institutions
from emr.rules import person


class PlaceExists(Refusal):
    code = "emr.place_exists"
    message = gettext_lazy("There is already such a place under this code. Choose another code.")


class NoInstitution(Refusal):
    code = "emr.no_institution"
    message = gettext_lazy("The institution itself is not set up yet. Start with its name.")


for _name in ("emr_department_code_key", "emr_ward_code_key", "one_room_per_code_and_ward", "emr_bed_label_key",
              "one_institution_is_ours"):
    acts.LAST_LINE[_name] = PlaceExists


def _get(model, row):
    if isinstance(row, model):
        return row
    found = model.objects.filter(pk=row).first()
    if found is None:
        raise NotFound()
    return found


def _needed(model, **values):
    values = person.texts(model, **values)
    for name, value in values.items():
        if not value:
            raise Malformed(problem=_("{field}: it is needed").format(field=name))
    return values


@act("emr.set_up_institution")
def set_up_institution(*, by, name, short_name, is_ours=True, identifier_system="", identifier="", address="", phone="",
                       email="", time_zone="Europe/Minsk", currency="BYN"):
    """Name our own institution, or one that we exchange records with. Our own row is changed when it is there already."""
    values = _needed(Institution, name=name, short_name=short_name) | person.texts(
        Institution, identifier_system=identifier_system, identifier=identifier, address=address, phone=phone, email=email,
        time_zone=time_zone, currency=currency)
    row = Institution.objects.select_for_update(no_key=True).filter(is_ours=True).first() if is_ours else None
    row = row or Institution(is_ours=is_ours)
    for field, value in values.items():
        setattr(row, field, value)
    row.save()
    institutions.forget()
    record(row, short_name=row.short_name)
    return row


@act("emr.set_up_department")
def set_up_department(*, by, code, name, kind, phone="", institution=None):
    """Set up a department of our institution. Raises PlaceExists, NoInstitution, Malformed."""
    values = _needed(Department, code=code, name=name) | person.texts(Department, phone=phone)
    person.choice(kind, field="kind", of=Department.Kind)
    ours = _get(Institution, institution) if institution else Institution.objects.filter(is_ours=True).first()
    if ours is None:
        raise NoInstitution()
    if Department.objects.filter(code=values["code"]).exists():
        raise PlaceExists()
    row = Department.objects.create(institution=ours, kind=kind, **values)
    record(row, code=row.code)
    return row


@act("emr.set_up_ward")
def set_up_ward(department, *, by, code, name):
    """Set up a ward of a department. Raises PlaceExists, NotFound, Malformed."""
    values = _needed(Ward, code=code, name=name)
    if Ward.objects.filter(code=values["code"]).exists():
        raise PlaceExists()
    row = Ward.objects.create(department=_get(Department, department), **values)
    record(row, code=row.code)
    return row


@act("emr.set_up_room")
def set_up_room(ward, *, by, code, sex="any", is_isolation=False):
    """Set up a room of a ward, with who may lie in it. Raises PlaceExists, NotFound, Malformed."""
    ward, values = _get(Ward, ward), _needed(Room, code=code)
    person.choice(sex, field="sex", of=Room.Sex)
    if Room.objects.filter(ward=ward, code=values["code"]).exists():
        raise PlaceExists()
    row = Room.objects.create(ward=ward, sex=sex, is_isolation=is_isolation, **values)
    record(row, code=row.code, ward=str(ward.pk))
    return row


@act("emr.set_up_bed")
def set_up_bed(room, *, by, label):
    """Set up a bed of a room. Raises PlaceExists, NotFound, Malformed."""
    values = _needed(Bed, label=label)
    if Bed.objects.filter(label=values["label"]).exists():
        raise PlaceExists()
    row = Bed.objects.create(room=_get(Room, room), **values)
    record(row, label=row.label)
    return row
