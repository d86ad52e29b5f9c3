"""Every address of the suite; each room brings its own under its own prefix."""

from django.contrib import admin
from django.urls import include, path

from reporting.views import home, search_page

handler500 = "core.views.errors.broken"

urlpatterns = [
    path("", home, name="home"),
    path("search", search_page, name="search"),
    path("", include("core.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("customers/", include("customers.urls")),
    path("catalog/", include("catalog.urls")),
    path("orders/", include("orders.urls")),
    path("fulfillment/", include("fulfillment.urls")),
    path("invoices/", include("invoicing.urls")),
    path("receivables/", include("receivables.urls")),
    path("disputes/", include("disputes.urls")),
    path("dunning/", include("dunning.urls")),
    path("credit/", include("credit.urls")),
    path("reports/", include("reporting.urls")),
]
