"""`./run work`: the job worker: schedule, messages to the outside, background tasks."""
import signal
import threading

from django.core.management import BaseCommand
from django.db import OperationalError, close_old_connections, connection
from django_tasks_db.management.commands.db_worker import Worker

from emr import jobs

TASKS_AT_ONCE = 20  # then the schedule is looked at again


class Command(BaseCommand):
    help = "Runs scheduled jobs, messages to the outside and background tasks until stopped (SIGTERM, Ctrl-C)."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")
        parser.add_argument("--every", type=float, default=1.0, help="seconds between looks when idle (1)")

    def handle(self, *args, once, every, **options):
        stopping = threading.Event()
        if not once:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stopping.set())  # what is under way is finished first
        jobs.discover()
        entered = False
        while not stopping.is_set():
            try:
                if not entered:
                    jobs.enter_schedule()
                    entered = True
                busy = jobs.run_once(stopping.is_set) + run_tasks()
            except OperationalError as error:  # the database is restarting; what was not noted is done again
                self.stderr.write(f"The database did not answer: {str(error).splitlines()[0]}")
                connection.close()
                busy = 0
            close_old_connections()
            if once:
                break
            if not busy:
                stopping.wait(every)


def run_tasks() -> int:
    """Run the background tasks (django-tasks) that are ready; returns how many were run."""
    worker = Worker(queue_names=["*"], excluded_queue_names=[], interval=0, batch=True, backend_name="default",
                    startup_delay=False, max_tasks=TASKS_AT_ONCE, worker_id="work")
    worker.run()
    return worker._run_tasks
