"""The coupon desk under many processes at once, as a web server runs it (spec booking 17): threads alone could share what
processes do not.
"""
import datetime as dt
import json
import os
import subprocess
import sys

import pytest
from django.db import connection
from django.utils import timezone

from emr import clock
from emr.models import JournalEntry
from emr.pg import ROOT
from outpatient.booking.models import Booking, Reception
from tests.booking.factories import make_attached, make_polyclinic, make_reception
from tests.factories import make_staff

WORKER = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from django.db import connection
from emr import clock
from emr.errors import Refusal
from emr.models import Patient
from outpatient.booking.actions.booking import book_coupon
import datetime as dt
moment = dt.datetime.fromisoformat(sys.argv[2])

def book(job):
    coupon, patient = job
    with clock.at(moment):
        try:
            return "" if book_coupon(coupon, by=Patient.objects.get(pk=patient)) else "?"
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

print("ready", flush=True)
for line in sys.stdin:
    jobs = json.loads(line)
    with ThreadPoolExecutor(max(len(jobs), 1)) as pool:
        print(json.dumps(list(pool.map(book, jobs))), flush=True)
"""
MOMENT = timezone.make_aware(dt.datetime.combine((dt.date.today().replace(day=1) + dt.timedelta(days=32)).replace(day=1),
                                                 dt.time(10)))


class Clients:
    """So many processes of the product on the test's database, which all begin at one word."""

    def __init__(self, processes):
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "emr.settings_test", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", WORKER, connection.settings_dict["NAME"], MOMENT.isoformat()]
        self.running = [subprocess.Popen(command, env=environment, cwd=ROOT, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
                        for _number in range(processes)]
        for each in self.running:
            assert each.stdout.readline() == "ready\n"

    def book(self, jobs) -> list[str]:
        """Deal the jobs (coupon, patient) out, let all begin, and gather what each was told; "" = he has the coupon."""
        jobs = [(str(coupon.pk), str(patient.pk)) for coupon, patient in jobs]
        for number, each in enumerate(self.running):
            each.stdin.write(json.dumps(jobs[number::len(self.running)]) + "\n")
        for each in self.running:
            each.stdin.flush()
        return [answer for each in self.running for answer in json.loads(each.stdout.readline())]

    def close(self):
        for each in self.running:
            each.stdin.close()
            each.wait(timeout=30)
            each.stdout.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("processes", [2, 8])
def test_booking_rules_hold_for_many_processes(processes):
    with clock.at(MOMENT):
        department, doctor, registrar = make_polyclinic()
        patients = [make_attached() for _number in range(50)]
        one = make_reception(doctor, by=registrar, coupons=16)
        shift = [make_reception(make_staff("ward_doctor", department=department), by=registrar, days=2 + number, coupons=4)
                 for number in range(8)]
    clients = Clients(processes)
    try:
        _fifty_clients_on_one_coupon(clients, one, patients)
        _one_patient_in_thirty_two_tabs(clients, shift, patients)
        _the_share_of_a_reception(clients, one, patients)
        _different_receptions_do_not_hinder_each_other(clients, shift, patients)
    finally:
        clients.close()


def _fifty_clients_on_one_coupon(clients, one, patients):
    before = JournalEntry.objects.count()
    answers = clients.book([(one.coupons.first(), patient) for patient in patients])
    assert answers.count("") == 1 == Booking.objects.count() and set(answers) <= {"", "booking.coupon_taken", "emr.busy"}
    assert JournalEntry.objects.count() == before + 1


def _one_patient_in_thirty_two_tabs(clients, shift, patients):
    Booking.objects.update(cancelled_at=MOMENT, cancel_reason="the next scene")
    coupons = [coupon for reception in shift for coupon in reception.coupons.all()]
    answers = clients.book([(coupon, patients[0]) for coupon in coupons])
    standing = Booking.objects.standing().filter(patient=patients[0])
    assert answers.count("") == 2 == standing.count() == standing.values("reception").distinct().count()
    assert set(answers) <= {"", "booking.month_limit", "booking.already_registered", "booking.coupon_taken", "emr.busy"}


def _the_share_of_a_reception(clients, one, patients):
    Booking.objects.update(cancelled_at=MOMENT, cancel_reason="the next scene")
    Reception.objects.filter(pk=one.pk).update(quota_online=50)
    answers = clients.book(list(zip(one.coupons.all(), patients, strict=False)))
    assert answers.count("") == 8 == Booking.objects.standing().count() and set(answers) <= {"", "booking.online_quota_spent"}


def _different_receptions_do_not_hinder_each_other(clients, shift, patients):
    Booking.objects.update(cancelled_at=MOMENT, cancel_reason="the next scene")
    answers = clients.book([(reception.coupons.first(), patient) for reception, patient in zip(shift, patients, strict=False)])
    assert answers == [""] * len(shift)
