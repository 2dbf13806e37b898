"""Collect and compile the texts of the apps: `python scripts/messages.py [APP…]`, such as `emr` or `orders/laboratory`.

For each app it writes what its sources and templates say into `<app>/locale/{ru,be}/LC_MESSAGES/django.po`, keeps every
translation that is still used, and compiles `django.mo` beside it. An app in a folder of another app has its own texts.
The result depends on the sources only: no places, no dates, no wrapping, no guessed translations. Needs gettext
(apt-get install gettext); running the application does not.
"""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("ru", "be")
PLURALS = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
    "n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
)
HEADER = """msgid ""
msgstr ""
"Project-Id-Version: hospital-emr\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"
"""


def main() -> None:
    if not shutil.which("xgettext"):
        sys.exit("gettext is needed: apt-get install gettext")
    known = apps()
    wanted = [Path(name).as_posix().strip("/").replace(".", "/") for name in sys.argv[1:]] or known
    if unknown := set(wanted) - set(known):
        sys.exit(f"No such app: {', '.join(sorted(unknown))}. The apps are: {', '.join(known)}")
    configure()
    for app in wanted:
        collect(app, nested=[other.removeprefix(f"{app}/") for other in known if other.startswith(f"{app}/")])
        for language in LANGUAGES:
            compile_messages(po_file(app, language))


def apps() -> list[str]:
    """The folders of our apps, relative to the checkout, such as `orders` and `orders/laboratory`."""
    found = [*ROOT.glob("*/apps.py"), *ROOT.glob("*/*/apps.py")]
    return sorted(path.parent.relative_to(ROOT).as_posix() for path in found if ".venv" not in path.parts)


def po_file(app: str, language: str) -> Path:
    return ROOT / app / "locale" / language / "LC_MESSAGES" / "django.po"


def configure() -> None:
    """The least that Django's makemessages needs; the project itself need not start."""
    from django.conf import settings

    settings.configure(USE_I18N=True, LOCALE_PATHS=[], STATIC_ROOT=None, MEDIA_ROOT="")


def collect(app: str, nested: list[str]) -> None:
    """Bring the texts of one app up to date, without those of the apps in its folders."""
    from django.core.management import call_command
    from django.core.management.commands import makemessages

    class Command(makemessages.Command):
        # A guessed translation of a similar sentence ("dose given" / "dose not given") must never reach a ward.
        msgmerge_options = ["-q", "--backup=none", "--no-fuzzy-matching", "--sort-output", "--update"]
        msguniq_options = ["--to-code=utf-8", "--sort-output"]  # sorted: two people's new texts seldom meet in a merge

    (ROOT / app / "locale").mkdir(exist_ok=True)
    os.chdir(ROOT / app)
    call_command(
        Command(), locale=list(LANGUAGES), ignore_patterns=["migrations/*", *(f"{folder}/*" for folder in nested)],
        no_wrap=True, no_location=True, no_obsolete=True, verbosity=0,
    )
    for language in LANGUAGES:
        path = po_file(app, language)
        if not path.exists():  # an app that says nothing yet
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")
        _, _, entries = path.read_text().partition("\n\n")
        body = HEADER.format(language=language, plurals=PLURALS) + (f"\n{entries}" if entries else "")
        # A new plural comes with the two forms of English; ours have three.
        path.write_text(re.sub(r'(msgstr\[1\] ""\n)(?!msgstr\[2\])', r'\1msgstr[2] ""\n', body))


def compile_messages(path: Path) -> None:
    """Compile one file; msgfmt refuses placeholders that differ from the English text."""
    command = ["msgfmt", "--check-format", "--check-domain", "-o", str(path.with_suffix(".mo")), str(path)]
    if subprocess.call(command):
        sys.exit(f"{path.relative_to(ROOT)} has the mistakes named above.")


if __name__ == "__main__":
    main()
