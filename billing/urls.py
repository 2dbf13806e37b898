"""Pages of this app; mounted by `emr.urls` under its own prefix."""
from django.urls import path
from django.views.decorators.http import require_POST

from billing.web import account, books, case, charge_item, overhead_run, payer, period, settlement, statistic, tariff

app_name = "billing"
urlpatterns = [
    path("", account.accounts, name="accounts"),
    path("post", require_POST(account.post), name="post_all"),
    path("accounts/<uuid:account_id>", account.account, name="account"),
    path("accounts/<uuid:account_id>/waiting", account.pending, name="waiting"),
    path("accounts/<uuid:account_id>/comparison", account.comparison, name="comparison"),
    path("accounts/<uuid:account_id>/post", require_POST(account.post), name="post"),
    path("accounts/<uuid:account_id>/terms", payer.terms, name="terms"),
    path("accounts/<uuid:account_id>/invoice", require_POST(settlement.issue), name="issue"),
    path("accounts/<uuid:account_id>/pay", settlement.pay, name="pay"),
    path("accounts/<uuid:account_id>/sheet", case.sheet, name="sheet"),
    path("reports/drugs", case.drugs, name="drugs"),
    path("overhead", overhead_run.spread, name="overhead"),
    path("norms", case.norm_list, name="norms"),
    path("desk", settlement.desk, name="desk"),
    path("invoices/<uuid:invoice_id>", settlement.invoice, name="invoice"),
    path("invoices/<uuid:invoice_id>/cancel", require_POST(settlement.cancel), name="cancel_invoice"),
    path("payments/<uuid:payment_id>", settlement.receipt, name="receipt"),
    path("payments/<uuid:payment_id>/refund", settlement.refund, name="refund"),
    path("periods", period.periods, name="periods"),
    path("periods/<uuid:period_id>/export", require_POST(books.export), name="export_month"),
    path("batches/<uuid:batch_id>", books.batch_file, name="batch"),
    path("reprice", books.repricing, name="repricing"),
    path("reports/reconciliation", books.reconciliation, name="reconciliation"),
    path("periods/close", require_POST(period.close), name="close_month"),
    path("lines/<uuid:line_id>", charge_item.line, name="line"),
    path("exceptions", charge_item.exceptions, name="exceptions"),
    path("tariffs", tariff.tariffs, name="tariffs"),
    path("tariffs/add", tariff.add, name="add_tariff"),
    path("tariffs/payers", payer.matrix, name="matrix"),
    path("payers", payer.payer_list, name="payers"),
    path("grades", payer.grade_list, name="grades"),
    path("home-figures", statistic.home_card, name="home_figures"),
    path("statistics", statistic.overview, name="statistics"),
    path("statistics/<slug:key>", statistic.formula, name="formula"),
    path("totals", charge_item.totals, name="totals"),
    path("home-card", charge_item.home_card, name="home_card"),
    path("patients/<uuid:patient_id>/tab", account.chart_tab, name="chart_tab"),
]
