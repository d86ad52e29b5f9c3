"""Addresses of help."""

from django.urls import path

from o2c.help import views

app_name = "help"

urlpatterns = [
    path("panel", views.panel, name="panel"),
    path("first-hour/try", views.try_step, name="try_step"),
    path("first-hour/hide", views.hide_guide, name="hide_guide"),
    path("first-hour/again", views.restart_guide, name="restart_guide"),
]
