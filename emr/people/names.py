"""How names are ordered, romanised and found again, whatever alphabet or keyboard layout they were typed in.

Everything here is in capitals. The database never orders people by a collation: it compares `sort_key`, whose letters
lie in alphabetical order in Unicode once Ё, Ў and І are folded. Romanisation follows ICAO Doc 9303 (the passport's).
"""
import itertools
import re

import iuliia

QWERTY = "QWERTYUIOP[]ASDFGHJKL;'ZXCVBNM,.`"
CYRILLIC = "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ"
TO_CYRILLIC_KEYS = str.maketrans(QWERTY + "{}:\"<>~", CYRILLIC + "ХЪЖЭБЮЁ")
TO_LATIN_KEYS = str.maketrans(CYRILLIC + "ЎІ", QWERTY + "OB")

FOLDED = str.maketrans({"Ё": "Е", "Ў": "У", "І": "И", "Ї": "И", "Є": "Е", "Ґ": "Г", "'": None, "’": None, "ʼ": None, "`": None})
LOOKALIKES = str.maketrans("ABCEHIKMOPTXY", "АВСЕНИКМОРТХУ")
HAS_CYRILLIC, HAS_LATIN = re.compile("[А-ЯЁЎІ]"), re.compile("[A-Z]")
CYRILLIC_VOWEL = re.compile("[АЕИОУЫЭЮЯ]")
LATIN_VOWEL = re.compile("[AEIOU]")
NOT_A_WORD = re.compile(r"[\W_]+")

# Latin spellings, longest first, and what they may stand for (ICAO 9303, and the older habits of passports and cards).
SOUNDS = [
    ("SHCH", ["Щ"]), ("SCH", ["Щ", "Ш"]), ("ZH", ["Ж"]), ("KH", ["Х"]), ("TS", ["Ц", "ТС"]), ("CH", ["Ч"]), ("SH", ["Ш"]),
    ("IU", ["Ю", "ИУ"]), ("YU", ["Ю"]), ("JU", ["Ю"]), ("IA", ["Я", "ИА"]), ("YA", ["Я"]), ("JA", ["Я"]), ("IE", ["ИЕ", "Ъ"]),
    ("YE", ["Е", "ЬЕ"]), ("YO", ["Е"]), ("A", ["А"]), ("B", ["Б"]), ("C", ["К", "Ц"]), ("D", ["Д"]), ("E", ["Е", "Э"]),
    ("F", ["Ф"]), ("G", ["Г"]), ("H", ["Г", "Х"]), ("I", ["И", "Й"]), ("J", ["Й", "Ж"]), ("K", ["К"]), ("L", ["Л"]), ("M", ["М"]),
    ("N", ["Н"]), ("O", ["О"]), ("P", ["П"]), ("Q", ["К"]), ("R", ["Р"]), ("S", ["С"]), ("T", ["Т"]), ("U", ["У"]),
    ("V", ["В"]), ("W", ["В"]), ("X", ["КС"]), ("Y", ["Й", "Ы"]), ("Z", ["З"]),
]
MOST_GUESSES = 12


def fold(text: str) -> str:
    """Capitals, Ё as Е, Ў as У, І as И, no apostrophes, everything else that is no letter or digit as one space.

    Latin letters that slipped into a Cyrillic word ("Иванoв" with a Latin o) become the Cyrillic ones they look like.
    """
    words = NOT_A_WORD.sub(" ", (text or "").upper().translate(FOLDED)).split()
    return " ".join(word.translate(LOOKALIKES) if HAS_CYRILLIC.search(word) else word for word in words)


def sort_key(family: str, given: str = "", patronymic: str = "") -> str:
    """What people are ordered by: family name, given name, patronymic, folded."""
    return fold(f"{family} {given} {patronymic}")[:400]


def romanise(*names: str) -> str:
    """The names in Latin capitals after ICAO Doc 9303: Щербаков -> SHCHERBAKOV."""
    return iuliia.ICAO_DOC_9303.translate(fold(" ".join(name for name in names if name)).lower()).upper()[:400]


def layout_variants(text: str) -> list[str]:
    """What was meant if the keyboard stood in the other alphabet: bdfyjd -> ИВАНОВ, ШМФТЩМ -> IVANOV. Folded, maybe none."""
    capitals = (text or "").upper()
    if HAS_CYRILLIC.search(capitals):
        meant = capitals.translate(TO_LATIN_KEYS)
        return [folded] if (folded := fold(meant)) and HAS_LATIN.search(folded) else []
    if HAS_LATIN.search(capitals) or re.search(r"[\[;,.`{:<>~]", capitals):
        return [folded] if (folded := fold(capitals.translate(TO_CYRILLIC_KEYS))) else []
    return []


def cyrillic_guesses(text: str) -> list[str]:
    """How a name written in Latin letters may be written in Cyrillic, the likeliest first, at most twelve: IVANOV -> ИВАНОВ."""
    word, choices, place = fold(text), [], 0
    while place < len(word):
        for latin, letters in SOUNDS:
            if word.startswith(latin, place):
                choices.append(letters)
                place += len(latin)
                break
        else:
            choices.append([word[place]])
            place += 1
    guesses = (fold("".join(letters)) for letters in itertools.product(*choices))
    return list(dict.fromkeys(itertools.islice(guesses, MOST_GUESSES)))


def word_variants(word: str) -> list[str]:
    """All folded spellings under which a typed word may stand in `search_text`, the word itself first."""
    folded = fold(word)
    variants = [folded, *layout_variants(word)]
    variants += [romanise(variant) for variant in variants if HAS_CYRILLIC.search(variant) and CYRILLIC_VOWEL.search(variant)]
    for variant in list(variants):
        if LATIN_VOWEL.search(variant) and not HAS_CYRILLIC.search(variant):
            variants += cyrillic_guesses(variant)[:4]
    return [variant for variant in dict.fromkeys(variants) if variant]


def digits(text: str) -> str:
    """Only the digits."""
    return re.sub(r"\D", "", text or "")


def search_text(*, number, names=(), birth_date=None, phones=(), identifiers=()) -> str:
    """One text that holds all a patient may be searched by, each word with a space before it.

    `names` are whole names; each stands there as written (folded) and romanised. A birth date stands as 17.05.1970 and
    1970-05-17, a phone as its digits, an identifier as its letters and digits.
    """
    parts = [fold(name) for name in names] + [romanise(name) for name in names]
    if birth_date:
        parts += [birth_date.strftime("%d.%m.%Y"), birth_date.isoformat()]
    parts += [digits(phone) for phone in phones]
    parts += [plain_identifier(value) for value in identifiers]
    parts.append(plain_identifier(number))
    return " " + " ".join(dict.fromkeys(part for part in parts if part))


def plain_identifier(value: str) -> str:
    """A number or code as search knows it: capitals and digits only, so that MP-12 345 and mp12345 are the same."""
    return re.sub(r"[\W_]", "", (value or "").upper())
