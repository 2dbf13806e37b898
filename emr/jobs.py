"""Work beside the web: scheduled jobs, and messages to the outside sent after the change that caused them.

    # billing/jobs.py, found by itself
    @scheduled("billing.post_charges", every=300)
    def post_charges(): ...

    @handler("mail")
    def send_mail(payload): ...       # raising means: try again later

`tell("mail", {...})` inside an act writes the message in the act's own transaction. `./run work` runs all of it; several
workers share the work, each row is claimed by one of them (FOR UPDATE SKIP LOCKED).
"""
import datetime as dt
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import autodiscover_modules

from emr import clock
from emr.models import OutboxMessage, ScheduledJob

SCHEDULE: dict[str, "Scheduled"] = {}
HANDLERS: dict[str, Callable] = {}
FIRST_WAIT = dt.timedelta(seconds=10)  # doubled with each failure
LONGEST_WAIT = dt.timedelta(hours=1)
MOST_ATTEMPTS = 12  # about five hours; then somebody has to look
LEASE = dt.timedelta(minutes=15)  # a job whose worker died is taken up again after this
log = logging.getLogger("emr.jobs")


@dataclass(frozen=True)
class Scheduled:
    """A function that runs again and again."""

    name: str
    every: int
    run: Callable


def scheduled(name: str, *, every: int):
    """Declare a job of this name, run every so many seconds by one worker at a time."""

    def declare(function):
        SCHEDULE[name] = Scheduled(name, every, function)
        return function

    return declare


def handler(topic: str):
    """Declare who sends the messages of a topic: a function(payload). Sending may happen twice after a crash."""

    def declare(function):
        HANDLERS[topic] = function
        return function

    return declare


def discover():
    """Load `jobs` of every app, so that all schedules and handlers are declared."""
    autodiscover_modules("jobs")


def tell(topic: str, payload: dict) -> OutboxMessage:
    """Write a message to be sent once the present transaction has committed; lost with it if it fails."""
    return OutboxMessage.objects.create(topic=topic, payload=payload, next_try_at=clock.now())


def enter_schedule():
    """Bring the table of jobs up to what the code declares; a job that no longer exists rests for ever."""
    for job in SCHEDULE.values():
        row, made = ScheduledJob.objects.get_or_create(name=job.name, defaults={"every_seconds": job.every,
                                                                                "next_run_at": clock.now()})
        if not made and row.every_seconds != job.every:
            ScheduledJob.objects.filter(pk=row.pk).update(every_seconds=job.every, next_run_at=clock.now())


def run_due_job() -> str | None:
    """Claim one job that is due, run it, note how it went. Returns its name, or None when nothing is due.

    The claim is committed before the job runs, so no lock is held meanwhile; a claim ends by itself after the lease.
    """
    name = _claim_job()
    if name is None:
        return None
    problem = ""
    try:
        SCHEDULE[name].run()
    except Exception as error:  # one broken job must not stop the others
        log.exception("the job %s failed", name)
        problem = f"{type(error).__name__}: {error}"[:2000]
    finished = clock.now()
    ScheduledJob.objects.filter(name=name).update(
        last_finished_at=finished, last_error=problem,
        next_run_at=finished + dt.timedelta(seconds=SCHEDULE[name].every))
    return name


def _claim_job():
    now = clock.now()
    with transaction.atomic():
        row = ScheduledJob.objects.select_for_update(skip_locked=True).filter(
            name__in=SCHEDULE, next_run_at__lte=now).order_by("next_run_at").first()
        if row is None:
            return None
        row.last_started_at = now
        row.next_run_at = now + max(LEASE, dt.timedelta(seconds=row.every_seconds))
        row.save(update_fields=["last_started_at", "next_run_at"])
    return row.name


def send_due_message() -> OutboxMessage | None:
    """Claim one message that is due, hand it to its topic's handler, note how it went. None when nothing is due."""
    message = _claim_message()
    if message is None:
        return None
    try:
        HANDLERS[message.topic](message.payload)
    except Exception as error:
        _note_failure(message, error)
    else:
        OutboxMessage.objects.filter(pk=message.pk).update(sent_at=clock.now(), last_error="")
    message.refresh_from_db()
    return message


def _claim_message():
    now = clock.now()
    with transaction.atomic():
        row = OutboxMessage.objects.select_for_update(skip_locked=True).filter(
            Q(sent_at__isnull=True, given_up_at__isnull=True), topic__in=HANDLERS, next_try_at__lte=now).order_by(
            "next_try_at").first()
        if row is None:
            return None
        row.attempts += 1
        row.next_try_at = now + LEASE
        row.save(update_fields=["attempts", "next_try_at"])
    return row


def wait_after(attempts: int) -> dt.timedelta:
    """How long to wait after so many failures: 10 s, 20 s, 40 s … at most an hour, with some scatter."""
    return min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT) * random.uniform(0.8, 1.2)


def _note_failure(message, error):
    log.warning("message %s (%s) failed at attempt %s: %s", message.pk, message.topic, message.attempts,
                type(error).__name__)
    given_up = message.attempts >= MOST_ATTEMPTS
    OutboxMessage.objects.filter(pk=message.pk).update(
        last_error=f"{type(error).__name__}: {error}"[:2000], next_try_at=clock.now() + wait_after(message.attempts),
        given_up_at=clock.now() if given_up else None)


def run_once(stopping=lambda: False) -> int:
    """Do everything that is due now, until there is nothing or `stopping()` says so; how many pieces of work that was."""
    done = 0
    for work in (run_due_job, send_due_message):
        while not stopping() and work():
            done += 1
    return done


@scheduled("emr.seal", every=5)
def seal_the_record():
    """Seal what was written since the last time."""
    from emr.actions.seal import seal_all

    seal_all()


@scheduled("emr.verify_audit", every=24 * 3600)
def verify_the_record():
    """The nightly check; findings are told in the job's own row and in the log. Raises RuntimeError with their number."""
    from emr.rules.audit import findings

    if found := list(findings()):
        for finding in found[:100]:
            log.error("audit: %s", finding)
        raise RuntimeError(f"{len(found)} findings; run ./run verify_audit")
