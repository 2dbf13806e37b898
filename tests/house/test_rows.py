"""Every table keeps its past, every word is in the glossary, every migration is written, every template compiles."""
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.template import TemplateSyntaxError
from django.template.loader import get_template

ROOT = Path(__file__).parents[2]
# Tables without a past of their own, each with the reason.
NO_HISTORY = {
    "emr_user": "logins; their acts are in the journal",
    "emr_staffpin": "hashes and a count of wrong tries; its acts are in the journal",
    "booking_refusedorder": "technical: counts refusals for the statistics; a refused act leaves nothing behind",
    "booking_throttle": "a count of tries; a lock of an hour is in the journal",
    "emr_apitoken": "hashes of tokens; their acts are in the journal",
    "emr_numberseries": "a counter; the numbers stand in the rows that got them",
    "emr_outboxmessage": "technical: attempts to send",
    "emr_scheduledjob": "technical: runs of jobs",
    "emr_code": "a loaded terminology, replaced as a whole",
    "orders_classmembership": "reference data, loaded as a whole",
    "orders_ingredient": "reference data, loaded as a whole",
    "laboratory_labtest": "reference data, loaded as a whole",
    "laboratory_labpanel": "reference data, loaded as a whole",
    "laboratory_labpanel_tests": "reference data, loaded as a whole",
    "fhir_export_receivedresource": "kept as received, never changed by acts",
    "fhir_export_replay": "technical: progress of a replay",
    "fhir_export_replayedevent": "technical: progress of a replay",
    "fhir_export_replaykey": "technical: progress of a replay",
}
OURS = {"emr", "orders", "laboratory", "nursing", "admissions", "outpatient", "booking", "billing", "fhir_export"}


def our_models():
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in OURS]


@pytest.mark.django_db
def test_every_table_keeps_its_past_or_says_why_not():
    with connection.cursor() as cursor:
        cursor.execute("select event_object_table, trigger_name from information_schema.triggers")
        guarded = {table for table, name in cursor.fetchall() if name in ("keep_history", "append_only")}
    tables = {model._meta.db_table for model in our_models()}
    assert tables - guarded == set(NO_HISTORY) & tables
    assert not set(NO_HISTORY) - tables, "listed, but no such table"


def test_every_model_is_in_the_glossary():
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    missing = [model.__name__ for model in our_models() if not model._meta.auto_created and f"`{model.__name__}`" not in glossary]
    assert not missing


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


TEMPLATES = sorted(path for app in ("emr", "orders", "nursing", "admissions", "outpatient", "billing", "fhir_export")
                   for path in (ROOT / app).rglob("templates/**/*.html"))


def test_templates_compile():
    wrong = []
    for path in TEMPLATES:
        try:
            get_template(str(path).split("/templates/", 1)[1])
        except TemplateSyntaxError as error:
            wrong.append(f"{path.relative_to(ROOT)}: {error}")
    assert not wrong, "\n".join(wrong)
