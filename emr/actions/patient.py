"""People: registered, unknown and later identified, corrected, died."""
import datetime as dt

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emr import clock
from emr.actions import patient_details as details
from emr.actions.encounter import lock_patient
from emr.acts import act
from emr.errors import Malformed, NotFound, Refusal, TimeInFuture
from emr.journal import record
from emr.models import Encounter, Patient, PatientContact, PatientIdentifier
from emr.numbering import next_number, with_check_digit
from emr.queries import patient as queries
from emr.rules import person

TEMPORARY = "urn:emr:temporary-number"  # system of the number an unknown patient bore, on his wristband too
WRISTBAND = "urn:emr:wristband"  # system of pre-printed wristbands
OLDEST = 120


class LikelyDuplicate(Refusal):
    code, status = "emr.likely_duplicate", 422
    message = gettext_lazy("A very similar person is already registered. Open that record, or confirm that this is another "
                           "person.")


class AlreadyIdentified(Refusal):
    code = "emr.already_identified"
    message = gettext_lazy("This patient is already identified. Correct the data instead.")


class NothingToCorrect(Refusal):
    code, status = "emr.nothing_to_correct", 422
    message = gettext_lazy("Nothing was changed. Change a field, or leave the page.")


class DiedAlready(Refusal):
    code = "emr.died_already"
    message = gettext_lazy("The death is already recorded at {at}.")


class DeathBeforeFacts(Refusal):
    code, status = "emr.death_before_birth", 422
    message = gettext_lazy("The time of death lies before the birth date. Check the time.")


def locked(patient):
    """The patient (row or id) locked for an act. Raises NotFound, PatientIsMerged."""
    try:
        return lock_patient(patient)
    except ObjectDoesNotExist:
        raise NotFound() from None


def cleaned_person(*, family, given="", patronymic="", sex="unknown", birth_date=None, birth_precision="day", language="",
                   blood_group="") -> dict:
    """A person's own columns, checked. Raises Malformed, TextTooLong."""
    values = person.texts(Patient, family=family, given=given, patronymic=patronymic, language=language,
                          blood_group=blood_group)
    if not values["family"] and not values["given"]:
        raise Malformed(problem=_("family: a name is needed; register somebody without a name as unknown"))
    return values | {"sex": person.choice(sex, field="sex", of=Patient.Sex), "birth_date": person.birth_date(birth_date),
                     "birth_precision": person.choice(birth_precision, field="birth_precision", of=Patient.Precision)}


def refuse_duplicates(values, contacts=(), identifiers=(), besides=None):
    """Raises LikelyDuplicate with the candidates, the likeliest first."""
    own = {name: values[name] for name in ("family", "given", "patronymic", "sex", "birth_date", "birth_precision")}
    phones = [row["value"] for row in contacts if row["kind"] == PatientContact.Kind.PHONE and not row["person"]]
    found = queries.likely_duplicates(**own, phones=phones, besides=besides,
                                      identifiers=[(row["system"], row["value"]) for row in identifiers])
    if found:
        raise LikelyDuplicate(candidates=queries.describe(found))


@act("emr.register_patient")
def register_patient(*, by, family, given="", patronymic="", sex="unknown", birth_date=None, birth_precision="day",
                     language="", phone="", email="", address=None, identifiers=(), contact_person="", contact_phone="",
                     relationship="", blood_group="", accept_duplicates=False, registered_at=None):
    """Register a person under a new record number; people who look the same are shown first.

    `identifiers` is a list of {system, value, kind}, `address` a dict of its parts, the birth date a date (with its
    precision). Raises LikelyDuplicate unless `accept_duplicates`, IdentifierTaken, Malformed, TextTooLong, TimeInFuture.
    """
    values = cleaned_person(family=family, given=given, patronymic=patronymic, sex=sex, birth_date=birth_date,
                            birth_precision=birth_precision, language=language, blood_group=blood_group)
    identifiers = details.cleaned_identifiers(identifiers)
    contacts = details.cleaned_contacts(phone=phone, email=email, contact_person=contact_person,
                                        contact_phone=contact_phone, relationship=relationship)
    address = details.cleaned_address(address)
    registered_at = registered_at or clock.now()
    if registered_at > clock.now():
        raise TimeInFuture()
    if not accept_duplicates:
        refuse_duplicates(values, contacts, identifiers)
    patient = Patient(number=new_number(), registered_at=registered_at, **values)
    details.derive(patient, phones=[row["value"] for row in contacts if row["kind"] == PatientContact.Kind.PHONE],
                   identifiers=[row["value"] for row in identifiers])
    patient.save(force_insert=True)
    details.write(patient, identifiers=identifiers, contacts=contacts, address=address)
    record(patient, patient=patient, number=patient.number)
    return patient


def new_number() -> str:
    """The next medical record number: seven digits and a check digit."""
    return with_check_digit(next_number("patient")).zfill(8)


@act("emr.register_unknown_patient")
def register_unknown_patient(*, by, sex="unknown", age=None, description="", wristband=""):
    """Give an unknown person a temporary identity such as Unknown-2026-0042, so that treatment can start (A4, A5).

    `age` is an estimate in years; `wristband` is the code of a pre-printed wristband, if one was put on. Raises
    Malformed, IdentifierTaken when that wristband is already worn.
    """
    sex = person.choice(sex, field="sex", of=Patient.Sex)
    description = person.text(description, field="description", limit=300)
    band = person.texts(PatientIdentifier, value=wristband)["value"]
    born = _born(age)
    year = clock.today().year
    patient = Patient(number=f"Unknown-{year}-{next_number(f'unknown-{year}'):04d}", family="Unknown", sex=sex,
                      birth_date=born, birth_precision=Patient.Precision.ESTIMATE if born else Patient.Precision.DAY,
                      is_unknown=True, description=description, registered_at=clock.now())
    details.derive(patient, other_names=[description] if description else [], identifiers=[band] if band else [])
    patient.save(force_insert=True)
    details.write(patient, identifiers=[{"system": WRISTBAND, "value": band, "kind": "wristband"}] if band else ())
    record(patient, patient=patient, number=patient.number, age=age)
    return patient


def _born(age):
    if age is None:
        return None
    if isinstance(age, bool) or not isinstance(age, int) or not 0 <= age <= OLDEST:
        raise Malformed(problem=_("age: whole years from 0 to 120 are needed"))
    return dt.date(clock.today().year - age, 1, 1)


@act("emr.identify_patient")
def identify_patient(patient, *, by, family, given="", patronymic="", sex="unknown", birth_date=None, birth_precision="day",
                     phone="", identifiers=(), accept_duplicates=False):
    """Say who an unknown patient is. He gets a regular number; the temporary one stays valid as an identifier (wristband).

    Raises AlreadyIdentified, LikelyDuplicate (then join the records instead) unless `accept_duplicates`, IdentifierTaken.
    """
    patient = locked(patient)
    if not patient.is_unknown:
        raise AlreadyIdentified()
    values = cleaned_person(family=family, given=given, patronymic=patronymic, sex=sex, birth_date=birth_date,
                            birth_precision=birth_precision, language=patient.language, blood_group=patient.blood_group)
    identifiers = details.cleaned_identifiers(identifiers)
    contacts = details.cleaned_contacts(phone=phone)
    if not accept_duplicates:
        refuse_duplicates(values, contacts, identifiers, besides=patient)
    temporary, patient.number, patient.is_unknown = patient.number, new_number(), False
    for name, value in values.items():
        setattr(patient, name, value)
    patient.save()
    details.write(patient, contacts=contacts,
                  identifiers=[*identifiers, {"system": TEMPORARY, "value": temporary, "kind": "temporary"}])
    details.refresh(patient)
    record(patient, patient=patient, number=patient.number, temporary=temporary)
    return patient


OWN = ("family", "given", "patronymic", "sex", "birth_date", "birth_precision", "language", "blood_group")


@act("emr.correct_patient")
def correct_patient(patient, *, by, keep_earlier_name=False, phone=None, email=None, address=None, contact_person=None,
                    contact_phone=None, relationship=None, **changes):
    """Correct a patient's data. With `keep_earlier_name` the name was changed, not misspelt: the former one stays findable.

    Only the fields given change; an empty phone or e-mail means there is none any more. Raises NothingToCorrect,
    Malformed, TextTooLong, PatientIsMerged.
    """
    if unknown := set(changes) - set(OWN):
        raise Malformed(problem=_("{field}: no such field").format(field=sorted(unknown)[0]))
    patient = locked(patient)
    values = cleaned_person(**{name: changes.get(name, getattr(patient, name)) for name in OWN})
    changed = sorted(name for name, value in values.items() if getattr(patient, name) != value)
    if keep_earlier_name and {"family", "given", "patronymic"} & set(changed):
        details.keep_name(patient)
    for name in changed:
        setattr(patient, name, values[name])
    changed += _correct_contacts(patient, phone, email, contact_person, contact_phone, relationship)
    if address is not None:
        details.replace_address(patient, details.cleaned_address(address))
        changed.append("address")
    if not changed:
        raise NothingToCorrect()
    patient.save()
    details.refresh(patient)
    record(patient, patient=patient, fields=changed)
    return patient


def _correct_contacts(patient, phone, email, contact_person, contact_phone, relationship):
    changed = []
    told = {"contact_person": contact_person or "", "contact_phone": contact_phone or "", "relationship": relationship or ""}
    details.replace_contacts(patient, details.cleaned_contacts(phone=phone or "", email=email or "", **told))
    for name, value, kind in (("phone", phone, PatientContact.Kind.PHONE), ("email", email, PatientContact.Kind.EMAIL)):
        if value == "":
            details.end_contact(patient, kind)
        if value is not None:
            changed.append(name)
    return changed + (["contact"] if any(told.values()) else [])


@act("emr.add_identifier")
def add_identifier(patient, *, by, system, value, kind=""):
    """Add a number that some authority gave the patient. Raises IdentifierTaken when another patient bears it."""
    patient = locked(patient)
    row = details.cleaned_identifiers([{"system": system, "value": value, "kind": kind}])[0]
    if PatientIdentifier.objects.filter(system=row["system"], value=row["value"], ended_at__isnull=True).exists():
        raise details.IdentifierTaken()
    identifier = PatientIdentifier.objects.create(patient=patient, **row)
    details.refresh(patient)
    record(identifier, patient=patient, system=row["system"], kind=row["kind"])
    return identifier


@act("emr.note_death")
def note_death(patient, *, by, died_at):
    """Record that the patient died, at the aware moment `died_at`. Raises DiedAlready, TimeInFuture, DeathBeforeFacts."""
    patient = locked(patient)
    if died_at > clock.now():
        raise TimeInFuture()
    if patient.died_at:
        raise DiedAlready(at=patient.died_at)
    if patient.birth_date and clock.day_of(died_at) < patient.birth_date:
        raise DeathBeforeFacts()
    patient.died_at = died_at
    patient.save(update_fields=["died_at"])
    record(patient, patient=patient, encounter=Encounter.objects.live().filter(
        patient=patient, finished_at__isnull=True).first(), died_at=died_at.isoformat())
    return patient
