"""Every component and token of the design system on one page, with invented people. Tests take its screenshot."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.inputs import AmountInput, DayInput, MomentInput, Segments
from emr.templatetags import _marks

TONES = ["bad", "warn", "good", "info", "accent", "quiet"]
SWATCHES = [
    "bg",
    "surface",
    "surface-2",
    "hover",
    "line",
    "ink",
    "ink-2",
    "ink-3",
    "side",
    "accent",
    "accent-soft",
    "bad",
    "bad-soft",
    "bad-solid",
    "warn",
    "warn-soft",
    "good",
    "good-soft",
    "info",
    "info-soft",
    "quiet",
    "quiet-soft",
]
ICONS = [
    "activity",
    "alarm",
    "alert-triangle",
    "ambulance",
    "barcode",
    "bed",
    "calendar-event",
    "cash",
    "check",
    "clipboard-list",
    "clock-exclamation",
    "door-enter",
    "droplet",
    "file-text",
    "flask",
    "hand-stop",
    "heart-rate-monitor",
    "history",
    "home",
    "info-circle",
    "list-check",
    "lock",
    "logout",
    "lungs",
    "map-pin",
    "microscope",
    "nurse",
    "pill",
    "printer",
    "qrcode",
    "receipt",
    "report-medical",
    "scan",
    "search",
    "settings",
    "shield-lock",
    "signature",
    "stethoscope",
    "temperature",
    "test-pipe",
    "ticket",
    "transfer-in",
    "urgent",
    "user-plus",
    "users",
    "vaccine",
]


class SampleForm(forms.Form):
    """One field of each kind."""

    substance = forms.CharField(label=_("Substance"), help_text=_("As written on the pack."))
    amount = forms.DecimalField(label=_("Amount"), widget=AmountInput)
    route = forms.ChoiceField(
        label=_("Route"), choices=[("oral", _("by mouth")), ("iv", _("into a vein")), ("im", _("into a muscle"))]
    )
    born = forms.DateField(label=_("Birth date"), widget=DayInput, required=False)
    at = forms.DateTimeField(label=_("Given at"), widget=MomentInput, required=False)
    pain = forms.ChoiceField(label=_("Pain"), widget=Segments, choices=[(n, str(n)) for n in range(11)], required=False)
    note = forms.CharField(label=_("Note"), widget=forms.Textarea, required=False)
    witnessed = forms.BooleanField(label=_("A second nurse has checked"), required=False)


def page(request):
    """The style guide; open to anybody, because it shows nobody."""
    now = clock.now()
    form = SampleForm({"substance": "", "amount": "1,5 g", "route": "oral"})
    form.is_valid()
    return render(
        request,
        "emr/styleguide/page.html",
        {
            "form": form,
            "tones": TONES,
            "swatches": SWATCHES,
            "icons": ICONS,
            "states": [key for key in _marks.MARKS if key not in ("balanced", "closed")],
            "patient": _patient("Иванова", "Анна", 1958, "100200", "female"),
            "infant": _patient("Smirnov", "Egor", clock.today().year, "100777", "male"),
            "allergies": [
                SimpleNamespace(kind="allergy", substance=_("penicillin"), criticality="high", reaction=_("oedema")),
                SimpleNamespace(kind="allergy", substance=_("latex"), criticality="low", reaction=""),
            ],
            "none_known": [SimpleNamespace(kind="none-known", substance="", criticality="low", reaction="")],
            "tabs": [
                {"label": _("Chart"), "url": "#", "current": True},
                {"label": _("Orders"), "url": "#", "count": 4},
                {"label": _("Results"), "url": "#"},
            ],
            "crumbs": [{"label": _("Therapy 3"), "url": "#"}, {"label": _("Design system")}],
            "facts": [
                (_("Admitted"), now - dt.timedelta(days=3)),
                (_("Physician"), "Petrova V. I."),
                (_("Amount"), Decimal("0.50")),
            ],
            "doses": _doses(now),
            "hours": range(24),
            "temperature": _temperature(now),
            "spark": [7.1, 7.4, 8.2, 9.9, 12.4, 11.0, 9.3],
            "bars": [
                (_("Medicines"), Decimal("1240.50")),
                (_("Laboratory"), Decimal("610.00"), "good"),
                (_("Bed days"), Decimal("2310.00"), "warn"),
            ],
            "page": Paginator(range(120), 50).get_page(2),
            "delay": dt.timedelta(minutes=125),
            "long_delay": 4321,
        },
    )


def _patient(family, given, year, number, sex):
    today = clock.today()
    born = dt.date(year, 5, 2) if year < today.year else today - dt.timedelta(days=19)
    return SimpleNamespace(
        full_name=f"{family} {given}",
        birth_date=born,
        number=number,
        died_at=None,
        is_unknown=False,
        blood_group="O+",
        get_sex_display={"female": _("female"), "male": _("male")}[sex],
    )


def _temperature(now):
    values = ["36.8", "37.9", "38.6", "38.2", "37.4", "36.9", "37.1", "36.7"]
    return [(now - dt.timedelta(hours=8 * (len(values) - n)), Decimal(value)) for n, value in enumerate(values)]


def _doses(now):
    """A ward's day: patients, their orders, and slots (hour, text, state, icon)."""

    def order(name, how, *slots, alert=False):
        return {
            "name": name,
            "how": how,
            "alert": alert,
            "slots": [{"hour": int(t[:2]), "text": t, "state": s, "icon": i} for t, s, i in slots],
        }

    def given(text):
        return text, "given", "check"

    def planned(text):
        return text, "planned", ""

    return [
        {
            "name": "Ivanova Anna",
            "place": "301-1",
            "facts": "68 · F · 100200",
            "allergy": "Iodine contrast",
            "orders": [
                order("Ceftriaxone", "1 g IV", given("08:40"), planned("20:00")),
                order("Enoxaparin", "40 mg SC", planned("21:00"), alert=True),
                order("Paracetamol", "1 g PO", given("00:36"), given("06:05"), given("12:05"), planned("18:00")),
                order("Potassium chloride", "20 mmol IV", ("10:00", "overdue", "clock-exclamation"), alert=True),
            ],
        },
        {
            "name": "Petrov Boris",
            "place": "301-2",
            "facts": "85 · M · 100201",
            "allergy": "Penicillin",
            "orders": [
                order("Furosemide", "40 mg IV", given("08:45"), ("14:00", "due", "alarm")),
                order("Insulin glargine", "18 U SC", planned("22:00"), alert=True),
                order("Omeprazole", "20 mg PO", ("07:40", "refused", "hand-stop")),
                order("Metoprolol", "50 mg PO", ("08:10", "held", "player-pause"), planned("20:00")),
            ],
        },
        {
            "name": "Smirnova Galina",
            "place": "302-2",
            "facts": "49 · F · 100204",
            "allergy": "",
            "orders": [
                order("Amlodipine", "5 mg PO", ("08:24", "void", "ban")),
                order("Ceftriaxone", "1 g IV", given("08:11"), planned("20:00")),
            ],
        },
    ]
