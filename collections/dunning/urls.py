"""Addresses of this room."""

app_name = "dunning"
urlpatterns: list = []
