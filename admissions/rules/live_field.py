"""What the stay fills into phrases: vital signs now and of 24 hours, results, drugs, fluid balance (B5)."""
from django.utils.translation import gettext_lazy as _

from admissions.queries import live_field as queries
from admissions.rules.discharge_summary import _number
from admissions.rules.rounds import SPAN, fluids, found_results, spans
from emr import clock
from emr.models import Encounter
from emr.rules.phrase import line, live_field
from nursing.rules.vitals import SIGNS, UNITS

SINGLE = {"pulse": "heart_rate", "temperature": "temperature", "breaths": "respiratory_rate", "spo2": "spo2", "pain": "pain",
          "weight": "weight", "glucose": "glucose"}


def _told(row, value):
    return f"{value} ({clock.spoken(row.effective_at)})"


@live_field("bp", _("Blood pressure, last"), "vitals")
def _pressure(about):
    upper, lower = SIGNS["systolic"], SIGNS["diastolic"]
    found = queries.newest(about.patient, [upper.code, lower.code])
    high, low = found.get(upper.code), found.get(lower.code)
    if high is None:
        return []
    together = low is not None and low.effective_at == high.effective_at
    words = f"{_number(high.value)}/{_number(low.value)}" if together else _number(high.value)
    return [line(_told(high, f"{words} {UNITS[upper.unit]}"), high)]


def _single(sign):
    def read(about):
        row = queries.newest(about.patient, [sign.code]).get(sign.code)
        unit = UNITS.get(sign.unit, sign.unit)
        return [line(_told(row, " ".join(filter(None, [_number(row.value), unit]))), row)] if row else []

    return read


for _name, _key in SINGLE.items():
    live_field(_name, SIGNS[_key].label, "vitals")(_single(SIGNS[_key]))


@live_field("vitals24", _("Vital signs of 24 hours: lowest, highest, last"), "vitals")
def _vitals(about):
    return spans(queries.values_between(about.patient, about.now - SPAN, about.now))


@live_field("results", _("Laboratory, last results"), "laboratory")
def _results(about):
    return found_results(queries.last_results(about.patient))


@live_field("drugs", _("Running drugs"), "orders")
def _drugs(about):
    return [line(f"{row.medication} {row.dose_words}".strip(), row) for row in queries.running_drugs(about.patient)]


@live_field("fluids", _("Fluid balance of 24 hours"), "vitals")
def _fluids(about):
    if about.encounter is None or about.encounter.kind != Encounter.Kind.INPATIENT:
        return []
    return fluids(about.encounter, max(about.now - SPAN, about.encounter.started_at), about.now)
