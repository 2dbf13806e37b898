"""Days of a polyclinic lived through by the acts that people use, under one policy after the other.

Only for a database of its own (management command `simulate_polyclinic`): people and coupons of a simulation are nobody's.
"""
import datetime as dt
import heapq
from itertools import count

from django.db import transaction
from django.utils import timezone

from emr import clock
from emr.actions.patient import register_patient
from emr.actions.staff import enrol_staff, grant_role
from emr.errors import Refusal
from emr.models import Department, Institution
from outpatient.actions.card import open_card
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.actions.booking_setting import change_setting, set_specialty
from outpatient.booking.actions.rebooking import cancel_booking
from outpatient.booking.actions.reception import publish_reception
from outpatient.booking.actions.simulated_office import Office
from outpatient.booking.actions.waiting import accept_offer, decline_offer, join_waiting_list, offer_freed
from outpatient.booking.models import Booking
from outpatient.booking.queries.setting import setting
from outpatient.booking.queries.waiting import OFFERED
from outpatient.booking.rules.asker import asker
from outpatient.booking.rules.demand import LONGEST_LEAD, World, wishes
from outpatient.booking.rules.offer import offers
from outpatient.booking.rules.outcome import Outcome

REPLY = dt.timedelta(hours=1)  # after which somebody answers the waiting list
PHONES_AT, REMINDED_AT, RELEASED_AT = 8, 18, 7  # hours of the day


def simulate(world: World, policies, *, by, step=lambda outcome: None) -> list[Outcome]:
    """Live the same days with the same people under each policy; nothing of it stays in the database.

    `by`: the system. `step` is called after every policy. The days begin two weeks after today.
    """
    people, outcomes = wishes(world), []
    with transaction.atomic():
        patients, place = _set_up(people, by)
        for policy in policies:
            with transaction.atomic():
                outcomes.append(Simulation(world, policy, people, patients, place, by).run())
                transaction.set_rollback(True)
            step(outcomes[-1])
        transaction.set_rollback(True)
    return outcomes


def _set_up(people, by):
    department = Department.objects.create(institution=Institution.objects.get(is_ours=True), code="simulated",
                                           name="Simulated polyclinic", kind=Department.Kind.OUTPATIENT)
    doctor = enrol_staff(code="SIM-1", family="Simulated", given="Doctor", position="Therapist", by=by)
    grant_role(doctor, role="ward_doctor", department=department, since=clock.today(), by=by)
    specialty = set_specialty(code="simulated", name="Simulated", name_ru="Simulated", name_be="Simulated", by=by)
    patients = {}
    for wish in people:
        patients[wish.number] = register_patient(family=f"Simulated {wish.number}", accept_duplicates=True, by=by)
        open_card(patients[wish.number], by=by)
    return patients, (department, doctor, specialty)


class Simulation:
    """One policy, lived from the first question to the last visit. Moments are taken in order of time from one heap."""

    def __init__(self, world, policy, people, patients, place, by):
        self.world, self.policy, self.people, self.patients, self.by = world, policy, people, patients, by
        self.department, self.doctor, self.specialty = place
        self.first = clock.today() + dt.timedelta(days=LONGEST_LEAD + 1)
        self.moments, self.order = [], count()
        self.wish_of = {patients[wish.number].pk: wish for wish in people}

    def run(self) -> Outcome:
        """The outcome of all days."""
        self._publish()
        for wish in self.people:
            self._at(self._moment(wish.day - wish.lead, wish.hour), self._ask if wish.lead else self._come_in, wish)
        for day in range(self.world.days):
            self._at(self._moment(day - 1, RELEASED_AT), self._offer)
            if self.policy.reminds:
                self._at(self._moment(day - 1, REMINDED_AT), self._remind, day)
            self._at(self._moment(day, self.world.start_hour - 1), self._open, day)
        while self.moments:
            moment, _order, happens, told = heapq.heappop(self.moments)
            with clock.at(moment):
                happens(*told)
        return self._counted()

    def _publish(self):
        minutes = dt.timedelta(minutes=self.world.minutes * self.world.coupons)
        self.offices = []
        changes = {"quota_online": self.policy.quota_online, "quota_advance": self.policy.quota_advance}
        now = setting()
        if changes := {name: value for name, value in changes.items() if getattr(now, name) != value}:
            change_setting(by=self.by, **changes)
        for day in range(self.world.days):
            begins = self._moment(day, self.world.start_hour)
            reception = publish_reception(department=self.department, doctor=self.doctor, specialty=self.specialty,
                                          starts_at=begins,
                                          ends_at=begins + minutes, minutes=self.world.minutes, room="1", by=self.by)
            self.offices.append(Office(reception, begins, begins + minutes, at=self._at, by=self.by))

    def _moment(self, day, hour):
        midnight = dt.datetime.combine(self.first + dt.timedelta(days=day), dt.time())
        return timezone.make_aware(midnight) + dt.timedelta(minutes=round(hour * 60))

    def _at(self, moment, happens, *told):
        heapq.heappush(self.moments, (moment, next(self.order), happens, told))

    # -- asking for a coupon

    def _ask(self, wish):
        """Online first where the person does so; whoever finds nothing there telephones the next morning (R18)."""
        if not wish.online or not self._book(wish, Booking.Channel.WEB):
            morning = self._moment(wish.day - wish.lead + 1, PHONES_AT) if wish.online else clock.now()
            self._at(morning, self._phone, wish)

    def _phone(self, wish, again=False):
        """By telephone; who is told that nothing is left joins the list and telephones once more when the eve's coupons open
        (R14).
        """
        if self._book(wish, Booking.Channel.PHONE) or again:
            return
        if self.policy.lists:
            join_waiting_list(self.patients[wish.number], specialty=self.specialty, by=self.by)
        self._at(max(clock.now(), self._moment(wish.day - 1, PHONES_AT)), self._phone, wish, True)

    def _come_in(self, wish):
        """Somebody stands at the desk without a coupon: he is given one of today, or waits for a place that is released."""
        office = self.offices[wish.day]
        if booking := self._book(wish, Booking.Channel.REGISTRY):
            office.arrive(booking, wish)
        elif self.policy.releases:
            office.wait(wish)

    def _book(self, wish, channel) -> Booking | None:
        patient = self.patients[wish.number]
        for found in offers(asker(patient, channel), self.first + dt.timedelta(days=wish.day), specialty=self.specialty):
            for offer in found.coupons:
                if offer.reason is None:
                    try:
                        return book_coupon(offer.coupon, patient, channel=channel, by=self.by)
                    except Refusal:
                        return None
        return None

    # -- the eve

    def _remind(self, day):
        for booking in self._standing(day):
            wish = self.wish_of[booking.patient_id]
            if not wish.comes and wish.heeds:
                cancel_booking(booking, reason="Reminded, and will not come", by=self.by)
        self._offer()

    def _offer(self):
        if self.policy.lists and offer_freed(by=self.by):
            for held in Booking.objects.standing().filter(holder__startswith=OFFERED, held_until__gt=clock.now()):
                self._at(clock.now() + REPLY / 2, self._reply, held)

    def _reply(self, held):
        answer = accept_offer if self.wish_of[held.patient_id].accepts else decline_offer
        try:
            answer(held, by=self.by)
        except Refusal:
            return
        if answer is decline_offer:
            self._offer()

    # -- the day

    def _open(self, day):
        office = self.offices[day]
        for booking in self._standing(day):
            office.expect(booking, self.wish_of[booking.patient_id])

    def _standing(self, day):
        return list(Booking.objects.standing().filter(reception=self.offices[day].reception, held_until__isnull=True)
                    .select_related(
            "coupon").order_by("coupon__starts_at"))

    def _counted(self) -> Outcome:
        given = Booking.objects.filter(reception__in=[office.reception for office in self.offices], held_until__isnull=True)
        seen = {visit.wish.number for office in self.offices for visit in office.visits}
        return Outcome(
            self.policy.name, coupons=self.world.days * self.world.coupons, booked=given.count(),
            online=given.filter(channel=Booking.Channel.WEB).count(), cancelled=given.filter(cancelled_at__isnull=False).count(),
            missed=given.filter(no_show_at__isnull=False, cancelled_at__isnull=True).count(), seen=len(seen),
            walk_ins=sum(visit.is_walk_in for office in self.offices for visit in office.visits),
            refused=sum(wish.comes and wish.number not in seen for wish in self.people),
            idle=sum(office.idle for office in self.offices), over=sum(office.over for office in self.offices),
            waits=[visit.wait for office in self.offices for visit in office.visits])
