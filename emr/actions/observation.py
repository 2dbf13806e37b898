"""Measured and seen values: plain functions for the acts of upper apps (vitals, scores, findings from elsewhere)."""
from django.utils.translation import gettext_lazy as _

from emr import acts, clock
from emr.actions.fact import encounter_of
from emr.errors import AlreadyInError, Malformed, ReasonMissing, Refusal, TimeInFuture
from emr.models import Observation
from emr.models.fields import ExactDecimalField
from emr.rules.texts import fits

TEXTS = ("system", "code", "name", "comparator", "unit", "value_code", "absent_reason", "interpretation")


class ObservationSaysNothing(Refusal):
    code, status = "emr.observation_says_nothing", 422
    message = _("“{name}” has no value. Enter one, or say why there is none.")


def add_observations(patient, encounter, values, *, effective_at, by, panel_id=None, source=None, recorded_at=None):
    """Write values measured together, in one statement, inside the caller's act (patient locked).

    values: dicts of Observation columns; `name` and `category` are needed, then value (Decimal), unit (UCUM), code
    and system, value_text, value_code, comparator, interpretation, components, absent_reason, note; a dict may bring
    its own `effective_at`. Raises TimeInFuture, ObservationSaysNothing, Malformed, TextTooLong.
    """
    acts.current()
    encounter, now = encounter_of(patient, encounter), recorded_at or clock.now()
    rows = []
    for value in values:
        row = Observation(**{"effective_at": effective_at, "panel_id": panel_id, "source": source} | value,
                          patient=patient, encounter=encounter, recorded_by=by, recorded_at=now)
        _check(row, now)
        rows.append(row)
    return Observation.objects.bulk_create(rows)


def _check(row, now):
    if row.category not in Observation.Category.values or not row.name:
        raise Malformed(problem=f"name and a category of {', '.join(Observation.Category.values)} are needed")
    if row.effective_at > now and row.source_id is None:
        raise TimeInFuture()
    row.value = ExactDecimalField().to_python(row.value)
    if row.value is None and not (row.value_text or row.value_code or row.components is not None or row.absent_reason):
        raise ObservationSaysNothing(name=row.name)
    fits(Observation, **{name: getattr(row, name) for name in TEXTS})


def withdraw_panel(panel_id, *, reason, by):
    """Mark all live values of one round as entered in error, inside the caller's act (patient locked).

    Returns the rows. Raises ReasonMissing, AlreadyInError when none of them stands any more.
    """
    acts.current()
    reason = (reason or "").strip()
    if not reason:
        raise ReasonMissing()
    fits(Observation, error_reason=reason)
    rows = list(Observation.objects.filter(panel_id=panel_id).select_for_update(no_key=True).order_by("pk"))
    live, now = [row for row in rows if row.is_live], clock.now()
    if not live:
        raise AlreadyInError(at=rows[0].error_at if rows else now)
    for row in live:
        row.error_at, row.error_by, row.error_reason = now, by, reason
    Observation.objects.bulk_update(live, ["error_at", "error_by", "error_reason"])
    return live
