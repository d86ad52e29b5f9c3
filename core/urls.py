"""Addresses of the kernel: health, company, jobs, messages, notices, files, audit, profile."""

from django.urls import path

from core.views import health, listing, own, work

app_name = "core"

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("statusz", health.statusz, name="statusz"),
    path("session", own.session, name="session"),
    path("session/back", own.logged_in_again, name="logged_in_again"),
    path("company", own.choose_company, name="choose_company"),
    path("jobs/", listing.JobList.as_view(), name="jobs"),
    path("jobs/<int:pk>/", work.job, name="job"),
    path("jobs/<int:pk>/stop", work.stop, name="stop_job"),
    path("messages/", listing.MessageList.as_view(), name="messages"),
    path("messages/<int:pk>/", work.message, name="message"),
    path("messages/<int:pk>/settle", work.settle, name="settle_message"),
    path("messages/<int:pk>/retry", work.retry, name="retry_message"),
    path("notifications/", listing.NotificationList.as_view(), name="notifications"),
    path("notifications/read", own.read_notices, name="read_notifications"),
    path("documents/<int:pk>/", own.document, name="document"),
    path("audit/", listing.AuditTrail.as_view(), name="audit"),
    path("theme", own.theme, name="theme"),
    path("profile", own.profile, name="profile"),
]
