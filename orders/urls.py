"""Pages of this app; mounted by `emr.urls` under its own prefix."""
from django.urls import path

from orders.web import fatigue, formulary, home, infusion, line, order, order_set, register, service_request, stock, stock_count

app_name = "orders"
urlpatterns = [
    path("home", home.home_card, name="home_card"),
    path("patients/<uuid:patient_id>", order.chart_tab, name="chart_tab"),
    path("patients/<uuid:patient_id>/all", order.history, name="history"),
    path("stays/<uuid:encounter_id>/prescribe", order.prescribe, name="prescribe"),
    path("stays/<uuid:encounter_id>/prescribe/preview", order.preview, name="preview"),
    path("stays/<uuid:encounter_id>/request", service_request.new, name="request_service"),
    path("stays/<uuid:encounter_id>/line", line.page, name="line"),
    path("stays/<uuid:encounter_id>/line/preview", line.preview, name="line_preview"),
    path("stays/<uuid:encounter_id>/infusion", infusion.prescribe, name="prescribe_infusion"),
    path("stays/<uuid:encounter_id>/infusion/preview", infusion.preview, name="infusion_preview"),
    path("orders/<uuid:request_id>/rate", infusion.change_rate, name="change_rate"),
    path("stays/<uuid:encounter_id>/sets", order_set.offered, name="order_sets"),
    path("stays/<uuid:encounter_id>/sets/<uuid:set_id>", order_set.apply, name="apply_order_set"),
    path("checks", fatigue.page, name="fatigue"),
    path("drugs", order.medication_search, name="medication_search"),
    path("orders/<uuid:request_id>/stop", order.stop, name="stop"),
    path("orders/<uuid:request_id>/hold", order.hold, name="hold"),
    path("orders/<uuid:request_id>/resume", order.resume, name="resume"),
    path("orders/<uuid:request_id>/change", order.change, name="change"),
    path("requests/<uuid:request_id>/cancel", service_request.cancel, name="cancel_request"),
    path("formulary", formulary.page, name="formulary"),
    path("formulary/add", formulary.new, name="add_medication"),
    path("stock", stock.page, name="stock"),
    path("stock/receive", stock.receive, name="receive_stock"),
    path("stock/<uuid:lot_id>/<uuid:department_id>", stock.moves, name="moves"),
    path("stock/<uuid:lot_id>/<uuid:department_id>/waste", stock.waste, name="waste_stock"),
    path("stock/<uuid:lot_id>/<uuid:department_id>/issue", stock.issue, name="issue_stock"),
    path("stock/<uuid:lot_id>/<uuid:department_id>/return", stock.give_back, name="return_stock"),
    path("stock/counts", stock_count.page, name="counts"),
    path("stock/counts/new", stock_count.new, name="count_stock"),
    path("stock/counts/<uuid:count_id>", stock_count.one, name="count"),
    path("stock/register", register.page, name="register"),
    path("stock/register/<uuid:medication_id>/<uuid:department_id>", register.book, name="register_book"),
    path("stock/register/<uuid:medication_id>/<uuid:department_id>/paper", register.paper, name="register_paper"),
    path("stock/moves/<uuid:move_id>/rest", stock.rest, name="waste_rest"),
    path("stock/moves/<uuid:move_id>/undo", stock.undo, name="undo_stock_move"),
]
