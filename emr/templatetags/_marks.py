"""Which sign and which tone a state has. Never colour alone: every state has an icon and a word.

Tones: bad (act now), warn (look), good (done, safe), info (next in turn), accent (chosen), quiet (at rest),
planned (dashed), void (struck).
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TONE_ICONS = {
    "bad": "alert-circle",
    "warn": "alert-triangle",
    "good": "circle-check",
    "info": "info-circle",
    "accent": "point",
    "quiet": "point",
    "planned": "circle-dashed",
    "void": "ban",
}
LEVELS = {"error": "bad", "warning": "warn", "success": "good", "info": "info", "debug": "quiet"}

# value -> icon, tone, word. The word of a TextChoices member goes before the word here.
MARKS = {
    # plans, orders, documents (FHIR request and event states)
    "draft": ("pencil", "planned", _("draft")),
    "proposed": ("pencil", "planned", _("proposed")),
    "active": ("player-play", "info", _("active")),
    "on-hold": ("player-pause", "warn", _("on hold")),
    "completed": ("circle-check", "good", _("completed")),
    "stopped": ("player-stop", "quiet", _("stopped")),
    "ended": ("player-stop", "quiet", _("ended")),
    "revoked": ("circle-x", "void", _("revoked")),
    "cancelled": ("circle-x", "void", _("cancelled")),
    "entered-in-error": ("ban", "void", _("entered in error")),
    "rejected": ("hand-stop", "bad", _("rejected")),
    "accepted": ("check", "good", _("accepted")),
    "requested": ("send", "info", _("requested")),
    "received": ("download", "info", _("received")),
    "unknown": ("help-circle", "warn", _("unknown")),
    "preliminary": ("hourglass", "warn", _("preliminary")),
    "final": ("circle-check", "good", _("final")),
    "signed": ("signature", "good", _("signed")),
    "amended": ("edit", "info", _("amended")),
    "corrected": ("edit", "info", _("corrected")),
    "superseded": ("history", "void", _("replaced")),
    # encounters and bookings
    "planned": ("calendar-event", "planned", _("planned")),
    "arrived": ("door-enter", "info", _("arrived")),
    "triaged": ("checkup-list", "info", _("triaged")),
    "in-progress": ("player-play", "info", _("in progress")),
    "onleave": ("door-exit", "warn", _("on leave")),
    "finished": ("circle-check", "quiet", _("finished")),
    "discharged": ("logout", "quiet", _("discharged")),
    "booked": ("calendar-check", "info", _("booked")),
    "checked-in": ("door-enter", "good", _("checked in")),
    "fulfilled": ("circle-check", "good", _("received by the doctor")),
    "noshow": ("calendar-x", "bad", _("did not come")),
    "waitlist": ("hourglass", "warn", _("waiting list")),
    "waiting": ("hourglass", "info", _("waiting")),
    "called": ("bell", "warn", _("called")),
    "expired": ("clock-exclamation", "quiet", _("expired")),
    # doses and tasks
    "due": ("alarm", "info", _("due")),
    "overdue": ("clock-exclamation", "bad", _("overdue")),
    "missed": ("circle-x", "bad", _("missed")),
    "given": ("check", "good", _("given")),
    "not-done": ("ban", "warn", _("not given")),
    "refused": ("hand-stop", "warn", _("refused")),
    "held": ("player-pause", "warn", _("held")),
    "done": ("check", "good", _("done")),
    "open": ("circle", "info", _("open")),
    # beds and rooms
    "free": ("circle-check", "good", _("free")),
    "occupied": ("bed", "info", _("occupied")),
    "to-be-freed": ("door-exit", "info", _("to be freed")),
    "reserved": ("lock", "warn", _("reserved")),
    "cleaning": ("spray", "warn", _("cleaning")),
    "repair": ("tool", "quiet", _("repair")),
    "closed": ("lock", "quiet", _("closed")),
    # laboratory
    "collected": ("test-pipe", "info", _("collected")),
    "available": ("test-pipe", "good", _("in the laboratory")),
    "unsatisfactory": ("alert-triangle", "bad", _("unfit")),
    "registered": ("clipboard-list", "planned", _("registered")),
    "critical": ("urgent", "bad", _("critical")),
    "HH": ("arrow-up", "bad", _("critically high")),
    "LL": ("arrow-down", "bad", _("critically low")),
    "H": ("trending-up", "warn", pgettext_lazy("result", "high")),
    "L": ("trending-down", "warn", pgettext_lazy("result", "low")),
    "N": ("check", "quiet", pgettext_lazy("result", "normal")),
    # priority
    "stat": ("urgent", "bad", _("at once")),
    "asap": ("flame", "warn", _("as soon as possible")),
    "urgent": ("urgent", "bad", _("urgent")),
    "routine": ("point", "quiet", _("routine")),
    # triage categories (the words come from the scale; here only sign and tone)
    "red": ("urgent", "bad", _("red")),
    "orange": ("flame", "bad", _("orange")),
    "yellow": ("alert-triangle", "warn", _("yellow")),
    "green": ("circle-check", "good", _("green")),
    "blue": ("info-circle", "info", _("blue")),
    "black": ("circle-x", "quiet", _("black")),
    # money
    "billable": ("coin", "info", _("to be billed")),
    "billed": ("receipt", "good", _("billed")),
    "issued": ("file-invoice", "info", _("issued")),
    "paid": ("cash", "good", _("paid")),
    "balanced": ("cash", "good", _("paid")),
    "unpaid": ("cash", "warn", _("not paid")),
    # exchange
    "queued": ("hourglass", "info", _("in the queue")),
    "sent": ("send", "good", _("sent")),
    "failed": ("alert-circle", "bad", _("failed")),
}


def mark(value):
    """Icon, tone and word of a state; an unknown state is shown quietly, with its own value as the word."""
    key = str(getattr(value, "value", value) or "")
    found = MARKS.get(key) or MARKS.get(key.replace("_", "-")) or MARKS.get(key.lower())
    icon, tone, word = found or ("point", "quiet", key)
    return icon, tone, getattr(value, "label", word)
