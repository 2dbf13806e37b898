"""Fields of ordered care and of the work of a ward beside doses."""
from rest_framework import serializers


class WorkFilters(serializers.Serializer):
    department = serializers.UUIDField(required=False)


class WorkOutput(serializers.Serializer):
    kind = serializers.CharField(help_text="vitals, sample, care")
    patient = serializers.UUIDField()
    encounter = serializers.UUIDField(source="encounter_id")
    due_at = serializers.DateTimeField()
    status = serializers.CharField(help_text="overdue, due, next")
    text = serializers.CharField()
    more = serializers.CharField()
    plan = serializers.UUIDField(source="plan.pk", allow_null=True, default=None)
    specimen = serializers.UUIDField(source="tube", allow_null=True)


class CarePlanInput(serializers.Serializer):
    kind = serializers.CharField(help_text="vitals, turning, wound, catheter, line, feeding, fluids, falls, hygiene, mobility, "
                                           "other")
    timing = serializers.DictField(help_text='A rule such as {"every_hours": 2} or {"times": ["08:00", "20:00"]}')
    text = serializers.CharField(required=False, allow_blank=True)
    starts_at = serializers.DateTimeField(required=False)
    ends_at = serializers.DateTimeField(required=False, allow_null=True)
    instead_of_score = serializers.BooleanField(required=False, help_text="Observations: doctors only, with a reason")
    reason = serializers.CharField(required=False, allow_blank=True)


class ReasonInput(serializers.Serializer):
    reason = serializers.CharField()


class CarePlanOutput(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    patient = serializers.UUIDField(source="patient_id")
    encounter = serializers.UUIDField(source="encounter_id")
    kind = serializers.CharField()
    text = serializers.CharField()
    timing = serializers.DictField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    stopped_at = serializers.DateTimeField(allow_null=True)
    stop_reason = serializers.CharField()


class CareDoneInput(serializers.Serializer):
    due_at = serializers.DateTimeField(help_text="The time of the plan")
    done_at = serializers.DateTimeField(required=False, help_text="When it was really done; default now")
    note = serializers.CharField(required=False, allow_blank=True)


class CareSkippedInput(serializers.Serializer):
    due_at = serializers.DateTimeField(help_text="The time of the plan")
    reason = serializers.CharField(help_text="A code of the list (asleep, absent …) or words")
    at = serializers.DateTimeField(required=False)


class CareTaskOutput(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    plan = serializers.UUIDField(source="plan_id")
    patient = serializers.UUIDField(source="patient_id")
    due_at = serializers.DateTimeField()
    status = serializers.CharField(help_text="done, not-done")
    happened_at = serializers.DateTimeField()
    performer = serializers.UUIDField(source="performer_id")
    reason = serializers.CharField()
    note = serializers.CharField()
    error_at = serializers.DateTimeField(allow_null=True)
