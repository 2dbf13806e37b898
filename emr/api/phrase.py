"""Phrases over the API: those one may use; writing, changing, withdrawing them."""
from rest_framework import serializers

from emr.queries import phrase as queries


class PhraseInput(serializers.Serializer):
    code = serializers.CharField(max_length=21)
    title = serializers.CharField(max_length=120, required=False, allow_blank=True)
    text = serializers.CharField(max_length=4000)
    department = serializers.UUIDField(required=False, allow_null=True)


class PhraseChange(serializers.Serializer):
    title = serializers.CharField(max_length=120, required=False, allow_blank=True)
    text = serializers.CharField(max_length=4000)


class PhraseOutput(serializers.Serializer):
    id = serializers.UUIDField()
    code = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    owner = serializers.UUIDField(source="owner_id", allow_null=True)
    department = serializers.UUIDField(source="department_id", allow_null=True)
    version = serializers.IntegerField()
    error_at = serializers.DateTimeField(allow_null=True)


def phrases(actor):
    """Phrases the caller may use, own and shared, by code."""
    return queries.usable(actor)
