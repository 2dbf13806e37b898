"""Who is at the form? A visitor without an account says who he is, and is found in the file or not (R41-R54, R101)."""
from hmac import compare_digest
from uuid import UUID

from django.utils.translation import gettext as _

from emr import clock
from emr.acts import act
from emr.errors import Malformed, NotFound, ReasonMissing
from emr.journal import record
from emr.models import Patient
from emr.rules.names import fold
from emr.rules.texts import fits
from outpatient.booking import errors
from outpatient.booking.actions.throttle import give_back, reserve
from outpatient.booking.models import Booking, BookingSetting, DuplicateReport, Throttle
from outpatient.booking.queries.identification import candidates, referred, renamed_streets
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.code import LENGTH, referral_number, typed
from outpatient.booking.rules.identification import Entered, Named, Person, birth_date_of, found, has_streets
from outpatient.booking.rules.throttle import key, network_of

LONGEST = 200
NO_REFERRAL = (None, UUID(int=0))  # compared when nobody was found, so that a search without a find does the same work
Kind = Throttle.Kind


def identify_visitor(*, birth_date, by, family="", initials="", given="", patronymic="", settlement="", street="",
                     house="", flat="", factor="", referral="", address_of_client="") -> Patient:
    """The one patient whom all requisites fit, with a card open today; who finds himself is told in the journal.

    `birth_date`: a date, or typed 23.11.2026. `by`: the system. `address_of_client`: empty only where the client is our own
    (kiosk). Where patients come with a referral (R101), `referral`, its number, and the birth date are all that is compared. The
    answer, its work and its number of queries are the same whether the person exists or not. Raises BirthDateUnreadable,
    RequisitesMissing, TooManyTries, NotFoundInFile, WidenNames (two fit: ask for full names) and RecordIsDuplicated (two fit all
    the same: the registry has a report).
    """
    row = setting()
    if row.population == BookingSetting.Population.REFERRAL:
        return _by_referral(referral, birth_date, by, address_of_client)
    streets = [Named(street.settlement, street.names) for street in renamed_streets()]
    entered = _entered(row, streets, birth_date, family=family, initials=initials, given=given, patronymic=patronymic,
                       settlement=settlement, street=street, house=house, flat=flat, factor=factor)
    keys = _count(address_of_client, by, fold(entered.family), entered.birth_date.isoformat())
    is_short = row.identification == BookingSetting.Identification.SHORT
    people = [Person(**person) for person in candidates(fold(entered.family), entered.birth_date, row.second_factor)]
    fitting = found(entered, people, streets, short=is_short, asks_factor=bool(row.second_factor))
    if not fitting:
        raise errors.NotFoundInFile()
    give_back(*keys)
    if len(fitting) == 1:
        return note_identified(fitting[0], by=by)
    if not entered.names_are_full:
        raise errors.WidenNames()
    _report(fitting, by)
    raise errors.RecordIsDuplicated()


def _by_referral(referral, birth_date, by, address_of_client) -> Patient:
    """The patient of the referral with this number, born that day. Tries count per client and per number."""
    born, number = _born(birth_date), typed(referral)
    if len(number) < LENGTH:
        raise errors.RequisitesMissing(missing=_("Number of the referral"), fields=["referral"])
    keys = _count(address_of_client, by, "referral", number)
    fitting = [patient for patient, pk in [*referred(born), NO_REFERRAL] if compare_digest(referral_number(pk), number)
               and patient]
    if not fitting:
        raise errors.NotFoundInFile()
    give_back(*keys)
    return note_identified(fitting[0], by=by)


def find_by_code(code, *, by, address_of_client) -> Booking:
    """The live booking of a coupon's code that a visitor typed; wrong codes are counted per client (R53).

    Raises NotFound, TooManyTries.
    """
    client = key(Kind.CODE, network_of(address_of_client))
    reserve(Kind.CODE, client, by=by)
    booking = Booking.objects.filter(code=typed(code), cancelled_at__isnull=True, held_until__isnull=True).select_related(
        "patient", "coupon__reception__doctor", "coupon__reception__department").first()
    if booking is None:
        raise NotFound()
    give_back(client)
    return booking


def _entered(row, streets, birth_date, **texts) -> Entered:
    """The form as it is compared; what is missing is told by the form alone, never by the file."""
    texts = {name: " ".join(str(value or "").split()) for name, value in texts.items()}
    for name, value in texts.items():
        if len(value) > LONGEST or "\0" in value:
            raise Malformed(problem=f"{name}: at most {LONGEST} characters")
    born = _born(birth_date)
    labels = {"family": _("Family name"), "given": _("Given name"), "patronymic": _("Patronymic"), "initials": _("Initials"),
              "settlement": _("Town or village"), "street": _("Street"), "house": _("House"), "factor": _("Second proof")}
    short = row.identification == BookingSetting.Identification.SHORT
    needed = ["family", "given"] if short else ["family", *([] if texts["given"] else ["initials"]), "settlement", "house"]
    if not short and has_streets(texts["settlement"], streets):
        needed.append("street")
    if row.second_factor:
        needed.append("factor")
    missing = [name for name in needed if not texts[name]]
    if missing:
        raise errors.RequisitesMissing(missing=", ".join(labels[name] for name in missing), fields=missing)
    return Entered(birth_date=born, **texts)


def _born(birth_date):
    born = birth_date_of(birth_date)
    if born is None or not born.year >= 1890 or born > clock.today():
        raise errors.BirthDateUnreadable()
    return born


def _count(address, by, *person):
    """Take a try of the client and of the person asked for, both before anything is compared."""
    keys = {Kind.PERSON: key(Kind.PERSON, *person)}
    if address:
        keys = {Kind.CLIENT: key(Kind.CLIENT, network_of(address))} | keys
    for kind, one in keys.items():
        reserve(kind, one, by=by)
    return keys.values()


def _report(fitting, by):
    """See that the registry has a report of these records; an open one is enough."""
    one, other = sorted(fitting)[:2]
    if not DuplicateReport.objects.filter(one=one, other=other, settled_at__isnull=True).exists():
        report_duplicate(one, other, by=by)


@act("booking.identify_visitor")
def note_identified(patient, *, by):
    """Note that a visitor found himself in the file: the log of successes (R53). Returns the patient."""
    patient = Patient.objects.get(pk=getattr(patient, "pk", patient))
    record(patient, patient=patient)
    return patient


@act("booking.report_duplicate")
def report_duplicate(one, other, *, by):
    """Ask the registry to look at two records that no requisite tells apart (R44)."""
    one, other = sorted(getattr(row, "pk", row) for row in (one, other))
    report, _made = DuplicateReport.objects.get_or_create(one_id=one, other_id=other, settled_at=None)
    record(report, patient=one, other=str(other))
    return report


@act("booking.settle_duplicate")
def settle_duplicate(report, *, by, reason):
    """Say why two records are two persons after all; joined records leave the list by themselves.

    Raises NotFound, ReasonMissing, DuplicateIsSettled.
    """
    report = DuplicateReport.objects.select_for_update(no_key=True).get(pk=getattr(report, "pk", report))
    if report.settled_at:
        raise errors.DuplicateIsSettled(at=report.settled_at)
    if not (reason or "").strip():
        raise ReasonMissing()
    fits(DuplicateReport, settled_reason=reason.strip())
    report.settled_at, report.settled_by, report.settled_reason = clock.now(), by, reason.strip()
    report.save(update_fields=["settled_at", "settled_by", "settled_reason"])
    record(report, patient=report.one_id, other=str(report.other_id), reason=report.settled_reason)
    return report
