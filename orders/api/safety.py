"""Safety rules, the findings of a draft, the fatigue table, and order sets: lists and the input of their acts."""

from rest_framework import serializers

from emr import clock
from emr.errors import NotFound
from orders.api.medication_request import Answers, opened
from orders.models import Tier
from orders.queries import order_set as sets
from orders.queries import safety_finding, safety_rule


class RuleOutput(serializers.Serializer):
    code = serializers.CharField()
    what = serializers.CharField(help_text="One side of the rule, or what the limit is about: system:class or substance:name")
    about = serializers.CharField(help_text="The other side of an interaction")
    tier = serializers.ChoiceField(Tier.choices)
    severity = serializers.CharField(help_text="The word of the source")
    sentence = serializers.CharField()
    source = serializers.CharField(source="told_by")
    is_active = serializers.BooleanField()


class RuleFilters(serializers.Serializer):
    q = serializers.CharField(required=False, max_length=80, help_text="A drug (its classes count) or words of the sentence")
    tier = serializers.ChoiceField(Tier.choices, required=False)
    severity = serializers.CharField(required=False, max_length=40)
    source = serializers.CharField(required=False, max_length=80)


class TierInput(serializers.Serializer):
    tier = serializers.CharField(max_length=10)
    reason = serializers.CharField(max_length=300)
    is_active = serializers.BooleanField(required=False)


class TierOutput(serializers.Serializer):
    code = serializers.CharField()
    tier = serializers.CharField()
    is_active = serializers.BooleanField()


class FatigueOutput(serializers.Serializer):
    rule = serializers.CharField()
    tier = serializers.CharField()
    source = serializers.CharField(source="told_by")
    shown = serializers.IntegerField()
    overridden = serializers.IntegerField()
    percent = serializers.FloatField()
    doctors = serializers.IntegerField()


class FatigueFilters(serializers.Serializer):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(required=False)


class SetLineOutput(serializers.Serializer):
    position = serializers.IntegerField()
    medication = serializers.UUIDField(source="medication_id", allow_null=True)
    order = serializers.JSONField()


class SetOutput(serializers.Serializer):
    id = serializers.UUIDField()
    code = serializers.CharField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    department = serializers.UUIDField(source="department_id", allow_null=True)
    conditions = serializers.ListField(child=serializers.CharField())
    source = serializers.CharField(source="told_by")
    published_at = serializers.DateTimeField()


class PublishInput(serializers.Serializer):
    code = serializers.CharField(max_length=60)
    name = serializers.CharField(max_length=200)
    lines = serializers.ListField(child=serializers.DictField(), required=False, max_length=50)
    conditions = serializers.ListField(child=serializers.CharField(max_length=10), required=False, max_length=50)
    department = serializers.UUIDField(required=False)
    told_by = serializers.CharField(required=False, max_length=300)
    withdraw = serializers.BooleanField(required=False)


class ApplyInput(Answers):
    order_set = serializers.UUIDField()
    positions = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False, max_length=50)
    deviation_reason = serializers.CharField(required=False, max_length=300)


class UseOutput(serializers.Serializer):
    id = serializers.UUIDField()
    order_set = serializers.UUIDField(source="order_set_id")
    encounter = serializers.UUIDField(source="encounter_id")
    left_out = serializers.ListField(child=serializers.IntegerField())
    deviation_reason = serializers.CharField()


def rules(actor, q="", tier="", severity="", source=""):
    """Rules and limits of the checks with tier and source."""
    return safety_rule.all_rules(q, tier=tier, severity=severity, source=source)


class MemberOutput(serializers.Serializer):
    substance = serializers.CharField()
    atc = serializers.CharField()
    key = serializers.CharField()
    source = serializers.CharField(source="told_by")


class MemberFilters(serializers.Serializer):
    q = serializers.CharField(required=False, max_length=80, help_text="Substance, class or ATC code")


def members(actor, q=""):
    """Which substance belongs to which class, by whose word."""
    return safety_rule.members(q)


def fatigue(actor, since, until=None):
    """How often each rule spoke and was signed away."""
    return safety_finding.fatigue(since, until or clock.now())


def sets_of_encounter(actor, encounter_id):
    """Order sets that fit the stay or visit."""
    return sets.offered(opened(actor, encounter_id, "api:order_sets"))


def lines_of_set(actor, set_id):
    """The orders of one version of a set."""
    found = sets.with_lines(set_id)
    if found is None:
        raise NotFound()
    return found.lines.all()
