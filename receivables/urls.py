"""Addresses of this room."""

app_name = "receivables"
urlpatterns: list = []
