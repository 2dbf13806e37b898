"""REST addresses of this app: lists, rows, one POST per act."""
from django.urls import path

from billing.actions import (
    account,
    budget_norm,
    charge_item,
    estimate,
    export,
    grouper,
    invoice,
    overhead_run,
    payment,
    period,
    repricing,
    staff_grade,
    tariff,
)
from billing.api import serializers as s
from billing.queries import account as accounts
from billing.queries import case, settlement
from billing.queries import charge_item as lines
from billing.queries import estimate as estimates
from billing.queries import export as exports
from billing.queries import grouper as groupers
from billing.queries import overhead_run as overhead
from billing.queries import payer as payers
from billing.queries import period as periods
from billing.queries import staff_grade as grades
from billing.queries import tariff as tariffs
from billing.rules import grouper as grouped
from emr.api.acts import Nothing, act_view, list_view, row_view

urlpatterns = [
    path("accounts", list_view(accounts.listed, s.AccountOutput, look="billing.see_accounts", filters=s.AccountFilters)),
    path("accounts/<uuid:pk>", row_view(accounts.one, s.AccountOutput, look="billing.see_accounts")),
    path("accounts/<uuid:account>/lines", list_view(lines.of_account, s.LineOutput, look="billing.see_accounts")),
    path("encounters/<uuid:encounter>/account", act_view(account.open_account, s.OpenInput, s.AccountOutput)),
    path("encounters/<uuid:encounter>/charges", act_view(charge_item.post_charges, s.PostInput, s.PostedOutput,
                                                         variant="_of_encounter")),
    path("charges", act_view(charge_item.post_charges, s.PostInput, s.PostedOutput)),
    path("lines/<uuid:pk>", row_view(lines.one, s.LineOutput, look="billing.see_accounts")),
    path("accounts/<uuid:account>/invoices", act_view(invoice.issue_invoice, s.IssueInput, s.InvoiceOutput)),
    path("accounts/<uuid:account>/payments", act_view(payment.take_payment, s.PaymentInput, s.PaymentOutput, key=True)),
    path("invoices", list_view(settlement.invoices, s.InvoiceOutput, look="billing.see_accounts")),
    path("invoices/<uuid:pk>", row_view(settlement.invoice, s.InvoiceOutput, look="billing.see_accounts")),
    path("invoices/<uuid:invoice>/cancel", act_view(invoice.cancel_invoice, s.ReasonInput, s.InvoiceOutput)),
    path("payments", list_view(settlement.payments, s.PaymentOutput, look="billing.see_accounts")),
    path("payments/<uuid:pk>", row_view(settlement.payment, s.PaymentOutput, look="billing.see_accounts")),
    path("payments/<uuid:payment>/refund", act_view(payment.refund_payment, s.RefundInput, s.PaymentOutput, key=True)),
    path("patients/<uuid:patient>/estimates", list_view(estimates.of_patient, s.EstimateOutput, look="billing.see_accounts")),
    path("patients/<uuid:patient>/estimates/make", act_view(estimate.make_estimate, s.EstimateInput, s.EstimateOutput)),
    path("estimates/<uuid:pk>", row_view(estimates.one, s.EstimateOutput, look="billing.see_accounts")),
    path("estimates/<uuid:estimate>/assign", act_view(estimate.assign_estimate, s.AssignInput, s.EstimateOutput)),
    path("groupers", list_view(groupers.listed, s.GrouperOutput, look="billing.see_tariffs")),
    path("base-rates", list_view(groupers.rates, s.RateOutput, look="billing.see_tariffs")),
    path("base-rates/set", act_view(grouper.set_base_rate, s.RateInput, s.RateOutput)),
    path("accounts/<uuid:account>/groups", list_view(grouped.of_account, s.GroupingOutput, look="billing.see_accounts")),
    path("encounters/<uuid:encounter>/group", act_view(grouper.assign_group, s.GroupInput, s.GroupAssignmentOutput)),
    path("norms", list_view(case.norms, s.NormOutput, look="billing.see_tariffs")),
    path("norms/set", act_view(budget_norm.set_norm, s.NormInput, s.NormOutput)),
    path("periods/<uuid:period>/export", act_view(export.export_month, Nothing, s.BatchOutput)),
    path("batches", list_view(exports.batches, s.BatchOutput, look="billing.see_books")),
    path("overhead", list_view(overhead.runs, s.SpreadOutput, look="billing.see_tariffs")),
    path("overhead/spread", act_view(overhead_run.spread_overhead, s.SpreadInput, s.SpreadOutput)),
    path("periods", list_view(periods.listed, s.PeriodOutput, look="billing.see_books")),
    path("periods/close", act_view(period.close_month, s.MonthInput, s.PeriodOutput)),
    path("lines/reprice", act_view(repricing.reprice, s.RepriceInput, s.PostedOutput)),
    path("tariffs", list_view(tariffs.listed, s.TariffOutput, look="billing.see_tariffs", filters=s.TariffFilters)),
    path("tariffs/set", act_view(tariff.set_tariff, s.TariffInput, s.TariffOutput)),
    path("accounts/<uuid:account>/terms", act_view(account.set_terms, s.TermsInput, s.AccountOutput)),
    path("staff/<uuid:staff>/grade", act_view(staff_grade.set_grade, s.GradeInput, s.GradeOutput)),
    path("grades", list_view(grades.listed, s.GradeOutput, look="billing.see_tariffs")),
    path("payers", list_view(payers.listed, s.PayerOutput, look="billing.see_tariffs")),
    path("payers/set", act_view(account.set_payer, s.PayerInput, s.PayerOutput)),
]
