"""What the API says about the doors of offices and the figures of receptions, and what its acts take."""
from django.urls import path
from rest_framework import serializers

from emr.api.acts import act_view, list_view
from outpatient.booking.actions import queue as calls
from outpatient.booking.actions import queue_entry as coming
from outpatient.booking.models import QueueEntry
from outpatient.booking.queries import queue as queries
from outpatient.booking.rules.figures import figures, rows_of
from outpatient.booking.rules.statistics import LONGEST, statistics


class EntryOutput(serializers.Serializer):
    id = serializers.UUIDField()
    reception = serializers.UUIDField(source="reception_id")
    number = serializers.CharField(source="__str__")
    kind = serializers.CharField()
    state = serializers.CharField()
    patient = serializers.UUIDField(source="patient_id", allow_null=True)
    booking = serializers.UUIDField(source="booking_id", allow_null=True)
    purpose = serializers.CharField()
    acute_reason = serializers.CharField()
    came_at = serializers.DateTimeField()
    turn_at = serializers.DateTimeField(allow_null=True)
    called_at = serializers.DateTimeField(allow_null=True)
    entered_at = serializers.DateTimeField(allow_null=True)
    left_at = serializers.DateTimeField(source="out_at", allow_null=True)


class AddInput(serializers.Serializer):
    kind = serializers.ChoiceField(choices=QueueEntry.Kind.choices[1:])
    patient = serializers.UUIDField(required=False)
    purpose = serializers.CharField(max_length=200, required=False, allow_blank=True)
    acute_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class WhyInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class SwapInput(serializers.Serializer):
    other = serializers.UUIDField()


class SendInput(serializers.Serializer):
    reception = serializers.UUIDField()
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class PeriodFilters(serializers.Serializer):
    first = serializers.DateField()
    last = serializers.DateField()
    doctor = serializers.UUIDField(required=False)
    specialty = serializers.UUIDField(required=False)

    def validate(self, values):
        if not 0 <= (values["last"] - values["first"]).days < LONGEST:
            raise serializers.ValidationError(f"up to {LONGEST} days, the first one before the last")
        return values


class RowFilters(PeriodFilters):
    figure = serializers.CharField(max_length=80, help_text="The key of the figure")


class FigureOutput(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    unit = serializers.CharField()
    rows = serializers.IntegerField(source="count")
    note = serializers.CharField()


class RowOutput(serializers.Serializer):
    at = serializers.DateTimeField()
    doctor = serializers.CharField()
    number = serializers.CharField()
    planned = serializers.DateTimeField(allow_null=True)
    came_at = serializers.DateTimeField(allow_null=True)
    entered_at = serializers.DateTimeField(allow_null=True)
    left_at = serializers.DateTimeField(allow_null=True)
    channel = serializers.CharField()
    note = serializers.CharField()
    minutes = serializers.FloatField(allow_null=True)
    booking = serializers.UUIDField(allow_null=True)


def figures_of_receptions(actor, **period):
    """Figures of receptions of some days: received, missed, waited, refused (R100)."""
    return figures(statistics(**period))


def rows_of_a_figure(actor, *, figure, **period):
    """The rows from which a figure was counted; none for a key that there is not."""
    found = rows_of(statistics(**period), figure)
    return found.rows if found else []


def step(name, act, Input=None):
    """One POST about somebody at a door."""
    return path(f"queue/<uuid:row>/{name}", act_view(act, *([Input] if Input else []), Output=EntryOutput))


urlpatterns = [
    path("offices/<uuid:reception>/queue", list_view(queries.queue, EntryOutput, look="booking.see_office")),
    path("offices/<uuid:row>/call-next", act_view(calls.call_next, Output=EntryOutput, key=True)),
    path("offices/<uuid:row>/add", act_view(coming.add_to_queue, AddInput, EntryOutput, key=True)),
    step("call-again", calls.call_again), step("skip", calls.skip_entry), step("let-in", calls.let_in),
    step("left", calls.note_left),
    step("back", coming.return_to_queue), step("acute", coming.mark_acute, WhyInput), step("gone", coming.leave_queue, WhyInput),
    step("swap", coming.swap_places, SwapInput), step("send", coming.send_to_office, SendInput),
    step("begin-visit", calls.begin_walk_in_visit),
    path("statistics", list_view(figures_of_receptions, FigureOutput, look="booking.see_statistics", filters=PeriodFilters)),
    path("statistics/rows", list_view(rows_of_a_figure, RowOutput, look="booking.see_statistics", filters=RowFilters)),
]
