"""Which product of the formulary a line of an order sheet means. Nothing is guessed: of several the writer chooses."""

from orders.errors import DoseUnitMissing, DrugNotChosen, NoSuchDrug
from orders.queries import medication as medications
from orders.queries.medication import plain
from orders.rules.line_infusion import STRENGTH
from orders.rules.safety import GRAMS

INTO_THE_BODY = {"IV", "IM", "SC"}  # one ampoule often serves several of these


def candidates(line) -> list:
    """The products the line may mean: called so, and for its route and unit where some are. Raises NoSuchDrug."""
    names = _names(line.drug)
    found = list(medications.called(names))
    if not found:
        raise NoSuchDrug(name=line.drug)
    for fits in (
        lambda row: {plain(row.name), plain(row.name_ru), plain(row.trade_name), plain(row.code)} & names,
        lambda row: line.route and row.route == line.route,
        lambda row: line.route in INTO_THE_BODY and row.route in INTO_THE_BODY,
        lambda row: _measures(row, line),
    ):
        found = [row for row in found if fits(row)] or found
    return found


def _names(drug):
    """What the drug may be called; of "nacl 0,9 %" also the strength behind the main name: "sodium chloride 0.9%"."""
    names = medications.main_names(drug)
    if match := STRENGTH.search(drug):
        strength = f"{match[1]}{'.' + match[2] if match[2] else ''}%"
        names |= {f"{name} {strength}" for name in medications.main_names(STRENGTH.sub("", drug).strip())}
    return names


def _measures(row, line):
    """Is the product's dose measured as the line's: by mass, or in the same unit?"""
    unit, own = plain(line.unit), plain(row.dose_unit)
    return unit and (unit == own or (unit in GRAMS and own in GRAMS) or unit == plain(row.stock_unit))


def product(line, chosen=None):
    """The product of the line: the only one, or the one chosen (an id as text) among those it may mean.

    Raises NoSuchDrug, DrugNotChosen, and DoseUnitMissing for a bare "1,0" of a product that is not measured by mass.
    """
    found = candidates(line)
    if chosen:
        found = [row for row in found if str(row.pk) == str(chosen)] or found
    if len(found) > 1:
        raise DrugNotChosen(name=line.drug, count=len(found))
    if line.unit_assumed and plain(found[0].dose_unit) not in {*GRAMS, ""}:
        raise DoseUnitMissing(dose=str(line.dose))
    return found[0]
