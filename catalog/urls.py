"""Addresses of this room."""

from django.urls import path

from catalog.views import price_lists, products

app_name = "catalog"
urlpatterns = [
    path("products", products.ProductList.as_view(), name="list"),
    path("products/new", products.new, name="new"),
    path("products/lookup", products.lookup, name="lookup"),
    path("products/<int:pk>", products.product, name="product"),
    path("products/<int:pk>/edit", products.edit, name="edit"),
    path("price-lists", price_lists.PriceLists.as_view(), name="price_lists"),
    path("price-lists/new", price_lists.new_price_list, name="new_price_list"),
    path("price-lists/<int:pk>", price_lists.PriceListPage.as_view(), name="price_list"),
    path("price-lists/<int:pk>/active", price_lists.set_list_active, name="set_list_active"),
    path("price-lists/<int:pk>/set-price", price_lists.set_price, name="set_price"),
    path("prices/<int:pk>/end", price_lists.end_price, name="end_price"),
]
