"""Live through an event log again, by the same acts that people use, at the events' own times.

Each line is one transaction: the acts it causes and the ReplayedEvent row that says what became of it. So a replay may
be killed at any moment and resumed, and a second run finds every line done.
"""
import gc
import hashlib
import uuid
from pathlib import Path

from django.db import DataError, connection, transaction
from django.db.utils import IntegrityError

from emr import clock
from emr.errors import Refusal
from emr.models import Encounter, Patient, Staff
from fhir_export.actions import replay_facts, replay_stays
from fhir_export.actions.replay_people import People
from fhir_export.errors import EventMalformed, NotALog, UnknownEvent
from fhir_export.models import Replay, ReplayedEvent, ReplayKey
from fhir_export.rules import event_log

HANDLERS = {
    "ed_arrival": replay_stays.ed_arrival, "triage": replay_stays.triage, "admit": replay_stays.admit,
    "visit_start": replay_stays.visit_start, "visit_end": replay_stays.visit_end, "discharge": replay_stays.discharge,
    "order": replay_facts.order, "mar": replay_facts.administration, "result": replay_facts.result,
    "vitals": replay_facts.vitals, "procedure": replay_facts.procedure,
    "discharge_prescription": replay_facts.prescription,
}
# Kinds that a log may hold and this product has no place for, each with the reason shown in the table.
NOT_MODELLED: dict[str, str] = {}


class NotModelled(Exception):
    """Part of the log that is out of the product's scope; `what` is shown in the closing table."""

    def __init__(self, what):
        self.what = what
        super().__init__(what)


def _insert(model, **values):
    """Write a row of the replay's own bookkeeping, twice per event: plainly, because the ORM takes four times as long."""
    with connection.cursor() as cursor:
        cursor.execute(f"insert into {model._meta.db_table} ({', '.join(values)}) values ({', '.join(['%s'] * len(values))})",
                       list(values.values()))


class HospitalReplay:
    """One replay of one log: what is done already, and which row of ours stands for which name of the log."""

    def __init__(self, path, *, people_path=None, shifted_days=0):
        self.path = Path(path)
        self.log = event_log.read(self.path, shifted_days=shifted_days)
        if not self.log.events:
            raise NotALog(name=self.path.name)
        self.shifted_days = shifted_days
        digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        self.replay, _ = Replay.objects.get_or_create(
            sha256=digest, defaults={"name": self.path.name, "shifted_days": shifted_days, "lines": self.log.lines})
        if self.replay.shifted_days != shifted_days:  # a resumed replay keeps the days it began with
            self.shifted_days = self.replay.shifted_days
            self.log = event_log.read(self.path, shifted_days=self.shifted_days)
        self.keys = {(kind, name): about for kind, name, about in
                     ReplayKey.objects.filter(replay=self.replay).values_list("kind", "name", "about_id")}
        self.done = set(ReplayedEvent.objects.filter(replay=self.replay).values_list("line", flat=True))
        self.learnt: dict = {}
        self.encounters: dict[str, Encounter] = {}
        self.people = People(self, people_path)

    # -- names of the log

    def known(self, kind, name) -> uuid.UUID | None:
        """The row that stands for this name of the log, if one does; names learnt in this very event count."""
        return self.learnt.get((kind, name)) or self.keys.get((kind, name))

    def learn(self, kind, name, row):
        """From now on this row stands for the name; written with the act, forgotten if it is refused."""
        _insert(ReplayKey, replay_id=self.replay.pk, kind=kind, name=name, about_id=row.pk)
        self.learnt[kind, name] = row.pk

    # -- the run

    def run(self, *, until=None, on_event=lambda event: None):
        """Apply every line not done yet, up to the moment `until`. Calls `on_event` after each."""
        with connection.cursor() as cursor:
            # A lost last second would only be replayed again; nothing else writes on this connection.
            cursor.execute("set synchronous_commit = off")
        self.people.prepare()
        gc.freeze()  # the log stays in memory to the end; looking through it again and again took a tenth of the time
        for problem in self.log.problems:
            if problem.line not in self.done:
                self._note(problem.line, problem.kind, ReplayedEvent.Outcome.REFUSED, problem.refusal)
        for event in self.log.events:
            if until and event.at > until:
                break
            if event.line not in self.done:
                self.apply(event)
            on_event(event)
        else:
            Replay.objects.filter(pk=self.replay.pk, finished_at=None).update(finished_at=clock.now())

    def apply(self, event):
        """Apply one line and note what became of it, in one transaction."""
        self.learnt = {}
        with clock.at(event.at):
            try:
                with transaction.atomic():
                    about, message = self._perform(event)
                    self._note(event.line, event.kind, ReplayedEvent.Outcome.APPLIED, about=about, message=message)
                self.keys.update(self.learnt)
            except NotModelled as scope:
                self._note(event.line, event.kind, ReplayedEvent.Outcome.NOT_MODELLED, message=scope.what)
            except Refusal as refusal:  # killed before this row, the line is tried and refused again
                self._note(event.line, event.kind, ReplayedEvent.Outcome.REFUSED, refusal)

    def _perform(self, event):
        if event.kind in NOT_MODELLED:
            raise NotModelled(NOT_MODELLED[event.kind])
        handler = HANDLERS.get(event.kind)
        if handler is None:
            raise UnknownEvent(kind=event.kind[:60])
        try:
            return handler(self, event)
        except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
            raise EventMalformed(what=str(error)[:120]) from error
        except (DataError, IntegrityError) as error:
            raise EventMalformed(what=str(error).splitlines()[0][:200]) from error

    def _note(self, line, kind, outcome, refusal=None, *, about=None, message=""):
        _insert(
            ReplayedEvent, replay_id=self.replay.pk, line=line, kind=kind[:60], outcome=outcome,
            code=refusal.code if refusal else "",
            message=str(refusal or message)[:300], about_type=about._meta.label if about is not None else "",
            about_id=about.pk if about is not None else None)
        self.done.add(line)

    # -- rows that handlers need

    def encounter(self, event) -> Encounter:
        """The encounter the event belongs to. Raises EncounterUnknown."""
        from fhir_export.errors import EncounterUnknown, OrderOfAnotherPatient

        pk = self.known("encounter", event.encounter)
        if pk is None:
            raise EncounterUnknown(name=event.encounter)
        found = self.encounters.get(event.encounter) or Encounter.objects.get(pk=pk)
        self.encounters[event.encounter] = found
        if found.patient_id != self.known("patient", event.patient):
            raise OrderOfAnotherPatient(name=event.encounter)
        return found

    def staff(self, code) -> Staff:
        """Who acted, by the log's code; the system where the log names nobody."""
        return self.people.staff(code)

    def patient(self, event) -> Patient:
        """The patient of an arriving event, registered now when he was not known before."""
        return self.people.patient(event)
