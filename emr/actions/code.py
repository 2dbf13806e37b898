"""Terminologies: a whole code system is loaded at once, from rows that a file gave."""
import csv
import io

from django.db import connection
from django.utils.translation import gettext_lazy as _

from emr.acts import act
from emr.errors import Refusal
from emr.ids import new_id
from emr.journal import record
from emr.models import Code
from emr.rules.codes import search_text

COLUMNS = ("id", "system", "code", "parent", "title_en", "title_ru", "title_be", "is_selectable", "search_text")
LOAD = """
insert into emr_code as had (id, system, code, parent, title_en, title_ru, title_be, is_selectable, search_text)
select id, system, code, parent, title_en, title_ru, title_be, is_selectable, search_text from loaded_code
on conflict (system, code) do update set
    parent = excluded.parent, is_selectable = excluded.is_selectable, search_text = excluded.search_text,
    title_en = coalesce(nullif(excluded.title_en, ''), had.title_en),
    title_ru = coalesce(nullif(excluded.title_ru, ''), had.title_ru),
    title_be = coalesce(nullif(excluded.title_be, ''), had.title_be)
"""


class NothingToLoad(Refusal):
    code, status = "emr.nothing_to_load", 422
    message = _("The file holds no code. Check that it is the right file and of the right kind.")


@act("emr.load_codes")
def load_codes(*, by, system, rows):
    """Load a code system whole: new codes are added, known ones get their new titles, absent ones can no longer be chosen.

    `rows`: dicts with code, parent, title_en, title_ru, title_be, is_selectable. Returns the first Code row.
    """
    known = {row["code"]: row for row in rows if row["code"]}
    if not known:
        raise NothingToLoad()
    with connection.cursor() as cursor:
        cursor.execute("create temporary table loaded_code as select * from emr_code with no data")
        cursor.copy_expert(f"copy loaded_code ({', '.join(COLUMNS)}) from stdin with (format csv)", _as_csv(system, known))
        cursor.execute(LOAD)
        cursor.execute("update emr_code set is_selectable = false where system = %s and is_selectable and not exists "
                       "(select from loaded_code l where l.code = emr_code.code)", [system])
        gone = cursor.rowcount
        cursor.execute("drop table loaded_code")
    first = Code.objects.filter(system=system).order_by("code").first()
    record(first, system=system, count=len(known), no_longer_selectable=gone)
    return first


def _as_csv(system, known):
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    for code, row in known.items():
        titles = [row.get(f"title_{language}", "")[:500] for language in ("en", "ru", "be")]
        writer.writerow([new_id(), system, code, row.get("parent", ""), *titles, row.get("is_selectable", True),
                         search_text(code, *titles)])
    text.seek(0)
    return text
