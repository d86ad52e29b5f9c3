"""Addresses of disputes."""

from django.urls import path

from disputes import views

app_name = "disputes"

urlpatterns = [
    path("", views.DisputeList.as_view(), name="list"),
    path("<int:pk>/", views.dispute, name="detail"),
    path("<int:pk>/resolve", views.resolve, name="resolve"),
    path("<int:pk>/accept", views.accept, name="accept"),
    path("<int:pk>/charge-back", views.charge_back, name="charge_back"),
    path("items/<int:pk>/open", views.open_for_item, name="open"),
]
