"""Column kinds of our own."""
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.db import models


class ExactDecimalField(models.Field):
    """A decimal that keeps the digits it was written with: 72.50 stays 72.50 (in FHIR, precision is significant)."""

    description = "Decimal with its own digits"

    def db_type(self, connection):
        return "numeric"

    def get_internal_type(self):
        return "ExactDecimalField"

    def to_python(self, value):
        if value is None or isinstance(value, Decimal):
            return value
        try:
            number = Decimal(str(value))
        except InvalidOperation as error:
            raise ValidationError("not a number") from error
        if not number.is_finite():
            raise ValidationError("not a number")
        return number

    def get_prep_value(self, value):
        return self.to_python(super().get_prep_value(value))

    def formfield(self, **kwargs):
        from django import forms

        return super().formfield(**{"form_class": forms.DecimalField, **kwargs})
