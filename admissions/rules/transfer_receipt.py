"""What a receipt says, in the reader's words."""
from nursing.rules.vitals import CONSCIOUSNESS, SIGNS


def told(row):
    """The receipt with its vital signs as (name, value, unit) for a page or a paper."""
    row.told_vitals = [_sign(value) for value in row.vitals]
    return row


def _sign(value):
    sign = SIGNS.get(value["key"])
    words = CONSCIOUSNESS.get(value["value"], value["value"])
    return (sign.label if sign else value["name"], words, value["unit"])
