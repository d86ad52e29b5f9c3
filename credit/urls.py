"""Addresses of credit: hold queue, decisions, limits, and fragments for other rooms' pages."""

from django.urls import path

from credit import views

app_name = "credit"

urlpatterns = [
    path("", views.queue, name="queue"),
    path("holds/", views.HoldList.as_view(), name="holds"),
    path("orders/<int:pk>/unlock", views.unlock_panel, name="unlock_panel"),
    path("holds/<int:pk>/", views.hold, name="hold"),
    path("holds/<int:pk>/release", views.release, name="release"),
    path("holds/<int:pk>/reject", views.reject, name="reject"),
    path("holds/<int:pk>/recheck", views.recheck, name="recheck"),
    path("limits/", views.LimitList.as_view(), name="limits"),
    path("limits/<int:pk>/", views.limit, name="limit"),
    path("limits/<int:pk>/decide", views.decide_limit, name="decide_limit"),
    path("customers/<int:pk>/limit", views.propose_limit, name="propose_limit"),
    path("customers/<int:pk>/panel", views.customer_panel, name="customer_panel"),
    path("light", views.light, name="light"),
]
