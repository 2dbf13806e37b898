"""What a patient takes at home, what is ordered now, what goes on: line by line, matched by substance."""
from dataclasses import dataclass, field

from django.db.models import Q

from emr import clock
from orders.models import Medication, MedicationRequest, MedicationStatement, Reconciliation, ReconciliationLine
from orders.queries import medication as medications
from orders.queries import medication_request as orders
from orders.queries.safety import known_as

Moment, Category = Reconciliation.Moment, MedicationRequest.Category


@dataclass
class Line:
    """One drug: at home, now, next; the decision about it, or None while nobody has decided."""

    statement: MedicationStatement | None = None
    request: MedicationRequest | None = None
    next: MedicationRequest | None = None
    decided: ReconciliationLine | None = None
    drugs: list = field(default_factory=list)
    products: list = field(default_factory=list)
    is_past: bool = False  # decided, and no longer taken or ordered: shown, not to be decided again

    @property
    def is_undecided(self):
        """Must somebody still decide? What stands on the discharge list only was decided when it was ordered."""
        return self.decided is None and bool(self.statement or self.request)

    @property
    def key(self):
        """What a form calls this line: its statement, else its order."""
        return str((self.statement or self.request or self.next).pk)

    @property
    def name(self):
        return str(self.statement.text if self.statement else (self.request or self.next).medication)

    @property
    def as_text(self):
        """The present order as one line, to be changed word by word; without an order what the patient says he takes."""
        row = self.next or self.request
        if row is None:
            return f"{self.statement.text} {self.statement.dosage_text}".strip()
        return " ".join(filter(None, [row.medication.name, row.dose_words, row.route, row.timing_text]))


def lines_of(encounter, moment) -> list[Line]:
    """Every drug of the patient at this moment, each once: home and now of one substance stand in one line.

    Seven statements, however many drugs. Orders of one dose are left out: nothing of them goes on.
    """
    statements = list(at_home(encounter.patient_id))
    now = [row for row in orders.running([encounter]) if row.category == Category.INPATIENT and not row.timing.get("once")]
    then = list(discharge_list(encounter)) if moment == Moment.DISCHARGE else []
    said = list(ReconciliationLine.objects.filter(
        reconciliation__encounter=encounter, reconciliation__moment=moment).select_related(
        "statement", "request__medication", "made__medication").order_by("reconciliation__recorded_at", "position"))
    drugs = known_as([*now, *then], [row.text for row in statements])
    of_now, of_then, of_home = drugs[:len(now)], drugs[len(now):len(now) + len(then)], drugs[len(now) + len(then):]
    lines = [Line(statement=row, drugs=[drug]) for row, drug in zip(statements, of_home, strict=True)]
    _decide(lines, said)
    made = {row.made_id for row in said if row.made_id}
    for row, drug in zip(now, of_now, strict=True):
        line = next((each for each in lines if each.request is None and _same(each, drug)), None)
        if line is None and row.pk not in made:
            line = Line(drugs=[drug])
            lines.append(line)
        if line is not None:
            line.request = row
            line.drugs.append(drug)
    _decide(lines, said)
    for row, drug in zip(then, of_then, strict=True):
        line = next((each for each in lines if each.next is None and _same(each, drug)), None)
        if line is None:
            line = next((each for each in lines if each.next == row), None) or Line(drugs=[drug])
            lines += [] if line in lines else [line]
        line.next = row
    return lines + _past(lines, said)


def _past(lines, said):
    """What was decided of drugs that are no longer taken or ordered."""
    seen = {row.pk for line in lines for row in (line.statement, line.request, line.next, line.decided) if row}
    return [Line(statement=row.statement, request=row.request, next=row.made, decided=row, is_past=True) for row in said
            if not {row.pk, row.statement_id or row.request_id} & seen and (row.statement_id or row.request_id)]


def _same(line, drug):
    """Does the line hold a substance of this drug, whichever of its names each goes by?"""
    mine = {key for each in line.drugs for key in each.keys if key.startswith("substance:")}
    return bool(mine & drug.keys)


def _decide(lines, said):
    """Put the last decision beside each line it was about."""
    for row in said:
        for line in lines:
            if (line.statement and row.statement_id == line.statement.pk) or (
                    line.request and line.request.pk in (row.request_id, row.made_id)):
                line.decided, line.next = row, row.made


def at_home(patient_id):
    """What the patient takes by his own word or another institution's, oldest first. One query."""
    return MedicationStatement.objects.live().filter(patient=patient_id, status="active").filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=clock.now())).order_by("asserted_at", "pk")


def discharge_list(encounter):
    """The orders the patient goes home with. One query."""
    return MedicationRequest.objects.live().filter(
        encounter=encounter, category=Category.DISCHARGE, stopped_at__isnull=True).select_related("medication").order_by(
            "authored_at", "pk")


def offer_products(lines):
    """Put the products of the formulary beside lines that only the patient told of. One query."""
    told = [line for line in lines if line.request is None and line.next is None]
    names = {name for line in told for name in line.drugs[0].names if len(name) > 3}
    rows = list(medications.called(names)[:300]) if names else []
    for line in told:
        words = tuple(name for name in line.drugs[0].names if len(name) > 3)
        line.products = [row for row in rows if words and _calls(row, words)][:20]
    return lines


def _calls(product: Medication, words):
    return any(medications.plain(name).startswith(words) for name in (product.name, product.name_ru, product.trade_name) if name)


def moments_done(encounter):
    """For which moments of the stay somebody went through the drugs. One query."""
    return set(Reconciliation.objects.filter(encounter=encounter).values_list("moment", flat=True))


def kept_at_home(encounter):
    """Drugs of the patient's own that go on after discharge without an order of ours. One query."""
    return ReconciliationLine.objects.filter(
        reconciliation__encounter=encounter, reconciliation__moment=Moment.DISCHARGE, decision="continue", made__isnull=True,
        statement__isnull=False).select_related("statement").order_by("reconciliation__recorded_at", "position")


def last_words(encounter):
    """The decisions of the discharge, the last one of each drug, and the discharge orders without one. Two queries."""
    found = {}
    for row in ReconciliationLine.objects.filter(
            reconciliation__encounter=encounter, reconciliation__moment=Moment.DISCHARGE).select_related(
            "statement", "request__medication", "made__medication", "reconciliation").order_by(
                    "reconciliation__recorded_at", "position"):
        found[row.statement_id or row.request_id or row.made_id] = row
    rows = [row for row in found.values() if not (row.made and (row.made.stopped_at or row.made.error_at))]
    made = {row.made_id for row in rows}
    return rows, [row for row in discharge_list(encounter) if row.pk not in made]
