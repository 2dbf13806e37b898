"""The diagnosis field of the door's forms: words, or an entry of the classification that was searched for."""
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from emr.queries import code as codes
from emr.rules.codes import title


class DiagnosisForm(forms.Form):
    """Mixed into the forms that may state a diagnosis; `conditions()` is what the act takes."""

    code = forms.CharField(required=False, max_length=170, widget=forms.HiddenInput)
    diagnosis = forms.CharField(label=_("Diagnosis in words"), max_length=500, required=False)

    def conditions(self) -> list[dict]:
        """The diagnosis as the acts take it; empty when none was stated."""
        words = self.cleaned_data.get("diagnosis", "")
        system, _bar, code = (self.cleaned_data.get("code") or "").partition("|")
        entry = codes.by_key(system, code) if code else None
        if entry:
            return [{"text": words or title(entry, (get_language() or "en")[:2]), "code": entry.code, "system": entry.system}]
        return [{"text": words}] if words else []
