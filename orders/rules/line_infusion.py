"""The words of an order line that make it an infusion: "nacl 0.9% 1000 ml iv 125 ml/h", "дофамин 200 мг в 50 мл в/в кап 5
мкг/кг/мин".

Part of the grammar of `orders.rules.line`, and as closed: a rate with its unit, the volume that the drug is brought to with what
it is diluted with, or in how many hours the bag is to run in.
"""
import re
from decimal import Decimal

NUMBER = r"(\d+(?:[.,]\d+)?)"
MASSES = {"mcg": ("mcg", "ug", "мкг"), "mg": ("mg", "мг"), "g": ("g", "г"), "IU": ("iu", "units", "ед", "ме"),
          "mmol": ("mmol", "ммоль"), "ml": ("ml", "мл")}
TIMES = {"h": ("h", "hr", "hour", "ч", "час"), "min": ("min", "мин")}
UNITS = ("ml/h", "ml/kg/h", "mg/h", "mg/kg/h", "mcg/h", "mcg/min", "mcg/kg/min", "mcg/kg/h", "mg/min", "IU/h", "IU/kg/h",
         "mmol/h", "g/h")
DROPS = ("gtt/min", "drops/min", "кап/мин", "капель/мин", "капель в минуту", "кап. в мин")
DILUENT = re.compile(r"(?:in|в|на)\s+" + NUMBER + r"\s*(?:ml|мл)(?![\w/])\s*")
OVER = re.compile(r"(?:over|за)\s+" + NUMBER + r"\s*(?:h|hr|hours?|ч|час|часа|часов)(?![\w/])")
PERCENT = re.compile(r"\d+(?:[.,]\d+)?\s*%")
STRENGTH = re.compile(r"(\d+)(?:[.,](\d+))?\s*%")


def _words(unit):
    """The ways to write a unit: mcg/kg/min, мкг/кг/мин, mcg / kg / min."""
    measure, *rest = unit.split("/")
    parts = [MASSES[measure], *([("kg", "кг")] if len(rest) == 2 else []), TIMES[rest[-1]]]
    return r"\s*/\s*".join("(?:" + "|".join(sorted(map(re.escape, part), key=len, reverse=True)) + ")" for part in parts)


RATES = [(re.compile(NUMBER + r"\s*" + _words(unit) + r"(?![\w/])"), unit) for unit in UNITS]
RATES.append((re.compile(NUMBER + r"\s*(?:" + "|".join(re.escape(word) for word in sorted(DROPS, key=len, reverse=True))
                         + r")(?![\w/])"),
              "gtt/min"))


def _number(text):
    return Decimal(text.replace(",", "."))


def rate(reader) -> bool:
    """ "125 ml/h", "5 мкг/кг/мин", "60 кап/мин"."""
    for pattern, unit in RATES:
        if match := pattern.match(reader.rest):
            reader.take("rate", match.end(), rate=_number(match[1]), rate_unit=unit)
            return True
    return False


def over(reader) -> bool:
    """ "over 8 h", "за 8 ч": the bag in so many hours."""
    if match := OVER.match(reader.rest):
        reader.take("rate", match.end(), over_hours=_number(match[1]))
    return bool(match)


def diluted(reader, is_part) -> bool:
    """ "in 50 ml", "в 50 мл nacl 0.9%": the words behind it, up to the next part that can be read, say with what."""
    match = DILUENT.match(reader.rest)
    if not match:
        return False
    words = reader.rest[match.end():].split()
    stop = next((n for n in range(len(words)) if _ends(" ".join(words[n:]), is_part)), len(words))
    said, rest = " ".join(words[:stop]).strip(" ,;"), " ".join(words[stop:])
    reader.take("bag", len(reader.rest), bag_volume=_number(match[1]), diluent=said)
    reader.rest = rest
    return True


def _ends(rest, is_part):
    return (bool(re.match(r"\d", rest)) and not PERCENT.match(rest)) or is_part(rest)


def plan(line) -> dict | None:
    """The line's infusion as prescribe_medication takes it; None when it says no rate."""
    if line.rate is None and line.over_hours is None:
        return None
    found = {"rate": line.rate, "rate_unit": line.rate_unit, "over_hours": line.over_hours, "bag_volume": line.bag_volume,
             "diluent": line.diluent}
    return {name: value for name, value in found.items() if value not in (None, "")}


WRITTEN_IN, WRITTEN_OVER = ("in {volume} ml", "in {volume} ml", "в {volume} мл"), ("over {hours} h", "over {hours} h",
                                                                                   "за {hours} ч")
RUSSIAN = {"ml": "мл", "mg": "мг", "mcg": "мкг", "g": "г", "IU": "ЕД", "mmol": "ммоль", "kg": "кг", "h": "ч",
           "min": "мин", "gtt": "кап"}


def written(line, column) -> list[str]:
    """The infusion's words in a language (0 English, 1 Latin, 2 Russian), as `write` of a line puts them."""
    def figure(value):
        return f"{value:f}".replace(".", ",") if column == 2 else f"{value:f}"

    parts = []
    if line.bag_volume is not None:
        parts.append(WRITTEN_IN[column].format(volume=figure(line.bag_volume)))
        if line.diluent:
            parts.append(line.diluent)
    if line.rate is not None:
        unit = "/".join(RUSSIAN[part] for part in line.rate_unit.split("/")) if column == 2 else line.rate_unit
        parts.append(f"{figure(line.rate)} {unit}")
    if line.over_hours is not None:
        parts.append(WRITTEN_OVER[column].format(hours=figure(line.over_hours)))
    return parts
