"""Reconciliation: one decision for each drug of the patient, at admission, transfer and discharge, in one act or not at all.

What is decided is done by the acts that do it elsewhere (prescribe, change, stop), with their checks and their journal rows.
Locks: the stay, then each order in turn (docs/locking.md).
"""
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.actions.encounter import lock_encounter_for_orders
from emr.acts import act
from emr.errors import Malformed, ReasonMissing, Refusal
from emr.journal import record
from orders.actions.medication_request import KEPT, change_medication, prescribe_medication, stop_medication
from orders.actions.safety import SECOND
from orders.models import MedicationStatement, Reconciliation, ReconciliationLine
from orders.queries import reconciliation as queries

Decision, Moment = ReconciliationLine.Decision, Reconciliation.Moment
MOST = 100


class LinesUndecided(Refusal):
    code, status = "orders.lines_undecided", 422
    message = _("Nothing is decided yet of: {names}. Decide each line, then sign.")


class LineIsGone(Refusal):
    code = "orders.line_is_gone"
    message = _("The drugs of the patient changed while you decided. Open the page again and look at what is new.")


class DecidedTwice(Refusal):
    code, status = "orders.line_decided_twice", 422
    message = _("Two decisions were sent for {name}. Send one.")


class NextOrderMissing(Refusal):
    code, status = "orders.next_order_missing", 422
    message = _("Say what is ordered for {name}: drug, dose, route and how often.")


class NothingToReconcile(Refusal):
    code, status = "orders.nothing_to_reconcile", 422
    message = _("No drug is taken at home, ordered now or added. Record what the patient takes at home first.")


@act("orders.complete_reconciliation", proofs=SECOND)
def complete_reconciliation(encounter, *, by, moment, decisions, override_reason="", override_reasons=None,
                            second_signature=None):
    """Decide of every drug of the patient what goes on, and do it: prescribe, change, stop, in one act or not at all.

    `decisions`: dicts {statement, request (ids or None), decision (continue, change, stop, new, substitute), reason, medication,
    order}; `order` as prescribe_medication takes it. At discharge the orders go to the discharge list and what runs now is left
    to the discharge. Raises LinesUndecided, LineIsGone, DecidedTwice, NextOrderMissing, NothingToReconcile, ReasonMissing,
    Malformed, and what prescribing, changing and stopping raise.
    """
    if moment not in Moment.values:
        raise Malformed(problem=f"moment: one of {', '.join(Moment.values)}")
    encounter = lock_encounter_for_orders(encounter, by=by)
    lines = queries.lines_of(encounter, moment)
    pairs = _paired(lines, decisions)
    made = Reconciliation.objects.create(patient_id=encounter.patient_id, encounter=encounter, moment=moment,
                                         recorded_at=clock.now(), recorded_by=by)
    work = _Work(encounter, moment, lines, by, {
        "override_reason": override_reason, "override_reasons": override_reasons, "second_signature": second_signature})
    first = [Decision.STOP, Decision.CHANGE, Decision.SUBSTITUTE, Decision.CONTINUE, Decision.NEW]  # what ends, ends before
    done = [(line, said, work.do(line, said)) for line, said in sorted(pairs, key=lambda pair: first.index(pair[1]["decision"]))]
    ReconciliationLine.objects.bulk_create([ReconciliationLine(
        reconciliation=made, position=n, statement=line and line.statement, request=line and line.request, made=order,
        decision=said["decision"], reason=said["reason"]) for n, (line, said, order) in enumerate(done, start=1)])
    record(made, patient=encounter.patient_id, encounter=encounter, name=str(made.get_moment_display()), moment=moment,
           lines=len(done), decisions=[said["decision"] for _line, said, _order in done])
    return made


def _paired(lines, decisions):
    """Each decision with its line (None for a new drug). Every line without a decision must have one now."""
    if len(decisions) > MOST:
        raise Malformed(problem=f"decisions: at most {MOST}")
    by_key = {}
    for line in lines:
        by_key |= {str(row.pk): line for row in (line.statement, line.request) if row and not line.is_past}
    pairs, taken = [], []
    for each in decisions:
        said = _plain(each)
        keys = [str(each[name]) for name in ("statement", "request") if each.get(name)]
        line = by_key.get(keys[0]) if keys else None
        if bool(keys) == (said["decision"] == Decision.NEW) and not (line and line.statement is None):
            raise Malformed(problem="decision: a new drug has no line, every other decision has one")
        if keys and line is None:
            raise LineIsGone()
        if line is not None and any(line is other for other in taken):
            raise DecidedTwice(name=line.name)
        taken.append(line)
        pairs.append((line, said))
    if left := [line.name for line in lines if line.is_undecided and not any(line is other for other in taken)]:
        raise LinesUndecided(names=", ".join(left))
    if not pairs:
        raise NothingToReconcile()
    return pairs


def _plain(each):
    decision, reason = each.get("decision"), str(each.get("reason") or "").strip()[:300]
    if decision not in Decision.values:
        raise Malformed(problem=f"decision: one of {', '.join(Decision.values)}")
    if decision == Decision.STOP and not reason:
        raise ReasonMissing()
    return {"decision": decision, "reason": reason, "medication": each.get("medication"), "order": dict(each.get("order") or {})}


class _Work:
    """Doing what was decided, by the acts that do it elsewhere."""

    def __init__(self, encounter, moment, lines, by, answers):
        self.encounter, self.by, self.answers = encounter, by, answers
        self.leaves = moment == Moment.DISCHARGE
        self.category = "discharge" if self.leaves else "inpatient"
        # What runs in the ward does not go on at home: the checks of the discharge list leave it out.
        self.instead_of = [line.request for line in lines if line.request and not line.is_past] if self.leaves else []

    def do(self, line, said):
        """Do one decision; return the order it made, or None."""
        if line is None:
            return self._prescribe(said, said["medication"], line)
        if said["decision"] == Decision.NEW:  # ordered already and looked at: it goes on
            return self._continue(line, said)
        return getattr(self, f"_{said['decision']}")(line, said)

    def _continue(self, line, said):
        if line.next is not None or (line.request and not self.leaves):
            return line.next
        if line.request:
            kept = {name: getattr(line.request, name) for name in KEPT if name not in ("category", "ends_at", "priority")}
            return self._prescribe(said | {"order": kept | said["order"]}, line.request.medication_id, line)
        if self.leaves and not said["medication"]:
            return None  # the patient's own drug goes on as it is
        return self._prescribe(said, said["medication"], line)

    def _change(self, line, said):
        if line.request and not self.leaves:
            drug = {"medication": said["medication"]} if said["medication"] else {}
            return change_medication(line.request, by=self.by, reason=said["reason"] or self._why(), **drug, **said["order"],
                                     **self.answers)
        self._end(line)
        self._take_off(line, said)
        return self._prescribe(said, said["medication"] or (line.request and line.request.medication_id), line)

    def _stop(self, line, said):
        self._end(line)
        if line.request and not self.leaves:
            stop_medication(line.request, by=self.by, reason=said["reason"])
        self._take_off(line, said)

    def _substitute(self, line, said):
        self._stop(line, said | {"reason": said["reason"] or self._why()})
        return self._prescribe(said, said["medication"], line)

    def _take_off(self, line, said):
        """An order that stood on the discharge list already goes off it."""
        if self.leaves and line.next is not None and not line.next.stopped_at:
            stop_medication(line.next, by=self.by, reason=said["reason"] or self._why())

    def _end(self, line):
        """What the patient took at home ends for good only when he leaves with another plan."""
        if self.leaves and line.statement:
            row = MedicationStatement.objects.select_for_update(no_key=True).get(pk=line.statement.pk)
            row.status, row.ended_at = "stopped", max(clock.now(), row.started_at or clock.now())
            row.save(update_fields=["status", "ended_at"])

    def _prescribe(self, said, medication, line):
        if not medication or not said["order"]:
            raise NextOrderMissing(name=line.name if line else str(_("the new drug")))
        order = said["order"] | {"category": self.category}
        return prescribe_medication(self.encounter, by=self.by, medication=medication, instead_of=self.instead_of, **order,
                                    **self.answers)

    @staticmethod
    def _why():
        return str(_("reconciliation of drugs"))
