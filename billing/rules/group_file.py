"""Files of groups and of mappings: what their columns are, read into plain rows. Formats stand in docs/operations.md."""
import datetime as dt
from collections import defaultdict
from decimal import Decimal, InvalidOperation

from billing.errors import GroupFileWrong
from billing.models import CaseGroup

CARE = {"1": CaseGroup.Care.INPATIENT, "2": CaseGroup.Care.DAY, "inpatient": CaseGroup.Care.INPATIENT, "day": CaseGroup.Care.DAY,
        "": CaseGroup.Care.INPATIENT}
KSG_CARE = "care_setting(1=inpatient,2=day)"


def number(text, line, column, *, empty=None):
    """A decimal of a file. Raises GroupFileWrong."""
    text = (text or "").strip().replace(",", ".")
    if not text and empty is not ...:
        return empty
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise GroupFileWrong(line=line, problem=f"{column}: {text!r} is no number") from error
    if not value.is_finite() or value < 0 or value >= 100000:
        raise GroupFileWrong(line=line, problem=f"{column}: {text} is out of range")
    return value


def _needs(lines, *columns):
    missing = set(columns) - set(lines.fieldnames or ())
    if missing:
        raise GroupFileWrong(line=1, problem=f"the columns {', '.join(sorted(missing))} are missing")


def msdrg(lines) -> tuple[list[dict], list[str]]:
    """Groups of the table of MS-DRG weights: weight and geometric mean of the length of stay; and the codes without a weight.

    Those (998, 999) are words for a case that could not be grouped, and no groups. The table maps no diagnosis.
    """
    _needs(lines, "ms_drg", "title", "weight", "geometric_mean_los_days")
    rows = list(enumerate(lines, 2))
    return [{"care": CaseGroup.Care.INPATIENT, "code": row["ms_drg"].strip(), "name": row["title"].strip(),
             "weight": number(row["weight"], n, "weight", empty=...),
             "expected_days": number(row["geometric_mean_los_days"], n, "geometric_mean_los_days")}
            for n, row in rows if row["weight"] != "."], [row["ms_drg"] for _n, row in rows if row["weight"] == "."]


def own(lines) -> list[dict]:
    """Groups in our own format: code, name, weight, and optionally expected_days and care (inpatient, day)."""
    _needs(lines, "code", "name", "weight")
    return [{"care": _care(row.get("care"), n), "code": row["code"].strip(), "name": row["name"].strip(),
             "weight": number(row["weight"], n, "weight", empty=...),
             "expected_days": number(row.get("expected_days"), n, "expected_days")}
            for n, row in enumerate(lines, 2)]


def ksg(lines) -> list[tuple]:
    """Groups of the register V023 by the days on which they hold: (from, until or None, groups, codes left out).

    The register names years that overlap, so a year's table ends where the next begins. A code that has two rows of different
    text or weight in one year is left out and told: nobody here may choose between them. It maps no diagnosis.
    """
    _needs(lines, KSG_CARE, "ksg_code", "name_ru", "cost_weight", "valid_from")
    years = defaultdict(dict)
    for n, row in enumerate(lines, 2):
        try:
            since = dt.datetime.strptime(row["valid_from"].strip(), "%d.%m.%Y").date()
        except ValueError as error:
            raise GroupFileWrong(line=n, problem="valid_from: a day such as 01.01.2019 is needed") from error
        made = {"care": _care(row[KSG_CARE], n), "code": row["ksg_code"].strip(), "name": row["name_ru"].strip(),
                "weight": number(row["cost_weight"], n, "cost_weight", empty=...), "expected_days": None}
        years[since].setdefault((made["care"], made["code"]), []).append(made)
    found, days = [], sorted(years)
    for since, until in zip(days, [*days[1:], None], strict=True):
        clear = [rows[0] for rows in years[since].values() if all(row == rows[0] for row in rows)]
        found.append((since, until, clear,
                      sorted(code for (_care_, code), rows in years[since].items() if any(row != rows[0] for row in rows))))
    return found


def mapping(lines) -> list[dict]:
    """Rules of a mapping: group and diagnosis, and optionally care, rank, procedure, age_from, age_to, days_from, days_to."""
    _needs(lines, "group", "diagnosis")
    rows = []
    for n, row in enumerate(lines, 2):
        made = {"line": n, "group": row["group"].strip(), "care": _care(row.get("care"), n),
                "diagnosis": row["diagnosis"].strip().upper(),
                "procedure": (row.get("procedure") or "").strip(), "rank": number(row.get("rank"), n, "rank", empty=Decimal(100))}
        made |= {name: number(row.get(name), n, name) for name in ("age_from", "age_to", "days_from", "days_to")}
        if not made["group"] or not made["diagnosis"]:
            raise GroupFileWrong(line=n, problem="group and diagnosis are needed; * = any diagnosis")
        if any(value is not None and (value != int(value) or value > 32000) for name, value in made.items()
               if isinstance(value, Decimal)):
            raise GroupFileWrong(line=n, problem="rank, ages and days are whole numbers")
        rows.append(made)
    return rows


def _care(text, line):
    try:
        return CARE[(text or "").strip()]
    except KeyError as error:
        raise GroupFileWrong(line=line, problem=f"care: {text!r} is neither inpatient nor day") from error
