"""What joining two records would do, before anybody does it."""
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from emr.errors import NotFound
from emr.models import AllergyIntolerance, Patient, PatientMerge
from emr.people import merging as rules

# The kinds of rows in our words; an app's models bring English names, which are said in the reader's language here.
KINDS = {
    "encounters": gettext_noop("stays and visits"), "conditions": gettext_noop("diagnoses"),
    "allergy intolerances": gettext_noop("allergies"), "observations": gettext_noop("measurements and findings"),
    "documents": gettext_noop("documents"), "attachment files": gettext_noop("files"),
    "patient names": gettext_noop("earlier names"), "patient addresss": gettext_noop("addresses"),
    "patient contacts": gettext_noop("telephones and e-mails"), "patient identifiers": gettext_noop("document numbers"),
    "break glasss": gettext_noop("openings in an emergency"), "patients": gettext_noop("records joined before"),
    "medication requests": gettext_noop("medication orders"), "medication statements": gettext_noop("medication at home"),
    "planned doses": gettext_noop("planned doses"), "service requests": gettext_noop("service orders"),
    "lab results": gettext_noop("laboratory results"), "specimens": gettext_noop("specimens"),
    "medication administrations": gettext_noop("doses given"), "procedures": gettext_noop("procedures"),
    "cards": gettext_noop("polyclinic cards"), "bookings": gettext_noop("bookings"), "accounts": gettext_noop("accounts"),
    "charge items": gettext_noop("charges"), "received resources": gettext_noop("received entries"),
    "sent documents": gettext_noop("sent documents"), "journal entrys": gettext_noop("journal entries"),
    "access entries": gettext_noop("entries of the access log"), "patient merges": gettext_noop("earlier merges"),
}


@dataclass
class Preview:
    """Both records, what would move, what stays and why, what forbids it."""

    survivor: Patient
    retired: Patient
    moves: list = field(default_factory=list)  # (kind of row in words, count)
    stays: list = field(default_factory=list)
    obstacles: list = field(default_factory=list)
    warnings: list = field(default_factory=list)

    @property
    def total(self):
        return sum(count for _kind, count in self.moves)

    @property
    def possible(self):
        return not self.obstacles


def append_only_tables() -> set[str]:
    """Tables of which the database refuses every update, by their trigger."""
    with connection.cursor() as cursor:
        cursor.execute("select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgname = 'append_only'")
        return {name for (name,) in cursor.fetchall()}


def moving() -> list:
    """The columns whose rows move in a merge."""
    append_only = append_only_tables()
    return [pointer for pointer in rules.pointers() if rules.rule_of(pointer, append_only) == rules.MOVES]


def collisions(pointer, survivor, retired):
    """{constraint name: identities of the retired record's rows that cannot stand beside one of the survivor's}"""
    found = {}
    for name, condition, others in rules.unique_rules(pointer):
        mine = pointer.rows(survivor).filter(condition or Q())
        theirs = pointer.rows(retired).filter(condition or Q())
        taken = set(mine.values_list(*others)) if others else mine.exists()
        if not taken:
            continue
        keys = [row[0] for row in theirs.values_list("pk", *others) if not others or tuple(row[1:]) in taken]
        if keys:
            found[name] = keys
    return found


def preview(survivor, retired) -> Preview:
    """Count what would move, row kind by row kind; nothing is changed. Raises NotFound."""
    survivor, retired = _get(survivor), _get(retired)
    seen = Preview(survivor, retired)
    append_only = append_only_tables()
    for pointer in rules.pointers():
        count = pointer.rows(retired).count()
        if not count:
            continue
        plural = str(pointer.model._meta.verbose_name_plural)
        kind = _(KINDS.get(plural, plural))
        if rules.rule_of(pointer, append_only) == rules.STAYS:
            seen.stays.append((kind, count))
            continue
        kept = collisions(pointer, survivor, retired)
        if rules.REFUSED & set(kept):
            seen.obstacles.append(_("Both records have an open stay in a ward. Discharge or transfer one of them first."))
        stays = {key for keys in kept.values() for key in keys}
        seen.moves.append((kind, count - len(stays)))
        if stays:
            seen.stays.append((kind, len(stays)))
    _look_closer(seen)
    return seen


def _get(patient):
    found = Patient.objects.filter(pk=getattr(patient, "pk", patient)).first()
    if found is None:
        raise NotFound()
    return found


def _look_closer(seen):
    survivor, retired = seen.survivor, seen.retired
    if survivor.pk == retired.pk:
        seen.obstacles.append(_("This is one and the same record."))
    for record in (survivor, retired):
        if record.merged_into_id:
            seen.obstacles.append(_("Record {number} is already joined to another one.").format(number=record.number))
    if {survivor.sex, retired.sex} == {"male", "female"}:
        seen.warnings.append(_("The two records name different sexes."))
    dates = survivor.birth_date, retired.birth_date
    if all(dates) and dates[0] != dates[1] and "estimate" not in (survivor.birth_precision, retired.birth_precision):
        seen.warnings.append(_("The two records name different birth dates."))
    if bool(survivor.died_at) != bool(retired.died_at):
        seen.warnings.append(_("Only one of the two records says that the patient died."))
    stated, named = _allergies(survivor), _allergies(retired)
    if (None in stated and named - {None}) or (None in named and stated - {None}):
        seen.warnings.append(_("One record says that no allergy is known, the other names one. The allergy will stand."))


def _allergies(patient):
    rows = AllergyIntolerance.objects.live().filter(patient=patient, ended_at__isnull=True)
    return {None if row.kind == row.Kind.NONE_KNOWN else row.substance for row in rows}


def merges(patient=None):
    """Merges, the latest first; of one patient (either side) when given."""
    rows = PatientMerge.objects.select_related("survivor", "retired", "merged_by", "undone_by").order_by("-merged_at")
    return rows.filter(Q(survivor=patient) | Q(retired=patient)) if patient else rows


def merge(actor, merge_id):
    """One merge. Raises NotFound."""
    found = merges().filter(pk=merge_id).first()
    if found is None:
        raise NotFound()
    return found
