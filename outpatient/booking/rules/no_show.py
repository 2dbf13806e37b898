"""The ladder after missed visits (R75): one, a notice; two in 90 days, confirm on the eve; three, no online orders for a month.
"""
import datetime as dt

from outpatient.booking.models import NoShowDecision

Step = NoShowDecision.Step
NEEDED = {Step.NOTICE: 1, Step.CONFIRM: 2, Step.PAUSE: 3}
LASTS = {Step.NOTICE: None, Step.CONFIRM: dt.timedelta(days=90), Step.PAUSE: dt.timedelta(days=30)}
TOLD = dt.timedelta(hours=2)  # the reminder that asks for a confirmation was sent so long before midnight, or nothing is taken


def proposed(missed: int) -> str:
    """The step that so many missed visits propose; a person decides, and may decide less."""
    return Step.PAUSE if missed >= NEEDED[Step.PAUSE] else Step.CONFIRM if missed >= NEEDED[Step.CONFIRM] else Step.NOTICE
