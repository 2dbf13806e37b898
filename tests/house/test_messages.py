"""Every sentence of every app has a Russian and a Belarusian translation, and the compiled files say the same."""
import ast
import gettext
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("ru", "be")
FORMS = 3  # one, few, many
APPS = sorted(path.parent.relative_to(ROOT).as_posix() for pattern in ("*/apps.py", "*/*/apps.py")
              for path in ROOT.glob(pattern) if ".venv" not in path.parts)
# Which argument is the text: gettext("text"), ngettext("one", "many", n), pgettext("context", "text").
TEXTS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 1, "ngettext_lazy": 1,
         "pgettext": 2, "pgettext_lazy": 2}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{\w*\}")

both = pytest.mark.parametrize("language", LANGUAGES)
each = pytest.mark.parametrize("app", APPS)


def folder(app, language):
    return ROOT / app / "locale" / language / "LC_MESSAGES"


@cache
def parse_po(text):
    """The entries of a .po file as dicts of flags, msgctxt, msgid, msgid_plural and msgstr (a list of forms)."""
    entries = []
    for block in re.split(r"\n\s*\n", text.strip()):
        entry = {"flags": "", "msgstr": {}}
        for line in block.splitlines():
            if line.startswith("#,"):
                entry["flags"] += line
            elif match := re.match(r"(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d)\])? (\".*\")$", line):
                word, form, quoted = match.groups()
                place, key = (entry["msgstr"], int(form or 0)) if word == "msgstr" else (entry, word)
                place[key] = ast.literal_eval(quoted)
            elif line.startswith('"'):
                place[key] += ast.literal_eval(line)
        if "msgid" in entry:
            entries.append(entry)
    return entries


def entries(app, language):
    path = folder(app, language) / "django.po"
    return [entry for entry in parse_po(path.read_text()) if entry["msgid"]] if path.exists() else []


def texts_of_python(source, name="<template>"):
    for node in ast.walk(ast.parse(source, name)):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", None))
            if called in TEXTS and len(node.args) >= TEXTS[called]:
                text = node.args[TEXTS[called] - 1]
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield text.value


def texts_of_template(source, name):
    # Django turns a template into a page of calls that xgettext can read; the rest of the page is x-ed out.
    quoted = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    calls = rf"\bn?gettext\(({quoted})|\bn?pgettext\({quoted}, *({quoted})|\b_\(({quoted})\)"
    for groups in re.findall(calls, templatize(source, name)):
        yield ast.literal_eval("".join(groups))


@cache
def said_by(app):
    """Every text the sources and templates of one app mark for translation, with the file that says it."""
    said, nested = [], [other for other in APPS if other.startswith(f"{app}/")]
    for path in sorted((ROOT / app).rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        if any(name.startswith(f"{other}/") for other in nested) or "/migrations/" in name:
            continue
        if path.suffix == ".py":
            said += [(text, name) for text in texts_of_python(path.read_text(), name)]
        elif path.suffix in (".html", ".txt") and "/templates/" in name:
            said += [(text, name) for text in texts_of_template(path.read_text(), name)]
    return said


def same(text):
    """A text without what the collecting tool may change: the percent signs of templates and blank ends."""
    return text.replace("%%", "%").strip()


@each
@both
def test_every_text_of_the_sources_is_in_the_catalogue(app, language):
    known = {same(entry["msgid"]) for entry in entries(app, language)}
    missing = sorted({f"{name}: {text!r}" for text, name in said_by(app) if text and same(text) not in known})
    assert not missing, f"run `python scripts/messages.py {app}`, then translate:\n" + "\n".join(missing)


@each
@both
def test_every_text_is_translated(app, language):
    for entry in entries(app, language):
        assert "fuzzy" not in entry["flags"], f"guessed translation: {entry['msgid']!r}"
        forms = FORMS if "msgid_plural" in entry else 1
        assert sorted(entry["msgstr"]) == list(range(forms)), f"{forms} forms are needed: {entry['msgid']!r}"
        assert all(text.strip() for text in entry["msgstr"].values()), f"not translated: {entry['msgid']!r}"


@each
@both
def test_a_translation_keeps_the_placeholders(app, language):
    for entry in entries(app, language):
        wanted = set(PLACEHOLDER.findall(entry.get("msgid_plural", entry["msgid"])))
        for form, text in entry["msgstr"].items():
            found = set(PLACEHOLDER.findall(text))
            # "One dose" need not say the number; nothing may be invented.
            assert found == wanted or ("msgid_plural" in entry and form == 0 and found <= wanted), (
                f"placeholders {sorted(found)} instead of {sorted(wanted)}: {text!r}")


@each
@both
def test_the_compiled_file_says_what_the_text_file_says(app, language):
    po, mo = folder(app, language) / "django.po", folder(app, language) / "django.mo"
    if not po.exists() and not mo.exists():
        return
    with open(mo, "rb") as file:
        compiled = {key: text for key, text in gettext.GNUTranslations(file)._catalog.items() if key}
    written = {}
    for entry in entries(app, language):
        name = (f"{entry['msgctxt']}\x04" if "msgctxt" in entry else "") + entry["msgid"]
        if "msgid_plural" in entry:
            written |= {(name, form): text for form, text in entry["msgstr"].items()}
        else:
            written[name] = entry["msgstr"][0]
    assert compiled == {name: text for name, text in written.items() if text}


@both
def test_the_same_english_text_has_one_translation_in_all_apps(language):
    """Django merges the catalogues of all apps into one: of two translations one would never be seen."""
    first = {}
    for app in APPS:
        for entry in entries(app, language):
            name = (entry.get("msgctxt"), entry["msgid"])
            place = first.setdefault(name, (app, entry["msgstr"]))
            assert place[1] == entry["msgstr"], f"{entry['msgid']!r} differs between {place[0]} and {app}"


@pytest.mark.skipif(not shutil.which("msgfmt"), reason="no gettext here: apt-get install gettext")
@each
@both
def test_gettext_itself_finds_no_mistake(app, language):
    po = folder(app, language) / "django.po"
    if po.exists():
        command = ["msgfmt", "--check-format", "--check-domain", "-o", "/dev/null", str(po)]
        answer = subprocess.run(command, capture_output=True, text=True)
        assert answer.returncode == 0, answer.stderr
