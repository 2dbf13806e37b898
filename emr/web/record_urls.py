"""Pages of the record: chart, encounter, documents, diagnoses, allergies, journal. Included by emr/web/urls.py."""
from django.urls import path

from emr.web import allergy_intolerance, chart, condition, document, encounter, journal, phrase

urlpatterns = [
    path("patients/<uuid:patient_id>/", chart.page, name="chart"),
    path("patients/<uuid:patient_id>/chart/<slug:key>/", chart.page, name="chart_tab"),
    path("patients/<uuid:patient_id>/files/<uuid:file_id>/", chart.file, name="chart_file"),
    path("patients/<uuid:patient_id>/conditions/new/", condition.new, name="condition_new"),
    path("patients/<uuid:patient_id>/allergies/new/", allergy_intolerance.new, name="allergy_new"),
    path("patients/<uuid:patient_id>/allergies/none-known/", allergy_intolerance.none_known, name="no_known_allergy"),
    path("patients/<uuid:patient_id>/documents/new/", document.new, name="document_new"),
    path("patients/<uuid:patient_id>/history/<uuid:row_id>/", journal.row_history, name="row_history"),
    path("my-record/", chart.mine, name="my_record"),
    path("my-record/chart/<slug:key>/", chart.mine, name="my_record_tab"),
    path("my-record/readers/", journal.my_readers, name="my_readers"),
    path("my-record/documents/<uuid:document_id>/", document.mine, name="my_document"),
    path("encounters/<uuid:encounter_id>/", encounter.page, name="encounter"),
    path("conditions/<uuid:condition_id>/withdraw/", condition.withdraw, name="condition_withdraw"),
    path("allergies/<uuid:allergy_id>/withdraw/", allergy_intolerance.withdraw, name="allergy_withdraw"),
    path("codes/", condition.search, name="codes"),
    path("documents/check/<str:code>", document.check, name="document_check"),
    path("documents/<uuid:document_id>/", document.page, name="document"),
    path("documents/<uuid:document_id>/edit/", document.edit, name="document_edit"),
    path("documents/<uuid:document_id>/sign/", document.sign, name="document_sign"),
    path("documents/<uuid:document_id>/amend/", document.amend, name="document_amend"),
    path("documents/<uuid:document_id>/abandon/", document.abandon, name="document_abandon"),
    path("documents/co-signing/", document.co_signing, name="co_signing"),
    path("documents/<uuid:document_id>/co-sign/", document.co_sign, name="document_co_sign"),
    path("documents/<uuid:document_id>/paper/", document.paper, name="document_paper"),
    path("documents/<uuid:document_id>/pdf/", document.pdf, name="document_pdf"),
    path("phrases/", phrase.phrases, name="phrases"),
    path("phrases/<uuid:phrase_id>/", phrase.change, name="phrase"),
    path("phrases/<uuid:phrase_id>/withdraw/", phrase.withdraw, name="phrase_withdraw"),
    path("journal/", journal.journal, name="journal"),
    path("access-log/", journal.access_log, name="access_log"),
]
