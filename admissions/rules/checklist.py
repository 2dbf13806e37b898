"""What is to be done before a discharge: each line says what, whether it blocks, and about which row (B14)."""
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from admissions.queries import checklist as queries
from admissions.queries.stay import needs_review
from emr import clock
from emr.models import Condition


@dataclass
class Item:
    """One line of the checklist. `row` is what the line is about; pages turn it into a link that mends it."""

    key: str
    text: str
    blocks: bool
    row: object = None


def blocking(stay) -> list[Item]:
    """Lines that forbid the discharge: critical results nobody saw, unsigned notes, learners' notes and verbal orders,
    open requests, orders nobody looked through after a transfer."""
    found = [Item("critical", _("critical result not seen: {result}").format(result=result), True, result)
             for result in queries.unseen_critical(stay)]
    found += [Item("unsigned", _("not signed: {title} of {author}").format(title=note.title, author=note.author.short_name),
                   True, note) for note in queries.unsigned(stay)]
    found += [Item("co-sign", _("not co-signed: {title} of {author}").format(title=note.title, author=note.author.short_name),
                   True, note) for note in queries.to_co_sign(stay)]
    found += [Item("verbal", _("verbal order not signed: {order} ({doctor})").format(
        order=row.request.medication, doctor=row.request.prescriber.short_name), True, row) for row in queries.verbal(stay)]
    found += [Item("request", _("no result and not cancelled: {request}").format(request=request.text), True, request)
              for request in queries.open_requests(stay)]
    if needs_review(stay):
        found.append(Item("review", _("the orders were not looked through after the transfer"), True, stay))
    return found


def diagnosis_changed(stay) -> dict | None:
    """The admitting and the final diagnosis in words when they differ (by category of the code, else by words); None otherwise (B9)."""
    said = {stage: list(queries.diagnoses(stay, stage)) for stage in (Condition.Stage.ADMITTING, Condition.Stage.FINAL)}
    keys = {stage: {(row.code or row.text)[:3].upper() if row.code else row.text.strip().casefold() for row in rows} for stage, rows in said.items()}
    if not all(keys.values()) or keys[Condition.Stage.ADMITTING] & keys[Condition.Stage.FINAL]:
        return None
    return {"admitting": said[Condition.Stage.ADMITTING][0].text, "final": said[Condition.Stage.FINAL][0].text}


def items(stay) -> list[Item]:
    """All lines: what blocks, then what the doctor should know before he discharges."""
    found, running = blocking(stay), [row for row in queries.running_orders(stay) if not row.ends_at or row.ends_at > clock.now()]
    if not queries.final_diagnoses(stay).exists():
        found.append(Item("diagnosis", _("there is no final diagnosis yet"), False, stay))
    if changed := diagnosis_changed(stay):
        found.append(Item("changed", _("the final diagnosis differs from the admitting one: {admitting} → {final}").format(**changed), False, stay))
    if running:
        found.append(Item("orders", ngettext("%(count)d drug order is still running and will be stopped",
                                             "%(count)d drug orders are still running and will be stopped",
                                             len(running)) % {"count": len(running)}, False, stay))
    if undecided := queries.undecided_drugs(stay):
        found.append(Item("drugs", ngettext("%(count)d drug is not reconciled: go on with it at home, or not?",
                                            "%(count)d drugs are not reconciled: which go on at home?", undecided) % {"count": undecided}, False, stay))
    return found
