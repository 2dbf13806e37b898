"""What hangs on a person: telephone, address, identifiers, earlier names. Plain functions for use inside acts.

Whoever changes any of it ends with `refresh`, so that ordering and search follow.
"""
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emr import acts, clock
from emr.errors import Malformed, Refusal
from emr.models import PatientAddress, PatientContact, PatientIdentifier, PatientName
from emr.people import names
from emr.rules import person

ADDRESS = ("city", "street", "house", "flat", "postal_code", "country")
Kind = PatientContact.Kind


class IdentifierTaken(Refusal):
    code = "emr.identifier_taken"
    message = gettext_lazy("This identifier already belongs to a registered patient. Search by it; if both records are one "
                           "person, join them.")


acts.LAST_LINE["one_patient_per_live_identifier"] = IdentifierTaken


def cleaned_identifiers(identifiers) -> list[dict]:
    """The identifiers as rows to be: [{system, value, kind}]. Raises Malformed, TextTooLong."""
    rows = []
    for given in identifiers or ():
        if not isinstance(given, dict):
            raise Malformed(problem=_("identifiers: each needs a system and a value"))
        row = person.texts(PatientIdentifier, system=given.get("system", ""), value=given.get("value", ""),
                           kind=given.get("kind", ""))
        if not row["system"] or not row["value"]:
            raise Malformed(problem=_("identifiers: each needs a system and a value"))
        rows.append(row)
    return rows


def cleaned_contacts(*, phone="", email="", contact_person="", contact_phone="", relationship="") -> list[dict]:
    """Telephone, e-mail and the person to be told as rows to be. Raises Malformed, TextTooLong."""
    rows = []
    if phone := person.phone(phone):
        rows.append({"kind": Kind.PHONE, "value": phone, "person": "", "relationship": ""})
    if email := person.text(email, field="email", limit=120):
        if "@" not in email:
            raise Malformed(problem=_("email: an address with @ is needed"))
        rows.append({"kind": Kind.EMAIL, "value": email, "person": "", "relationship": ""})
    told = person.texts(PatientContact, person=contact_person, relationship=relationship)
    if told["person"] or contact_phone:
        rows.append({"kind": Kind.PHONE, "value": person.phone(contact_phone), **told})
    return rows


def cleaned_address(address) -> dict:
    """The address as a row to be; empty when nothing is known. Raises Malformed, TextTooLong."""
    if not address:
        return {}
    if not isinstance(address, dict):
        raise Malformed(problem=_("address: its parts are needed (city, street, house, flat …)"))
    parts = person.texts(PatientAddress, **{name: address.get(name) or "" for name in ADDRESS})
    return parts if any(parts.values()) else {}


def write(patient, *, identifiers=(), contacts=(), address=None):
    """Write cleaned rows for a new patient, one statement per table."""
    if identifiers:
        PatientIdentifier.objects.bulk_create(PatientIdentifier(patient=patient, **row) for row in identifiers)
    if contacts:
        PatientContact.objects.bulk_create(PatientContact(patient=patient, **row) for row in contacts)
    if address:
        PatientAddress.objects.create(patient=patient, **address)


def replace_contacts(patient, contacts):
    """End the live contacts that a correction replaces (own phone, own e-mail, person to be told) and write the new ones."""
    live = PatientContact.objects.filter(patient=patient, ended_at__isnull=True)
    for row in contacts:
        former = live.filter(kind=row["kind"])
        former = former.exclude(person="") if row["person"] else former.filter(person="")
        former.update(ended_at=clock.now())
    PatientContact.objects.bulk_create(PatientContact(patient=patient, **row) for row in contacts
                                       if row["value"] or row["person"])


def end_contact(patient, kind):
    """The patient has no telephone (e-mail) of his own any more."""
    PatientContact.objects.filter(patient=patient, ended_at__isnull=True, kind=kind, person="").update(ended_at=clock.now())


def replace_address(patient, address):
    """The patient has moved: end the former address and write the new one, if any."""
    PatientAddress.objects.filter(patient=patient, ended_at__isnull=True).update(ended_at=clock.now())
    if address:
        PatientAddress.objects.create(patient=patient, **address)


def keep_name(patient, use=PatientName.Use.OLD):
    """Keep the name the patient bears now as an earlier one, so that he is still found by it."""
    return PatientName.objects.create(patient=patient, use=use, family=patient.family, given=patient.given,
                                      patronymic=patient.patronymic, ended_at=clock.now())


def derive(patient, *, other_names=(), phones=(), identifiers=()):
    """Set sort key, romanised name and search text from the given details; the caller saves."""
    own = " ".join(part for part in (patient.family, patient.given, patient.patronymic) if part)
    patient.sort_key = names.sort_key(patient.family, patient.given, patient.patronymic) or names.fold(patient.number)
    patient.romanised = names.romanise(patient.family, patient.given, patient.patronymic)
    patient.search_text = names.search_text(
        number=patient.number, names=[own, *other_names], birth_date=patient.birth_date, phones=phones, identifiers=identifiers)
    return patient


def refresh(patient):
    """Derive sort key, romanised name and search text anew from the rows, and save them."""
    derive(patient, other_names=[str(name) for name in PatientName.objects.filter(patient=patient)],
           phones=PatientContact.objects.filter(patient=patient, kind=Kind.PHONE, ended_at__isnull=True).order_by(
               F("person").asc()).values_list("value", flat=True),
           identifiers=PatientIdentifier.objects.filter(patient=patient, ended_at__isnull=True).values_list("value", flat=True))
    patient.save(update_fields=["sort_key", "romanised", "search_text"])
    return patient
