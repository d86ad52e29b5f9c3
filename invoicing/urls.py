"""Addresses of invoicing."""

from django.urls import path

from invoicing.views import (
    archive,
    crediting,
    deliveries,
    document,
    letters,
    listing,
    order_number,
    plans,
    reissue,
    routes,
)

app_name = "invoicing"
urlpatterns = [
    path("", listing.InvoiceList.as_view(), name="list"),
    path("deliveries/", deliveries.DeliveryList.as_view(), name="deliveries"),
    path("deliveries/<int:pk>", deliveries.delivery, name="delivery"),
    path("deliveries/<int:pk>/settle", deliveries.settle, name="settle_delivery"),
    path("deliveries/<int:pk>/handed-over", deliveries.hand_over, name="hand_over"),
    path("letters/", letters.LetterBatchList.as_view(), name="letter_batches"),
    path("letters/collect", letters.collect, name="collect_letters"),
    path("letters/<int:pk>", letters.batch, name="letter_batch"),
    path("letters/<int:pk>/handed-over", letters.hand_over_batch, name="hand_over_batch"),
    path("customers/<int:pk>/channels", routes.channels, name="channels"),
    path("unbilled/", listing.UnbilledList.as_view(), name="unbilled"),
    path("archive/", archive.ArchiveList.as_view(), name="archive"),
    path("archive/<int:pk>/", archive.archived, name="archived"),
    path("orders/<int:pk>/pro-forma", document.pro_forma, name="pro_forma"),
    path("orders/<int:pk>/ask-order-number", order_number.ask_of_order, name="ask_order_number_of"),
    path(
        "orders/<int:pk>/ask-order-number/preview",
        order_number.preview_of_order,
        name="order_number_preview_of_order",
    ),
    path("orders/<int:pk>/order-number", order_number.enter, name="enter_order_number"),
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
    path("<int:pk>/ask-order-number", order_number.ask, name="ask_order_number"),
    path("<int:pk>/ask-order-number/preview", order_number.preview, name="order_number_preview"),
    path("<int:pk>/resend", document.resend, name="resend"),
]
