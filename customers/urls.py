"""Addresses of this room."""

from django.urls import path

from customers.views import customers, mandates, notes, page, parts, taking_in

app_name = "customers"
urlpatterns = [
    path("", customers.CustomerList.as_view(), name="list"),
    path("new", customers.new, name="new"),
    path("import", taking_in.import_list, name="import"),
    path("lookup", customers.lookup, name="lookup"),
    path("<int:pk>", page.detail, name="detail"),
    *(path(f"<int:pk>/{tab.name}", page.tab_view(tab), name=tab.name) for tab in page.TABS),
    path("<int:pk>/notes/new", notes.log, name="log"),
    path("notes/<int:pk>/pin", notes.pin, name="pin_note"),
    path("notes/<int:pk>/done", notes.step_done, name="step_done"),
    path("mandates", mandates.MandateList.as_view(), name="mandates"),
    path("<int:pk>/mandates", mandates.panel, name="mandate_panel"),
    path("<int:pk>/mandates/new", mandates.new, name="new_mandate"),
    path("mandates/<int:pk>/activate", mandates.activate, name="activate_mandate"),
    path("mandates/<int:pk>/suspend", mandates.suspend, name="suspend_mandate"),
    path("mandates/<int:pk>/revoke", mandates.revoke, name="revoke_mandate"),
    path("<int:pk>/edit", customers.edit, name="edit"),
    path("<int:pk>/active", customers.set_active, name="set_active"),
    path("<int:pk>/addresses/new", parts.add_address, name="add_address"),
    path("addresses/<int:pk>", parts.change_address, name="change_address"),
    path("addresses/<int:pk>/off", parts.deactivate_address, name="deactivate_address"),
    path("<int:pk>/contacts/new", parts.add_contact, name="add_contact"),
    path("contacts/<int:pk>", parts.change_contact, name="change_contact"),
    path("contacts/<int:pk>/off", parts.deactivate_contact, name="deactivate_contact"),
    path("<int:pk>/bank-accounts/new", parts.add_bank_account, name="add_bank_account"),
    path("bank-accounts/<int:pk>/remove", parts.remove_bank_account, name="remove_bank_account"),
]
