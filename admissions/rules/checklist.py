"""What is to be done before a discharge: each line says what, whether it blocks, and about which row (B14)."""
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from admissions.queries import checklist as queries
from admissions.queries.stay import needs_review
from emr import clock
from emr.models import Condition

UNPRICED = "unpriced"


@dataclass
class Item:
    """One line of the checklist. `row` is what the line is about; pages turn it into a link that mends it, or open `parts`.

    `page`, `look`: the url name of another app that mends the line, and who may open it.
    """

    key: str
    text: str
    blocks: bool
    row: object = None
    parts: list = field(default_factory=list)
    page: str = ""
    look: str = ""


def blocking(stay) -> list[Item]:
    """Lines that forbid the discharge: critical results nobody saw, unsigned notes, learners' notes and verbal orders,
    open requests, orders nobody looked through after a transfer, acts without a price."""
    found = [Item("critical", _("critical result not seen: {result}").format(result=result), True, result)
             for result in queries.unseen_critical(stay)]
    found += [Item("unsigned", _("not signed: {title} of {author}").format(title=note.title, author=note.author.short_name),
                   True, note) for note in queries.unsigned(stay)]
    found += [Item("co-sign", _("not co-signed: {title} of {author}").format(title=note.title, author=note.author.short_name),
                   True, note) for note in queries.to_co_sign(stay)]
    found += [Item("verbal", _("verbal order not signed: {order} ({doctor})").format(
        order=row.request.medication, doctor=row.request.prescriber.short_name), True, row) for row in queries.verbal(stay)]
    found += _without_result(queries.open_requests(stay))
    if needs_review(stay):
        found.append(Item("review", _("the orders were not looked through after the transfer"), True, stay))
    return found + _without_price(stay)


def _without_result(requests):
    """One line, however many there are."""
    if len(requests) < 2:
        return [Item("request", _("no result and not cancelled: {request}").format(request=row.text), True, row)
                for row in requests]
    words = ngettext("%(count)d order has no result and is not cancelled",
                     "%(count)d orders have no result and are not cancelled", len(requests))
    return [Item("request", words % {"count": len(requests)}, True, None, [row.text for row in requests])]


def _without_price(stay):
    """Acts that were done and that nobody has priced, in one line."""
    lines = []
    for words_of, page, look in queries.unpriced_sources:
        if words := words_of(stay):
            text = ngettext("%(count)d act has no price", "%(count)d acts have no price", len(words)) % {"count": len(words)}
            lines.append(Item(UNPRICED, text, True, None, words, page, look))
    return lines


def diagnosis_changed(stay) -> dict | None:
    """The admitting and the final diagnosis in words when they differ (by category of the code, else by words);

    None otherwise (B9).
    """
    said = {stage: list(queries.diagnoses(stay, stage)) for stage in (Condition.Stage.ADMITTING, Condition.Stage.FINAL)}
    keys = {stage: {(row.code or row.text)[:3].upper() if row.code else row.text.strip().casefold() for row in rows}
            for stage, rows in said.items()}
    if not all(keys.values()) or keys[Condition.Stage.ADMITTING] & keys[Condition.Stage.FINAL]:
        return None
    return {"admitting": said[Condition.Stage.ADMITTING][0].text, "final": said[Condition.Stage.FINAL][0].text}


def items(stay) -> list[Item]:
    """All lines: what blocks, then what the doctor should know before he discharges."""
    found, running = blocking(stay), [row for row in queries.running_orders(stay) if not row.ends_at or row.ends_at > clock.now()]
    if not queries.final_diagnoses(stay).exists():
        found.append(Item("diagnosis", _("there is no final diagnosis yet"), False, stay))
    if changed := diagnosis_changed(stay):
        found.append(Item("changed", _("the final diagnosis differs from the admitting one: {admitting} → {final}")
                          .format(**changed), False, stay))
    if running:
        found.append(Item("orders", ngettext("%(count)d drug order is still running and will be stopped",
                                             "%(count)d drug orders are still running and will be stopped",
                                             len(running)) % {"count": len(running)}, False, stay))
    if undecided := queries.undecided_drugs(stay):
        found.append(Item("drugs", ngettext("%(count)d drug is not reconciled: go on with it at home, or not?",
                                            "%(count)d drugs are not reconciled: which go on at home?",
                                            undecided) % {"count": undecided}, False, stay))
    return found
