"""REST addresses of this app: lists, rows, one POST per act."""
from django.urls import path

from emr.api.acts import act_view, list_view, row_view
from orders.laboratory.actions import lab_result, lab_test, specimen
from orders.laboratory.api import serializers as s
from orders.laboratory.queries import lab_result as results
from orders.laboratory.queries import lab_test as tests
from orders.laboratory.queries import service_request as requests
from orders.laboratory.queries import specimen as tubes

urlpatterns = [
    path("tests", list_view(tests.catalogue, s.TestOutput, look="laboratory.see_results")),
    path("tests/add", act_view(lab_test.add_test, s.AddTestInput, s.TestOutput)),
    path("requests", list_view(requests.without_result, s.RequestOutput, look="laboratory.see_bench", filters=s.BenchFilters)),
    path("collection", list_view(requests.to_collect, s.RequestOutput, look="laboratory.see_collection")),
    path("requests/<uuid:row>/result", act_view(lab_result.record_result, s.ResultInput, s.ResultOutput)),
    path("encounters/<uuid:encounter>/label", act_view(specimen.label_specimen, s.LabelInput, s.SpecimenOutput)),
    path("specimens", list_view(tubes.of_patient, s.SpecimenOutput, look="laboratory.see_collection", filters=s.PatientFilter)),
    path("specimens/<uuid:pk>", row_view(tubes.one, s.SpecimenOutput, look="laboratory.see_collection")),
    path("specimens/<uuid:specimen>/collect", act_view(specimen.collect_specimen, s.CollectInput, s.SpecimenOutput)),
    path("specimens/<uuid:specimen>/receive", act_view(specimen.receive_specimen, s.ReceiveInput, s.SpecimenOutput)),
    path("specimens/<uuid:specimen>/reject", act_view(specimen.reject_specimen, s.ReasonInput, s.SpecimenOutput)),
    path("results", list_view(results.of_patient, s.ResultOutput, look="laboratory.see_results", filters=s.ResultFilters)),
    path("results/unseen", list_view(results.unseen, s.ResultOutput, look="laboratory.see_inbox", filters=s.InboxFilters)),
    path("results/<uuid:pk>", row_view(results.one, s.ResultOutput, look="laboratory.see_results")),
    path("results/<uuid:result>/release", act_view(lab_result.release_result, Output=s.ResultOutput)),
    path("results/<uuid:result>/correct", act_view(lab_result.correct_result, s.CorrectInput, s.ResultOutput)),
    path("results/<uuid:result>/seen", act_view(lab_result.mark_result_seen, s.SeenInput, s.ResultOutput)),
]
