"""Loading a classification and finding in it."""
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from emr.models import Code, JournalEntry
from emr.queries.code import search
from emr.rules.codes import ICD10, ICD10CM, code_variants, synonym_codes
from tests.factories import make_system

pytestmark = pytest.mark.django_db


def found(text):
    return [row.code for row in search(text, code_variants(text), also=synonym_codes(text))]


def write(path, *lines):
    path.write_text("\n".join(["code,kind,parent,title_ru,title_en,active_ru", *lines]) + "\n", encoding="utf-8")
    return path


def test_the_shipped_classification_loads_quickly_and_is_found_by_code_and_words():
    make_system()
    began = time.monotonic()
    call_command("load_codes", "icd10cm")
    assert time.monotonic() - began < 30
    assert Code.objects.filter(system=ICD10CM).count() > 46_000
    assert JournalEntry.objects.get().act == "emr.load_codes"
    assert found("J18.9")[0] == "J18.9" and "J18.9" in found("о18")  # a Cyrillic О lies on the key of J
    assert "J18.9" in found("pneumonia organism unspec") and "J18.9" in found("зтугьщтшф щкпфтшыь")
    assert found("") == [] and found("zzzzqqq") == []
    assert found("heart attack")[0].startswith("I21") and found("ХОБЛ")[0].startswith("J44") and found("[j,k")[
        0].startswith("J44")
    with connection.cursor() as cursor:
        cursor.execute("analyze emr_code")
    for text in ("J18.9", "о18", "pneumonia organism unspec", "зтугьщтшф щкпфтшыь", "heart attack", "инфаркт", "byafhrn"):
        times = []
        for _time in range(5):
            began = time.monotonic()
            assert found(text)
            times.append(time.monotonic() - began)
        assert sorted(times)[2] < 0.05, f"{text}: {sorted(times)[2] * 1000:.0f} ms"


def test_a_new_edition_changes_titles_and_retires_codes(tmp_path):
    make_system()
    call_command("load_codes", "icd10", write(tmp_path / "a.csv", "X,chapter,,Глава,Chapter,1", "J18,category,X,Пневмония,,1",
                                              "J19,category,X,Отменённая,,1"))
    call_command("load_codes", "icd10", write(tmp_path / "b.csv", "X,chapter,,Глава,Chapter,1",
                                              "J18,category,X,Пневмония новая,Pneumonia,1"))
    rows = {row.code: row for row in Code.objects.filter(system=ICD10)}
    assert rows["J18"].title_ru == "Пневмония новая" and rows["J18"].title_en == "Pneumonia"
    assert (rows["J18"].is_selectable, rows["J19"].is_selectable, rows["X"].is_selectable) == (True, False, False)
    assert found("пневмония") == ["J18"] and found("отменённая") == []


@pytest.mark.parametrize("text", ["nothing,of,use\n1,2,3\n", "code,kind,parent,title_ru,title_en,active_ru\n"])
def test_a_file_without_codes_is_refused_and_loads_nothing(tmp_path, text):
    make_system()
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(CommandError):
        call_command("load_codes", "icd10", path)
    assert not Code.objects.exists() and not JournalEntry.objects.exists()


def test_an_absent_file_is_named(tmp_path):
    make_system()
    with pytest.raises(CommandError, match="could not be read"):
        call_command("load_codes", "icd10", tmp_path / "absent.csv")
    with pytest.raises(CommandError, match="Name the file"):
        call_command("load_codes", "icd10")
