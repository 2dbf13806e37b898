"""Inputs that a page's forms share: a day, a moment, a time of day, an amount, a choice as a row of buttons."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DayInput(forms.DateInput):
    """A calendar day, chosen or typed; the browser speaks ISO, the person sees his own order."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A day and time in the institution's zone, to the minute."""

    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class ClockInput(forms.TimeInput):
    """A time of day."""

    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


class AmountInput(forms.TextInput):
    """A decimal amount: digits on a phone's keyboard, no spinning arrows that change a dose by a slip of the wheel."""

    def __init__(self, attrs=None):
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})


class PinInput(forms.PasswordInput):
    """Where a second person types a PIN or scans a badge: never shown, never filled in by the browser."""

    def __init__(self, attrs=None):
        super().__init__({"autocomplete": "one-time-code", "spellcheck": "false", "maxlength": "200", **(attrs or {})})


class PinField(forms.CharField):
    """PIN, badge or password of the second person; whether it is needed, the act says."""

    def __init__(self, **values):
        super().__init__(**{"label": _("PIN of the second person"), "required": False, "max_length": 200, "strip": False,
                            "widget": PinInput, "help_text": _("The second person types it here, or scans the badge.")} | values)


class Segments(forms.RadioSelect):
    """A choice of a few, shown as a row of buttons; `field` and the keyboard treat it as radio buttons."""

    template_name = "emr/components/segments.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["labelled_by"] = (attrs or {}).get("aria-labelledby", "")
        return context
