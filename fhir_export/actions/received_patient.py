"""Whose chart a received Patient is: found by its numbers, else registered; in doubt a person decides."""
from emr import clock
from emr.actions import patient_details as details
from emr.actions.patient import new_number
from emr.models import Patient, PatientAddress, PatientContact, PatientIdentifier, PatientName
from emr.numbering import next_number
from emr.queries import patient as people
from emr.queries.institution import current
from emr.rules import names
from fhir_export.rules import reasons, received_people
from fhir_export.rules.elements import identifier_system
from fhir_export.rules.reasons import REFUSED, Unfit


def find_or_register(resource, sender):
    """(patient, was registered just now) for a received Patient, inside the import's act.

    Raises Unfit when its numbers belong to two people, or when somebody very similar is registered.
    """
    numbers = received_people.identifiers(resource, sender.pk)
    columns = received_people.patient(resource)
    if found := _by_numbers(numbers):
        if len(found) > 1:
            raise Unfit(REFUSED, reasons.TWO_PEOPLE)
        if _somebody_else(found[0], columns):
            raise Unfit(REFUSED, reasons.OTHER_PERSON)
        return found[0], False
    contacts = received_people.contacts(resource)
    if not columns["is_unknown"] and people.likely_duplicates(
            **{name: columns[name] for name in ("family", "given", "patronymic", "sex", "birth_date", "birth_precision")},
            phones=[row["value"] for row in contacts if row["kind"] == "phone" and not row["person"]]):
        raise Unfit(REFUSED, reasons.LIKELY_PERSON)
    return _register(resource, columns, numbers, contacts), True


def _by_numbers(numbers):
    """The people who bear one of these numbers; those joined to another record stand for that one."""
    found = Patient.objects.none()
    if values := [row["value"] for row in numbers]:
        wanted = {(row["system"], row["value"]) for row in numbers}
        rows = PatientIdentifier.objects.filter(value__in=values, ended_at__isnull=True).values_list(
            "system", "value", "patient")
        keys = {patient for system, value, patient in rows if (system, value) in wanted}
        ours = current() and identifier_system(current(), "patient")
        mine = [row["value"] for row in numbers if row["system"] == ours]
        found = Patient.objects.filter(pk__in=keys) | Patient.objects.filter(number__in=mine)
    people_ = {row.merged_into or row for row in found.select_related("merged_into")}
    return list(Patient.objects.select_for_update(no_key=True).filter(pk__in=[p.pk for p in people_]).order_by("pk"))


def _somebody_else(known, columns):
    """Another family name and another birth date under the same number: a number used twice, or a mix-up."""
    if known.is_unknown or columns["is_unknown"] or not known.birth_date or not columns["birth_date"]:
        return False
    same_name = names.romanise(known.family) == names.romanise(columns["family"])
    return not same_name and known.birth_date != columns["birth_date"]


def _register(resource, columns, numbers, contacts):
    number = f"Unknown-{clock.now().year}-{next_number(f'unknown-{clock.now().year}'):04d}" if columns["is_unknown"] \
        else new_number()
    others = received_people.other_names(resource)
    patient = Patient(number=number, registered_at=clock.now(), **columns)
    details.derive(patient, phones=[row["value"] for row in contacts if row["kind"] == "phone"],
                   other_names=[" ".join((row["family"], row["given"], row["patronymic"])) for row in others],
                   identifiers=[row["value"] for row in numbers])
    patient.save(force_insert=True)
    PatientIdentifier.objects.bulk_create(PatientIdentifier(patient=patient, **row) for row in numbers)
    PatientName.objects.bulk_create(PatientName(patient=patient, **row) for row in others)
    PatientContact.objects.bulk_create(PatientContact(patient=patient, **row) for row in contacts)
    PatientAddress.objects.bulk_create(
        PatientAddress(patient=patient, **row) for row in received_people.addresses(resource))
    return patient
