"""Pages of this app; mounted by `emr.urls` under its own prefix."""
from django.urls import path
from django.views.decorators.http import require_POST

from billing.web import account, charge_item, payer, tariff

app_name = "billing"
urlpatterns = [
    path("", account.accounts, name="accounts"),
    path("post", require_POST(account.post), name="post_all"),
    path("accounts/<uuid:account_id>", account.account, name="account"),
    path("accounts/<uuid:account_id>/post", require_POST(account.post), name="post"),
    path("accounts/<uuid:account_id>/terms", payer.terms, name="terms"),
    path("lines/<uuid:line_id>", charge_item.line, name="line"),
    path("exceptions", charge_item.exceptions, name="exceptions"),
    path("tariffs", tariff.tariffs, name="tariffs"),
    path("tariffs/add", tariff.add, name="add_tariff"),
    path("tariffs/payers", payer.matrix, name="matrix"),
    path("payers", payer.payer_list, name="payers"),
    path("grades", payer.grade_list, name="grades"),
    path("totals", charge_item.totals, name="totals"),
    path("home-card", charge_item.home_card, name="home_card"),
    path("patients/<uuid:patient_id>/tab", account.chart_tab, name="chart_tab"),
]
