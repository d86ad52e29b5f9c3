"""Addresses of invoicing."""

from django.urls import path

from invoicing.views import archive, document, listing

app_name = "invoicing"
urlpatterns = [
    path("", listing.InvoiceList.as_view(), name="list"),
    path("unbilled/", listing.UnbilledList.as_view(), name="unbilled"),
    path("archive/", archive.ArchiveList.as_view(), name="archive"),
    path("archive/<int:pk>/", archive.archived, name="archived"),
    path("orders/<int:pk>/pro-forma", document.pro_forma, name="pro_forma"),
    path("shipments/<int:pk>/bill", document.bill, name="bill"),
    path("<int:pk>/", document.detail, name="detail"),
    path("<int:pk>/preview.pdf", document.preview, name="preview"),
    path("<int:pk>/issue", document.issue, name="issue"),
    path("<int:pk>/discard", document.discard, name="discard"),
    path("<int:pk>/credit", document.credit, name="credit"),
    path("<int:pk>/resend", document.resend, name="resend"),
]
