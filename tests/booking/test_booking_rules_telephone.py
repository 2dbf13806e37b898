"""The call centre: queue, screen pop, missed calls, campaigns, and the telephone exchange (spec booking 11, R83-R88)."""
import datetime as dt
import socket
import threading

import pytest
from django.urls import reverse
from django.utils import timezone

from emr import clock
from emr.actions.patient_details import refresh
from emr.models import AccessEntry, JournalEntry, Observation, PatientContact
from outpatient.booking import errors_by_phone as errors
from outpatient.booking.actions.campaign import (
    begin_campaign,
    dial_next,
    note_campaign_call,
    opt_out_of_dialling,
    stop_campaign,
)
from outpatient.booking.actions.phone_call import (
    answer_phone_call,
    close_missed_calls,
    end_phone_call,
    leave_phone_set,
    note_phone_call,
    set_phone_line,
    take_phone_set,
)
from outpatient.booking.actions.telephone import ExchangeRefused, Telephone
from outpatient.booking.models import CampaignCall, CampaignTarget, PhoneCall
from outpatient.booking.queries import campaign as campaigns
from outpatient.booking.queries import phone_call as queries
from outpatient.booking.rules.telephone import fields, is_overdue, may_dial, message
from tests.booking.factories import make_attached, signed_in
from tests.factories import make_institution, make_staff, make_system
from tests.races import at_once

GREETING = "Polyclinic. The conversation is recorded."
CODE = "36643-5"


@pytest.fixture
def centre(db):
    class Centre:
        system, operator, manager = make_system(), make_staff("call_operator"), make_staff("manager")
        institution = make_institution()

        def call(self, number="+375291112233", external="1.1"):
            return note_phone_call(by=self.system, external_id=external, line="coupons", number=number)

    centre = Centre()
    set_phone_line(by=centre.manager, code="coupons", purpose="coupons", greeting=GREETING)
    centre.line = set_phone_line(by=centre.manager, code="campaign", purpose="campaigns", greeting=GREETING)
    return centre


def at_noon(day=None):
    return clock.at(timezone.make_aware(dt.datetime.combine(day or clock.today(), dt.time(12))))


def with_phone(number):
    """An attached patient with this telephone, written as a clerk may write it."""
    patient = make_attached()
    PatientContact.objects.create(patient=patient, kind="phone", value=f"{number[:4]} {number[4:6]} {number[6:]}")
    refresh(patient)
    return patient


def test_r83_the_fifth_hears_his_place_and_the_expected_wait(centre, client):
    assert queries.expected_wait(5, sets=3, mean_minutes=3) == 5 and queries.expected_wait(1, 0, 3) is None
    for number in range(3):
        take_phone_set(by=make_staff("call_operator"), extension=str(100 + number))
    for number in range(5):
        centre.call(f"+37529000000{number}", f"1.{number}")
    told = queries.waiting_told(centre.operator)
    assert [(call.place, call.minutes) for call in told] == [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]
    rows = signed_in(client, centre.operator).get("/api/booking/phone-calls/waiting").json()
    assert [row["minutes"] for row in rows["results"]] == [1, 2, 3, 4, 5]


def test_r83_one_operator_sits_at_a_telephone_and_a_call_told_twice_is_one(centre):
    taken = take_phone_set(by=centre.operator, extension="101")
    other = make_staff("call_operator")
    with pytest.raises(errors.SetIsTaken) as refusal:
        take_phone_set(by=other, extension="101")
    assert str(centre.operator) in str(refusal.value)
    assert take_phone_set(by=centre.operator, extension="102").pk != taken.pk and queries.load()[0] == 1
    leave_phone_set(by=centre.operator)
    with pytest.raises(errors.NoSet):
        leave_phone_set(by=centre.operator)
    assert centre.call().pk == centre.call().pk and PhoneCall.objects.count() == 1
    with pytest.raises(errors.UnknownLine):
        note_phone_call(by=centre.system, external_id="2", line="nowhere")


def test_r84_the_caller_s_people_are_on_the_screen_and_looking_is_noted(centre, client):
    ours = [with_phone("+375291112233") for _ in range(3)]
    take_phone_set(by=centre.operator, extension="101")
    centre.call()
    answer_phone_call(by=centre.system, external_id="1.1", extension="101")
    page = signed_in(client, centre.operator).get(reverse("booking:calls_now"))
    assert all(patient.number in page.content.decode() for patient in ours)
    assert AccessEntry.objects.filter(patient__in=ours, purpose="call").count() == 3
    call = PhoneCall.objects.get()
    client.get(reverse("booking:calls_now") + f"?seen={call.pk}")
    assert AccessEntry.objects.filter(purpose="call").count() == 3, "a page that renews itself is one look"
    PhoneCall.objects.update(number="297776655")
    assert "Nobody here has this telephone" in client.get(reverse("booking:calls_now")).content.decode()


def test_r84_the_operator_s_page_asks_the_same_for_one_caller_and_for_eight(centre, client, django_assert_max_num_queries):
    for _ in range(8):
        with_phone("+375291112233")
    take_phone_set(by=centre.operator, extension="101")
    centre.call()
    answer_phone_call(by=centre.system, external_id="1.1", extension="101")
    call = PhoneCall.objects.get()
    signed_in(client, centre.operator).get(reverse("booking:calls"))
    with django_assert_max_num_queries(14):
        client.get(reverse("booking:calls") + f"?seen={call.pk}")


def test_r85_three_attempts_are_one_row_that_closes_when_he_gets_through(centre):
    for number in range(3):
        centre.call(external=f"1.{number}")
        end_phone_call(by=centre.system, external_id=f"1.{number}")
    row, = queries.missed()
    assert (row["number"], row["times"]) == ("291112233", 3)
    centre.call("+375447770000", "5.0")
    end_phone_call(by=centre.system, external_id="5.0")
    close_missed_calls(by=centre.operator, number="447770000", outcome="reached")
    with pytest.raises(errors.NothingMissed):
        close_missed_calls(by=centre.operator, number="447770000", outcome="reached")
    take_phone_set(by=centre.operator, extension="101")
    centre.call(external="1.9")
    answer_phone_call(by=centre.system, external_id="1.9", extension="101")
    assert not queries.missed()


@pytest.mark.django_db(transaction=True)
def test_r85_two_operators_call_back_once():
    make_institution()
    system, operators = make_system(), [make_staff("call_operator"), make_staff("call_operator")]
    set_phone_line(by=make_staff("manager"), code="coupons", purpose="coupons", greeting=GREETING)
    note_phone_call(by=system, external_id="1", line="coupons", number="291112233")
    end_phone_call(by=system, external_id="1")
    answers = at_once(*[lambda one=one: close_missed_calls(by=one, number="291112233", outcome="reached") for one in operators])
    assert sorted(type(answer).__name__ for answer in answers) == ["NothingMissed", "PhoneCall"]


def test_r86_exactly_two_years_is_not_more(centre):
    day = dt.date(2024, 3, 11)
    assert is_overdue(dt.date(2022, 3, 10), day, 2) and not is_overdue(dt.date(2022, 3, 11), day, 2) and is_overdue(None, day, 2)
    assert is_overdue(dt.date(2020, 2, 29), dt.date(2022, 3, 1), 2) and not is_overdue(dt.date(2020, 2, 29),
                                                                                       dt.date(2022, 2, 28), 2)
    old, recent, never, mute, unwilling = with_phone("+375290000001"), with_phone("+375290000002"), with_phone(
        "+375290000003"), make_attached(), \
        with_phone("+375290000004")
    for patient, days in ((old, 800), (recent, 100), (mute, 900)):
        Observation.objects.create(patient=patient, category="imaging", system="http://loinc.org", code=CODE, name="X-ray",
                                   value_text="clear", recorded_by=centre.system,
                                   effective_at=clock.now() - dt.timedelta(days=days))
    opt_out_of_dialling(unwilling, by=centre.operator)
    with pytest.raises(errors.HasOptedOut):
        opt_out_of_dialling(unwilling, by=centre.operator)
    campaign = begin(centre)
    assert [target.patient for target in CampaignTarget.objects.order_by("turn")] == [old, never]
    assert [(row.people, row.reached) for row in campaigns.campaigns()] == [(2, 0)] and campaigns.one(campaign.pk).people == 2


def begin(centre, **values):
    return begin_campaign(by=centre.manager,
                          **{"name": "Fluorography", "message": "Please come.", "line": centre.line, "code": CODE} | values)


def test_r86_only_a_line_of_its_own_and_somebody_to_dial(centre):
    before = JournalEntry.objects.count()
    with pytest.raises(errors.NotACampaignLine):
        begin(centre, line=queries.lines().get(code="coupons"))
    with pytest.raises(errors.NobodyToDial):
        begin(centre)
    assert JournalEntry.objects.count() == before and not CampaignTarget.objects.exists()


def test_r87_whoever_is_not_reached_comes_again_at_the_end_and_three_times_at_most(centre, client):
    people = [with_phone(f"+37529000000{number}") for number in range(3)]
    campaign, order = begin(centre), []
    with at_noon():
        for outcome in ("busy", "reached", "reached", "busy", "no-answer"):
            target = dial_next(campaign, by=centre.system)
            order.append(people.index(target.patient))
            with pytest.raises(errors.NobodyToDial):
                dial_next(campaign, by=centre.system)
            note_campaign_call(target, by=centre.system, outcome=outcome)
            note_campaign_call(target, by=centre.system, outcome=outcome)
        with pytest.raises(errors.NobodyToDial):
            dial_next(campaign, by=centre.system)
    assert order == [0, 1, 2, 0, 0] and CampaignCall.objects.count() == 5
    row = campaigns.one(campaign.pk)
    assert (row.people, row.reached, row.given_up) == (3, 2, 1) and not campaigns.running()
    page = signed_in(client, centre.manager).get(reverse("booking:campaign", args=[campaign.pk])).content.decode()
    assert "3 people: 2 reached, 1 given up after three calls." in page


def test_r87_nobody_is_dialled_outside_the_hours_or_after_the_stop(centre):
    with_phone("+375290000001")
    campaign = begin(centre)
    with clock.at(timezone.make_aware(dt.datetime.combine(clock.today(), dt.time(20)))):
        assert not may_dial(clock.now())
        with pytest.raises(errors.NobodyToDial):
            dial_next(campaign, by=centre.system)
    stop_campaign(campaign, by=centre.manager)
    with at_noon(), pytest.raises(errors.CampaignIsOver):
        dial_next(campaign, by=centre.system)


def test_r88_the_recording_is_a_reference_and_only_staff_of_the_calls_see_them(centre, client):
    centre.call()
    end_phone_call(by=centre.system, external_id="1.1", recording="/recordings/1.wav")
    assert PhoneCall.objects.get().recording == "/recordings/1.wav" and "recorded" in centre.line.greeting
    assert signed_in(client, make_staff("ward_nurse")).get(reverse("booking:calls")).status_code == 403
    shown = signed_in(client, centre.operator).get(reverse("booking:call_list")).content.decode()
    assert "291112233" in shown and "/recordings/1.wav" not in shown
    signed_in(client, make_staff("manager"))
    assert "/recordings/1.wav" in client.get(reverse("booking:call_list")).content.decode()
    with clock.at(clock.now() + dt.timedelta(days=centre.line.days_kept)):
        assert "/recordings/1.wav" not in client.get(reverse("booking:call_list")).content.decode()


class Exchange(threading.Thread):
    """A stand-in for the telephone exchange on the loopback: says what a test lets it say, keeps what it is told."""

    def __init__(self, says):
        super().__init__(daemon=True)
        self.says, self.told, self.server = says, [], socket.create_server(("127.0.0.1", 0))
        self.start()

    def run(self):
        connection, _address = self.server.accept()
        with connection:
            connection.sendall(b"Asterisk Call Manager/9.0.0\r\n")
            rest = b""
            while got := connection.recv(65536):
                rest += got
                while b"\r\n\r\n" in rest:
                    block, rest = rest.split(b"\r\n\r\n", 1)
                    self.told.append(fields(block))
                    if self.told[-1]["Action"] == "Login":
                        right = self.told[-1]["Secret"] == "secret"
                        connection.sendall(message(Response="Success" if right else "Error", Message="Authentication failed"))
                        connection.sendall(b"".join(message(**each) for each in self.says))
                    elif self.told[-1]["Action"] == "Originate":
                        connection.sendall(message(Event="OriginateResponse", ActionID=self.told[-1]["ActionID"],
                                                   Response="Success", Reason="4"))


def connected(exchange, centre, secret="secret", said=None):
    telephone = Telephone(socket.create_connection(exchange.server.getsockname()), by=centre.system,
                          say=(said if said is not None else []).append)
    telephone.sign_in("emr", secret)
    return telephone


def test_r83_r85_what_the_exchange_tells_becomes_calls(centre):
    take_phone_set(by=centre.operator, extension="101")
    told = [{"Event": "QueueCallerJoin", "Queue": "coupons", "CallerIDNum": "+375291112233", "Uniqueid": "7.1"},
            {"Event": "AgentConnect", "Interface": "PJSIP/101", "Uniqueid": "7.1"}, {"Event": "Newchannel"},
            {"Event": "QueueCallerJoin", "Queue": "lost", "Uniqueid": "7.2"},
            {"Event": "AgentComplete", "Uniqueid": "7.1"}]
    said, telephone = [], None
    telephone = connected(Exchange(told), centre, said=said)
    for _ in told:
        telephone.step()
    call = PhoneCall.objects.get()
    assert call.operator == centre.operator and call.answered_at and call.ended_at and len(said) == 1 and "lost" in said[0]


def test_r86_the_exchange_dials_and_tells_what_came_of_it(centre):
    patient = with_phone("+375290000001")
    begin(centre)
    exchange = Exchange([])
    with at_noon():
        telephone = connected(exchange, centre)
        telephone.dial()
        telephone.hear(telephone.next_message(wait=True))
    assert CampaignTarget.objects.get(patient=patient).reached_at
    assert exchange.told[-1]["Channel"] == "Local/290000001@campaign" and exchange.told[-1]["Async"] == "true"


def test_a_wrong_secret_and_a_closed_line_are_told(centre):
    with pytest.raises(ExchangeRefused, match="Authentication failed"):
        connected(Exchange([]), centre, secret="wrong")
    assert fields(message(Action="Login", Secret="a\r\nAction: Originate")) == {"Action": "Login", "Secret": "aAction: Originate"}
