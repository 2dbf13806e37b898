"""Code systems we know, and the texts under which their entries are found."""
import json
from functools import cache
from pathlib import Path

from emr.rules.names import fold, layout_variants

ICD10 = "http://hl7.org/fhir/sid/icd-10"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
DIAGNOSES = (ICD10CM, ICD10)


def variants(text: str) -> list[str]:
    """The text folded, and what it would be on the other keyboard layout."""
    return list(dict.fromkeys(form for form in (fold(text), *layout_variants(text)) if form))


def code_variants(text: str) -> list[str]:
    """What a code typed on the other keyboard layout was meant to be: О18 or Щ18 -> J18 …; folded words otherwise."""
    compact = text.replace(" ", "")
    keyed = "".join((layout_variants(letter) or [letter])[0] if letter.isalpha() and not letter.isascii() else letter
                    for letter in compact)
    return [form for form in dict.fromkeys((keyed, *variants(text))) if form]


@cache
def _synonyms() -> dict[str, list[str]]:
    """Folded everyday word or abbreviation -> beginnings of codes; a demonstration set that the institution replaces."""
    found = {}
    loaded = json.loads((Path(__file__).parents[1] / "data" / "diagnosis_synonyms.json").read_text(encoding="utf-8"))
    for code, words in loaded["terms"].items():
        for word in words:
            found.setdefault(fold(word), []).append(code)
    return found


def synonym_codes(text: str) -> list[str]:
    """Beginnings of the codes that an everyday word means, on either keyboard layout: "heart attack", "ХОБЛ", "[j,k" -> I21, J44.
    """
    return [code for form in variants(text) for code in _synonyms().get(form.strip(), ())]


def search_text(code: str, *titles: str) -> str:
    """What an entry is searched by."""
    return " ".join([code, *(fold(title) for title in titles if title)])


def title(entry, language: str) -> str:
    """The entry's title in the language, or in one it has."""
    return getattr(entry, f"title_{language}", "") or entry.title_en or entry.title_ru or entry.title_be
