"""People over the API: search, read, register, identify, correct, merge."""
from rest_framework import serializers

from emr.access import log_reading
from emr.models import Patient
from emr.queries import patient as queries
from emr.queries import patient_merge as merge_queries


class PatientFilters(serializers.Serializer):
    q = serializers.CharField(required=False, allow_blank=True, max_length=200,
                              help_text="Name in either alphabet or keyboard layout, birth date, phone fragment or number")


class PatientOutput(serializers.Serializer):
    """What tells two people apart; no contacts, nothing of the chart."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    family = serializers.CharField()
    given = serializers.CharField()
    patronymic = serializers.CharField()
    sex = serializers.CharField()
    birth_date = serializers.DateField()
    birth_precision = serializers.CharField()
    died_at = serializers.DateTimeField()
    is_unknown = serializers.BooleanField()
    description = serializers.CharField()
    merged_into = serializers.UUIDField(source="merged_into_id")


class IdentifierInput(serializers.Serializer):
    system = serializers.CharField(max_length=200)
    value = serializers.CharField(max_length=120)
    kind = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")


class IdentifierOutput(serializers.Serializer):
    id = serializers.UUIDField()
    system = serializers.CharField()
    value = serializers.CharField()
    kind = serializers.CharField()


class ContactOutput(serializers.Serializer):
    kind = serializers.CharField()
    value = serializers.CharField()
    person = serializers.CharField()
    relationship = serializers.CharField()


class Address(serializers.Serializer):
    city = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    street = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    house = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    flat = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    postal_code = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    country = serializers.CharField(max_length=2, required=False, allow_blank=True, default="")


class PatientDetails(PatientOutput):
    """One patient with his contacts, for whoever has a care link."""

    language = serializers.CharField()
    blood_group = serializers.CharField()
    romanised = serializers.CharField()
    registered_at = serializers.DateTimeField()
    identifiers = IdentifierOutput(source="live_identifiers", many=True)
    contacts = ContactOutput(source="live_contacts", many=True)
    addresses = Address(source="live_addresses", many=True)


def _name(**options):
    return serializers.CharField(max_length=120, required=False, allow_blank=True, **options)


class PersonInput(serializers.Serializer):
    family = serializers.CharField(max_length=120)
    given = _name(default="")
    patronymic = _name(default="")
    sex = serializers.ChoiceField(Patient.Sex.choices, required=False, default="unknown")
    birth_date = serializers.DateField(required=False, allow_null=True, default=None)
    birth_precision = serializers.ChoiceField(Patient.Precision.choices, required=False, default="day")
    phone = _name(default="")
    identifiers = IdentifierInput(many=True, required=False, default=list)
    accept_duplicates = serializers.BooleanField(
        required=False, default=False, help_text="True after a person looked at the candidates of emr.likely_duplicate")


class RegisterInput(PersonInput):
    language = serializers.CharField(max_length=5, required=False, allow_blank=True, default="")
    email = _name(default="")
    address = Address(required=False, allow_null=True, default=None)
    contact_person = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    contact_phone = _name(default="")
    relationship = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    blood_group = serializers.CharField(max_length=10, required=False, allow_blank=True, default="")
    registered_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class UnknownInput(serializers.Serializer):
    sex = serializers.ChoiceField(Patient.Sex.choices, required=False, default="unknown")
    age = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=0, max_value=120)
    description = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    wristband = _name(default="")


class CorrectInput(serializers.Serializer):
    """Only the fields sent are changed."""

    family = _name()
    given = _name()
    patronymic = _name()
    sex = serializers.ChoiceField(Patient.Sex.choices, required=False)
    birth_date = serializers.DateField(required=False, allow_null=True)
    birth_precision = serializers.ChoiceField(Patient.Precision.choices, required=False)
    language = serializers.CharField(max_length=5, required=False, allow_blank=True)
    blood_group = serializers.CharField(max_length=10, required=False, allow_blank=True)
    phone = _name()
    email = _name()
    address = Address(required=False)
    contact_person = serializers.CharField(max_length=200, required=False, allow_blank=True)
    contact_phone = _name()
    relationship = serializers.CharField(max_length=60, required=False, allow_blank=True)
    keep_earlier_name = serializers.BooleanField(required=False)


class DeathInput(serializers.Serializer):
    died_at = serializers.DateTimeField()


class MergeInput(serializers.Serializer):
    retired = serializers.UUIDField()
    reason = serializers.CharField(max_length=300)


class UnmergeInput(serializers.Serializer):
    reason = serializers.CharField(max_length=300)


class MergeOutput(serializers.Serializer):
    id = serializers.UUIDField()
    survivor = serializers.UUIDField(source="survivor_id")
    retired = serializers.UUIDField(source="retired_id")
    reason = serializers.CharField()
    merged_at = serializers.DateTimeField()
    merged_by = serializers.UUIDField(source="merged_by_id")
    undone_at = serializers.DateTimeField()



class PreviewOutput(serializers.Serializer):
    survivor = PatientOutput()
    retired = PatientOutput()
    moves = serializers.SerializerMethodField()
    stays = serializers.SerializerMethodField()
    obstacles = serializers.ListField(child=serializers.CharField())
    warnings = serializers.ListField(child=serializers.CharField())
    possible = serializers.BooleanField()

    def get_moves(self, preview) -> list[dict]:
        return [{"kind": kind, "count": count} for kind, count in preview.moves]

    def get_stays(self, preview) -> list[dict]:
        return [{"kind": kind, "count": count} for kind, count in preview.stays]


class GlassInput(serializers.Serializer):
    reason = serializers.CharField(max_length=300)


class GlassOutput(serializers.Serializer):
    id = serializers.UUIDField()
    patient = serializers.UUIDField(source="patient_id")
    staff = serializers.UUIDField(source="staff_id")
    reason = serializers.CharField()
    opened_at = serializers.DateTimeField()
    until = serializers.DateTimeField()
    reviewed_at = serializers.DateTimeField()
    verdict = serializers.CharField()


class VerdictInput(serializers.Serializer):
    verdict = serializers.CharField(max_length=300)


def patients(actor, q=""):
    """Find patients by name (either alphabet or keyboard layout), birth date, phone fragment or number. The search is logged."""
    log_reading(actor, None, "api search", "search")
    return queries.search(actor, q, limit=200)


def patient(actor, patient_id):
    """One patient with contacts and identifiers, for whoever has a care link; the reading is logged."""
    return queries.patient(actor, patient_id, "api demographics")


def me(actor):
    """The signed-in patient's own data."""
    return queries.patient(actor, actor.pk, "api own data")


def merge_preview(actor, survivor, retired):
    """What joining two records would move, kind by kind; nothing is changed."""
    return merge_queries.preview(survivor, retired)
