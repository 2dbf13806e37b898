"""Forms of orders, requests, stock and formulary."""
import datetime as dt

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from emr.inputs import AmountInput, DayInput, MomentInput, PinField, PinInput, Segments
from emr.models import Department, Staff
from orders.models import MedicationRequest, ServiceRequest
from orders.queries import doctor
from orders.queries.safety_finding import common_reasons
from orders.rules import frequency, scale, stages
from orders.rules.route import ROUTES

OWN_TIMES = "TIMES"


def routes():
    return [("", "—"), *((code, f"{code} · {label}") for code, label in ROUTES.items())]


def _ready_reasons():
    return [("", "—"), ("benefit", _("benefit outweighs the risk")), ("tolerated", _("tolerated before")),
            ("monitored", _("monitored closely")), ("no-alternative", _("no alternative"))]


def _offered_reasons():
    """The ready reasons in the reader's language, then those that doctors here write most often themselves."""
    ready = _ready_reasons()
    return ready + [(words, words) for words in common_reasons(_in_every_language(ready))]


def _in_every_language(ready):
    """How the ready reasons are kept, whatever language their author read."""
    said = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            said |= {str(words) for _code, words in ready}
    return sorted(said)


class KeyedSegments(Segments):
    """A choice as a row of buttons, each with its number key; the empty choice has none."""

    def create_option(self, name, value, label, selected, index, **kwargs):
        option = super().create_option(name, value, label, selected, index, **kwargs)
        if 0 < index < 10:
            option["attrs"]["number_key"] = str(index)
        return option


def _frequencies():
    return [("", "—"), *((code, f"{code} · {entry.label}") for code, entry in frequency.TABLE.items()),
            (OWN_TIMES, _("own times of day"))]


class AnswerForm(forms.Form):
    """The answer to what the checks found: a reason in one key or in words, and the second doctor of a hard stop."""

    ready_reason = forms.ChoiceField(label=_("Why all the same"), required=False, choices=_ready_reasons, widget=KeyedSegments)
    override_reason = forms.CharField(label=_("or in words"), required=False, max_length=300)
    second_signature = forms.ModelChoiceField(Staff.objects.none(), label=_("Second doctor"), required=False)
    second_password = forms.CharField(label=_("PIN or password of the second doctor"), required=False,
                                      max_length=200, strip=False, widget=PinInput)

    def __init__(self, *args, actor=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ready_reason"].choices = _offered_reasons()
        if actor is not None and "second_signature" in self.fields:
            self.fields["second_signature"].queryset = doctor.others(actor)

    def reason(self):
        """Why all the same, as it is kept: the own words, else the reason of one key."""
        data = self.cleaned_data
        ready = data["ready_reason"]
        return data["override_reason"] or (str(dict(_ready_reasons()).get(ready, ready)) if ready else "")

    def answers(self):
        """As prescribe_medication takes them; the second doctor has typed his PIN or password."""
        data = self.cleaned_data
        return {"override_reason": self.reason(), "second_signature": data["second_signature"],
                "second_password": data["second_password"]}


ANSWERS = set(AnswerForm.base_fields)


class LineForm(AnswerForm):
    """An order in one line; of several products of the name the one that was chosen."""

    line = forms.CharField(label=_("Order in one line"), max_length=300)
    medication = forms.UUIDField(required=False)


class SetForm(AnswerForm):
    """Ordering by a set."""

    deviation_reason = forms.CharField(label=_("Why some orders are left out"), required=False, max_length=300)


class MonthForm(forms.Form):
    """Any day of the month that is meant."""

    month = forms.DateField(label=_("Month"), required=False, widget=DayInput, validators=[
        MinValueValidator(dt.date(1900, 1, 1)), MaxValueValidator(dt.date(2999, 12, 31))])


class OrderForm(AnswerForm):
    """A medication order as it is written; what it must say is checked by the act."""

    medication = forms.UUIDField(label=_("Drug"), widget=forms.HiddenInput)
    dose = forms.DecimalField(label=_("Dose"), required=False, widget=AmountInput)
    dose_unit = forms.CharField(label=_("Unit"), required=False, max_length=20)
    dose_text = forms.CharField(label=_("or in words"), required=False, max_length=200,
                                help_text=_("When the dose is no number: 2 puffs, thin layer."))
    route = forms.ChoiceField(label=_("Route"), required=False, choices=routes)
    frequency = forms.ChoiceField(label=_("How often"), required=False, choices=_frequencies)
    times = forms.CharField(label=_("Times of day"), required=False, max_length=120, help_text=_("Such as 06:00 14:00 22:00."))
    starts_at = forms.DateTimeField(label=_("From"), required=False, widget=MomentInput, help_text=_("Empty: from now."))
    days = forms.IntegerField(label=_("For days"), required=False, min_value=1, max_value=3650)
    stages = forms.CharField(label=_("By stages"), required=False, max_length=300, help_text=_(
        "Dose × days of each stage, instead of one dose: 40×3 30×3 20×3. The last one may go on: 5×7 10."))
    scale = forms.CharField(label=_("By a scale of blood sugar (mmol/L)"), required=False, max_length=500, help_text=_(
        "Your own table instead of a dose: 8-12: 2; 12-16: 4. A value outside it: the doctor is called."))
    scale_minutes = forms.IntegerField(label=_("Minutes the value may be old"), required=False, min_value=1,
                                       max_value=1440, initial=60)
    first_dose = forms.ChoiceField(label=_("First dose"), required=False, widget=Segments, choices=[
        ("", _("at the next ward time")), ("now", _("now, then at ward times"))])
    apart = forms.IntegerField(label=_("Hours to the next dose at least"), required=False, min_value=1, max_value=72,
                               help_text=_("Ward times sooner after a first dose given now are left out."))
    weekdays = forms.MultipleChoiceField(label=_("On weekdays"), required=False, widget=forms.CheckboxSelectMultiple, choices=[
        (1, _("Mon")), (2, _("Tue")), (3, _("Wed")), (4, _("Thu")), (5, _("Fri")), (6, _("Sat")), (7, _("Sun"))])
    every_days = forms.IntegerField(label=_("Every so many days"), required=False, min_value=2, max_value=400)
    days_on = forms.IntegerField(label=_("Cycle: days with doses"), required=False, min_value=1, max_value=400)
    days_off = forms.IntegerField(label=_("Cycle: days without"), required=False, min_value=1, max_value=400)
    starts_on = forms.ChoiceField(label=_("Begins"), required=False, choices=lambda: [("", _("at the time above")),
                                                                                      *MedicationRequest.Event.choices])
    priority = forms.ChoiceField(label=_("Priority"), choices=MedicationRequest.Priority, initial="routine", widget=Segments)
    as_needed_for = forms.CharField(label=_("As needed for"), required=False, max_length=200)
    max_per_day = forms.IntegerField(label=_("At most a day"), required=False, min_value=1, max_value=100)
    min_interval_minutes = forms.IntegerField(label=_("Minutes apart at least"), required=False, min_value=1, max_value=10000)
    indication = forms.CharField(label=_("Indication"), required=False, max_length=300)
    instructions = forms.CharField(label=_("Instructions"), required=False, max_length=500)

    def order(self):
        """The fields as `prescribe_medication` takes them; the form must be valid."""
        data = {name: value for name, value in self.cleaned_data.items() if value not in (None, "") and name not in ANSWERS}
        word = data.pop("frequency", "")
        times = data.pop("times", "").replace(",", " ").split()
        data.pop("medication", None)
        if word == OWN_TIMES:
            data["timing"] = {"times": times}
        elif known := frequency.read(word):
            data |= {"timing": known.timing, "timing_text": known.code, "as_needed": known.as_needed}
            if known.priority != "routine":
                data["priority"] = known.priority
        return self._planned(data)

    def _planned(self, data):
        """The order with what the form says of its days and first dose; a rule nobody could follow is refused by the act."""
        said = {name: data.pop(name, None) for name in ("first_dose", "apart", "weekdays", "every_days", "days_on", "days_off")}
        minutes = data.pop("scale_minutes", None)
        if "scale" in data:
            data["scale"] = scale.read(data["scale"], minutes=minutes or 60)
        if "stages" in data:
            data["stages"] = stages.read(data["stages"])
        more = {"first": said["first_dose"], "apart": said["apart"], "weekdays": [int(day) for day in said["weekdays"] or ()],
                "every_days": said["every_days"], "cycle": [days for days in (said["days_on"], said["days_off"]) if days]}
        if more := {name: value for name, value in more.items() if value}:
            data |= {"timing": {**(data.get("timing") or {"times": ["08:00"]}), **more}, "timing_text": ""}
        return data


class ChangeForm(AnswerForm):
    """What may be different from now on, and why."""

    dose = forms.DecimalField(label=_("Dose"), required=False, widget=AmountInput)
    dose_unit = forms.CharField(label=_("Unit"), required=False, max_length=20)
    frequency = forms.ChoiceField(label=_("How often"), required=False, choices=lambda: _frequencies()[:-1])
    from_next_dose = forms.BooleanField(label=_("From the next dose on"), required=False, initial=True)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def changes(self, request):
        """Only the fields that differ from the order."""
        data, found = self.cleaned_data, {}
        if data["dose"] is not None and data["dose"] != request.dose:
            found["dose"] = data["dose"]
        if data["dose_unit"] and data["dose_unit"] != request.dose_unit:
            found["dose_unit"] = data["dose_unit"]
        known = frequency.read(data["frequency"])
        if known and known.timing != request.timing:
            found |= {"timing": known.timing, "timing_text": known.code, "as_needed": known.as_needed}
        return found


class RenewForm(AnswerForm):
    """For how many days more an order goes on."""

    days = forms.IntegerField(label=_("For how many days more"), min_value=1, max_value=3650, initial=3)


class StartForm(forms.Form):
    """When the event came for which an order waits."""

    at = forms.DateTimeField(label=_("When"), required=False, widget=MomentInput, help_text=_("Empty = now"))


class ReasonForm(forms.Form):
    """One line: why."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class RequestForm(forms.Form):
    """A request that is no drug."""

    category = forms.ChoiceField(label=_("What kind"), choices=ServiceRequest.Category, widget=Segments)
    text = forms.CharField(label=_("What is asked for"), max_length=300)
    priority = forms.ChoiceField(label=_("Priority"), choices=ServiceRequest.Priority, initial="routine", widget=Segments)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)
    wanted_at = forms.DateTimeField(label=_("Wanted at"), required=False, widget=MomentInput)
    performer = forms.ModelChoiceField(Department.objects.all(), label=_("To be done by"), required=False)


class ReceiveForm(forms.Form):
    """A delivery."""

    medication = forms.UUIDField(label=_("Drug"), widget=forms.HiddenInput)
    department = forms.ModelChoiceField(Department.objects.none(), label=_("Department"))
    lot_number = forms.CharField(label=_("Lot number"), max_length=60)
    expires_on = forms.DateField(label=_("Expires on"), widget=DayInput)
    quantity = forms.DecimalField(label=_("Stock units"), widget=AmountInput, min_value=0, max_digits=12)
    unit_cost = forms.DecimalField(label=_("Cost of one unit"), widget=AmountInput, min_value=0, max_digits=14, decimal_places=4)
    supplier = forms.CharField(label=_("Supplier"), required=False, max_length=200)

    def __init__(self, *args, departments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments


class SignedForm(forms.Form):
    """A form that a second person signs too when `signers` are given (controlled drugs)."""

    witness = forms.ModelChoiceField(Staff.objects.none(), label=_("Second person"))
    witness_pin = PinField()

    def __init__(self, *args, signers=None, **kwargs):
        super().__init__(*args, **kwargs)
        if signers is None:
            del self.fields["witness"], self.fields["witness_pin"]
        else:
            self.fields["witness"].queryset = signers


class WasteForm(SignedForm):
    quantity = forms.DecimalField(label=_("Stock units"), widget=AmountInput, max_digits=12)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class RestForm(SignedForm):
    quantity = forms.DecimalField(label=_("Stock units"), widget=AmountInput, max_digits=12, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class UndoForm(SignedForm):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class ReturnForm(forms.Form):
    quantity = forms.DecimalField(label=_("Stock units"), widget=AmountInput, max_digits=12)
    to_department = forms.ModelChoiceField(Department.objects.filter(kind=Department.Kind.PHARMACY), label=_("To pharmacy"),
                                           required=False, help_text=_("Empty: the only one there is."))
    reason = forms.CharField(label=_("Reason"), max_length=200)


class IssueForm(forms.Form):
    quantity = forms.DecimalField(label=_("Stock units"), widget=AmountInput, max_digits=12)
    to_department = forms.ModelChoiceField(Department.objects.all(), label=_("To department"))


class MedicationForm(forms.Form):
    """A new product of the formulary."""

    code = forms.CharField(label=_("Code"), max_length=80)
    name = forms.CharField(label=_("International name"), max_length=300)
    name_ru = forms.CharField(label=_("Name in Russian"), required=False, max_length=300)
    trade_name = forms.CharField(label=_("Trade name"), required=False, max_length=300)
    atc = forms.CharField(label=_("ATC code"), required=False, max_length=7)
    form = forms.CharField(label=_("Dosage form"), required=False, max_length=120)
    strength = forms.CharField(label=_("Strength"), required=False, max_length=200)
    route = forms.ChoiceField(label=_("Route"), required=False, choices=routes)
    dose_per_unit = forms.DecimalField(label=_("Dose in one stock unit"), required=False, widget=AmountInput, max_digits=12)
    dose_unit = forms.CharField(label=_("Unit of the dose"), required=False, max_length=20)
    stock_unit = forms.CharField(label=_("Stock unit"), max_length=20, initial="tablet")
    is_high_risk = forms.BooleanField(label=_("High alert: a second person checks"), required=False)
    is_controlled = forms.BooleanField(label=_("Controlled"), required=False)
    is_time_critical = forms.BooleanField(label=_("Time critical"), required=False)


class CountForm(SignedForm):
    """The foot of a count sheet; its lines are read by `counted_lines`."""

    note = forms.CharField(label=_("Note"), max_length=300, required=False)


def counted_lines(data) -> list[dict]:
    """The lines of a count sheet that were filled in: counted-<lot>, expected-<lot>, reason-<lot>."""
    return [{"lot": name.removeprefix("counted-"), "counted": value, "expected": data.get(f"expected-{name[8:]}"),
             "reason": data.get(f"reason-{name[8:]}", "")}
            for name, value in data.items() if name.startswith("counted-") and value.strip()]


class PeriodForm(forms.Form):
    """From one day to another, both included."""

    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(label=_("To"), required=False, widget=DayInput)
