"""Small forms for what hangs on a customer: addresses, contacts, bank accounts."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.auth import right_required
from core.forms import Form
from core.refusals import show_on_form
from core.requests import Request
from customers import services
from customers.forms import AddressForm, BankAccountForm, ContactForm
from customers.models import Address, Contact, Customer, CustomerBankAccount


def _filled(
    request: Request,
    form: Form,
    customer: Customer,
    title: str,
    save: Callable[[dict[str, Any]], Any],
) -> HttpResponse:
    """Show the form until it can be read, then act and go back to the customer.

    ``save`` gets who acts and the company's business date as keywords for the verb.
    """
    page = {"title": title, "back_url": customer.get_absolute_url(), "back_label": str(customer)}
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "form.html", {"form": form, **page}, status=status)
    show_on_form(request, form, "form.html", **page)
    save({"by": request.user, "on": customer.company.today()})
    return redirect(customer)


def _customer(request: Request, pk: int) -> Customer:
    rows = Customer.objects.visible_to(request.user).select_related("company")
    return get_object_or_404(rows, pk=pk)


@right_required("customers.change")
def add_address(request: Request, pk: int) -> HttpResponse:
    """A further address."""
    customer = _customer(request, pk)
    initial = {"country": customer.country, "kind": request.GET.get("kind", "shipping")}
    form = AddressForm(request.POST or None, initial=initial)
    return _filled(
        request,
        form,
        customer,
        _("New address"),
        lambda act: services.add_address(pk, form.draft(), **act),
    )


@right_required("customers.change")
def change_address(request: Request, pk: int) -> HttpResponse:
    """Correct an address."""
    address = get_object_or_404(Address.objects.visible_to(request.user), pk=pk)
    form = AddressForm.of(address, request.POST or None)
    return _filled(
        request,
        form,
        address.customer,
        _("Change address"),
        lambda act: services.change_address(pk, form.draft(), **act),
    )


@require_POST
@right_required("customers.change")
def deactivate_address(request: Request, pk: int) -> HttpResponse:
    """Stop offering an address."""
    address = get_object_or_404(Address.objects.visible_to(request.user), pk=pk)
    on = address.customer.company.today()
    services.deactivate_address(pk, by=request.user, on=on)
    return redirect(address.customer)


@right_required("customers.change")
def add_contact(request: Request, pk: int) -> HttpResponse:
    """A further person."""
    form = ContactForm(request.POST or None)
    return _filled(
        request,
        form,
        _customer(request, pk),
        _("New contact"),
        lambda act: services.add_contact(pk, form.draft(), **act),
    )


@right_required("customers.change")
def change_contact(request: Request, pk: int) -> HttpResponse:
    """Correct a person's details."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user), pk=pk)
    form = ContactForm.of(contact, request.POST or None)
    return _filled(
        request,
        form,
        contact.customer,
        _("Change contact"),
        lambda act: services.change_contact(pk, form.draft(), **act),
    )


@require_POST
@right_required("customers.change")
def deactivate_contact(request: Request, pk: int) -> HttpResponse:
    """The person has left."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user), pk=pk)
    on = contact.customer.company.today()
    services.deactivate_contact(pk, by=request.user, on=on)
    return redirect(contact.customer)


@right_required("customers.change_bank_details")
def add_bank_account(request: Request, pk: int) -> HttpResponse:
    """A further account the customer pays from."""
    form = BankAccountForm(request.POST or None)

    def save(act: dict[str, Any]) -> None:
        added = services.add_bank_account(pk, **form.cleaned_data, **act)
        bank = {"iban": added.account.iban, "bank": added.bank_name or _("bank unknown")}
        messages.success(request, _("Added %(iban)s, %(bank)s.") % bank)
        for warning in added.warnings:
            messages.warning(request, warning)

    return _filled(request, form, _customer(request, pk), _("New bank account"), save)


@require_POST
@right_required("customers.change_bank_details")
def remove_bank_account(request: Request, pk: int) -> HttpResponse:
    """Forget an account."""
    account = get_object_or_404(CustomerBankAccount.objects.visible_to(request.user), pk=pk)
    services.remove_bank_account(pk, by=request.user, on=account.customer.company.today())
    messages.success(request, _("Removed %(iban)s.") % {"iban": account.iban})
    return redirect(account.customer)
