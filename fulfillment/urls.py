"""Addresses of fulfilment: worklist, shipments, stock, and fragments for other rooms' pages."""

from django.urls import path

from fulfillment.views import lists, panels, shipments, stock

app_name = "fulfillment"

urlpatterns = [
    path("shipments/", lists.ShipmentList.as_view(), name="list"),
    path("to-pick/", lists.ToPick.as_view(), name="to_pick"),
    path("to-pick/selected", shipments.pick_selected, name="pick_selected"),
    path("orders/<int:pk>/pick", shipments.pick, name="pick"),
    path("orders/<int:pk>/panel", panels.order_panel, name="order_panel"),
    path("shipments/<int:pk>/", shipments.shipment, name="shipment"),
    path("shipments/<int:pk>/dispatch", shipments.dispatch, name="dispatch"),
    path("shipments/<int:pk>/cancel", shipments.cancel, name="cancel"),
    path("shipments/<int:pk>/deliver", shipments.deliver, name="deliver"),
    path("shipments/<int:pk>/pick-list", shipments.pick_list, name="pick_list"),
    path("shipments/<int:pk>/delivery-note", shipments.delivery_note, name="delivery_note"),
    path("backorders/", lists.Backorders.as_view(), name="backorders"),
    path("backorders/reserve", stock.reserve, name="reserve"),
    path("stock/", lists.StockList.as_view(), name="stock"),
    path("stock/receive", stock.receive, name="receive"),
    path("stock/adjust", stock.adjust, name="adjust"),
    path("stock/<int:pk>/", lists.ProductLedger.as_view(), name="product_stock"),
    path("products/<int:pk>/panel", panels.product_panel, name="product_panel"),
    path("products/<int:pk>/availability", panels.availability, name="availability"),
    path("warehouses/", lists.WarehouseList.as_view(), name="warehouses"),
]
