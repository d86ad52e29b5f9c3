"""Addresses of this room."""

app_name = "catalog"
urlpatterns: list = []
