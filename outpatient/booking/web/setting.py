"""How coupons are given out: the institution, its specialties and doctors; what a share would mean; what past visits speak for
(R26-R28, R76, R97).
"""
from django import forms
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.models import Staff
from emr.pages import look, request_key
from outpatient.booking.actions.booking_setting import DOCTOR, SETTING, SPECIALTY, change_setting, set_doctor, set_specialty
from outpatient.booking.models import BookingSetting, DoctorSetting, Specialty
from outpatient.booking.queries import pace as paces
from outpatient.booking.queries import statistics as figures
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.effective import effective, preview
from outpatient.booking.rules.pace import proposed_share, suggested_steps

WEEKDAYS = [(1, _("Monday")), (2, _("Tuesday")), (3, _("Wednesday")), (4, _("Thursday")), (5, _("Friday")), (6, _("Saturday")),
            (7, _("Sunday"))]
TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
SECTIONS = [
    (_("Who may order"), ["population", "identification", "second_factor", "age_from", "age_to"]),
    (_("What is given online, and when"), ["quota_online", "quota_advance", "release_time", "horizon_days", "same_day_online",
                                           "month_limit", "hold_minutes", "reopen_delay_minutes"]),
    (_("The visit"), ["step_minutes", "checkin_lead_minutes", "grace_minutes", "reminder_time", "paper_required",
                      "slip_names_specialty", "no_show_ladder"]),
    (_("House calls"), ["housecall_from", "housecall_until", "housecall_closing"])]
SHARES = {"quota_online": _("Online share, percent"), "quota_advance": _("Share given in advance, percent"),
          "step_minutes": _("Minutes of a coupon")}


class SettingForm(forms.ModelForm):
    """The institution's values; the hours in which orders are taken online in as many pieces as there are, and one more."""

    class Meta:
        model = BookingSetting
        fields = [name for name in SETTING if name not in ("online_hours", "housecall_days")]
        labels = SHARES | {
            "horizon_days": _("Days that can be ordered ahead"), "same_day_online": _("Today's coupons are given online"),
            "release_time": _("Hour of the eve at which the rest is given out"),
            "month_limit": _("Own online orders per patient and month"),
            "hold_minutes": _("Minutes a coupon is kept while one fills in the form"),
            "paper_required": _("The coupon is exchanged for paper"),
            "identification": _("What is asked for"), "checkin_lead_minutes": _("Minutes to come earlier"),
            "grace_minutes": _("Minutes a place is kept"), "reminder_time": _("Reminder on the eve at"),
            "housecall_from": _("House calls from"), "housecall_until": _("House calls until"),
            "no_show_ladder": _("Measures after missed visits"),
            "reopen_delay_minutes": _("A freed coupon opens online after up to, minutes"),
            "housecall_closing": _("House calls not visited are red from"), "second_factor": _("A second proof is asked for"),
            "slip_names_specialty": _("Paper names the specialty"), "age_from": _("Age from"), "age_to": _("Age below"),
            "population": _("Who is served")}
        help_texts = dict.fromkeys(SETTING, "")
        widgets = {name: TIME for name in ("release_time", "reminder_time", "housecall_from", "housecall_until",
                                           "housecall_closing")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        hours = self.instance.online_hours or []
        for number, piece in enumerate([*hours, {}], start=1):
            days, begins, ends = names = _piece(number)
            self.fields |= {
                days: forms.TypedMultipleChoiceField(
                    label=_("Orders are taken online on") if number == 1 else _("and online on"), choices=WEEKDAYS, coerce=int,
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                    help_text=_("None marked: always") if number == 1 else _("None marked: no further hours")),
                begins: forms.TimeField(label=_("Online from"), required=False, widget=TIME),
                ends: forms.TimeField(label=_("Online until"), required=False, widget=TIME)}
            if piece:
                every = list(dict(WEEKDAYS))
                self.initial |= dict(zip(names, (piece.get("days", every), piece["from"], piece["until"]), strict=True))
        self.pieces = [_piece(number) for number in range(1, len(hours) + 2)]

    def sections(self) -> list[tuple]:
        """(heading, fields) as the page groups them; the hours of each piece stand together."""
        return [(heading, [self[name] for name in names]) for heading, names in SECTIONS] + [
            (_("Hours in which orders are taken online"), [self[name] for piece in self.pieces for name in piece])]

    def clean(self):
        data = super().clean()
        for days, begins, ends in self.pieces:
            if data.get(days) and not (data.get(begins) and data.get(ends)):
                self.add_error(begins, _("Say from when until when."))
        return data

    def changes(self) -> dict:
        """What was changed, as the act takes it."""
        data = self.cleaned_data
        found = {name: data[name] for name in self.changed_data if name in self._meta.fields}
        if {name for piece in self.pieces for name in piece} & set(self.changed_data):
            found["online_hours"] = [{"days": data[days], "from": f"{data[begins]:%H:%M}", "until": f"{data[ends]:%H:%M}"}
                                     for days, begins, ends in self.pieces if data[days]]
        return found


def _piece(number):
    """The names of the fields of one piece of online hours."""
    return tuple(f"online_{part}{'' if number == 1 else f'_{number}'}" for part in ("days", "from", "until"))


class SpecialtyForm(forms.ModelForm):
    class Meta:
        model = Specialty
        fields = SPECIALTY
        labels = SHARES | {"name": _("Name in English"), "name_ru": _("Name in Russian"), "name_be": _("Name in Belarusian"),
                           "is_published": _("Shown to the public"), "needs_referral": _("The first visit needs a referral"),
                           "by_district": _("Has district doctors")}
        help_texts = dict.fromkeys(SPECIALTY, "")


class NewSpecialtyForm(SpecialtyForm):
    class Meta(SpecialtyForm.Meta):
        fields = ("code", *SPECIALTY)
        labels = SpecialtyForm.Meta.labels | {"code": _("Code")}


class DoctorForm(forms.ModelForm):
    class Meta:
        model = DoctorSetting
        fields = DOCTOR
        labels = SHARES | {"specialty": _("Specialty"), "is_published": _("Shown to the public")}


@look("booking.change_setting")
def page(request):
    """The institution's setting; each change tells old and new in the journal."""
    form = SettingForm(request.POST or None, instance=setting())
    if request.method == "POST" and form.is_valid():
        change_setting(by=request.actor, request_key=request_key(request), **form.changes())
        return redirect("booking:settings")
    return render(request, "booking/setting/page.html", {"form": form}, status=422 if form.errors else 200)


@look("booking.set_specialty")
def specialties(request):
    """What coupons are given for, and the doctors, each with the share that holds and which level says it."""
    row, missed = setting(), paces.missed_online()
    doctors = [(found, effective("quota_online", institution=row, specialty=found.specialty, doctor=found),
                proposed_share(*missed.get(found.doctor_id, (0, 0)))) for found in paces.doctors()]
    return render(request, "booking/setting/specialties.html", {
        "rows": [(found, effective("quota_online", institution=row, specialty=found))
                 for found in Specialty.objects.order_by("name")],
        "doctors": doctors})


@look("booking.set_specialty")
def specialty(request, specialty_id=None):
    """Add or change a specialty."""
    row = get_object_or_404(Specialty, pk=specialty_id) if specialty_id else None
    form = (SpecialtyForm if row else NewSpecialtyForm)(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        changes = form.cleaned_data if row is None else {name: form.cleaned_data[name] for name in form.changed_data}
        set_specialty(specialty_id, by=request.actor, request_key=request_key(request), **changes)
        return redirect("booking:specialties")
    return render(request, "booking/setting/form.html", {"form": form, "title": row or _("New specialty")},
                  status=422 if form.errors else 200)


@look("booking.set_doctor")
def doctor(request, doctor_id):
    """A doctor's own values; below what they mean for his next receptions, and what his past visits speak for."""
    person = get_object_or_404(Staff, pk=doctor_id)
    row = DoctorSetting.objects.filter(doctor=person).first()
    form = DoctorForm(request.POST or None, instance=row or DoctorSetting(doctor=person))
    if request.method == "POST" and form.is_valid():
        set_doctor(person, by=request.actor, request_key=request_key(request),
                   **{name: form.cleaned_data[name] for name in form.changed_data})
        return redirect("booking:specialties")
    return render(request, "booking/setting/form.html",
                  {"form": form, "title": person.full_name, "previews": _previews(person, request),
                                                         "advice": _advice(person, row)}, status=422 if form.errors else 200)


def _previews(person, request):
    """What the share that holds, or the asked one (`?q=`), means for the next receptions (R27, R28)."""
    try:
        asked = forms.IntegerField(required=False, min_value=0, max_value=100).clean(request.GET.get("q", ""))
    except forms.ValidationError:
        asked = None
    rows = figures.receptions(clock.today(), clock.today() + paces.DAYS, doctor=person)[:7]
    taken, row = figures.bookings(rows), setting()
    found = []
    for reception in rows:
        own = [one.channel for one in taken if one.reception_id == reception.pk and not one.no_show_at]
        q = asked if asked is not None else effective("quota_online", institution=row, specialty=reception.specialty,
                                                      doctor=getattr(reception.doctor, "booking_setting",
                                                                     None), reception=reception).value
        online = own.count("web")
        found.append((reception, preview(q, reception.places, online=online, others=len(own) - online)))
    return found


def _advice(person, row):
    """(mean minutes, steps to consider, proposed share) of the last sixty days; proposals only (R76, R97)."""
    planned = (row and row.step_minutes) or (row and row.specialty.step_minutes) or setting().step_minutes
    mean, steps = suggested_steps(paces.durations(person), planned)
    return {"mean": mean, "steps": steps, "planned": planned,
            "share": proposed_share(*paces.missed_online().get(person.pk, (0, 0)))}
