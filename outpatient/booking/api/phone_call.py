"""What the API says about the call centre, and what its acts take."""
from rest_framework import serializers

from outpatient.booking.models import PhoneCall


class PhoneCallOutput(serializers.Serializer):
    id = serializers.UUIDField()
    external_id = serializers.CharField()
    line = serializers.UUIDField(source="line_id")
    number = serializers.CharField()
    began_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class WaitingOutput(PhoneCallOutput):
    place = serializers.IntegerField(help_text="1 = next")
    minutes = serializers.IntegerField(allow_null=True, help_text="Expected wait; null when nobody sits at a telephone")


class NoteCallInput(serializers.Serializer):
    external_id = serializers.CharField(max_length=80)
    line = serializers.CharField(max_length=40, help_text="Code of the line")
    number = serializers.CharField(max_length=40, required=False, allow_blank=True)


class AnswerCallInput(serializers.Serializer):
    external_id = serializers.CharField(max_length=80)
    extension = serializers.CharField(max_length=40)


class EndCallInput(serializers.Serializer):
    external_id = serializers.CharField(max_length=80)
    recording = serializers.CharField(max_length=300, required=False, allow_blank=True)


class CloseCallsInput(serializers.Serializer):
    number = serializers.CharField(max_length=40)
    outcome = serializers.ChoiceField(PhoneCall.Closing.choices)


class SetInput(serializers.Serializer):
    extension = serializers.CharField(max_length=40)


class CampaignInput(serializers.Serializer):
    name = serializers.CharField(max_length=120)
    message = serializers.CharField(max_length=500)
    line = serializers.UUIDField(help_text="A line for campaigns only")
    code = serializers.CharField(max_length=40, help_text="Of the examination, as it stands in the records")
    years = serializers.IntegerField(min_value=1, max_value=20, required=False)


class BegunOutput(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    begun_at = serializers.DateTimeField()
    stopped_at = serializers.DateTimeField(allow_null=True)


class CampaignOutput(BegunOutput):
    people = serializers.IntegerField()
    reached = serializers.IntegerField()
    given_up = serializers.IntegerField()
