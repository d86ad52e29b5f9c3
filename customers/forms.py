"""Forms of the customer's pages; they read what is typed, the verbs check it."""

from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from core.choices import country_choices, currency_choices
from core.forms import DayField, Form, MoneyField
from core.models import Company, User
from customers.models import (
    Address,
    BillingGroup,
    BillingPolicy,
    Contact,
    Customer,
    CustomerNote,
    Mandate,
    PaymentTerms,
)
from customers.services import (
    AddressDraft,
    ContactDraft,
    CustomerDraft,
    MandateDraft,
    NoteDraft,
)


class CustomerField(forms.CharField):
    """A customer of one company, typed as number with suggestions; cleans to the row or None."""

    default_error_messages = {
        "unknown": _("There is no customer %(number)s here: type a number or choose a name."),
    }

    def __init__(self, **options: Any) -> None:
        lookup = {"data-combobox": reverse_lazy("customers:lookup"), "autocomplete": "off"}
        options.setdefault("widget", forms.TextInput(attrs=lookup))
        super().__init__(**options)
        self.company: Company | None = None

    def clean(self, value: Any) -> Customer | None:
        """The customer with the number typed."""
        number = super().clean(value)
        if not number:
            return None
        # scope: the form's company, which the view took from the person
        found = Customer.objects.filter(company=self.company, number__iexact=number).first()
        if found is None:
            raise forms.ValidationError(
                self.error_messages["unknown"], code="unknown", params={"number": number}
            )
        return found

    def prepare_value(self, value: Any) -> Any:
        """A stored customer appears as number."""
        return value.number if isinstance(value, Customer) else value


class CustomerForm(Form):
    """A customer's own facts."""

    name = forms.CharField(label=_("Name"), max_length=160)
    is_business = forms.BooleanField(label=_("Business"), required=False, initial=True)
    is_public_body = forms.BooleanField(label=_("Public body"), required=False)
    country = forms.ChoiceField(label=_("Country"), choices=country_choices)
    language = forms.ChoiceField(label=_("Language of documents"), choices=settings.LANGUAGES)
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices)
    payment_terms = forms.ModelChoiceField(
        label=_("Payment terms"), queryset=PaymentTerms.objects.none(), empty_label=None
    )
    vat_id = forms.CharField(
        label=_("VAT id"), max_length=30, required=False, help_text=_("E.g. DE136695976")
    )
    registration_number = forms.CharField(
        label=_("Registration number"),
        max_length=30,
        required=False,
        help_text=_("In Sweden the organisation number, in Germany e.g. HRB 12345"),
    )
    billing_policy = forms.ChoiceField(
        label=_("Invoiced"),
        choices=BillingPolicy.choices,
        initial=BillingPolicy.SHIPMENT,
        help_text=_("New orders take this over; each may say something else."),
    )
    billing_group = forms.ChoiceField(
        label=_("On one collective invoice"),
        choices=BillingGroup.choices,
        initial=BillingGroup.CUSTOMER,
        help_text=_("Where deliveries of a week or month are invoiced together."),
    )
    sales_rep = forms.ModelChoiceField(
        label=_("Sales representative"), queryset=User.objects.none(), required=False
    )
    group_parent = CustomerField(
        label=_("Head of the group"), max_length=20, required=False, help_text=_("Customer number")
    )
    is_po_number_required = forms.BooleanField(
        label=_("Needs their order number on each invoice"), required=False
    )
    buyer_reference = forms.CharField(
        label=_("Buyer reference"),
        max_length=60,
        required=False,
        help_text=_("For public bodies in Germany the Leitweg-ID"),
    )
    project_reference = forms.CharField(
        label=_("Project"), max_length=60, required=False, help_text=_("Stands on each invoice")
    )
    contract_reference = forms.CharField(
        label=_("Contract"), max_length=60, required=False, help_text=_("Stands on each invoice")
    )
    accounting_reference = forms.CharField(
        label=_("Cost centre"),
        max_length=60,
        required=False,
        help_text=_("How the customer's books call it; stands on each invoice"),
    )
    rounding = forms.ChoiceField(
        label=_("Rounding of invoices"), choices=Customer.Rounding.choices, required=False
    )
    endpoint_scheme = forms.CharField(
        label=_("Endpoint scheme"),
        max_length=4,
        required=False,
        help_text=_("Peppol: 9930 German VAT id, 0007 Swedish organisation number"),
    )
    endpoint_id = forms.CharField(label=_("Endpoint id"), max_length=60, required=False)
    previous_number = forms.CharField(
        label=_("Number in the previous system"), max_length=40, required=False
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea({"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, company: Company, **options: Any) -> None:
        super().__init__(*args, **options)
        self.company = company
        terms: Any = self.fields["payment_terms"]
        # scope: the form's company, which the view took from the person
        terms.queryset = PaymentTerms.objects.filter(company=company)
        rep: Any = self.fields["sales_rep"]
        # scope: colleagues in the form's company
        people = User.objects.filter(memberships__company=company, is_active=True)
        rep.queryset = people.order_by("name").distinct()
        parent: Any = self.fields["group_parent"]
        parent.company = company

    @classmethod
    def of(cls, customer: Customer, data: Any = None) -> "CustomerForm":
        """The form over a customer as he stands."""
        draft = CustomerDraft.of(customer)
        names = draft.__dataclass_fields__
        initial = {name: getattr(draft, name) for name in names} | {"version": customer.version}
        return cls(data, company=customer.company, initial=initial)

    def draft(self) -> CustomerDraft:
        """What was entered, for the verb."""
        names = CustomerDraft.__dataclass_fields__
        return CustomerDraft(**{name: self.cleaned_data[name] for name in names})


class NewCustomerForm(CustomerForm):
    """A new customer in one go: facts, address, contact; a possible twin must be confirmed."""

    street = forms.CharField(label=_("Street and number"), max_length=120)
    extra = forms.CharField(label=_("Second line"), max_length=120, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=12)
    city = forms.CharField(label=_("City"), max_length=80)
    is_shipping = forms.BooleanField(
        label=_("Goods go to this address, too"), required=False, initial=True
    )
    contact_name = forms.CharField(label=_("Contact"), max_length=120, required=False)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("Gets confirmations, invoices and reminders; change that per contact later"),
    )
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    confirm_twin = forms.BooleanField(
        label=_("It is another firm: create it anyway"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """A firm we may have already is shown before a second account is opened for it."""
        values = super().clean() or {}
        if values.get("name") and not values.get("confirm_twin"):
            self._look_for_twin(values)
        return values

    def _look_for_twin(self, values: dict[str, Any]) -> None:
        # scope: the form's company, which the view took from the person
        own = Customer.objects.of(self.company)
        vat_id = "".join((values.get("vat_id") or "").split()).upper()
        twin = own.twins_of(name=values["name"], vat_id=vat_id).first()
        if twin is not None:
            message = _("%(twin)s has the same name or VAT id. Use that one, or tick this box.")
            self.add_error("confirm_twin", message % {"twin": twin})

    def addresses(self) -> list[AddressDraft]:
        """The billing address and, if ticked, the same for deliveries."""
        names = ("street", "extra", "postcode", "city", "country")
        place = {name: self.cleaned_data[name] for name in names}
        kinds = ["billing", *(["shipping"] if self.cleaned_data["is_shipping"] else [])]
        return [AddressDraft(kind=kind, **place) for kind in kinds]

    def contacts(self) -> list[ContactDraft]:
        """The first contact, if a name or an address was given."""
        values = self.cleaned_data
        name = values["contact_name"] or values["email"]
        if not name:
            return []
        gets = bool(values["email"])
        return [ContactDraft(name, values["email"], values["phone"], gets, gets, gets)]


class AddressForm(Form):
    """One address."""

    kind = forms.ChoiceField(label=_("Use"), choices=Address.Kind.choices)
    name = forms.CharField(
        label=_("Name"),
        max_length=160,
        required=False,
        help_text=_("If it differs from the customer's"),
    )
    street = forms.CharField(label=_("Street and number"), max_length=120)
    extra = forms.CharField(label=_("Second line"), max_length=120, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=12)
    city = forms.CharField(label=_("City"), max_length=80)
    country = forms.ChoiceField(label=_("Country"), choices=country_choices)
    gln = forms.CharField(label=_("GLN"), max_length=20, required=False, help_text=_("13 digits"))
    is_default = forms.BooleanField(label=_("Use this one by default"), required=False)

    @classmethod
    def of(cls, address: Address, data: Any = None) -> "AddressForm":
        """The form over an address as it stands."""
        return cls(data, initial={name: getattr(address, name) for name in cls.base_fields})

    def draft(self) -> AddressDraft:
        """What was entered, for the verb."""
        return AddressDraft(**self.cleaned_data)


class ContactForm(Form):
    """One person and the mails they get."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    receives_orders = forms.BooleanField(label=_("Gets order confirmations"), required=False)
    receives_invoices = forms.BooleanField(label=_("Gets invoices"), required=False)
    receives_reminders = forms.BooleanField(label=_("Gets reminders"), required=False)

    @classmethod
    def of(cls, contact: Contact, data: Any = None) -> "ContactForm":
        """The form over a contact as it stands."""
        return cls(data, initial={name: getattr(contact, name) for name in cls.base_fields})

    def draft(self) -> ContactDraft:
        """What was entered, for the verb."""
        return ContactDraft(**self.cleaned_data)


class _AccountForm(Form):
    """Which account at which bank."""

    iban = forms.CharField(label=_("IBAN"), max_length=50)
    bic = forms.CharField(
        label=_("BIC"),
        max_length=20,
        required=False,
        help_text=_("Filled in by itself for most banks"),
    )


class BankAccountForm(_AccountForm):
    """An account the customer pays from."""

    holder = forms.CharField(
        label=_("Account holder"),
        max_length=160,
        required=False,
        help_text=_("If it differs from the customer's name"),
    )


class MandateForm(_AccountForm):
    """What stands on the signed paper."""

    field_order = ("reference", "scheme", "iban", "bic", "holder", "signed_on")

    reference = forms.CharField(
        label=_("Mandate reference"),
        max_length=35,
        required=False,
        help_text=_("As printed on the paper; else it is made from the customer's number"),
    )
    scheme = forms.ChoiceField(
        label=_("Scheme"), choices=Mandate.Scheme.choices, widget=forms.RadioSelect, initial="CORE"
    )
    holder = forms.CharField(
        label=_("Account holder"),
        max_length=70,
        required=False,
        help_text=_("If it differs from the customer's name"),
    )
    signed_on = DayField(label=_("Signed on"))

    def draft(self) -> MandateDraft:
        """What was entered, for the verb."""
        return MandateDraft(**self.cleaned_data)


class MandateReasonForm(Form):
    """Why a mandate is suspended or revoked."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class NoteForm(Form):
    """A call, visit or note: how, what came of it, what is next."""

    kind = forms.ChoiceField(
        label=_("How"), choices=CustomerNote.Kind.choices, widget=forms.RadioSelect, initial="call"
    )
    outcome = forms.ChoiceField(
        label=_("What came of it"), widget=forms.RadioSelect, required=False
    )
    promised_amount = MoneyField(label=_("Amount promised"), required=False)
    promised_on = DayField(label=_("Promised for"), required=False)
    is_pausing = forms.BooleanField(label=_("No reminders until then"), required=False)
    contact = forms.ModelChoiceField(
        label=_("Spoken with"), queryset=Contact.objects.none(), required=False
    )
    text = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    next_step = forms.CharField(label=_("Next step"), max_length=160, required=False)
    next_on = DayField(label=_("On"), required=False)
    is_pinned = forms.BooleanField(label=_("Pin on top of the customer's page"), required=False)

    def __init__(self, *args: Any, customer: Customer, may_pause: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        contacts: Any = self.fields["contact"]
        contacts.queryset = customer.contacts.filter(is_active=True)
        contacts.empty_label = "–"
        outcome: Any = self.fields["outcome"]
        outcome.choices = [("", _("only a note")), *CustomerNote.Outcome.choices]
        amount: Any = self.fields["promised_amount"]
        amount.currency = customer.currency
        if not may_pause:
            del self.fields["is_pausing"]

    @property
    def wants_pause(self) -> bool:
        """Whether the promise is to pause the reminders."""
        return bool(self.cleaned_data.get("is_pausing"))

    def draft(self) -> NoteDraft:
        """What was entered, for the verb."""
        values = dict(self.cleaned_data)
        contact = values.pop("contact")
        values.pop("is_pausing", None)
        return NoteDraft(contact_id=contact.pk if contact else None, **values)
