"""The demo hospital is set up once and whole, however often its first start is interrupted."""
import gzip
from itertools import islice

import pytest
from django.test import override_settings

from emr import clock
from emr.actions.phrase import PhraseCodeTaken, withdraw_phrase, write_phrase
from emr.actions.staff import grant_role
from emr.models import Phrase, Shift, Staff, User
from fhir_export.actions import demo
from fhir_export.models import ReplayedEvent

FEW = 12


class Stopped(Exception):
    """Ctrl-C, in a form that a test may raise."""


@pytest.fixture
def short_log(tmp_path, monkeypatch):
    """The first lines of the demo log only: the acts are the same and the test is short."""
    with gzip.open(demo.EVENTS) as whole, gzip.open(tmp_path / "log.jsonl.gz", "wb") as short:
        short.writelines(islice(whole, FEW))
    monkeypatch.setattr(demo, "EVENTS", tmp_path / "log.jsonl.gz")


def stop_at(number):
    seen = []

    def step(event):
        seen.append(event)
        if len(seen) == number:
            raise Stopped

    return lambda total: step


@pytest.mark.django_db
@override_settings(DEMO=True)
def test_an_interrupted_set_up_goes_on_and_leaves_nothing_half_furnished(short_log):
    with pytest.raises(Stopped):
        demo.seed_demo(progress=stop_at(5))
    assert ReplayedEvent.objects.count() == 5

    doctor = Staff.objects.get(user__username="er_doctor")
    last_step = list(demo.PHRASES["er_doctor"])[-1]
    grant_role(doctor, role="er_doctor", department=None, since=clock.today(), by=Staff.objects.filter(kind="system").first())
    in_the_way = write_phrase(by=doctor, code=last_step, text="x")
    with pytest.raises(PhraseCodeTaken):
        demo.seed_demo()
    assert not Shift.objects.exists() and not User.objects.filter(username="patient").exists()

    withdraw_phrase(in_the_way, reason="in the way", by=doctor)
    assert demo.seed_demo() is True
    assert Shift.objects.exists() and User.objects.filter(username="patient").exists()
    assert Phrase.objects.live().filter(owner=doctor, code=last_step).count() == 1
    assert ReplayedEvent.objects.count() == FEW
    assert demo.seed_demo() is False
