"""What a search text asks for: dates, numbers and words, each with the spellings under which it may be found."""
import datetime as dt
import re
from dataclasses import dataclass, field

from emr.people import names

DATES = [(re.compile(r"^(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})$"), "dmy"), (re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$"), "ymd"),
         (re.compile(r"^(\d{2})(\d{2})(\d{4})$"), "dmy")]
PHONE = re.compile(r"^[+(\d][\d\s()-]*$")
MOST_WORDS = 6


@dataclass
class Asked:
    """Every part must be found; of a part's spellings any one."""

    prefixes: list = field(default_factory=list)  # how the whole name may begin, folded
    words: list = field(default_factory=list)  # for each word, its spellings
    numbers: list = field(default_factory=list)  # for each run of digits, its spellings
    dates: list = field(default_factory=list)


def understand(text: str, today: dt.date) -> Asked:
    """Read a search text such as "bdfyjd 17.05.1970", "Petrov I", "29 123-45" or "S2026-000042"."""
    asked, rest = Asked(), []
    for word in _joined_phone((text or "")[:200]).split()[:MOST_WORDS]:
        if day := date_of(word, today):
            asked.dates.append(day)
            if word.isdigit():  # eight digits may also be a record number
                asked.numbers.append([word])
        elif re.search(r"\d", word):
            asked.numbers.append(_number_spellings(word))
        elif spellings := names.word_variants(word):
            asked.words.append(spellings)
            rest.append(word)
    if rest:
        asked.prefixes = _whole_name(rest)
    return asked


def date_of(word: str, today: dt.date) -> dt.date | None:
    """The day a word names: 17.05.1970, 17/5/70, 1970-05-17, 17051970; None when it names none."""
    for pattern, order in DATES:
        if not (match := pattern.match(word)):
            continue
        parts = [int(part) for part in match.groups()]
        day, month, year = parts if order == "dmy" else reversed(parts)
        if year < 100:
            year += 2000 if year <= today.year % 100 else 1900
        try:
            found = dt.date(year, month, day)
        except ValueError:
            continue
        if found.year >= 1890 and found <= today:
            return found
    return None


def _joined_phone(text: str) -> str:
    """A phone typed with spaces, brackets and hyphens becomes one word; a date or other words stay as they are."""
    stripped = text.strip()
    if PHONE.match(stripped) and len(names.digits(stripped)) >= 3 and not re.match(r"^\d{4}-\d{1,2}-\d{1,2}$", stripped):
        return names.digits(stripped)
    return text


def _number_spellings(word: str) -> list[str]:
    """A phone fragment with or without its trunk prefix (80…, 8…), an identifier, a record number in either layout."""
    plain = names.plain_identifier(word)
    if PHONE.match(word):
        only = names.digits(word)
        spellings = [only, plain]
        if only.startswith("80") and len(only) > 5:
            spellings.append(only[2:])
        elif only.startswith("8") and len(only) > 5:
            spellings.append(only[1:])
        return list(dict.fromkeys(spellings))
    return list(dict.fromkeys([plain, plain.translate(names.TO_LATIN_KEYS)]))


def _whole_name(words: list[str]) -> list[str]:
    """How the sort key or the romanised name may begin if the words came in the order of the card."""
    spellings = [names.word_variants(word) for word in words]
    depth = max(len(row) for row in spellings)
    whole = [" ".join(row[min(i, len(row) - 1)] for row in spellings) for i in range(depth)]
    return list(dict.fromkeys(whole))[:8]
