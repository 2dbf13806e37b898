"""Care and observations as work: which time of a plan is open now, and when a patient is to be measured again."""
import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from emr import clock
from nursing.models import CarePlan
from nursing.rules import news2
from nursing.rules.dose_status import AHEAD, EARLY, GRACE, MISSED_AFTER, status_of
from orders.rules.timing import dose_times, words

TOLERANCE = dt.timedelta(minutes=15)  # ours: so late may the next round be before it counts as late
RECENT, MOMENT = dt.timedelta(hours=48), dt.timedelta(microseconds=1)
SAMPLE_GRACE = {"stat": dt.timedelta(minutes=15), "asap": dt.timedelta(minutes=30), "urgent": dt.timedelta(minutes=30)}  # ours


@dataclass
class Task:
    """Something to do for a patient that is no dose: observations, a sample, a piece of care."""

    kind: str  # vitals, sample, care
    encounter_id: object
    due_at: dt.datetime
    status: str  # overdue, due, next
    text: str
    more: str = ""
    plan: CarePlan | None = None
    tube: object = None
    loud: bool = False

    @property
    def at(self):
        return self.due_at

    @property
    def key(self):
        """The same for the same piece of work, from one reading of the list to the next."""
        return f"{self.kind}-{self.tube or (self.plan.pk if self.plan else self.encounter_id)}"


def status(due_at, now, grace=GRACE) -> str:
    """overdue, due (from half an hour before), next (within two hours) or planned."""
    if now > due_at + grace:
        return "overdue"
    return "due" if now >= due_at - EARLY else "next" if now >= due_at - AHEAD else "planned"


def times(plan, since, until) -> list[dt.datetime]:
    """The times of the plan from `since` up to but not at `until`, as long as it holds. Aware, ascending."""
    ends = [end for end in (plan.stopped_at, plan.ends_at) if end]
    until = min([until, *ends])
    return dose_times(plan.timing, starts_at=plan.starts_at, since=since, until=until, zone=timezone.get_default_timezone())


def open_time(plan, now) -> tuple[dt.datetime, str] | None:
    """The one time of the plan to do something about now, with its status; older open ones are missed (see `missed`)."""
    done = {fact["due_at"] for fact in plan.facts}
    moments = [moment for moment in times(plan, now - MISSED_AFTER, now + AHEAD + MOMENT) if moment not in done]
    if plan.facts:
        moments = [moment for moment in moments if moment > plan.facts[-1]["due_at"]]
    past = [moment for moment in moments if moment <= now + EARLY]
    if past and not (plan.stopped_at and plan.stopped_at <= now):
        return past[-1], status(past[-1], now, _grace(plan))
    return (moments[0], "next") if moments and not past else None


def missed(plan, since, now) -> list[dt.datetime]:
    """Times of the plan after `since` about which nothing was recorded although the next has come, or 12 hours are over."""
    done = {fact["due_at"] for fact in plan.facts}
    moments = times(plan, since, now)
    return [moment for moment, following in zip(moments, [*moments[1:], None][:len(moments)], strict=True) if moment not in done
            and status_of(moment, now=now, following=following) == "missed"]


def _grace(plan):
    hours = plan.timing.get("every_hours")
    return max(TOLERANCE, min(GRACE, dt.timedelta(hours=hours) / 4)) if hours else GRACE


def of_plan(plan, now) -> Task | None:
    """The open piece of work of a plan that is no observation."""
    found = open_time(plan, now)
    return found and Task("care", plan.encounter_id, *found, text=str(plan), more=words(plan.timing), plan=plan)


def of_observations(encounter, place, plans, last, now) -> Task | None:
    """When the patient is to be measured next: by the doctor's plan, by his score, whichever comes first.

    A plan that holds instead of the score stands alone. Whoever is 16 and has no score yet is measured on arrival.
    """
    found = [task for plan in plans if (task := _by_plan(plan, last, now))]
    if not any(plan.instead_of_score for plan in plans) and (task := _by_score(encounter, place, last, now)):
        found.append(task)
    return min(found, key=lambda task: task.due_at, default=None)


def _by_plan(plan, last, now):
    if last and last["at"]:
        early = min(EARLY, dt.timedelta(hours=plan.timing.get("every_hours", 24)) / 2)
        for moment in times(plan, now - MISSED_AFTER, now + AHEAD + MOMENT):
            if moment <= last["at"] + early:
                plan.facts = [*plan.facts, {"due_at": moment}]  # this round answers that time
        plan.facts.sort(key=lambda fact: fact["due_at"])
    found = open_time(plan, now)
    return found and Task("vitals", plan.encounter_id, *found, text=_("Observations"), plan=plan,
                          more=_("ordered: {how}").format(how=words(plan.timing)))


def _by_score(encounter, place, last, now):
    age = encounter.patient.age_on(clock.day_of(now))
    if age is not None and age < news2.FROM_AGE:
        return None
    score = last and last["score"]
    if not score:
        due = max(place.during.lower, now - RECENT)
        return Task("vitals", encounter.pk, due, status(due, now), _("Observations"), more=_("no NEWS2 yet"))
    pace = news2.pace(score["total"], score["risk"])
    due = score["at"] + pace.first
    judged = status(due, now, pace.latest - pace.first + TOLERANCE)
    if judged == "planned":
        return None
    hours = int(pace.first / news2.HOUR)
    how = _("continuous monitoring") if pace.continuous else words({"every_hours": hours})
    return Task("vitals", encounter.pk, due, judged, _("Observations"), more=f"NEWS2 {score['total']} · {how}",
                loud=score["total"] >= 5)


def of_sample(row, now) -> Task | None:
    """A sample to draw, from what the laboratory told."""
    judged = status(row["due_at"], now, SAMPLE_GRACE.get(row["priority"], GRACE))
    if judged == "planned":
        return None
    more = _("draw again: {why}").format(why=row["redraw"]) if row["redraw"] else ""
    texts, most = list(dict.fromkeys(row["texts"])), 5
    text = ", ".join(texts[:most]) + (f" +{len(texts) - most}" if len(texts) > most else "")
    return Task("sample", row["encounter"], row["due_at"], judged, text, more=more, tube=row["tube"],
                loud=row["priority"] != "routine" or bool(row["redraw"]))
