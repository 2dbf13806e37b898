"""The live queue at the office and the figures (R90-R98, R100), and three polyclinics as they were observed on a 1 February (spec
booking 16).
"""
import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from emr import clock
from emr.errors import NotPermitted, ReasonMissing
from emr.models import JournalEntry
from outpatient.actions.visit import finish_visit
from outpatient.booking import errors_of_queue as errors
from outpatient.booking.actions.booking import begin_visit, book_coupon, check_in
from outpatient.booking.actions.duty import set_duty
from outpatient.booking.actions.queue import begin_walk_in_visit, call_again, call_next, let_in, note_left, skip_entry
from outpatient.booking.actions.queue_entry import (
    add_to_queue,
    leave_queue,
    mark_acute,
    return_to_queue,
    send_to_office,
    swap_places,
)
from outpatient.booking.actions.rebooking import cancel_booking
from outpatient.booking.errors import CouponTaken, NotYourReception, SameDay
from outpatient.booking.models import Booking, Coupon, QueueEntry, RefusedOrder
from outpatient.booking.queries import queue as queries
from outpatient.booking.queries.desk import nearest_today
from outpatient.booking.rules.desk import idle_offices
from outpatient.booking.rules.figures import figures, rows_of
from outpatient.booking.rules.office import door
from outpatient.booking.rules.statistics import mean, statistics
from tests.booking.factories import (
    make_attached,
    make_own_login,
    make_polyclinic,
    make_reception,
    make_setting,
    make_specialty,
    signed_in,
)
from tests.factories import make_patient, make_staff

pytestmark = pytest.mark.django_db
DAY = dt.date(2027, 2, 1)


def at(text):
    """Live at that time of the observed day."""
    return clock.at(moment(text))


def moment(text):
    return timezone.make_aware(dt.datetime.combine(DAY, dt.time(*(int(part) for part in text.split(":")))))


class Office:
    """A reception of the day with its doctor and nurse; what is done at its door at which time."""

    def __init__(self, begin="8:00", coupons=12, minutes=15, room="411", polyclinic=None, **values):
        with at("6:00"):
            self.department, self.doctor, self.registrar = polyclinic or make_polyclinic()
            self.nurse = make_staff("ward_nurse", department=self.department)
            self.reception = make_reception(self.doctor, by=self.registrar, starts_at=moment(begin), coupons=coupons,
                                            minutes=minutes, room=room, **values)
            self.coupons = {coupon.number: coupon for coupon in self.reception.coupons.all()}
        self.entries = {}

    def book(self, *numbers, **values):
        with at("7:00"):
            for number in numbers:
                book_coupon(self.coupons[number], make_patient(), by=self.registrar, **values)

    def come(self, time, *numbers):
        with at(time):
            for number in numbers:
                booking = check_in(Booking.objects.get(coupon=self.coupons[number], cancelled_at=None), by=self.registrar)
                self.entries[str(number)] = QueueEntry.objects.get(booking=booking)

    def walk_in(self, time, purpose="referral", **values):
        with at(time):
            entry = add_to_queue(self.reception, by=self.nurse, kind="walk-in", patient=make_patient(), purpose=purpose, **values)
        self.entries[str(entry)] = entry
        return entry

    def asker(self, time):
        with at(time):
            entry = add_to_queue(self.reception, by=self.nurse, kind="asker")
        self.entries[str(entry)] = entry
        return entry

    def call(self, time):
        with at(time):
            return str(call_next(self.reception, by=self.nurse))

    def enter(self, time, name):
        with at(time):
            return let_in(self.entries[name].pk, by=self.nurse)

    def leave(self, time, name):
        with at(time):
            return note_left(self.entries[name].pk, by=self.nurse)

    def next(self, time, until=None):
        """Call the next one, who enters at once; the number."""
        name = self.call(time)
        self.enter(time, name)
        if until:
            self.leave(until, name)
        return name

    def line(self, time):
        with at(time):
            return [str(place.entry) for place in self.door(time).line]

    def door(self, time):
        with at(time):
            return door(queries.receptions_today().get(pk=self.reception.pk))


@pytest.fixture
def office():
    found = Office()
    found.book(1, 2, 3, 4, 5, 6, 7)
    return found


def refused(refusal, time, act, *args, **kwargs):
    """The act refuses with this code at this time, and nothing was written."""
    before = JournalEntry.objects.count(), list(QueueEntry.objects.order_by("pk").values())
    with at(time), pytest.raises(refusal) as caught:
        act(*args, **kwargs)
    assert caught.value.code == refusal.code and str(caught.value)
    assert before == (JournalEntry.objects.count(), list(QueueEntry.objects.order_by("pk").values()))


def test_r90_the_time_of_the_coupon_decides_not_who_came_first(office):
    office.come("7:40", 3)
    office.come("7:50", 1)
    assert office.line("7:55") == ["1", "3"]
    assert office.call("8:00") == "1"
    refused(errors.SomebodyIsCalled, "8:00", call_next, office.reception, by=office.nurse)
    refused(errors.NotHisTurn, "8:00", let_in, office.entries["3"], by=office.nurse)


def test_r90_strangers_and_other_departments_call_nobody(office):
    office.come("7:50", 1)
    refused(NotPermitted, "8:00", call_next, office.reception, by=make_staff("lab"))
    refused(NotYourReception, "8:00", call_next, office.reception, by=make_staff("ward_nurse"))
    refused(NotPermitted, "8:00", call_next, office.reception, by=office.registrar)
    with at("8:00"), clock.at(moment("8:00") + dt.timedelta(days=1)), pytest.raises(errors.OfficeIsClosed):
        call_next(office.reception, by=office.nurse)


def test_r91_within_the_grace_the_place_is_kept_and_later_one_stands_where_one_came(office):
    office.come("8:20", 2, 3)
    office.come("8:14", 1)  # one step late: the place is kept (A23)
    assert office.line("8:29") == ["1", "2", "3"]
    other = Office(room="412", polyclinic=(office.department, make_staff("ward_doctor", department=office.department),
                                           office.registrar))
    other.book(1, 2, 3)
    other.come("8:10", 2, 3)
    other.come("8:20", 1)  # beyond the grace: behind number 2, whose time had come, before number 3
    assert other.line("8:40") == ["2", "1", "3"]


def test_r92_called_twice_in_vain_is_passed_over_and_returns_by_the_rule(office):
    office.come("7:50", 1, 2)
    assert office.call("8:00") == "1"
    refused(errors.CallAgainFirst, "8:01", skip_entry, office.entries["1"], by=office.nurse)
    with at("8:02"):
        call_again(office.entries["1"], by=office.nurse)
        skip_entry(office.entries["1"], by=office.nurse)
    assert office.line("8:02") == ["2"]
    with at("8:05"):
        return_to_queue(office.entries["1"], by=office.nurse)
    assert office.line("8:05") == ["1", "2"]
    refused(errors.IsNotSkipped, "8:06", return_to_queue, office.entries["1"], by=office.nurse)
    refused(errors.IsNotCalled, "8:06", call_again, office.entries["1"], by=office.nurse)


def test_r93_one_question_between_two_patients_and_none_before_who_waits_too_long(office):
    office.come("7:50", 1, 2, 3)
    first, second = office.asker("7:55"), office.asker("7:56")
    office.enter("8:00", str(first))
    office.leave("8:01", str(first))
    refused(errors.AskerJustWas, "8:01", let_in, second, by=office.nurse)
    office.next("8:01", until="8:40")
    refused(errors.HolderIsOverdue, "8:40", let_in, second, by=office.nurse)  # number 2 waits since 8:15
    assert office.next("8:40", until="8:41") == "2"
    office.enter("8:42", str(second))
    refused(errors.RoomIsOccupied, "8:43", let_in, office.asker("8:43"), by=office.nurse)
    refused(errors.AskersHaveTheirLane, "8:43", mark_acute, office.entries["A3"], by=office.nurse, reason="x")


def test_r94_acute_goes_first_by_decision_of_staff_with_a_reason(office):
    office.come("7:50", 1, 2, 4)
    before = office.door("8:20").line[0].eta
    refused(ReasonMissing, "8:20", mark_acute, office.entries["4"], by=office.nurse, reason=" ")
    with at("8:20"):
        mark_acute(office.entries["4"], by=office.nurse, reason="chest pain")
    found = office.door("8:20")
    assert [str(place.entry) for place in found.line] == ["4", "1", "2"] and found.line[1].eta > before  # the others' times move
    assert JournalEntry.objects.get(act="booking.mark_acute").data["reason"] == "chest pain"
    refused(errors.AlreadyAcute, "8:20", mark_acute, office.entries["4"], by=office.nurse, reason="again")


def test_r94_acute_without_the_own_doctor_goes_to_the_duty_doctor(office):
    duty = Office(room="1", polyclinic=(office.department, make_staff("ward_doctor", department=office.department),
                                        office.registrar))
    duty.book(1)
    duty.come("7:50", 1)
    entry = office.walk_in("8:05", purpose="", acute_reason="acute pain")
    refused(errors.SameOffice, "8:06", send_to_office, entry, office.reception, by=office.nurse)
    with at("8:06"):
        there = send_to_office(entry, duty.reception, by=office.nurse, reason="another district")
    assert there.sent_from == entry and office.line("8:06") == [] and duty.line("8:06") == ["W1", "1"]
    refused(errors.IsNotWaiting, "8:07", leave_queue, entry, by=office.nurse, reason="x")


def test_r95_without_a_coupon_one_takes_a_released_place_or_stands_behind_whose_time_has_come(office):
    office.come("8:00", 2, 3, 4)
    office.walk_in("8:05")
    assert office.line("8:10") == ["W1", "2", "3", "4"]  # nobody's time has come
    assert office.line("8:15") == ["W1", "2", "3", "4"]  # number 1 did not come within the grace: his place is given
    office.walk_in("8:16", purpose="closing a sick-leave")
    assert office.line("8:31") == ["W1", "2", "3", "W2", "4"]  # no second place: behind who is due
    assert office.call("8:31") == "W1"
    assert QueueEntry.objects.get(pk=office.entries["W1"].pk).in_place_of == office.coupons[1]
    refused(ReasonMissing, "8:32", add_to_queue, office.reception, by=office.nurse, kind="walk-in", patient=make_patient())


def test_r95_the_registry_brings_somebody_without_a_coupon_and_the_doctor_receives_him(office):
    with at("8:00"):
        entry = add_to_queue(office.reception, by=office.registrar, kind="walk-in", patient=make_patient(),
                             purpose="prescription")
    with at("8:02"):
        entry = begin_walk_in_visit(entry, by=office.doctor)
        assert entry.state == "in-progress" and entry.encounter.reason == "prescription"
    with at("8:09"):
        finish_visit(entry.encounter, by=office.doctor, conclusion="done")
        assert QueueEntry.objects.get(pk=entry.pk).state == "finished"
    office.come("8:10", 1)
    with at("8:12"):
        begin_visit(Booking.objects.get(coupon=office.coupons[1]), by=office.doctor)
    entry.refresh_from_db()
    assert entry.left_at == moment("8:09") and str(office.door("8:13").inside) == "1"


def test_r96_two_swap_by_consent_and_nobody_else_moves(office):
    office.come("7:50", 1, 2, 3)
    office.walk_in("7:55")
    assert office.line("8:30") == ["1", "2", "3", "W1"]
    with at("8:30"):
        swap_places(office.entries["1"], office.entries["3"], by=office.nurse)
    assert office.line("8:30") == ["3", "2", "1", "W1"]
    with at("8:30"):
        swap_places(office.entries["W1"], office.entries["2"], by=office.nurse)
    assert office.line("8:30") == ["3", "W1", "1", "2"]
    office.call("8:31")
    refused(errors.IsNotWaiting, "8:31", swap_places, office.entries["3"], office.entries["1"], by=office.nurse)


def test_r97_the_probable_times_follow_the_doctor_s_own_pace_not_the_plan(office):
    office.come("7:50", 1, 2, 3, 4, 5)
    assert office.door("8:00").duration == 15
    for begin, end in (("8:00", "8:20"), ("8:20", "8:40"), ("8:40", "9:00")):
        office.next(begin, until=end)
    found = office.door("9:00")
    assert found.duration == 20 and [place.eta for place in found.line] == [moment("9:00"), moment("9:20")]


def test_r98_the_delay_is_on_the_board_and_in_the_patient_s_account_and_nobody_s_name(client, office):
    patient = make_own_login(family="Kowalska", given="Ida")
    with at("7:00"):
        booking = book_coupon(office.coupons[8], patient, by=office.registrar)
    office.come("8:10", 2)
    office.come("8:20", 8)
    office.call("8:31")
    office.enter("8:33", "2")
    with at("8:33"):
        board = client.get(reverse("booking:board"), {"tv": 1})
        text = board.content.decode()
        assert "411" in text and "+18" in text and ">2<" in text and ">8<" in text
        assert "Kowalska" not in text and office.doctor.family not in text
        fragment = client.get(reverse("booking:board"), headers={"HX-Request": "true"})
        again = client.get(reverse("booking:board"), headers={"HX-Request": "true", "If-None-Match": fragment["ETag"]})
        assert again.status_code == 304
        own = signed_in(client, patient).get(reverse("booking:booking", args=[booking.pk])).content.decode()
        assert "+18" in own and "Before you: 0" in own
    with at("8:40"):
        cancel_booking(booking, by=office.registrar, reason="went home")
    assert office.line("8:40") == []


def test_r90_the_page_of_the_office_does_each_step(client, office):
    office.come("7:50", 1, 2)
    signed_in(client, office.nurse)

    def press(name, *args, **data):
        answer = client.post(reverse(f"booking:{name}", args=args), {"request_key": str(uuid.uuid4())} | data)
        assert answer.status_code == 302, answer.content
        return answer

    with at("8:00"):
        press("office_next", office.reception.pk)
        page = client.get(reverse("booking:office", args=[office.reception.pk])).content.decode()
        assert "Number 1 is called" in page and "card not here yet" in page
        press("office_step", office.entries["1"].pk, "in")
        press("office_add", office.reception.pk, kind="asker")
        patient = make_patient(family="Nowak")
        found = client.get(reverse("booking:office_add", args=[office.reception.pk]), {"q": "Nowak"}).content.decode()
        assert str(patient.pk) in found
        press("office_add", office.reception.pk, kind="walk-in", patient=patient.pk, purpose="prescription")
        walk_in = QueueEntry.objects.get(kind="walk-in")
        more = client.get(reverse("booking:office_more", args=[walk_in.pk]), headers={"HX-Request": "true"}).content.decode()
        assert "Swap" in more and "<html" not in more
        press("office_more", walk_in.pk, do="swap", other=office.entries["2"].pk)
        assert office.line("8:00") == ["2", "W1"]
        press("office_more", walk_in.pk, do="gone", reason="no time")
        press("office_step", office.entries["1"].pk, "left")
        assert client.post(reverse("booking:office_step", args=[walk_in.pk, "nothing"]),
                           {"request_key": str(uuid.uuid4())}).status_code == 404
        fragment = client.get(reverse("booking:office", args=[office.reception.pk]),
                              headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in fragment and "Call number 2" in fragment


def test_r90_the_api_calls_and_lists(client, office):
    office.come("7:50", 1)
    signed_in(client, office.nurse)
    with at("8:00"):
        answer = client.post(f"/api/booking/offices/{office.reception.pk}/call-next", {}, "application/json",
                             headers={"Idempotency-Key": str(uuid.uuid4())})
        assert answer.status_code == 201 and (answer.json()["number"], answer.json()["state"]) == ("1", "called")
        rows = client.get(f"/api/booking/offices/{office.reception.pk}/queue").json()
        assert [row["number"] for row in rows["results"]] == ["1"]


def test_r90_offices_board_and_figures_are_few_queries_however_many_come(client, office):
    others = [Office(room=str(500 + n), polyclinic=(office.department, make_staff("ward_doctor", department=office.department),
                                                    office.registrar))
              for n in range(3)]
    signed_in(client, make_staff("manager"))

    def asked():
        counted = []
        for name in ("board", "statistics"):
            with CaptureQueriesContext(connection) as seen:
                assert client.get(reverse(f"booking:{name}"), {"last": DAY, "first": DAY}).status_code == 200
            counted.append(len(seen))
        return counted

    with at("8:00"):
        assert asked() and (before := asked())
    for other in others:
        other.book(1, 2)
        other.come("7:50", 1, 2)
    office.come("7:50", 1, 2, 3)
    with at("8:00"):
        assert asked() == before and before[0] <= 10
    signed_in(client, office.nurse)
    with at("8:00"), CaptureQueriesContext(connection) as seen:
        client.get(reverse("booking:office", args=[office.reception.pk]))
    assert len(seen) <= 16


def test_r100_every_figure_opens_to_its_rows_and_refusals_are_counted_by_reason(client, office):
    make_setting(quota_online=80)
    patient = make_attached()
    with at("7:00"):
        for _ in range(2):
            with pytest.raises(CouponTaken):
                book_coupon(office.coupons[1], patient, by=office.registrar)
        with pytest.raises(SameDay):
            book_coupon(office.coupons[9], patient, by=patient)
    assert sorted(RefusedOrder.objects.values_list("code", "channel")) == [
        ("booking.coupon_taken", "registry"), ("booking.coupon_taken", "registry"), ("booking.same_day", "web")]
    signed_in(client, make_staff("manager"))
    with at("12:00"):
        found = {figure.key: figure for figure in figures(statistics(DAY, DAY))}
        assert found["refused-booking.coupon_taken"].value == 2 and found["missed-registry"].shown == "100"
        page = client.get(reverse("booking:statistics"), {"first": DAY, "last": DAY}).content.decode()
        for figure in found.values():
            assert figure.label in page
        answer = client.get("/api/booking/statistics/rows", {"first": DAY, "last": DAY, "figure": "refusals"})
        assert answer.json()["count"] == 3
        told = client.get("/api/booking/statistics", {"first": DAY, "last": DAY}).json()["results"]
        assert {row["key"]: row["rows"] for row in told}["refusals"] == 3
        for key in ("missed", "refused-booking.same_day", "idle"):
            text = client.get(reverse("booking:statistics_rows", args=[key]), {"first": DAY, "last": DAY})
            assert text.status_code == 200 and office.doctor.family in text.content.decode()
        assert client.get(reverse("booking:statistics_rows", args=["nothing"]), {"first": DAY, "last": DAY}).status_code == 404
        assert client.get(reverse("booking:statistics"), {"first": DAY, "last": "2026-01-01"}).status_code == 400


def test_r100_used_quota_is_told_against_all_coupons_and_against_the_online_share():
    found = Office(coupons=10, quota_online=80)
    with at("7:00"):
        Booking.objects.bulk_create(
            Booking(coupon=found.coupons[number], reception=found.reception, day=DAY, patient=make_patient(),
                    code=f"CODE{number:06}", channel=channel)
            for number, channel in ((1, "web"), (2, "web"), (3, "registry"), (4, "phone")))
    with at("12:00"):
        told = {figure.key: (figure.note, figure.shown) for figure in figures(statistics(DAY, DAY))}
    assert told["online-places"] == ("2 / 10", "20") and told["online-cap"] == ("2 / 6", "33.3")  # 80 % of the 8 that others left
    assert told["channel-web"][1] == "50" and told["channel-phone"][1] == "25"


def test_replay_p6_nobody_is_called_out_of_number_order_and_the_board_says_plus_20():
    """Room 411: nine persons by 9:00; number 5 came 9:02, in 9:07; number 7 stepped away and entered 9:50; twelve by 10:00."""
    p6 = Office(coupons=12, minutes=15)
    p6.book(1, 2, 3, 4, 5, 6, 7, 10)
    p6.come("7:45", 1)
    p6.walk_in("7:50", purpose="referral")
    p6.walk_in("7:55", purpose="repeat")
    p6.come("8:05", 2, 3, 4)
    called = [p6.next("8:00"), p6.next("8:06"), p6.next("8:12"), p6.next("8:16")]
    for come in ("8:17", "8:20", "8:22"):
        p6.walk_in(come, purpose="repeat")
    called += [p6.next("8:24"), p6.next("8:30"), p6.next("8:38"), p6.next("8:45", until="8:52")]
    p6.asker("8:50")
    p6.enter("8:52", "A1")
    p6.leave("8:53", "A1")
    called.append(p6.next("8:55"))
    with at("9:00"):
        first_hour = statistics(DAY, DAY)
        assert len(first_hour.patients) == 9 and figures(first_hour)[0].shown == "9"
    p6.come("9:02", 5)
    assert p6.door("9:05").inside is not None
    called.append(p6.next("9:07"))
    p6.come("9:10", 6)
    p6.come("9:22", 7)
    called.append(p6.next("9:25", until="9:45"))
    p6.asker("9:40")
    p6.enter("9:45", "A2")
    p6.leave("9:46", "A2")
    called.append(p6.call("9:47"))  # number 7 has stepped away
    p6.come("9:50", 10)
    p6.enter("9:50", "7")
    assert p6.door("9:50").delay == 20 and not p6.door("9:50").skipped
    assert [name for name in called if name.isdigit()] == ["1", "2", "3", "4", "5", "6", "7"]
    with at("10:00"):
        found = statistics(DAY, DAY)
        assert len(found.patients) == 12 and len(found.askers) == 2 and max(row.minutes for row in found.askers) <= 1


def test_replay_p2_no_show_places_are_released_idle_is_seen_and_acute_goes_to_the_duty_doctor():
    """Start 8:00, step 11: numbers 1 and 3 never came; the acute man; a pensioner ten minutes late; nobody from 9:40 to 9:53."""
    p2 = Office(minutes=11, coupons=14, room="12")
    duty = Office(room="1", polyclinic=(p2.department, make_staff("ward_doctor", department=p2.department), p2.registrar))
    duty.book(1, 4)
    duty.come("8:20", 1, 4)
    with at("7:00"):
        set_duty(day=DAY, part="doctor", staff=duty.doctor, phone="10-01", by=make_staff("admin"))
    Coupon.objects.filter(pk=p2.coupons[6].pk).update(starts_at=moment("8:50"))  # times need not be round (A24)
    p2.book(1, 2, 3, 4, 5, 6, 9)
    p2.come("8:05", 2, 4)
    p2.come("8:10", 5)
    assert p2.line("8:10") == ["2", "4", "5"] and p2.next("8:14", until="8:26") == "2"
    man = p2.walk_in("8:28", purpose="acute pain", acute_reason="acute pain")
    assert p2.line("8:30") == ["W1", "4", "5"]
    with at("8:33"):
        there = send_to_office(man, duty.reception, by=p2.nurse, reason="another district")
    assert p2.next("8:34", until="8:44") == "4" and duty.call("8:34") == str(there)
    p2.asker("8:40")
    p2.enter("8:44", "A1")
    p2.leave("8:48", "A1")
    assert p2.next("8:48", until="8:59") == "5"
    p2.come("9:00", 6)
    assert p2.next("9:00", until="9:27") == "6"
    p2.come("9:29", 9)
    assert p2.next("9:30", until="9:40") == "9"
    with at("9:40"):
        assert p2.reception in [found.reception for found in idle_offices() if found.is_idle]
    assert p2.walk_in("9:53") and p2.next("9:53", until="10:00") == "W2"
    assert p2.walk_in("10:00", purpose="closing a sick-leave") and p2.next("10:00", until="10:05") == "W3"
    assert {str(entry): entry.in_place_of.number for entry in QueueEntry.objects.filter(in_place_of__isnull=False)} == {
        "W2": 1, "W3": 3}
    with at("10:05"):
        found = statistics(DAY, DAY, doctor=p2.doctor)
        assert [(row.minutes, row.left_at) for row in found.idle if row.left_at == moment("9:40")] == [(13, moment("9:40"))]
        assert [row.number for row in found.missed] == ["1", "3"] and [row.minutes for row in found.askers] == [4]
        assert rows_of(found, "walk-ins").value == 2


def test_replay_p30_figures_equal_the_hand_calculation():
    """Start 8:05, step 7: the man of 7:30 without a coupon first, then 15 with coupons and 3 askers to 10:30; visits of 5, 10, 20
    minutes.
    """
    lengths = [5, 5, 10, 5, 10, 20, 5, 5, 10, 5, 10, 5, 20, 5, 5, 10]
    missed, late = {4, 9, 14}, {6: 3, 11: 6, 16: 12}
    p30 = Office(begin="8:05", minutes=7, coupons=20, room="30")
    p30.book(*range(1, 19))
    p30.walk_in("7:30", purpose="repeat")
    comes = sorted((moment("8:05") + dt.timedelta(minutes=7 * (number - 1) + late.get(number, -6)), number)
                   for number in range(1, 19) if number not in missed)
    now, called, asked = moment("8:00"), [], 0
    for length in lengths:
        if not p30.line(f"{timezone.localtime(now):%H:%M}"):
            now = max(now, comes[0][0])
        while comes and comes[0][0] <= now:
            p30.come(f"{timezone.localtime(comes[0][0]):%H:%M}", comes.pop(0)[1])
        called.append(p30.next(f"{timezone.localtime(now):%H:%M}",
                               until=f"{timezone.localtime(now + dt.timedelta(minutes=length)):%H:%M}"))
        now += dt.timedelta(minutes=length)
        if asked < 3 and len(called) in (3, 7, 12):
            asked += 1
            name = str(p30.asker(f"{timezone.localtime(now):%H:%M}"))
            with at(f"{timezone.localtime(now):%H:%M}"):
                let_in(p30.entries[name].pk, by=p30.nurse)
            now += dt.timedelta(minutes=1)
            p30.leave(f"{timezone.localtime(now):%H:%M}", name)
    assert called[0] == "W1" and not comes and now <= moment("10:30")
    with clock.at(moment("10:30")):
        found = statistics(DAY, DAY)
        assert len(found.patients) == 16 and len(found.askers) == 3 and mean(found.patients) == sum(lengths) / 16
        assert (len(found.missed), len(found.due)) == (3, 18) and {row.number for row in found.missed} == {"4", "9", "14"}
        assert sorted(row.minutes for row in found.late) == [3, 6, 12]


def test_replay_the_registry_at_eight_offers_9_40_today_and_the_web_nothing():
    therapist = make_specialty("therapist")
    found = Office(minutes=20, coupons=8, specialty=therapist)
    found.book(1, 2, 3, 4, 5)
    patient = make_attached()
    with at("8:00"):
        [nearest] = nearest_today()
        assert nearest.starts_at == moment("9:40")
        with pytest.raises(SameDay):
            book_coupon(nearest, patient, by=patient)
        assert book_coupon(nearest, patient, by=found.registrar).coupon == nearest
