"""Addresses of invoicing."""

from django.urls import path

from invoicing.views import document, listing

app_name = "invoicing"
urlpatterns = [
    path("", listing.InvoiceList.as_view(), name="list"),
    path("unbilled/", listing.UnbilledList.as_view(), name="unbilled"),
    path("shipments/<int:pk>/bill", document.bill, name="bill"),
    path("<int:pk>/", document.detail, name="detail"),
    path("<int:pk>/preview.pdf", document.preview, name="preview"),
    path("<int:pk>/issue", document.issue, name="issue"),
    path("<int:pk>/discard", document.discard, name="discard"),
    path("<int:pk>/credit", document.credit, name="credit"),
    path("<int:pk>/resend", document.resend, name="resend"),
]
