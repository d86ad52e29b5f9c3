"""Addresses of the kernel: health, jobs, messages, notifications, files, profile."""

from django.urls import path

from core.views import health

app_name = "core"

urlpatterns = [
    path("livez", health.livez, name="livez"),
]
