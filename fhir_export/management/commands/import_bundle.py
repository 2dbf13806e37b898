"""Take in what other institutions sent."""
import gzip
import json
import re
import sys
import time
import zipfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from emr.errors import Refusal
from fhir_export.actions.hospital import ensure_hospital
from fhir_export.actions.import_bundle import import_bundle
from fhir_export.management.first_tables import make_first_tables
from fhir_export.queries.received import outcome_table
from fhir_export.rules.received_text import MOST_BYTES, rank

KIND = re.compile(rb'"resourceType"\s*:\s*"(\w+)"')


class Progress:
    """A line rewritten on a terminal, a plain line every few seconds otherwise."""

    def __init__(self, out):
        self.out, self.live, self.told = out, out.isatty(), time.monotonic()
        self.began, self.before = time.monotonic(), 0
        self.label = ""

    def start(self, label):
        self.label = label

    def step(self, done, total):
        now = time.monotonic()
        if done < total and now - self.told < (0.2 if self.live else 5):
            return
        if self.live or now - self.told >= 5 or total >= 10_000:
            self.told = now
            end = "" if self.live else "\n"
            self.out.write(("\r\x1b[K" if self.live else "") + f"{self.label}: {done} of {total}" + end)
            self.out.flush()

    def end(self):
        if self.live:
            self.out.write("\r\x1b[K")


class Command(BaseCommand):
    help = ("Take in FHIR R4 files: bundles, single resources, NDJSON (also gzipped), and zip files of them. Files of single "
            "types are put in order. Repeating it changes nothing; stopped, it goes on where it was.")

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--sender", help="name of the institution that sent them; else what each document says")

    def handle(self, *args, files, sender, **options):
        make_first_tables()
        by = ensure_hospital()
        began, progress, documents, refused = time.monotonic(), Progress(sys.stderr), [], []
        for label, data in sorted(parts(files), key=lambda part: first_rank(part[1])):
            progress.start(label)
            try:
                documents.append(import_bundle(data, name=label, sender=sender, by=by, on_progress=progress.step).pk)
            except Refusal as refusal:
                refused.append(f"{label}: {refusal.code}: {refusal}")
            except KeyboardInterrupt:
                raise CommandError("Stopped. What was done stays; run the same command again to go on.") from None
        progress.end()
        self.stdout.write(outcome_table(documents))
        for line in refused:
            self.stdout.write(f"refused as a whole: {line}")
        self.stdout.write(f"{len(documents)} documents, {len(refused)} refused as a whole, "
                          f"{time.monotonic() - began:.1f} s")
        if refused and not documents:
            raise CommandError("Nothing was taken in.")


def parts(files):
    """(name, path or bytes) of every file, those of zip files one by one; what is no FHIR file by its name is left out."""
    for file in files:
        path = Path(file)
        if not path.is_file():
            raise CommandError(f"{file}: no such file")
        if path.suffix.lower() != ".zip":
            yield path.name, path
            continue
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if info.filename.lower().endswith((".json", ".ndjson", ".gz")) and not info.is_dir():
                    with archive.open(info) as held:
                        yield f"{path.name}/{info.filename}", held.read(MOST_BYTES + 1)


def first_rank(data):
    """Where a file stands in the order: by the kind of its first resource; bundles come last."""
    if isinstance(data, bytes):
        found = KIND.search(data[:20_000])
        return rank(found[1].decode()) if found and found[1] != b"Bundle" else 99
    try:
        with (gzip.open if data.name.lower().endswith(".gz") else open)(data, "rb") as file:
            first = file.readline(1_000_000)
        return rank(json.loads(first).get("resourceType") or "")
    except (ValueError, AttributeError, OSError, EOFError):
        return 99
