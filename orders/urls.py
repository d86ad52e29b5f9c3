"""Addresses of this room."""

from django.urls import path

from orders.views import document, entry, importing, listing

app_name = "orders"
urlpatterns = [
    path("", listing.OrderList.as_view(), name="list"),
    path("new", entry.new, name="new"),
    path("new/save", entry.save, name="save_new"),
    path("new/autosave", entry.autosave, name="autosave_new"),
    path("price", entry.price, name="price"),
    path("pasted", entry.pasted, name="pasted"),
    path("find-customer", entry.find_customer, name="find_customer"),
    path("find-article", entry.find_article, name="find_article"),
    path("addresses", entry.addresses, name="addresses"),
    path("import", importing.import_file, name="import"),
    path("<int:pk>/", document.detail, name="detail"),
    path("<int:pk>/edit", entry.edit, name="edit"),
    path("<int:pk>/save", entry.save, name="save"),
    path("<int:pk>/autosave", entry.autosave, name="autosave"),
    path("<int:pk>/stored", entry.as_stored, name="stored"),
    path("<int:pk>/submit", document.submit, name="submit"),
    path("<int:pk>/cancel", document.cancel, name="cancel"),
]
