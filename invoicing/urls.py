"""Addresses of invoicing."""

from django.urls import path

from invoicing.views import archive, crediting, document, listing, plans, reissue

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
    path("<int:pk>/credit-parts", crediting.credit_parts, name="credit_parts"),
    path("<int:pk>/reissue", reissue.reissue, name="reissue"),
    path("orders/<int:pk>/plan", plans.order_panel, name="order_plan"),
    path("orders/<int:pk>/plan/add", plans.add_step, name="add_step"),
    path("steps/<int:pk>/reach", plans.reach_step, name="reach_step"),
    path("steps/<int:pk>/bill", plans.bill_step, name="bill_step"),
    path("steps/<int:pk>/drop", plans.drop_step, name="drop_step"),
    path("<int:pk>/resend", document.resend, name="resend"),
]
