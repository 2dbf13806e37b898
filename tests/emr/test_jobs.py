"""Work beside the web: once at a time, again after failures, messages only with their transaction."""
import datetime as dt
import os
import signal
import threading

import pytest
from django.core.management import call_command
from django.db import transaction

from emr import clock, jobs
from emr.models import OutboxMessage, ScheduledJob
from tests.races import at_once


@pytest.fixture
def declared(monkeypatch):
    """Schedules and handlers of these tests' own."""
    monkeypatch.setattr(jobs, "SCHEDULE", {})
    monkeypatch.setattr(jobs, "HANDLERS", {})
    ran = []
    jobs.scheduled("test.count", every=60)(lambda: ran.append("count"))
    jobs.handler("test")(ran.append)
    return ran


@pytest.mark.django_db
def test_a_job_runs_when_due_and_then_waits_its_time(declared):
    jobs.enter_schedule()
    assert jobs.run_once() == 1 and declared == ["count"]
    assert jobs.run_once() == 0
    with clock.at(clock.now() + dt.timedelta(seconds=61)):
        assert jobs.run_once() == 1
    row = ScheduledJob.objects.get()
    assert row.last_finished_at >= row.last_started_at and row.last_error == ""


@pytest.mark.django_db
def test_a_broken_job_says_why_and_does_not_stop_the_others(declared):
    def broken():
        raise ValueError("no paper")

    jobs.scheduled("test.broken", every=60)(broken)
    jobs.enter_schedule()
    assert jobs.run_once() == 2 and declared == ["count"]
    assert ScheduledJob.objects.get(name="test.broken").last_error == "ValueError: no paper"


@pytest.mark.django_db
def test_a_changed_interval_is_taken_over_and_an_undeclared_job_rests(declared):
    jobs.enter_schedule()
    jobs.scheduled("test.count", every=30)(lambda: declared.append("new"))
    ScheduledJob.objects.create(name="test.gone", every_seconds=1)
    jobs.enter_schedule()
    assert ScheduledJob.objects.get(name="test.count").every_seconds == 30
    assert jobs.run_once() == 1 and declared == ["new"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_run_one_job_once(declared):
    jobs.enter_schedule()
    assert sorted(at_once(jobs.run_due_job, jobs.run_due_job), key=str) == [None, "test.count"]
    assert declared == ["count"]


@pytest.mark.django_db(transaction=True)
def test_a_second_worker_takes_another_job_while_the_first_is_busy(declared):
    entered, free = threading.Event(), threading.Event()

    def long():
        entered.set()
        free.wait(10)

    jobs.SCHEDULE.clear()
    jobs.scheduled("test.long", every=1)(long)
    jobs.enter_schedule()
    jobs.scheduled("test.short", every=1)(lambda: declared.append("short"))
    jobs.enter_schedule()

    def second():
        assert entered.wait(10)
        try:
            return jobs.run_due_job(), jobs.run_due_job()
        finally:
            free.set()

    first, others = at_once(jobs.run_due_job, second)
    assert first == "test.long" and others == ("test.short", None)


@pytest.mark.django_db
def test_a_job_whose_worker_died_is_taken_up_again(declared):
    jobs.enter_schedule()
    assert jobs._claim_job() == "test.count"  # and then the machine lost its power
    assert jobs.run_due_job() is None
    with clock.at(clock.now() + jobs.LEASE + dt.timedelta(seconds=1)):
        assert jobs.run_due_job() == "test.count"


@pytest.mark.django_db(transaction=True)
def test_a_message_goes_out_only_when_its_transaction_commits(declared):
    with pytest.raises(ValueError), transaction.atomic():
        jobs.tell("test", {"n": 1})
        raise ValueError
    with transaction.atomic():
        jobs.tell("test", {"n": 2})
        assert at_once(jobs.send_due_message) == [None]
    assert jobs.send_due_message().sent_at and declared == [{"n": 2}]
    assert jobs.send_due_message() is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_message_once(declared):
    jobs.tell("test", {"n": 1})
    sent = at_once(jobs.send_due_message, jobs.send_due_message)
    assert len([message for message in sent if message]) == 1 and declared == [{"n": 1}]


@pytest.mark.django_db
def test_a_failed_message_waits_longer_each_time_and_is_given_up_at_last(declared):
    def fail(payload):
        raise ConnectionError("nobody answers")

    jobs.handler("test")(fail)
    message = jobs.tell("test", {})
    moment, waits = clock.now(), []
    for _ in range(jobs.MOST_ATTEMPTS):
        with clock.at(moment):
            message = jobs.send_due_message()
            assert message and jobs.send_due_message() is None
        waits.append((message.next_try_at - moment).total_seconds())
        moment = message.next_try_at
    assert message.given_up_at and message.attempts == jobs.MOST_ATTEMPTS and "nobody answers" in message.last_error
    assert waits[0] < waits[2] < waits[5] and waits[-1] <= jobs.LONGEST_WAIT.total_seconds() * 1.2
    with clock.at(moment):
        assert jobs.send_due_message() is None


@pytest.mark.django_db
def test_a_message_without_a_handler_waits_for_one(declared):
    jobs.tell("later", {})
    assert jobs.send_due_message() is None and OutboxMessage.objects.get().attempts == 0


@pytest.mark.django_db(transaction=True)
def test_the_worker_command_does_what_is_due_and_knows_the_jobs_of_the_record(declared, monkeypatch):
    monkeypatch.setattr("emr.management.commands.work.run_tasks", lambda: 0)
    call_command("work", once=True)
    assert declared == ["count"]


@pytest.mark.django_db(transaction=True)
def test_the_worker_stops_at_a_signal_after_the_work_in_hand(declared, monkeypatch):
    monkeypatch.setattr("emr.management.commands.work.run_tasks", lambda: 0)
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    jobs.scheduled("test.stop", every=1)(lambda: (os.kill(os.getpid(), signal.SIGTERM), declared.append("finished")))
    try:
        call_command("work")
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    assert "finished" in declared


def test_the_seal_and_the_nightly_check_are_scheduled():
    assert {"emr.seal", "emr.verify_audit"} <= set(jobs.SCHEDULE)
