"""Finding people, and everything that belongs to one person although it stands under two records."""
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q

from emr import clock
from emr.access import chart_for, visible_patients
from emr.errors import NotFound
from emr.models import Patient, PatientContact, PatientMerge
from emr.people import asked as reading
from emr.people import duplicates, names
from emr.permissions import INSTITUTION_WIDE

SHORTEST_INSIDE = 3  # letters; the trigram index knows nothing shorter


def search(actor, text: str, limit: int = 50):
    """Patients found by name in either alphabet or keyboard layout, birth date, phone fragment or number, in name order.

    The beginning of the name is tried first, then its words in any order, then slips of the pen. A record that was
    joined to another is found too and leads to that one. At most three queries; an empty text lists the actor's own
    patients (registry: everybody). Whoever calls it is asked for `emr.search_patients` by his page or API view.
    """
    limit = max(1, min(limit, 200))
    asked = reading.understand(text, clock.today())
    if not (asked.prefixes or asked.words or asked.numbers or asked.dates):
        return _nothing_asked(actor, text)
    exact = _numbers_and_dates(asked)
    found = _keys(exact & _beginning(asked.prefixes), limit) if asked.prefixes else {}
    if len(found) < limit and (inside := _inside(asked)) is not None:
        found |= _keys(exact & inside, limit - len(found))
    if not found and asked.words:
        return _slips(asked, exact, limit)
    return Patient.objects.filter(pk__in=list(dict.fromkeys(found.values()))[:limit])


def _nothing_asked(actor, text):
    if (text or "").strip():
        return Patient.objects.none()
    mine = Patient.objects.filter(merged_into__isnull=True)
    return mine if actor.role_names & INSTITUTION_WIDE else mine & visible_patients(actor)


def _keys(condition, limit):
    """{found record: the record that stands for it}"""
    rows = Patient.objects.filter(condition).order_by("sort_key").values_list("pk", "merged_into_id")[:limit]
    return {pk: survivor or pk for pk, survivor in rows}


def _beginning(prefixes):
    condition = Q()
    for prefix in prefixes:
        condition |= Q(sort_key__startswith=prefix)
        if names.HAS_LATIN.search(prefix):
            condition |= Q(romanised__startswith=prefix)
    return condition


def _numbers_and_dates(asked):
    condition = Q()
    for day in asked.dates:
        alone = Q(birth_date=day)
        for spellings in asked.numbers:
            alone |= _any(spellings, "")
        condition &= alone
    if not asked.dates:
        for spellings in asked.numbers:
            condition &= _any(spellings, "")
    return condition


def _any(spellings, before):
    condition = Q()
    for spelling in spellings:
        condition |= Q(search_text__contains=before + spelling)
    return condition


def _inside(asked):
    """Every word begins some word of the patient's texts; None when the words are too short for the index."""
    condition, useful = Q(), bool(asked.numbers or asked.dates)
    for spellings in asked.words:
        useful = useful or len(spellings[0]) >= SHORTEST_INSIDE
        condition &= _any(spellings, " ")
    return condition if useful else None


def _slips(asked, exact, limit):
    """Nothing was found letter by letter: what looks or sounds like it, the nearest first kept, then in name order."""
    spelling = " ".join(names.romanise(words[0]) for words in asked.words)
    if len(spelling) < 4:
        return Patient.objects.none()
    nearest = Patient.objects.filter(exact, merged_into__isnull=True, search_text__trigram_word_similar=spelling).annotate(
        nearness=TrigramWordSimilarity(spelling, "search_text")).order_by("-nearness").values("pk")[:limit]
    return Patient.objects.filter(pk__in=nearest)


def likely_duplicates(*, family, given="", patronymic="", sex="unknown", birth_date=None, birth_precision="day", phones=(),
                      identifiers=(), besides=None, limit=5):
    """[(patient, likeness)] of registered people who may be this person, the likeliest first. One query, plus one for
    their identifiers and phones when there are candidates.

    `identifiers` are (system, value) pairs; `besides` is a patient to leave out (the one being corrected).
    """
    near = _candidates(family, given, birth_date, phones, identifiers)
    if near is None:
        return []
    candidates = Patient.objects.filter(near, merged_into__isnull=True, is_unknown=False)
    if besides:
        candidates = candidates.exclude(pk=besides.pk)
    wanted = duplicates.Person(family, given, patronymic, birth_date, birth_precision == "day", sex, tuple(phones),
                               tuple(identifiers))
    scored = [(patient, duplicates.likeness(wanted, _person(patient, phones, identifiers))) for patient in candidates[:100]]
    return sorted((row for row in scored if row[1].likely), key=lambda row: (-row[1].points, row[0].sort_key))[:limit]


def _candidates(family, given, birth_date, phones, identifiers):
    near = Q(birth_date=birth_date) if birth_date else Q()
    whole = names.sort_key(family, given)
    if family and given:
        near |= Q(sort_key=whole) | Q(sort_key__startswith=whole + " ") | Q(romanised__startswith=names.romanise(family, given))
        near |= Q(sort_key__startswith=names.sort_key(given, family))
    elif family and not birth_date:
        near |= Q(sort_key=whole)
    for phone in phones:
        if len(names.digits(phone)) >= 7:
            near |= Q(search_text__contains=names.digits(phone)[-9:])
    for _system, value in identifiers:
        near |= Q(search_text__contains=" " + names.plain_identifier(value))
    return near or None


def _person(patient, phones, identifiers):
    """The candidate as the scoring compares it; which phones and identifiers he shares stands in his search text."""
    text = patient.search_text + " "
    return duplicates.Person(
        patient.family, patient.given, patient.patronymic, patient.birth_date, patient.birth_precision == "day", patient.sex,
        tuple(p for p in phones if len(names.digits(p)) >= 7 and names.digits(p)[-9:] in text),
        tuple(pair for pair in identifiers if f" {names.plain_identifier(pair[1])} " in text))


def describe(rows) -> list[dict]:
    """Likely duplicates as plain values for a refusal or the API. Grounds come in the reader's language."""
    return [{"id": str(patient.pk), "number": patient.number, "name": patient.full_name,
             "birth_date": patient.birth_date and patient.birth_date.isoformat(), "points": likeness.points,
             "grounds": [str(ground) for ground in likeness.grounds]} for patient, likeness in rows]


def same_person(patient) -> list:
    """Identities of all records of one person: the one that stands, and those joined to it.

    For rows that a merge leaves where they are (journal, access log, charges, sent documents): read them with
    `patient__in=same_person(patient)`. Chains are never longer than one: a merge carries earlier joined records along.
    """
    key = getattr(patient, "pk", patient)
    stands = Patient.objects.filter(pk=key).values_list("merged_into_id", flat=True).first() or key
    return [stands, *Patient.objects.filter(merged_into=stands).order_by("pk").values_list("pk", flat=True)]


def standing(patient) -> Patient:
    """The record that stands for this one today: itself, or the one it was joined to. Raises NotFound."""
    row = Patient.objects.select_related("merged_into").filter(pk=getattr(patient, "pk", patient)).first()
    if row is None:
        raise NotFound()
    return row.merged_into or row


def patient(actor, patient_id, purpose="demographics") -> Patient:
    """One patient with his contacts, for whoever has a care link; the reading is logged. Raises ChartNotVisible."""
    chart = chart_for(actor, patient_id, purpose)
    row = chart.patient
    row.live_identifiers = list(row.identifiers.filter(ended_at__isnull=True).order_by("system", "value"))
    row.live_contacts = list(row.contacts.filter(ended_at__isnull=True).order_by("kind", "person"))
    row.live_addresses = list(row.addresses.filter(ended_at__isnull=True))
    row.earlier_names = list(row.other_names.order_by("use", "family"))
    return row


def phone_of(row) -> str:
    """The patient's own telephone, or an empty text."""
    live = row.contacts.filter(ended_at__isnull=True, kind=PatientContact.Kind.PHONE, person="")
    return live.values_list("value", flat=True).first() or ""


def live_merges(row):
    """The merges through which other records were joined to this one, the latest first."""
    return PatientMerge.objects.filter(survivor=row, undone_at__isnull=True).select_related("retired", "merged_by").order_by(
        "-merged_at")


def unknown():
    """People treated under a temporary identity, the latest first."""
    return Patient.objects.filter(is_unknown=True, merged_into__isnull=True).order_by("-registered_at")


def visible_among(actor, rows) -> set:
    """Identities of those rows whose charts the actor reads by a care link of ward, team or emergency room. One query."""
    keys = [row.pk for row in rows]
    if actor.role_names & INSTITUTION_WIDE:
        return set(keys)
    return set(visible_patients(actor).filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
