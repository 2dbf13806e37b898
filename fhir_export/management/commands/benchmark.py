"""`./run benchmark`: does each daily task keep its budget of queries and milliseconds on this machine?

Everything happens in one transaction that is taken back, so it may run in the demo hospital at any time.
"""
import datetime as dt
import os
import statistics
import time
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from billing.models import Account
from billing.queries import account as accounts
from emr import clock
from emr.access import visible_patients
from emr.loaded import keep_what_is_loaded
from emr.models import Encounter, Staff
from emr.queries import patient as patients
from fhir_export.actions.full_clinic import full_clinic
from fhir_export.actions.full_ward import full_ward, long_order, many_orders
from fhir_export.actions.month_of_books import month_of_books
from fhir_export.actions.old_chart import twenty_years
from nursing.actions.medication_administration import administer_dose
from nursing.actions.vitals import record_vitals
from nursing.queries import worklist
from orders.actions.medication_request import prescribe_medication
from orders.models import Medication, PlannedDose
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.models import Booking, Coupon
from outpatient.booking.queries.reception import of_day
from outpatient.booking.rules.asker import anybody
from outpatient.booking.rules.calendar import calendar

PAGE_LIMIT_MS = 300
CALENDAR_LIMIT_MS = 30
WARD_QUERIES = 14  # the sheet itself takes at most ten; the rest asks who is there and what is new in the menu
WORKER_LIMIT_MB = 90
CASE_QUERIES, REPORT_LIMIT_MS = 15, 2000
VITALS = {"temperature": Decimal("36.6"), "heart_rate": 72, "systolic": 120, "diastolic": 80, "respiratory_rate": 16,
          "spo2": 98, "consciousness": "A", "oxygen": False}


class Command(BaseCommand):
    help = "Measures queries and time of the daily tasks against their budgets; exit 1 when one is over. Changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--runs", type=int, default=20)
        parser.add_argument("--books", action="store_true", help="Only the books: a month of 5,000 stays and 500,000 charge "
                                                                 "lines")

    def handle(self, *args, runs, books, **options):
        self.over = 0
        if books:
            return self._month(runs)
        doctor = Staff.objects.filter(user__username="ward_doctor").first()
        stay = doctor and Encounter.objects.live().filter(
            kind="IMP", finished_at=None, patient__in=visible_patients(doctor)).annotate(n=Count("observations")).order_by(
                "-n").first()
        if not stay:
            raise CommandError("There is nobody to measure with. Start ./run once, so that the demo hospital is set up.")
        call_command("collectstatic", interactive=False, verbosity=0)
        get_resolver().url_patterns  # noqa: B018 (as a web worker does)
        keep_what_is_loaded()
        with transaction.atomic():
            self._tasks(stay)
            self._pages(stay, runs)
            self._ward(stay, runs)
            self._clinic(stay, runs)
            transaction.set_rollback(True)
        self._memory()
        if self.over:
            raise CommandError(f"{self.over} over budget.")
        self.stdout.write("Every task keeps its budget.")

    # -- the books: a month of a large hospital

    def _month(self, runs):
        """Case cost and reports over half a million lines; everything is taken back."""
        call_command("collectstatic", interactive=False, verbosity=0)
        with transaction.atomic():
            began = time.perf_counter()
            stays, lines = month_of_books(by=Staff.objects.get(kind=Staff.Kind.SYSTEM))
            self.stdout.write(f"{stays} stays, {lines} charge lines, written in {time.perf_counter() - began:.0f} s")
            account, client = Account.objects.get(number="B77").pk, self._client("accountant")
            case = reverse("billing:account", args=[account])
            client.get(case)
            with CaptureQueriesContext(connection) as captured:
                client.get(case)
            self._line("queries of the page of a case", len(captured), CASE_QUERIES, 0, len(captured) > CASE_QUERIES)
            self.stdout.write(f"\npages{'':<45}p95 ms, limit {PAGE_LIMIT_MS}; reports {REPORT_LIMIT_MS}")
            self._page(client, case, runs, str(account))
            self._page(client, reverse("billing:comparison", args=[account]), runs, str(account), limit=REPORT_LIMIT_MS)
            span = f"?since={clock.today() - dt.timedelta(days=60)}&until={clock.today()}"
            for name in ("drugs", "totals", "doctors", "cases"):
                self._page(client, reverse(f"billing:{name}") + span, max(runs // 4, 3), str(account), limit=REPORT_LIMIT_MS)
            transaction.set_rollback(True)
        if self.over:
            raise CommandError(f"{self.over} over budget.")
        self.stdout.write("The books keep their budget.")

    # -- tasks: queries

    def _tasks(self, stay):
        self.stdout.write(f"{'task':<34}{'queries':>8}{'budget':>8}{'ms':>9}")
        doctor, nurse = self._person("ward_doctor"), self._person("ward_nurse")
        drug = Medication.objects.filter(is_active=True, is_high_risk=False, dose_unit="mg").first()
        now, asked = clock.now(), stay.patient.family[:4]
        self._task("patient search", 3, lambda: list(patients.search(doctor, asked)))
        self._task("order, with every check", 18, lambda: prescribe_medication(
            stay, medication=drug, dose=Decimal(100), dose_unit="mg", route="PO", timing={"every_hours": 8}, by=doctor,
            override_reason="benchmark"))
        dose = PlannedDose.objects.filter(request__encounter=stay, request__medication=drug, due_at__lte=now).first() or \
            PlannedDose.objects.filter(request__encounter=stay, request__medication=drug).order_by("due_at").first()
        self._task("dose", 8, lambda: administer_dose(dose, by=nurse))
        self._task("vitals", 8, lambda: record_vitals(stay, values=VITALS, by=nurse))
        has = Booking.objects.filter(patient=stay.patient, cancelled_at=None).values("coupon__reception__specialty")
        coupon = Coupon.objects.filter(starts_at__gt=now, bookings=None, reception__specialty__needs_referral=False).exclude(
            reception__specialty__in=has.filter(coupon__reception__specialty__isnull=False)).order_by("starts_at").first()
        if coupon:
            registrar = self._person("registrar")
            self._task("booking", 8, lambda: book_coupon(coupon, stay.patient, by=registrar))
        self._task("slots of a day", 4, lambda: of_day(doctor, clock.today()))
        account = Account.objects.filter(encounter=stay).first()
        if account:
            accountant = Staff.objects.get(user__username="accountant")
            self._task("bill", 15, lambda: self._bill(accountant, account.pk))

    @staticmethod
    def _bill(accountant, pk):
        row = accounts.one(accountant, pk=pk)
        return list(accounts.lines(row)), accounts.totals_by_kind(row), accounts.totals_by_day(row)

    @staticmethod
    def _person(login):
        staff = Staff.objects.prefetch_related("roles").get(user__username=login)
        staff.live_roles  # noqa: B018  a signed-in person's roles are read once for the request
        return staff

    def _task(self, name, budget, deed):
        with CaptureQueriesContext(connection) as captured:
            began = time.perf_counter()
            deed()
            took = (time.perf_counter() - began) * 1000
        queries = [q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
        self._line(name, len(queries), budget, took, len(queries) > budget)

    def _line(self, name, found, budget, took, over):
        self.over += over
        self.stdout.write(f"{name:<34}{found:>8}{budget:>8}{took:>9.1f}{'  OVER' if over else ''}")

    # -- pages: milliseconds

    def _pages(self, stay, runs):
        rows = twenty_years(stay, by=Staff.objects.get(kind=Staff.Kind.SYSTEM))
        self.stdout.write(f"\npages on a chart of 20 years ({rows} rows){'':<6}p95 ms, limit {PAGE_LIMIT_MS}")
        patient = stay.patient_id
        pages = {
            "ward_doctor": [reverse("emr:chart", args=[patient]), reverse("admissions:ward"), reverse("emr:home"),
                            reverse("nursing:chart_tab", args=[patient]), reverse("laboratory:chart_tab", args=[patient]),
                            reverse("orders:chart_tab", args=[patient])],
            "ward_nurse": [reverse("nursing:worklist"), reverse("nursing:vitals")],
            "er_nurse": [reverse("admissions:board")],
            "accountant": [reverse("billing:accounts")],
        }
        for login, addresses in pages.items():
            client = self._client(login)
            for address in addresses:
                self._page(client, address, runs, str(patient))

    def _ward(self, stay, runs):
        """A ward of forty for a day; then an order of two hundred days and a stay of four hundred orders, which must slow
        nothing.
        """
        system, department = Staff.objects.get(kind=Staff.Kind.SYSTEM), worklist.department_of(self._person("ward_nurse"))
        doses, patient = full_ward(department, by=system), stay.patient_id
        self.stdout.write(f"\na ward of 40 patients ({doses} doses more today){'':<9}p95 ms, limit {PAGE_LIMIT_MS}; CPU ms")
        nurse, doctor = self._client("ward_nurse"), self._client("ward_doctor")
        with CaptureQueriesContext(connection) as captured:
            nurse.get(reverse("nursing:worklist"))
        self._line("queries of the whole page", len(captured), WARD_QUERIES, 0, len(captured) > WARD_QUERIES)
        self._page(nurse, reverse("nursing:worklist"), runs, str(patient))
        self._page(nurse, reverse("nursing:worklist") + "?view=list", runs, str(patient))
        execution = reverse("nursing:execution", args=[patient])
        addresses = [reverse("emr:chart", args=[patient]), reverse("orders:chart_tab", args=[patient]),
                     reverse("orders:history", args=[patient]), reverse("nursing:chart_tab", args=[patient]),
                     execution, f"{execution}?window=stay"]
        for what, made in (("an order of 200 days", long_order), ("a stay of 400 orders", many_orders)):
            self.stdout.write(f"\nwith {what} ({made(stay, by=system)} doses)")
            for address in addresses:
                self._page(doctor, address, runs, str(patient))
            self._page(nurse, reverse("nursing:worklist"), runs, str(patient))

    def _clinic(self, stay, runs):
        """The calendar of a whole clinic for two weeks, as its site asks for it."""
        coupons, day = full_clinic(stay.patient_id), clock.today()
        self.stdout.write(f"\na clinic of {coupons} coupons{'':<26}p95 ms, limit {CALENDAR_LIMIT_MS}")
        self._timed("calendar of two weeks", runs, lambda: calendar(anybody(), day + dt.timedelta(days=1),
                                                                    day + dt.timedelta(days=14)),
                    CALENDAR_LIMIT_MS)

    @staticmethod
    def _client(login):
        client = Client(headers={"host": "localhost"})
        client.force_login(get_user_model().objects.get(username=login), backend="emr.signin.Backend")
        return client

    def _page(self, client, address, runs, patient, limit=PAGE_LIMIT_MS):
        answers = self._timed(address.replace(patient, "…"), runs, lambda: client.get(address).status_code, limit)
        if set(answers) != {200}:
            raise CommandError(f"{address} answered {answers[-1]}.")

    def _timed(self, name, runs, deed, limit) -> list:
        answers, times, busy = [], [], []
        for _ in range(runs + 1):
            began, used = time.perf_counter(), time.process_time()
            answers.append(deed())
            times.append((time.perf_counter() - began) * 1000)
            busy.append((time.process_time() - used) * 1000)
        p95 = statistics.quantiles(times[1:], n=20)[-1]  # the first one fills caches of templates
        cpu = f"CPU {statistics.median(busy[1:]):.0f}"  # of this process alone: what does not depend on its neighbours
        self._line(name, cpu, "", p95, p95 > limit)
        return answers

    def _memory(self):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.stdout.write(f"\nthis process: {used:.0f} MB at most; web workers (limit {WORKER_LIMIT_MB} MB): "
                          + ", ".join(f"{mb:.0f} MB" for mb in workers()) or "none is running")


def workers():
    """Private memory of this installation's web workers, in MB, as Linux tells it; nothing elsewhere."""
    for folder in os.scandir("/proc") if os.path.isdir("/proc") else ():
        if folder.name.isdigit():
            try:
                with open(f"{folder.path}/cmdline", "rb") as file:
                    if b"emr.wsgi" not in file.read():
                        continue
                with open(f"{folder.path}/smaps_rollup") as file:
                    yield sum(int(line.split()[1]) for line in file if line.startswith("Private_")) / 1024
            except OSError:
                continue


