"""REST addresses of the chart; included by emr_urls."""
from django.urls import path

from emr.actions import allergy_intolerance, attachment_file, co_signature, condition, document
from emr.actions import phrase as phrase_acts
from emr.api import phrase, record
from emr.api.acts import act_view, list_view, row_view

FACTS = [
    path("patients/<uuid:patient_id>/conditions", list_view(
        record.conditions, record.ConditionOutput, look="emr.see_chart")),
    path("patients/<uuid:patient>/conditions/record", act_view(
        condition.record_condition, record.ConditionInput, record.ConditionOutput)),
    path("conditions/<uuid:condition>/withdraw", act_view(
        condition.withdraw_condition, record.ReasonInput, record.ConditionOutput)),
    path("patients/<uuid:patient_id>/allergies", list_view(
        record.allergies, record.AllergyOutput, look="emr.see_chart")),
    path("patients/<uuid:patient>/allergies/record", act_view(
        allergy_intolerance.record_allergy, record.AllergyInput, record.AllergyOutput)),
    path("patients/<uuid:patient>/allergies/record-none-known", act_view(
        allergy_intolerance.record_no_known_allergy, record.NoKnownAllergyInput, record.AllergyOutput)),
    path("allergies/<uuid:allergy>/withdraw", act_view(
        allergy_intolerance.withdraw_allergy, record.ReasonInput, record.AllergyOutput)),
    path("patients/<uuid:patient_id>/observations", list_view(
        record.observations, record.ObservationOutput, look="emr.see_chart", filters=record.ObservationFilters)),
    path("patients/<uuid:patient_id>/encounters", list_view(
        record.encounters, record.EncounterOutput, look="emr.see_chart")),
    path("encounters/<uuid:encounter_id>", row_view(record.encounter, record.EncounterOutput, look="emr.see_chart")),
]

PAPERS = [
    path("patients/<uuid:patient_id>/documents", list_view(
        record.document_list, record.DocumentLine, look="emr.see_document")),
    path("patients/<uuid:patient>/documents/write", act_view(
        document.write_document, record.DocumentInput, record.DocumentOutput)),
    path("documents/<uuid:document_id>", row_view(record.document, record.DocumentOutput, look="emr.see_document")),
    path("documents/<uuid:document>/edit", act_view(document.edit_document, record.EditInput, record.DocumentOutput)),
    path("documents/<uuid:document>/fill-phrases", act_view(phrase_acts.fill_phrases, record.EditInput, record.DocumentOutput)),
    path("documents/<uuid:document>/sign", act_view(document.sign_document, record.SignInput, record.DocumentOutput)),
    path("documents/co-signing", list_view(record.co_signing, record.DocumentLine, look="emr.see_co_signing")),
    path("documents/<uuid:document>/co-sign", act_view(co_signature.co_sign_document, Output=record.CoSignatureOutput)),
    path("documents/<uuid:document>/amend", act_view(document.amend_document, record.AmendInput, record.DocumentOutput)),
    path("documents/<uuid:document>/abandon", act_view(
        document.abandon_document, record.ReasonInput, record.DocumentOutput)),
    path("patients/<uuid:patient_id>/files", list_view(record.files, record.FileOutput, look="emr.see_document")),
    path("patients/<uuid:patient>/files/attach", act_view(
        attachment_file.attach_file, record.FileInput, record.FileOutput)),
]

PHRASES = [
    path("phrases", list_view(phrase.phrases, phrase.PhraseOutput, look="emr.see_phrases")),
    path("phrases/write", act_view(phrase_acts.write_phrase, phrase.PhraseInput, phrase.PhraseOutput)),
    path("phrases/<uuid:phrase>/change", act_view(phrase_acts.change_phrase, phrase.PhraseChange, phrase.PhraseOutput)),
    path("phrases/<uuid:phrase>/withdraw", act_view(phrase_acts.withdraw_phrase, record.ReasonInput, phrase.PhraseOutput)),
]

WATCH = [
    path("patients/<uuid:patient_id>/journal", list_view(record.journal, record.JournalOutput, look="emr.see_journal")),
    path("readings", list_view(record.readings, record.ReadingOutput, look="emr.see_access_log",
                               filters=record.ReadingFilters)),
    path("codes", list_view(record.found_codes, record.CodeOutput, look="emr.record_condition",
                            filters=record.CodeFilters)),
]

urlpatterns = [*FACTS, *PAPERS, *PHRASES, *WATCH]
