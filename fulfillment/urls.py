"""Addresses of this room."""

app_name = "fulfillment"
urlpatterns: list = []
