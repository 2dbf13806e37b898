"""A polyclinic with a doctor, a registry, and a reception whose coupons lie ahead."""
import datetime as dt

from django.utils import timezone

from emr import clock
from emr.models import User
from outpatient.booking.actions.reception import publish_reception
from outpatient.booking.models import BookingSetting, Specialty
from outpatient.models import Card
from tests.factories import make_department, make_institution, make_patient, make_staff, make_system


def make_polyclinic():
    """(department, doctor, registrar)"""
    department = make_department("outpatient")
    return department, make_staff("ward_doctor", department=department), make_staff("registrar")


def morning(days=0, hour=8):
    """Eight o'clock of the day so many days from today, in the institution's zone."""
    return timezone.make_aware(dt.datetime.combine(clock.today() + dt.timedelta(days=days), dt.time(hour)))


def make_reception(doctor=None, *, department=None, by=None, days=1, coupons=4, minutes=15, **values):
    """A published reception of so many coupons on the day after today."""
    department = department or (doctor and next(iter(doctor.live_roles)).department) or make_department("outpatient")
    begins = values.pop("starts_at", None) or morning(days)
    values.setdefault("quota_online", 100)
    return publish_reception(by=by or make_staff("registrar"), department=department, doctor=doctor, minutes=minutes,
                             title=values.pop("title", "" if doctor else "Cabinet"), starts_at=begins,
                             ends_at=begins + dt.timedelta(minutes=minutes * coupons), **values)


def make_own_login(card=True, **values):
    """A patient with a login of his own, and with a card here."""
    patient = make_patient(**values)
    if card:
        make_card(patient)
    patient.user = User.objects.create(username=f"u{patient.number}")
    patient.save(update_fields=["user"])
    return patient


def make_card(patient, **values):
    """The patient is attached to our polyclinic."""
    return Card.objects.create(patient=patient, number=f"C{patient.number}", opened_by=make_system(), **values)


def make_attached(**values):
    """A patient with a card here, so that he may book online."""
    patient = make_patient(**values)
    make_card(patient)
    return patient


def make_specialty(code="surgeon", **values):
    return Specialty.objects.create(code=code, name=code.title(), **values)


def make_setting(**values):
    """The institution's setting, with what this test is about."""
    return BookingSetting.objects.update_or_create(institution=make_institution(), defaults=values)[0]


def signed_in(client, who):
    """The client signed in as a member of staff or a patient."""
    if who.user is None:
        who.user = User.objects.create(username=f"u{who.pk}")
        who.save(update_fields=["user"])
    client.force_login(who.user)
    return client


def as_visitor(client, patient):
    """A browser in which this patient was identified on the public site."""
    session = client.session
    session.update({"visitor": str(patient.pk), "visitor_seen": clock.now().timestamp()})
    session.save()
    return client
