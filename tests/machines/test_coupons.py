"""Coupons are given, taken back and used in any order: never two patients on one, never two for one patient."""
import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from emr import clock
from outpatient.booking import errors
from outpatient.booking.actions.booking import begin_visit, book_coupon, check_in
from outpatient.booking.actions.rebooking import cancel_booking
from outpatient.booking.models import Booking
from outpatient.booking.queries.reception import free_coupons
from tests.booking.factories import make_card, make_polyclinic, make_reception, morning
from tests.factories import make_patient

COUPONS, PATIENTS = 3, 4


class Desk(RuleBasedStateMachine):
    """The model: a dictionary from coupon to (patient, booking, state); the world: the acts."""

    @initialize()
    def open_desk(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        _department, self.doctor, self.registrar = make_polyclinic()
        self.coupons = list(make_reception(self.doctor, by=self.registrar, coupons=COUPONS).coupons.all())
        self.patients = [make_patient() for _number in range(PATIENTS)]
        for patient in self.patients:
            make_card(patient)
        self.given, self.cancelled = {}, 0

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def do(self, act, *args, refusal=None, by=None, eve=False, **kwargs):
        """Perform the act an hour before the reception, or on its eve; it must refuse exactly when the model says so."""
        with clock.at(morning(0, hour=20) if eve else morning(1, hour=7)):
            if refusal:
                with pytest.raises(refusal):
                    act(*args, by=by or self.registrar, **kwargs)
                return None
            return act(*args, by=by or self.registrar, **kwargs)

    def draw(self, data):
        where = data.draw(st.sampled_from(sorted(self.given)))
        return where, *self.given[where]

    @rule(who=st.integers(0, PATIENTS - 1), where=st.integers(0, COUPONS - 1), himself=st.booleans())
    def book(self, who, where, himself):
        has_one = any(patient == who for patient, _booking, _state in self.given.values())
        refusal = errors.AlreadyRegistered if has_one else errors.CouponTaken if where in self.given else None
        booking = self.do(book_coupon, self.coupons[where], self.patients[who], refusal=refusal,
                          by=self.patients[who] if himself else None, eve=himself)
        if booking:
            self.given[where] = (who, booking, "booked")

    @precondition(lambda self: self.given)
    @rule(data=st.data())
    def cancel(self, data):
        where, _who, booking, state = self.draw(data)
        refusal = errors.VisitHasBegun if state == "fulfilled" else None
        if self.do(cancel_booking, booking, reason="another day", refusal=refusal):
            del self.given[where]
            self.cancelled += 1

    @precondition(lambda self: self.given)
    @rule(data=st.data())
    def arrive(self, data):
        where, who, booking, state = self.draw(data)
        refusal = {"fulfilled": errors.VisitHasBegun, "checked-in": errors.AlreadyArrived}.get(state)
        if self.do(check_in, booking, refusal=refusal):
            self.given[where] = (who, booking, "checked-in")

    @precondition(lambda self: self.given)
    @rule(data=st.data())
    def receive(self, data):
        where, who, booking, state = self.draw(data)
        if self.do(begin_visit, booking, by=self.doctor, refusal=errors.VisitHasBegun if state == "fulfilled" else None):
            self.given[where] = (who, booking, "fulfilled")

    @invariant()
    def the_rows_say_what_the_model_says(self):
        if not hasattr(self, "coupons"):
            return
        with clock.at(morning(1, hour=7)):
            live = Booking.objects.filter(cancelled_at__isnull=True).select_related("coupon__reception")
            found = {self.coupons.index(row.coupon): (self.patients.index(row.patient), row.pk, row.state) for row in live}
            assert found == {where: (who, booking.pk, state) for where, (who, booking, state) in self.given.items()}
            assert free_coupons().count() == COUPONS - len(self.given)
        assert Booking.objects.exclude(cancelled_at=None).count() == self.cancelled


@pytest.mark.django_db
def test_coupons_and_patients_never_disagree():
    run_state_machine_as_test(Desk, settings=settings(
        max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)))
