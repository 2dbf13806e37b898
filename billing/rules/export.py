"""Files for the accountants: CSV and XLSX of the same rows. No cell of ours is ever read as a formula (ASVS 1.2.10)."""
import csv
import datetime as dt
import hashlib
import io
from decimal import Decimal

from billing.queries.export import COLUMNS

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
TEXTS = {"document", "number", "account", "payer", "department", "kind", "code", "text", "unit", "second_payer", "reverses"}


def safe(text: str) -> str:
    """The text so that a spreadsheet shows it and never reckons with it: an apostrophe before what would begin a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_parts(rows, number: int):
    """The CSV line by line as bytes: UTF-8 with its mark, semicolons, decimal points, days as 2026-11-23; the batch in each row.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    yield "\ufeff".encode()
    writer.writerow(["batch", *COLUMNS])
    for row in rows:
        writer.writerow([f"{number:05d}", *(_cell(name, value) for name, value in zip(COLUMNS, row, strict=True))])
        if buffer.tell() > 65_536:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _cell(name, value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    return safe(value) if name in TEXTS else str(value)


def summary(rows, number: int) -> tuple[int, Decimal, str]:
    """Number of rows, sum of their amounts and SHA-256 of the CSV, in one pass."""
    seen, place, digest = [0, Decimal("0.00")], COLUMNS.index("amount"), hashlib.sha256()

    def counted():
        for row in rows:
            seen[0], seen[1] = seen[0] + 1, seen[1] + row[place]
            yield row

    for part in csv_parts(counted(), number):
        digest.update(part)
    return seen[0], seen[1], digest.hexdigest()


def xlsx(rows, batch) -> bytes:
    """The same rows as a workbook: texts are written as texts, sums as numbers with the digits they have."""
    import xlsxwriter

    body = io.BytesIO()
    book = xlsxwriter.Workbook(body, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"Batch {batch.number:05d}", "comments": batch.checksum,
                         "created": batch.made_at.replace(tzinfo=None)})
    sheet, bold, money = book.add_worksheet(f"{batch.period.month:%Y-%m}"), book.add_format({"bold": True}), book.add_format(
        {"num_format": "0.00"})
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(("batch", *COLUMNS)):
        sheet.write_string(0, column, name, bold)
    for line, row in enumerate(rows, start=1):
        sheet.write_string(line, 0, f"{batch.number:05d}")
        for column, value in enumerate(row, start=1):
            if isinstance(value, Decimal):
                sheet.write_number(line, column, value, money if COLUMNS[column - 1].endswith("amount") else None)
            elif value not in (None, ""):
                sheet.write_string(line, column, value.isoformat() if isinstance(value, dt.date) else value)
    book.close()
    return body.getvalue()
