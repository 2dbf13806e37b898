"""Make the event log of the demo hospital: a part of clinosim's log under invented names and streets of Minsk.

    python scripts/make_demo_log.py DATA_FOLDER

DATA_FOLDER holds `fhir/clinosim_us` (MIT), `names/person_names.json` (mimesis and Faker, MIT) and
`geo/minsk_streets_be_osm.csv` (© OpenStreetMap contributors, ODbL). Only needed to make the shipped files anew; they are
`fhir_export/data/demo_events.jsonl.gz` and `demo_people.ndjson.gz`, and the same input gives the same bytes.
"""
import csv
import gzip
import json
import random
import sys
from pathlib import Path

TODAY = "2025-03-25"  # becomes the day on which the demo is set up
TOMORROW, ONE_AFTER = "2025-03-26", "2025-03-27"
OPEN_STAYS, CLOSED_STAYS, CLOSED_SINCE = 6, 2, "2025-03-20"
TARGET = Path(__file__).resolve().parent.parent / "fhir_export" / "data"
STARTS, ENDS = ("ed_arrival", "admit", "visit_start"), ("discharge", "visit_end")


def chosen(events) -> set:
    """Encounters of the demo: some stays open on that day, a few just closed, two days of emergency room and clinic."""
    start, end, count = {}, {}, {}
    for event in events:
        name = event["encounter"]
        if event["t"] < f"{TODAY}T24":
            count[name] = count.get(name, 0) + 1
        if event["event"] in STARTS:
            start[name] = (event["event"], event["t"])
        elif event["event"] in ENDS:
            end[name] = event["t"]
    stays = sorted((name for name, (kind, _) in start.items() if kind == "admit"), key=lambda name: (count.get(name, 0), name))
    still = [n for n in stays if start[n][1] < f"{TODAY}T10" and end.get(n, "9") > f"{TODAY}T20"][:OPEN_STAYS]
    fresh = [n for n in stays if start[n][1][:10] == TODAY]
    gone = [n for n in stays if CLOSED_SINCE <= end.get(n, "") < f"{TODAY}T08"][:CLOSED_STAYS]
    short = [n for n, (kind, t) in start.items() if kind != "admit" and "2025-03-24" <= t[:10] <= TODAY]
    # They are dated tomorrow, so that nobody has come yet: the set-up lets them arrive in the hours before it.
    now = [n for n, (kind, t) in start.items() if kind == "ed_arrival" and t[:10] == TOMORROW]
    return {*still, *fresh, *gone, *short, *now}


class Town:
    """Invented people of Minsk: the same log name always gets the same person."""

    def __init__(self, folder):
        self.names = json.loads((folder / "names" / "person_names.json").read_text())["ru"]
        with open(folder / "geo" / "minsk_streets_be_osm.csv", encoding="utf-8") as file:
            self.streets = sorted(row["name_be"] for row in csv.DictReader(file) if float(row["length_m"] or 0) > 800)

    def name(self, key, sex):
        pick, pool = random.Random(key), self.names["male" if sex == "M" else "female"]
        return {part: pick.choice(pool[part]) for part in ("surname", "given", "patronymic")}

    def patient(self, key, told):
        name, pick = self.name(key, told["sex"]), random.Random(key + "address")
        kept = {part: told[part] for part in ("age", "sex", "date_of_birth", "blood_type", "rh_factor",
                                              "chronic_conditions", "current_medications") if part in told}
        return kept | {
            "name": {"family_name": name["surname"], "given_name": name["given"], "patronymic": name["patronymic"]},
            "address": {"city": "Минск", "country": "BY", "line1": f"{pick.choice(self.streets)}, {pick.randint(1, 140)}-"
                        f"{pick.randint(1, 160)}", "postal_code": ""},
            # Numbers of the range that Belarus gives to nobody: +375 00.
            "contact": {"phone_primary": f"+375 00 {pick.randint(1000000, 9999999)}"},
            "allergies": told.get("allergies", [])}


def main(folder):
    source = folder / "fhir" / "clinosim_us"
    with gzip.open(source / "clinosim_us_seed101_events.jsonl.gz", "rt") as file:
        events = [json.loads(line) for line in file]
    keep, town = chosen(events), Town(folder)
    allergens = allergy_words(source)
    lines, staff = [], set()
    for event in events:
        if event["encounter"] not in keep or event["t"] >= ONE_AFTER:
            continue
        told = event["data"].get("patient")
        if isinstance(told, dict):
            told = event["data"]["patient"] = town.patient(event["patient"], told)
            told["allergies"] = [{"is_nka": True} if row.get("is_nka") else
                                 {"allergen_name": allergens.get(row["allergen_code"], "Substance not named"),
                                  "criticality": row["criticality"]} for row in told["allergies"]]
        staff |= {value for value in event["data"].values() if isinstance(value, str) and value[:3] in ("DR-", "NS-", "TEC")}
        lines.append(json.dumps(event, ensure_ascii=False, separators=(",", ":")))
    write("demo_events.jsonl.gz", lines)
    write("demo_people.ndjson.gz", [practitioner(code, town) for code in sorted(staff)])
    print(f"{len(keep)} encounters, {len(lines)} events, {len(staff)} staff")


def practitioner(code, town):
    name = town.name(code, "F" if random.Random(code).random() < 0.7 else "M")
    return json.dumps({"resourceType": "Practitioner", "id": code, "name": [
        {"family": name["surname"], "given": [name["given"], name["patronymic"]]}]}, ensure_ascii=False)


def allergy_words(source) -> dict:
    """The sender's own words for its allergen codes, so that no terminology has to be shipped."""
    words = {}
    with gzip.open(source / "clinosim_us_seed101_bulk.ndjson.gz", "rt") as file:
        for line in file:
            if line.startswith('{"resourceType": "AllergyIntolerance"'):
                code = json.loads(line)["code"]
                words[code["coding"][0]["code"]] = code.get("text") or code["coding"][0].get("display")
    return words


def write(name, lines):
    with open(TARGET / name, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(("\n".join(lines) + "\n").encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
