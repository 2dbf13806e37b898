"""Taking received resources in, many at a time: each becomes a row of ours, or is kept or refused with the reason."""
from collections import defaultdict

from django.db import DatabaseError, transaction

from emr import acts, clock
from emr.api.render import strict_json
from emr.errors import Refusal
from emr.models import AllergyIntolerance, AttachmentFile, Condition, Document, Encounter, Observation, Patient
from emr.numbering import next_number
from fhir_export.actions import received_papers
from fhir_export.actions.received_patient import find_or_register
from fhir_export.models import ReceivedResource
from fhir_export.queries import received as queries
from fhir_export.rules import reasons, received_chart
from fhir_export.rules.reading import is_active, listed, named, words
from fhir_export.rules.reasons import KEPT, MATCHED, REFUSED, Unfit
from fhir_export.rules.received import MAPPINGS, PAPERS, WHY_KEPT, address, encounter_of, subject_of, urls_of
from fhir_export.rules.received_orders import medication_name
from nursing.models import Procedure
from orders.models import MedicationStatement

CREATED, UPDATED = "created", "updated"
FACTS = {model._meta.label: model for model in (Condition, Observation, MedicationStatement, Procedure, AllergyIntolerance,
                                                AttachmentFile)}
NEW_VERSION, BY_SENDER = "The sender sent a new version", "The sender marked it as an error"
BROKEN = (TypeError, AttributeError, KeyError, ValueError, IndexError, OverflowError)


class Intake:
    """Takes the resources of one document of one sender in; `take` runs inside the import's act."""

    def __init__(self, document, by):
        self.document, self.sender, self.by = document, document.sender, by
        self.urls, self.medications = {}, {}

    def take(self, items, *, store=True) -> list[ReceivedResource]:
        """Write the rows of these resources and what became of each (unless `store` is off: the caller has such rows).

        The order: those referred to come first.
        """
        acts.current()
        self.urls |= urls_of(items)
        self.now, self.new = clock.now(), defaultdict(list)
        self.withdrawn = defaultdict(lambda: defaultdict(list))
        self.binary_of = received_papers.binaries(items, self.urls)
        self.told = queries.earlier(self.sender, self._keys(items))
        self._load_medications(items)
        self.patients = {row.pk: row for row in Patient.objects.select_for_update(no_key=True).filter(
            pk__in={row.patient_id for row in self.told.values() if row.patient_id}).order_by("pk")}
        rows = [self._outcome(item) for item in items]
        self._write(rows)
        if store:
            ReceivedResource.objects.bulk_create(rows, batch_size=500)
        return rows

    # -- what the resources refer to

    def _keys(self, items):
        keys = {(item.kind, item.source_id) for item in items}
        for item in items:
            keys |= {self._address(subject_of(item.resource)), self._address(encounter_of(item.resource))}
        return keys - {None}

    def _address(self, reference):
        return address(reference, self.urls) if reference else None

    def _load_medications(self, items):
        wanted = {key for item in items if (key := self._address(named(item.resource.get("medicationReference"))))}
        for item in items:
            if item.kind == "Medication":
                self.medications[(item.kind, item.source_id)] = item.resource
        self._fetch(wanted)
        self._fetch({key for medication in wanted for key in self._held(self.medications.get(medication) or {})})

    def _fetch(self, keys):
        missing = {source_id for kind, source_id in keys - self.medications.keys() if kind == "Medication"}
        if missing:
            for source_id, body in queries.texts(self.sender, "Medication", missing).items():
                self.medications[("Medication", source_id)] = strict_json(body)

    def _held(self, medication):
        found = (self._address(named(part.get("itemReference"))) for part in listed(medication.get("ingredient")))
        return {key for key in found if key}

    def _medication(self, item):
        if concept := next(iter(listed(item.resource.get("medicationCodeableConcept"))), None):
            return concept
        reference = named(item.resource.get("medicationReference"))
        inside = {f"#{part.get('id')}": part for part in listed(item.resource.get("contained"))}
        found = inside.get(reference) or self.medications.get(self._address(reference)) or {}
        parts = [words(medication_name(self.medications[key])) for key in sorted(self._held(found)) if key in self.medications]
        display = (item.resource.get("medicationReference") or {}).get("display")
        concept = medication_name(found, parts)
        return concept if words(concept) or not display else {"text": str(display)}

    def _patient(self, item):
        reference = subject_of(item.resource)
        told = self.told.get(self._address(reference))
        if told is None or told.patient_id is None:
            raise Unfit(REFUSED, reasons.PATIENT_MISSING)
        return self.patients[told.patient_id]

    def _encounter(self, item, patient):
        """The row's id of the stay or visit, or None. Raises Unfit when it is another patient's."""
        told = self.told.get(self._address(encounter_of(item.resource)))
        if told is None or told.about_id is None or told.about_type != Encounter._meta.label:
            return None
        if told.patient_id != patient.pk:
            raise Unfit(REFUSED, reasons.OTHERS_ENCOUNTER)
        return told.about_id

    # -- one resource

    def _outcome(self, item) -> ReceivedResource:
        row = ReceivedResource(document=self.document, resource_type=item.kind, source_id=item.source_id,
                               version=item.version, body=item.body, outcome=CREATED)
        known = self.told.get((item.kind, item.source_id))
        if item.kind in PAPERS:  # a paper is written at once, so its stay must stand before
            self._flush_encounters()
        try:
            with _Undo(item.kind in PAPERS or item.kind == "Patient"):
                self._apply(item, row, known)
        except Unfit as unfit:
            row.outcome, row.reason = unfit.outcome, unfit.reason
            self._withdraw_copy(row, known)
        except Refusal as refusal:
            row.outcome, row.reason = REFUSED, f"{refusal.code}: {refusal}"[:300]
        except BROKEN:
            row.outcome, row.reason = REFUSED, reasons.BAD_FORM
        if row.outcome != REFUSED:
            self.told[(item.kind, item.source_id)] = row
        return row

    def _apply(self, item, row, known):
        if item.problem:
            raise Unfit(REFUSED, reasons.UNREADABLE)
        if is_active(item.resource):
            raise Unfit(REFUSED, reasons.SCRIPT)
        if known and known.version == item.version:
            row.patient_id, row.about_type, row.about_id = known.patient_id, known.about_type, known.about_id
            row.outcome, row.reason = MATCHED, known.reason
            return
        if item.kind == "Patient":
            return self._take_patient(item, row, known)
        if item.kind in WHY_KEPT or not (item.kind in MAPPINGS or item.kind in PAPERS or item.kind in (
                "Encounter", "AllergyIntolerance")):
            self._name_patient(item, row)
            raise Unfit(KEPT, WHY_KEPT.get(item.kind, reasons.SHOWN))
        patient = self._patient(item)
        row.patient_id = patient.pk
        if item.kind == "Encounter":
            made = self._take_encounter(item, patient, known)
        elif item.kind == "AllergyIntolerance":
            made = self._take_allergy(item, patient, known)
        elif item.kind in PAPERS:
            made = self._take_paper(item, patient, known)
        else:
            made = self._take_fact(item, patient)
        row.about_type, row.about_id = made._meta.label, made.pk
        if known and known.about_id:
            row.outcome = UPDATED
            self._supersede(known, NEW_VERSION)

    def _name_patient(self, item, row):
        told = self.told.get(self._address(subject_of(item.resource)))
        row.patient_id = told.patient_id if told else None

    def _supersede(self, known, why):
        if known.about_type in FACTS:
            self.withdrawn[known.about_type][why].append(known.about_id)

    def _withdraw_copy(self, row, known):
        """The sender took back what it had told: so is the copy in the chart."""
        if known and known.about_id and row.reason == reasons.IN_ERROR and known.about_type in FACTS:
            self._supersede(known, BY_SENDER)
            row.outcome, row.reason = UPDATED, reasons.WITHDRAWN
            row.patient_id, row.about_type, row.about_id = known.patient_id, known.about_type, known.about_id

    def _take_patient(self, item, row, known):
        if known and known.patient_id:
            patient, registered = self.patients[known.patient_id], False
        else:
            patient, registered = find_or_register(item.resource, self.sender)
        self.patients[patient.pk] = patient
        row.patient_id, row.about_type, row.about_id = patient.pk, Patient._meta.label, patient.pk
        if not registered:
            row.outcome, row.reason = MATCHED, reasons.KNOWN_PERSON

    def _take_encounter(self, item, patient, known):
        columns = received_chart.encounter(item.resource)
        if known and known.about_id:
            encounter = Encounter.objects.select_for_update(no_key=True).get(pk=known.about_id)
            for name, value in columns.items():
                setattr(encounter, name, value)
            encounter.save(update_fields=list(columns))
            return encounter
        encounter = Encounter(patient=patient, recorded_at=self.now, recorded_by=self.by, source=self.sender, **columns)
        self.new[Encounter].append(encounter)
        return encounter

    def _take_fact(self, item, patient):
        mapping = MAPPINGS[item.kind]
        given = (self._medication(item),) if mapping.takes_medication else ()
        columns = mapping.columns(item.resource, *given)
        encounter = self._encounter(item, patient)
        if mapping.needs_encounter and not encounter:
            raise Unfit(KEPT, reasons.ENCOUNTER_UNKNOWN if encounter_of(item.resource) else reasons.NO_ENCOUNTER)
        if "asserted_at" in columns:
            columns["asserted_at"] = columns["asserted_at"] or self.now
        fact = mapping.model(patient=patient, encounter_id=encounter, recorded_at=self.now, recorded_by=self.by,
                             source=self.sender, **columns)
        self.new[mapping.model].append(fact)
        return fact

    def _take_allergy(self, item, patient, known):
        columns = received_chart.allergy(item.resource)
        none = columns["kind"] == AllergyIntolerance.Kind.NONE_KNOWN
        standing = AllergyIntolerance.objects.live().filter(patient=patient, ended_at__isnull=True).exclude(
            pk=known.about_id if known else None)
        if none and standing.exclude(kind=AllergyIntolerance.Kind.NONE_KNOWN).exists():
            raise Unfit(REFUSED, reasons.ANOTHER_ALLERGY)
        if standing.filter(substance__iexact=columns["substance"]).exists():
            raise Unfit(MATCHED, reasons.ALREADY_KNOWN)
        ended = self.now if columns.pop("ended", False) else None
        if known and known.about_id:  # before the new one: only one statement of "none known" may stand
            self._mark(AllergyIntolerance, [known.about_id], NEW_VERSION)
        if not none and not ended:
            standing.filter(kind=AllergyIntolerance.Kind.NONE_KNOWN).update(ended_at=self.now)
        columns["asserted_at"] = columns["asserted_at"] or self.now
        return AllergyIntolerance.objects.create(patient=patient, ended_at=ended, recorded_at=self.now, recorded_by=self.by,
                                                 source=self.sender, **columns)

    def _take_paper(self, item, patient, known):
        columns = PAPERS[item.kind](item.resource)
        encounter = self._encounter(item, patient)
        old = Document.objects.filter(pk=known.about_id).first() if known and known.about_id else None
        return received_papers.add_paper(item, patient, encounter, columns, self.binary_of, sender=self.sender, by=self.by,
                                         replaces=old)

    # -- writing

    def _write(self, rows):
        self._flush_encounters()
        made = {row.about_id: row for row in rows if row.about_id}
        for model, facts in self.new.items():
            self._insert(model, facts, made)
        for label, why in self.withdrawn.items():
            for reason, keys in why.items():
                self._mark(FACTS[label], keys, reason)

    def _flush_encounters(self):
        for encounter in (waiting := self.new.pop(Encounter, [])):
            encounter.number = f"X{next_number('encounter-X'):07d}"
        Encounter.objects.bulk_create(waiting, batch_size=500)

    def _insert(self, model, facts, made):
        """All in one statement; if the store refuses one of them, one by one, so that only that one is refused."""
        try:
            with transaction.atomic():
                model.objects.bulk_create(facts, batch_size=500)
        except DatabaseError:
            for fact in facts:
                try:
                    with transaction.atomic():
                        fact.save(force_insert=True)
                except DatabaseError:
                    row = made[fact.pk]
                    row.outcome, row.reason, row.about_id, row.about_type = REFUSED, reasons.NOT_STORED, None, ""

    def _mark(self, model, keys, reason):
        model.objects.filter(pk__in=keys, error_at__isnull=True).update(
            error_at=self.now, error_by=self.by, error_reason=reason)


class _Undo:
    """A savepoint around those kinds that write at once, so that a refused one leaves nothing."""

    def __init__(self, needed):
        self.savepoint = transaction.atomic() if needed else None

    def __enter__(self):
        if self.savepoint:
            self.savepoint.__enter__()

    def __exit__(self, *error):
        if self.savepoint:
            self.savepoint.__exit__(*error)
