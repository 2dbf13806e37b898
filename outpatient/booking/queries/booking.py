"""Bookings: whose they are, who waits today, and the care link they make."""
import datetime as dt

from django.db.models import F, Q

from emr import clock
from emr.access import care_link, chart_for
from emr.errors import NotFound
from emr.models import Patient, Staff
from outpatient.booking.models import Booking
from outpatient.booking.queries.account import in_account
from outpatient.booking.queries.day import bounds

# roles that give out coupons for everybody; at the kiosk visitors act for themselves
DESK = {"registrar", "call_operator", "kiosk"}


def visible(actor):
    """Bookings whose patient the actor may know: of his account; of his receptions and departments; all at the desk."""
    rows = Booking.objects.select_related("patient", "coupon__reception__doctor", "coupon__reception__department",
                                          "coupon__reception__specialty", "encounter")
    if isinstance(actor, Patient):
        return rows.filter(in_account(actor), held_until__isnull=True)
    if actor.kind == Staff.Kind.SYSTEM or actor.role_names & DESK:
        return rows
    return rows.filter(Q(coupon__reception__doctor=actor) | Q(coupon__reception__department__in=actor.department_ids)
                       | Q(booked_by_staff=actor))


def one(actor, pk) -> Booking:
    """One booking that the actor may know. Raises NotFound."""
    row = visible(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def bookings(actor, *, patient=None, day=None):
    """Bookings in order of their time, of one patient or one day where asked."""
    rows = visible(actor).order_by("coupon__starts_at", "pk")
    if patient:
        rows = rows.filter(patient=patient)
    if day:
        begin, end = bounds(day)
        rows = rows.filter(coupon__starts_at__gte=begin, coupon__starts_at__lt=end)
    return rows


def expected_today(actor):
    """Who is booked today and not yet received: those who arrived first, then by the time of the coupon."""
    rows = bookings(actor, day=clock.today()).filter(cancelled_at__isnull=True, encounter__isnull=True)
    return rows.order_by(F("arrived_at").asc(nulls_last=True), "coupon__starts_at")


def waiting_for(doctor, departments=None):
    """The same for one doctor, or for the doctors of these departments."""
    whose = Q(coupon__reception__doctor=doctor) if departments is None else Q(coupon__reception__department__in=departments)
    return expected_today(doctor).filter(whose)


def by_code(actor, code) -> Booking:
    """The live booking with this code. Raises NotFound."""
    row = visible(actor).filter(code=code, cancelled_at__isnull=True).first()
    if row is None:
        raise NotFound()
    return row


def of_chart(actor, patient):
    """Bookings of one patient to come, and the last ones that were; the reading is logged. Raises ChartNotVisible."""
    return of_patient(chart_for(actor, patient, "bookings").patient)


def of_patient(patient):
    """Bookings of one patient, the furthest in the future first."""
    return Booking.objects.filter(patient=patient).select_related(
        "patient", "coupon__reception__doctor", "coupon__reception__department", "encounter").order_by(
            "-coupon__starts_at", "-booked_at")


def of_account(holder):
    """Bookings of all patients of an account, the furthest in the future first (R73)."""
    return visible(holder).order_by("-coupon__starts_at", "-booked_at")


def coming(holder):
    """Live bookings of the account's patients from today on, the nearest first."""
    return of_account(holder).filter(cancelled_at__isnull=True, encounter__isnull=True,
                                      coupon__starts_at__gte=clock.start_of(clock.today())).order_by("coupon__starts_at")


def earlier(holder):
    """Coupons of the account's patients that were: used, cancelled or past, the last one first."""
    return of_account(holder).filter(Q(cancelled_at__isnull=False) | Q(encounter__isnull=False)
                                      | Q(coupon__starts_at__lt=clock.start_of(clock.today())))


def not_expired(patient):
    """Coupons that a patient still looks for (R62, R63): until an hour after their time (A29); those the clinic cancelled until
    their day is over. The nearest first."""
    live = Q(cancelled_at__isnull=True, coupon__starts_at__gt=clock.now() - dt.timedelta(hours=1))
    called_off = Q(cancelled_by_clinic=True, day__gte=clock.today())
    return of_public(patient).filter(live | called_off, encounter__isnull=True).order_by("coupon__starts_at", "booked_at")


def of_public(patient):
    """The patient's own bookings as the public site shows them: no holds, a longer visit once."""
    return of_patient(patient).filter(held_until__isnull=True, main__isnull=True).select_related(
        "specialty", "coupon__reception__specialty")


def own(patient, pk) -> Booking:
    """One booking of this patient. Raises NotFound for anybody else's, as if there were none (R62)."""
    row = of_public(patient).filter(pk=pk).first() if patient else None
    if row is None:
        raise NotFound()
    return row


@care_link("appointment")
def booked_with(staff, patient) -> bool:
    """The doctor reads the chart of whoever has a coupon to him yesterday, today or tomorrow (preparation, late papers)."""
    today = clock.today()
    return Booking.objects.filter(
        patient=patient, coupon__reception__doctor=staff, cancelled_at__isnull=True,
        coupon__starts_at__gte=clock.start_of(today - dt.timedelta(days=1)),
        coupon__starts_at__lt=clock.start_of(today + dt.timedelta(days=2))).exists()
