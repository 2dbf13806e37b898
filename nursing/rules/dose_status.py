"""What a planned dose is now: it follows from rows and the clock, and is stored nowhere (D7)."""
import datetime as dt

from django.utils.translation import gettext_lazy as _

GRACE, GRACE_TIME_CRITICAL = dt.timedelta(minutes=60), dt.timedelta(minutes=30)  # D7 of the hospital specification
EARLY = dt.timedelta(minutes=30)  # from here on a dose is due "now"
AHEAD = dt.timedelta(hours=2)  # D1: late, now, next 2 h
MISSED_AFTER = dt.timedelta(hours=12)  # ours: one shift later a dose is no more late but missed, also a last or single one

OPEN = ("overdue", "due", "next")  # what a nurse still has to do, the most pressing first
DONE = ("given", "refused", "withheld")
WORDS = {
    "given": _("given"), "refused": _("refused"), "withheld": _("withheld"), "stopped": _("stopped"), "held": _("on hold"),
    "planned": _("planned"), "next": _("next"), "due": _("due"), "overdue": _("overdue"), "missed": _("missed"),
}
ICONS = {"given": "check", "refused": "hand-stop", "withheld": "player-pause", "held": "player-pause",
         "overdue": "clock-exclamation", "due": "alarm", "missed": "circle-x", "stopped": "player-stop"}


def grace(time_critical: bool) -> dt.timedelta:
    """How long after its time a dose is late: 30 minutes for time-critical drugs, 60 for others."""
    return GRACE_TIME_CRITICAL if time_critical else GRACE


def status_of(due_at, *, now, fact="", stopped_at=None, ended_at=None, on_hold=False, time_critical=False, following=None) -> str:
    """given, refused, withheld (the fact) · stopped · held · planned · next · due · overdue · missed.

    `following` is the time of the order's next dose: once that has come, an older one without a fact was missed.
    """
    if fact:
        return fact
    if any(end and end <= due_at for end in (stopped_at, ended_at)):
        return "stopped"
    if now >= due_at + MISSED_AFTER or (following and now >= following and now > due_at + grace(time_critical)):
        return "held" if on_hold else "missed"
    if on_hold:
        return "held"
    if now > due_at + grace(time_critical):
        # Whoever was stopped or left later cannot be given it any more, so nobody is to be hurried.
        return "missed" if any(end and end <= now for end in (stopped_at, ended_at)) else "overdue"
    if any(end and end <= now for end in (stopped_at, ended_at)):
        return "stopped"
    if now >= due_at - EARLY:
        return "due"
    return "next" if now >= due_at - AHEAD else "planned"
