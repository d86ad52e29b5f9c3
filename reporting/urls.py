"""Addresses of reports."""

from django.urls import path

from reporting.views import arrange_home, home_pictures, reports
from reporting.views.billing import billing_documents, billing_report
from reporting.views.dashboard import dashboard
from reporting.views.difference import difference_documents, difference_report

app_name = "reporting"

urlpatterns = [
    path("", reports.index, name="index"),
    path("home/pictures", home_pictures, name="home_pictures"),
    path("home/arrange", arrange_home, name="arrange_home"),
    path("receivables", dashboard, name="dashboard"),
    path("ageing", reports.ageing_report, name="ageing"),
    path("difference", difference_report, name="difference"),
    path("difference/documents", difference_documents, name="difference_documents"),
    path("items", reports.items_report, name="items"),
    path("late", reports.late_report, name="late"),
    path("dso", reports.dso_report, name="dso"),
    path("unapplied", reports.unapplied_report, name="unapplied"),
    path("cash", reports.cash_report, name="cash"),
    path("expected", reports.expected_report, name="expected"),
    path("discounts", reports.discounts_report, name="discounts"),
    path("promises", reports.promises_report, name="promises"),
    path("times", reports.times_report, name="times"),
    path("billing", billing_report, name="billing"),
    path("billing/documents", billing_documents, name="billing_documents"),
    path("open-orders", reports.open_orders_report, name="open_orders"),
    path("sales", reports.sales_report, name="sales"),
]
