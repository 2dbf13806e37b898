"""REST addresses of this app: lists, rows, one POST per act."""
from functools import wraps

from django.urls import path

from emr.api.acts import act_view, list_view, row_view
from orders.actions import medication as formulary
from orders.actions import medication_request as orders
from orders.actions import medication_statement as statements
from orders.actions import order_event, renewal
from orders.actions import order_policy as policies
from orders.actions import order_set as sets
from orders.actions import order_verification as verification
from orders.actions import reconciliation as reconciling
from orders.actions import safety as checks
from orders.actions import service_request as requests
from orders.actions import stock as stores
from orders.actions import stock_count as counts
from orders.actions import verbal_order as verbal
from orders.actions.auto_stop import set_auto_stop
from orders.actions.infusion_rate import change_rate
from orders.actions.leave import end_leave, start_leave
from orders.api import (
    auto_stop,
    infusion,
    leave,
    medication,
    medication_request,
    medication_statement,
    reconciliation,
    register,
    safety,
    service_request,
    stock,
    stock_count,
    verbal_order,
)
from orders.api.medication_request import OrderOutput
from orders.api.service_request import RequestOutput
from orders.api.stock import MoveOutput

SEE = "orders.see_orders"


def on(act):
    """The act with its first argument named `request_id`: in an address `request` is the HTTP request."""
    @wraps(act)
    def perform(request_id, **values):
        return act(request_id, **values)

    return perform


urlpatterns = [
    path("medications", list_view(medication.medications, medication.MedicationOutput, look="orders.see_formulary",
                                  filters=medication.MedicationFilters)),
    path("medications/add", act_view(formulary.add_medication, medication.MedicationInput, medication.MedicationOutput)),
    path("encounters/<uuid:encounter_id>/orders", list_view(medication_request.orders_of_encounter, OrderOutput, look=SEE)),
    path("encounters/<uuid:encounter>/prescribe", act_view(
        orders.prescribe_medication, medication_request.PrescribeInput, OrderOutput)),
    path("orders/<uuid:request_id>", row_view(medication_request.order, OrderOutput, look=SEE)),
    path("orders/<uuid:request_id>/doses", list_view(medication_request.doses_of_order, medication_request.DoseOutput, look=SEE)),
    path("orders/<uuid:request_id>/stop", act_view(on(orders.stop_medication), medication_request.StopInput, OrderOutput)),
    path("orders/<uuid:request_id>/hold", act_view(on(orders.hold_medication), medication_request.HoldInput, OrderOutput)),
    path("orders/<uuid:request_id>/resume", act_view(on(orders.resume_medication), medication_request.ResumeInput, OrderOutput)),
    path("orders/<uuid:request_id>/change", act_view(
        on(orders.change_medication), medication_request.ChangeInput, OrderOutput)),
    path("orders/<uuid:request_id>/rates", list_view(infusion.rates_of_order, infusion.RateOutput, look=SEE)),
    path("orders/<uuid:request_id>/change_rate", act_view(on(change_rate), infusion.RateInput, infusion.RateOutput)),
    path("orders/<uuid:request_id>/verify", act_view(on(verification.verify_order), Output=verbal_order.SaidOutput)),
    path("orders/<uuid:request_id>/question", act_view(
        on(verification.question_order), verbal_order.QuestionInput, verbal_order.SaidOutput)),
    path("orders/<uuid:request_id>/answer", act_view(
        on(verification.answer_question), verbal_order.AnswerInput, verbal_order.SaidOutput)),
    path("encounters/<uuid:encounter>/reconcile", act_view(
        reconciling.complete_reconciliation, reconciliation.ReconcileInput, reconciliation.ReconciliationOutput)),
    path("encounters/<uuid:encounter_id>/reconciliation/<str:moment>", list_view(
        reconciliation.lines, reconciliation.LineOutput, look="orders.see_reconciliation")),
    path("verification", list_view(verbal_order.waiting, verbal_order.WaitingOutput, look="orders.see_verification")),
    path("encounters/<uuid:encounter>/take_verbal", act_view(verbal.take_verbal_order, verbal_order.TakeInput, OrderOutput)),
    path("verbal", list_view(verbal_order.verbal_orders, verbal_order.VerbalOutput, look="orders.see_verbal_orders")),
    path("verbal/<uuid:verbal>/sign", act_view(verbal.sign_verbal_order, Output=verbal_order.VerbalOutput)),
    path("verbal/<uuid:verbal>/dispute", act_view(verbal.dispute_verbal_order, verbal_order.DisputeInput,
                                                  verbal_order.VerbalOutput)),
    path("encounters/<uuid:encounter_id>/leaves", list_view(leave.leaves_of_encounter, leave.LeaveOutput, look=SEE)),
    path("encounters/<uuid:encounter>/start_leave", act_view(start_leave, leave.StartInput, leave.LeaveOutput)),
    path("encounters/<uuid:encounter>/end_leave", act_view(end_leave, leave.EndInput, leave.LeaveOutput)),
    path("auto_stops", list_view(auto_stop.rules, auto_stop.AutoStopOutput, look="orders.see_order_policies")),
    path("auto_stops/set", act_view(set_auto_stop, auto_stop.AutoStopInput, auto_stop.AutoStopOutput)),
    path("policies", list_view(verbal_order.all_policies, verbal_order.PolicyOutput, look="orders.see_order_policies")),
    path("policies/set", act_view(policies.set_order_policy, verbal_order.PolicyInput, verbal_order.PolicyOutput)),
    path("policies/verbal_hours", act_view(policies.set_verbal_hours, verbal_order.HoursInput, verbal_order.HoursOutput)),
    path("orders/<uuid:request_id>/renew", act_view(on(renewal.renew_medication), medication_request.RenewInput, OrderOutput)),
    path("orders/<uuid:request_id>/start_on_event", act_view(
        on(order_event.start_order_on_event), medication_request.StartInput, OrderOutput)),
    path("checks", list_view(safety.rules, safety.RuleOutput, look="orders.see_safety_rules", filters=safety.RuleFilters)),
    path("classes", list_view(safety.members, safety.MemberOutput, look="orders.see_safety_rules", filters=safety.MemberFilters)),
    path("checks/<str:code>/set_tier", act_view(checks.set_check_tier, safety.TierInput, safety.TierOutput)),
    path("fatigue", list_view(safety.fatigue, safety.FatigueOutput, look="orders.see_fatigue", filters=safety.FatigueFilters)),
    path("order_sets/publish", act_view(sets.publish_order_set, safety.PublishInput, safety.SetOutput)),
    path("order_sets/<uuid:set_id>/lines", list_view(safety.lines_of_set, safety.SetLineOutput, look="orders.see_order_sets")),
    path("encounters/<uuid:encounter_id>/order_sets", list_view(
        safety.sets_of_encounter, safety.SetOutput, look="orders.see_order_sets")),
    path("encounters/<uuid:encounter>/apply_set", act_view(sets.apply_order_set, safety.ApplyInput, safety.UseOutput)),
    path("encounters/<uuid:encounter_id>/requests", list_view(service_request.requests_of_encounter, RequestOutput, look=SEE,
                                                              filters=service_request.RequestFilters)),
    path("encounters/<uuid:encounter>/request", act_view(requests.request_service, service_request.RequestInput, RequestOutput)),
    path("requests/<uuid:request_id>", row_view(service_request.request, RequestOutput, look=SEE)),
    path("requests/<uuid:request_id>/cancel", act_view(on(requests.cancel_request), service_request.CancelInput, RequestOutput)),
    path("patients/<uuid:patient>/statements", act_view(
        statements.record_medication_statement, medication_statement.StatementInput, medication_statement.StatementOutput)),
    path("stock", list_view(stock.lying, stock.LyingOutput, look="orders.see_stock", filters=stock.StockFilters)),
    path("medications/<uuid:medication>/receive", act_view(stores.receive_stock, stock.ReceiveInput, MoveOutput)),
    path("lots/<uuid:lot>/issue", act_view(stores.issue_stock, stock.IssueInput, MoveOutput)),
    path("lots/<uuid:lot>/return", act_view(stores.return_stock, stock.ReturnInput, MoveOutput)),
    path("lots/<uuid:lot>/waste", act_view(stores.waste_stock, stock.WasteInput, MoveOutput)),
    path("moves/<uuid:move>/waste_rest", act_view(stores.waste_rest, stock.RestInput, MoveOutput)),
    path("departments/<uuid:department>/sheet", list_view(stock_count.sheet, stock_count.SheetOutput, look="orders.see_stock",
                                                          filters=stock_count.SheetFilters)),
    path("departments/<uuid:department>/take_stock", act_view(counts.take_stock, stock_count.CountInput,
                                                              stock_count.CountOutput)),
    path("departments/<uuid:department>/count_shift", act_view(counts.count_shift, stock_count.CountInput,
                                                               stock_count.CountOutput)),
    path("counts", list_view(stock_count.counts, stock_count.CountOutput, look="orders.see_stock")),
    path("counts/<uuid:count>/lines", list_view(stock_count.lines, stock_count.LineOutput, look="orders.see_stock")),
    path("registers/<uuid:medication>/<uuid:department>", list_view(register.lines, register.LineOutput,
                                                                    look="orders.see_register", filters=register.PeriodFilters)),
    path("moves/<uuid:move>/undo", act_view(stores.undo_stock_move, stock.UndoInput, MoveOutput)),
]
