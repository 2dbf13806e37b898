"""What the API says about tests, tubes and results, and what its acts take."""
from rest_framework import serializers

from orders.laboratory.models import LabResult, LabTest, Specimen
from orders.models import ServiceRequest


class TestOutput(serializers.ModelSerializer):
    class Meta:
        model = LabTest
        fields = ["id", "key", "name", "name_ru", "loinc", "unit", "si_unit", "si_factor", "specimen_kind", "source"]


class AddTestInput(serializers.Serializer):
    key = serializers.SlugField(max_length=60)
    name = serializers.CharField(max_length=200)
    name_ru = serializers.CharField(max_length=200, required=False)
    loinc = serializers.CharField(max_length=20, required=False)
    unit = serializers.CharField(max_length=40, required=False)
    specimen_kind = serializers.CharField(max_length=60, required=False)
    aliases = serializers.ListField(child=serializers.CharField(max_length=200), required=False, max_length=50)
    source = serializers.CharField(max_length=120, required=False)


class RequestOutput(serializers.ModelSerializer):
    specimen = serializers.UUIDField(source="tube", allow_null=True, default=None)
    accession = serializers.CharField(allow_null=True, default=None)
    collected_at = serializers.DateTimeField(allow_null=True, default=None)
    received_at = serializers.DateTimeField(allow_null=True, default=None)
    reject_reason = serializers.CharField(allow_null=True, default=None)

    class Meta:
        model = ServiceRequest
        fields = ["id", "patient", "encounter", "text", "code", "priority", "authored_at", "specimen", "accession",
                  "collected_at", "received_at", "reject_reason"]


class BenchFilters(serializers.Serializer):
    everything = serializers.BooleanField(required=False, default=False)
    urgent = serializers.BooleanField(required=False, default=False)


class SpecimenOutput(serializers.ModelSerializer):
    requests = serializers.SerializerMethodField()

    class Meta:
        model = Specimen
        fields = ["id", "patient", "encounter", "accession", "kind", "labelled_at", "collected_at", "received_at", "rejected_at",
                  "reject_reason", "requests"]

    def get_requests(self, tube) -> list[str]:
        return [str(link.request_id) for link in tube.links.all()]


class LabelInput(serializers.Serializer):
    requests = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=50)
    kind = serializers.CharField(max_length=60, required=False)


class CollectInput(serializers.Serializer):
    at = serializers.DateTimeField(required=False)
    wristband = serializers.CharField(max_length=40, required=False)
    tube = serializers.CharField(max_length=20, required=False)


class ReceiveInput(serializers.Serializer):
    at = serializers.DateTimeField(required=False)


class ReasonInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class ValueInput(serializers.Serializer):
    value = serializers.DecimalField(max_digits=24, decimal_places=12, required=False)
    value_text = serializers.CharField(max_length=500, required=False)
    unit = serializers.CharField(max_length=40, required=False)
    comparator = serializers.ChoiceField(["<", "<=", ">", ">="], required=False)


class ResultInput(ValueInput):
    test = serializers.CharField(max_length=60, required=False, help_text="Key, name or LOINC; needed for panels")
    found_at = serializers.DateTimeField(required=False)
    release = serializers.BooleanField(required=False, default=True)


class CorrectInput(ValueInput):
    reason = serializers.CharField(max_length=300)


class SeenInput(serializers.Serializer):
    read_back = serializers.BooleanField(required=False, default=False)


class ResultOutput(serializers.ModelSerializer):
    test = serializers.CharField(source="test.key")
    name = serializers.CharField(source="test.name")
    status = serializers.SerializerMethodField()

    class Meta:
        model = LabResult
        fields = ["id", "patient", "encounter", "request", "specimen", "test", "name", "value", "comparator",
                  "value_text", "unit",
                  "flag", "range_low", "range_high", "range_source", "performer", "found_at", "released_at", "replaces", "status"]

    def get_status(self, result) -> str:
        """FHIR Observation.status."""
        if result.error_at:
            return "entered-in-error"
        if not result.released_at:
            return "preliminary"
        return "corrected" if result.replaces_id else "final"


class PatientFilter(serializers.Serializer):
    patient = serializers.UUIDField()


class ResultFilters(PatientFilter):
    encounter = serializers.UUIDField(required=False)


class InboxFilters(serializers.Serializer):
    department = serializers.BooleanField(required=False, default=False)
