"""Formulary: products as other systems read and add them."""
from rest_framework import serializers

from orders.queries import medication as queries


class MedicationFilters(serializers.Serializer):
    q = serializers.CharField(required=False, max_length=80, help_text="Words of the name, strength, form or code")


class MedicationInput(serializers.Serializer):
    code = serializers.CharField(max_length=80)
    name = serializers.CharField(max_length=300)
    name_ru = serializers.CharField(max_length=300, required=False)
    trade_name = serializers.CharField(max_length=300, required=False)
    atc = serializers.CharField(max_length=7, required=False)
    form = serializers.CharField(max_length=120, required=False)
    strength = serializers.CharField(max_length=200, required=False)
    route = serializers.CharField(max_length=40, required=False)
    dose_per_unit = serializers.DecimalField(max_digits=12, decimal_places=6, min_value=0, required=False)
    dose_unit = serializers.CharField(max_length=20, required=False)
    stock_unit = serializers.CharField(max_length=20, required=False)
    is_high_risk = serializers.BooleanField(required=False)
    is_controlled = serializers.BooleanField(required=False)
    is_time_critical = serializers.BooleanField(required=False)
    ingredients = serializers.ListField(child=serializers.CharField(max_length=300), max_length=30, required=False)


class MedicationOutput(serializers.Serializer):
    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_ru = serializers.CharField()
    trade_name = serializers.CharField()
    atc = serializers.CharField()
    form = serializers.CharField()
    strength = serializers.CharField()
    route = serializers.CharField()
    dose_per_unit = serializers.CharField(allow_null=True)
    dose_unit = serializers.CharField()
    stock_unit = serializers.CharField()
    is_high_risk = serializers.BooleanField()
    is_controlled = serializers.BooleanField()
    is_time_critical = serializers.BooleanField()
    is_active = serializers.BooleanField()
    is_demo = serializers.BooleanField()
    source = serializers.CharField()


def medications(actor, q=""):
    """Active products of the formulary by words of their names."""
    return queries.search(q)
