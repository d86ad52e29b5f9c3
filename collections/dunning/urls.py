"""Addresses of dunning."""

from django.urls import path

from dunning import views

app_name = "dunning"

urlpatterns = [
    path("", views.RunList.as_view(), name="list"),
    path("propose", views.propose, name="propose"),
    path("<int:pk>/", views.run, name="run"),
    path("<int:pk>/approve", views.approve, name="approve"),
    path("<int:pk>/discard", views.discard, name="discard"),
    path("notices/<int:pk>/", views.notice, name="notice"),
    path("notices/<int:pk>/look", views.look, name="look"),
    path("notices/<int:pk>/sample", views.send_sample, name="send_sample"),
    path("notices/<int:pk>/preview", views.preview, name="preview"),
    path("notices/<int:pk>/exclude", views.exclude, name="exclude"),
    path("customers/<int:pk>/panel", views.customer_panel, name="customer_panel"),
    path("customers/<int:pk>/hold", views.hold, name="hold"),
    path("items/<int:pk>/hold", views.hold_item, name="hold_item"),
    path("holds/<int:pk>/lift", views.lift, name="lift"),
]
