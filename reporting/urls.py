"""Addresses of reports."""

from django.urls import path

from reporting import views

app_name = "reporting"

urlpatterns = [
    path("", views.index, name="index"),
    path("ageing", views.ageing_report, name="ageing"),
    path("dso", views.dso_report, name="dso"),
    path("cash", views.cash_report, name="cash"),
    path("open-orders", views.open_orders_report, name="open_orders"),
    path("sales", views.sales_report, name="sales"),
]
