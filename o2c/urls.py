"""Every address of the suite; each room brings its own under its own prefix."""

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.urls import include, path
from django.views.generic import RedirectView

from invoicing.views.news import access_point_news
from invoicing.views.order_number import order_number
from o2c.palette import palette
from o2c.views import toggle_follow
from receivables.views.pay import pay, pay_state
from receivables.views.payer import payment_for
from receivables.views.programs import bank_file_result, send_bank_file
from receivables.views.provider_news import payment_news
from reporting.views import home, search_page

handler500 = "core.views.errors.broken"

to_profile = login_required(RedirectView.as_view(pattern_name="core:profile"))
"""The address people log in with is the administrator's to change: allauth's page is shut."""

urlpatterns = [
    path("", home, name="home"),
    path("search", search_page, name="search"),
    path("palette", palette, name="palette"),
    path("follow", toggle_follow, name="follow"),
    path("", include("core.urls")),
    path("accounts/email/", to_profile, name="own_email"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("customers/", include("customers.urls")),
    path("catalog/", include("catalog.urls")),
    path("orders/", include("orders.urls")),
    path("fulfillment/", include("fulfillment.urls")),
    path("invoices/", include("invoicing.urls")),
    path("hooks/access-point", access_point_news, name="access_point_news"),
    path("hooks/payments", payment_news, name="payment_news"),
    path("answers/pay", pay, name="pay"),
    path("answers/pay/state", pay_state, name="pay_state"),
    path("answers/order-number", order_number, name="order_number"),
    path("answers/payment", payment_for, name="payment_for"),
    path("api/bank-files", send_bank_file, name="api_bank_files"),
    path("api/bank-files/<int:pk>", bank_file_result, name="api_bank_file"),
    path("receivables/", include("receivables.urls")),
    path("disputes/", include("disputes.urls")),
    path("dunning/", include("dunning.urls")),
    path("credit/", include("credit.urls")),
    path("reports/", include("reporting.urls")),
    path("help/", include("o2c.help.urls")),
]
