"""Is this the person in our file? Names, birth date and address compared as a clerk would compare them (R41-R51).

Pure functions. Every requisite is compared even after one has failed, so that the work tells nothing (R53).
"""
import datetime as dt
import re
from dataclasses import dataclass

from emr.rules.names import HAS_CYRILLIC, LOOKALIKES, fold, romanise

# Words that say what kind of thing is meant, in Russian, Belarusian and Latin letters: never keywords (R43).
TYPES = set("""
УЛ УЛИЦА ВУЛ ВУЛИЦА ПР ПРТ ПРОСП ПРОСПЕКТ ПРАСПЕКТ ПЕР ПЕРЕУЛОК ЗАВ ЗАВУЛАК ПРЗД ПРОЕЗД ПРАЕЗД Б Р БУЛ БУЛЬВ БУЛЬВАР
ПЛ ПЛОЩАДЬ ПЛОШЧА НАБ НАБЕРЕЖНАЯ ШОССЕ Ш ШАША ТРАКТ ТУП ТУПИК АЛЛЕЯ МКР МИКРОРАЙОН КВАРТАЛ ИМ ИМЕНИ ИМЯ ЛЕТ ГОД ГОДА
UL ULICA STREET ST AVE AVENUE PR LANE PROSPEKT PER PEREULOK VUL VULICA BULVAR ROAD RD
""".split())
SETTLEMENTS = set("Г ГОР ГОРОД Д ДЕР ДЕРЕВНЯ ВЕСКА АГ АГР АГРОГОРОДОК АГРАГАРАДОК П ПОС ПОСЕЛОК ГП Х ХУТОР С СЕЛО CITY TOWN "
                  "VILLAGE".split())
ORDINAL = re.compile(r"\d+\s*-?\s*(?:ого|его|ому|ая|яя|ое|ее|ый|ий|ой|ые|го|га|шы|гі|ты|й|я|е|ы)?\b", re.IGNORECASE)
SHORTEST, ENDING = 4, 2  # letters that must agree, letters of an ending that may differ (A14)
HOUSE_WORDS = re.compile(r"\b(дом|д|dom|кв|квартира|кватэра|flat|apt)\b\.?", re.IGNORECASE)
BUILDING_WORDS = re.compile(r"\s*(корпус|корп|к|строение|стр)\.?\s*(?=\d)", re.IGNORECASE)

# A whole address in one line, as other systems send it: “завулак Кабушкіна, 107-3”, “ул. Ленина, д. 5А, кв. 12”.
LINE = re.compile(r"(?P<street>.*?[^\W\d_].*?)[,\s]\s*(?:д\.?|дом)?\s*(?P<house>\d+\s?[а-яёa-z]?(?:/\d+)?(?:\s*корп\.?\s*\d+)?)"
                  r"(?:\s*[-,]\s*(?:кв\.?|квартира)?\s*(?P<flat>\d+[а-яёa-z]?))?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Entered:
    """What a visitor wrote into the form; `given` and `patronymic` in full, or only their initials."""

    family: str
    birth_date: dt.date
    initials: str = ""
    given: str = ""
    patronymic: str = ""
    settlement: str = ""
    street: str = ""
    house: str = ""
    flat: str = ""
    factor: str = ""

    @property
    def names_are_full(self):
        return bool(self.given.strip())


@dataclass(frozen=True)
class Person:
    """A record of our file, once for each address that it has."""

    pk: object = None
    family: str = ""
    given: str = ""
    patronymic: str = ""
    settlement: str = ""
    street: str = ""
    house: str = ""
    flat: str = ""
    factors: tuple = ()


@dataclass(frozen=True)
class Named:
    """A street of the directory with all names that it has or had (R50); a village without streets has none (R48)."""

    settlement: str
    names: tuple = ()


NOBODY = Person()  # compared when nobody was found, so that a search without a find does the same work


def found(entered: Entered, people, streets=(), *, short=False, asks_factor=False) -> list:
    """Those of the file whom every requisite fits, each once. `short`: without address, by full names (R51)."""
    fits = [person.pk for person in [*people, NOBODY] if is_it(entered, person, streets, short=short, asks_factor=asks_factor)]
    return list(dict.fromkeys(pk for pk in fits if pk is not None))


def is_it(entered: Entered, person: Person, streets=(), *, short=False, asks_factor=False) -> bool:
    """Does every requisite fit this record? All of them are compared, whatever the first one says."""
    checks = [fold(entered.family) == fold(person.family), names_fit(entered, person)]
    street, house, flat = parts_of(person.street, person.house, person.flat)
    address = [same_settlement(entered.settlement, person.settlement),
               same_street(entered.street, street, person.settlement, streets),
               house_of(entered.house) == house_of(house), house_of(entered.flat) == house_of(flat)]
    factor = bool(entered.factor.strip()) and plain(entered.factor) in {plain(value) for value in person.factors}
    return all(checks) and (short or all(address)) and (factor or not asks_factor)


def names_fit(entered: Entered, person: Person) -> bool:
    """Full names where they were entered, else the initials, all of them: “А.П.” is no “А.”."""
    if entered.names_are_full:
        return (fold(entered.given), fold(entered.patronymic)) == (fold(person.given), fold(person.patronymic))
    letters = re.sub(r"[\W\d_]", "", fold(entered.initials))
    return letters == "".join(fold(name)[:1] for name in (person.given, person.patronymic))


def same_settlement(entered: str, stored: str) -> bool:
    """The same town or village, with or without “г.”, in either alphabet."""
    one, other = ([word for word in fold(name).split() if word not in SETTLEMENTS] or fold(name).split()
                  for name in (entered, stored))
    return _alike(" ".join(one), " ".join(other))


def has_streets(settlement: str, streets) -> bool:
    """False for a village that the directory knows to have none (R48)."""
    return not any(not street.names and same_settlement(settlement, street.settlement) for street in streets)


def same_street(entered: str, stored: str, settlement: str = "", streets=()) -> bool:
    """One keyword of the street is enough (R43), of its present or a former name (R50)."""
    if not has_streets(settlement, streets):
        return True
    if keyword_fits(entered, stored):
        return True
    return any(any(keyword_fits(stored, name) for name in street.names)
               and any(keyword_fits(entered, name) for name in street.names)
               for street in streets if same_settlement(settlement, street.settlement))


def keyword_fits(entered: str, stored: str) -> bool:
    """Any significant word of the one is a word of the other, or differs only in its ending."""
    return any(same_word(one, other) for one in keywords(entered) for other in keywords(stored))


def keywords(street: str) -> list[str]:
    """The significant words: no type of street, no ordinal, no initial."""
    words = fold(ORDINAL.sub(" ", street or "")).split()
    return [word for word in words if len(word) > 1 and word not in TYPES and not word.isdigit()]


def same_word(one: str, other: str) -> bool:
    """Equal, or with the same beginning of at least four letters and endings of at most two."""
    if bool(HAS_CYRILLIC.search(one)) != bool(HAS_CYRILLIC.search(other)):
        one, other = romanise(one), romanise(other)
    if one == other:
        return True
    common = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return common >= SHORTEST and max(len(one), len(other)) - common <= ENDING


def house_of(text: str) -> str:
    """A house or flat number as one writes it on an envelope: “д. 17 а” is 17А, “17 корп. 2” is 17/2."""
    text = HOUSE_WORDS.sub(" ", (text or "").lower()).strip()
    text = BUILDING_WORDS.sub("/", text).upper().translate(LOOKALIKES)
    text = re.sub(r"\s*[-/]\s*(?=\d)", "/", text)
    text = re.sub(r"(?<=\d)\s+(?=\d)", "/", text)
    text = re.sub(r"[^\w/]|_", "", text)
    return re.sub(r"(?<!\d)0+(?=\d)", "", text)


def plain(text: str) -> str:
    """A number as it is compared: letters and digits only."""
    return re.sub(r"[\W_]", "", (text or "").upper())


def parts_of(street: str, house: str, flat: str) -> tuple[str, str, str]:
    """Street, house and flat, taken apart where a sender put all of them into the street."""
    found = None if house else LINE.fullmatch(street or "")
    return (found["street"].rstrip(" ,"), found["house"], flat or found["flat"] or "") if found else (street, house, flat)


def birth_date_of(value) -> dt.date | None:
    """The day that was picked or typed: a date, 2026-11-23, 23.11.2026 (day first in every language), or None (R47)."""
    if isinstance(value, dt.date):
        return value
    text = str(value or "").strip()
    found = re.fullmatch(r"(\d{1,2})[.\-/\s](\d{1,2})[.\-/\s](\d{4})", text)
    try:
        return dt.date(int(found[3]), int(found[2]), int(found[1])) if found else dt.date.fromisoformat(text)
    except ValueError:
        return None


def _alike(one, other):
    return one == other or (bool(HAS_CYRILLIC.search(one)) != bool(HAS_CYRILLIC.search(other)) and romanise(one)
                            == romanise(other))
