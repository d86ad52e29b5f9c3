"""Customers (debtors) with their addresses, contacts and bank accounts."""

from typing import Any, Self, TypeVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.addresses import page_of
from core.models import Company, CompanyScoped, ScopedQuerySet
from core.models.company import COUNTRY
from customers.models.terms import BillingGroup, BillingPolicy, PaymentTerms

P_co = TypeVar("P_co", bound=models.Model, covariant=True)


class CustomerQuerySet(ScopedQuerySet["Customer"]):
    """Reads on customers."""

    def active(self) -> Self:
        """Customers one may still sell to."""
        return self.filter(is_active=True)

    def blocked(self) -> Self:
        """Customers one may not sell or deliver to at the moment."""
        return self.filter(Q(is_blocked=True) | ~Q(delivery_stop_reason=""))

    def with_city(self) -> Self:
        """Adds ``city``, that of the default billing address."""
        places = Address.objects.filter(
            customer=OuterRef("pk"), kind=Address.Kind.BILLING, is_default=True, is_active=True
        )
        return self.annotate(city=Subquery(places.values("city")[:1]))

    def of(self, company: Company) -> Self:
        """Customers of one company."""
        return self.filter(company=company)

    def search(self, text: str) -> Self:
        """Customers whose number begins with the text or whose name resembles it.

        Best first: exact number (ours or the previous system's, or the VAT id), number prefix,
        name by trigram. An empty text finds nothing.
        """
        text = text.strip()
        if not text:
            return self.none()
        exact = Q(number__iexact=text) | Q(previous_number=text) | Q(vat_id=text.upper())
        prefix = Q(number__istartswith=text)
        like = Q(name__trigram_word_similar=text) | Q(name__icontains=text)
        rank = Case(When(exact, then=Value(0)), When(prefix, then=Value(1)), default=Value(2))
        return (
            self.filter(exact | prefix | like)
            .annotate(rank=rank, likeness=TrigramWordSimilarity(text, "name"))
            .order_by("rank", "-likeness", "name", "pk")
        )

    def twins_of(self, *, name: str, vat_id: str) -> Self:
        """Customers that may be the same firm: equal VAT id, or equal name but for case."""
        same = Q(name__iexact=name.strip())
        return self.filter(same | Q(vat_id=vat_id) if vat_id else same)


class Customer(CompanyScoped):
    """Someone who owes us money, or will."""

    class RiskClass(models.TextChoices):
        """Risk as credit sees it."""

        A = "A", _("A – low")
        B = "B", _("B – normal")
        C = "C", _("C – raised")
        D = "D", _("D – high")

    class Rounding(models.TextChoices):
        """Whether invoices ask for whole kronor (Swedish öresavrundning)."""

        AS_COMPANY = "", _("as our company does")
        WHOLE = "whole", _("whole kronor")
        EXACT = "exact", _("exact")

    number = models.CharField(_("number"), max_length=20)
    previous_number = models.CharField(
        _("number in the previous system"), max_length=40, blank=True
    )
    name = models.CharField(_("name"), max_length=160)
    country = models.CharField(_("country"), max_length=2, validators=[COUNTRY])
    language = models.CharField(
        _("language of documents"), max_length=5, choices=settings.LANGUAGES
    )
    currency = models.CharField(_("currency"), max_length=3)
    vat_id = models.CharField(_("VAT id"), max_length=20, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=30, blank=True)
    is_business = models.BooleanField(_("business"), default=True)
    is_public_body = models.BooleanField(_("public body"), default=False)
    buyer_reference = models.CharField(_("buyer reference (Leitweg-ID)"), max_length=60, blank=True)
    is_po_number_required = models.BooleanField(_("needs an order number"), default=False)
    endpoint_scheme = models.CharField(_("endpoint scheme"), max_length=4, blank=True)
    endpoint_id = models.CharField(_("endpoint id"), max_length=60, blank=True)
    payment_terms = models.ForeignKey(
        PaymentTerms, on_delete=models.PROTECT, related_name="customers", verbose_name=_("terms")
    )
    project_reference = models.CharField(_("project"), max_length=60, blank=True)
    contract_reference = models.CharField(_("contract"), max_length=60, blank=True)
    accounting_reference = models.CharField(_("cost centre"), max_length=60, blank=True)
    rounding = models.CharField(
        _("rounding of invoices"), max_length=7, choices=Rounding.choices, default="", blank=True
    )
    billing_policy = models.CharField(
        _("invoiced"),
        max_length=8,
        choices=BillingPolicy.choices,
        default=BillingPolicy.SHIPMENT,
    )
    billing_group = models.CharField(
        _("collective invoices"),
        max_length=9,
        choices=BillingGroup.choices,
        default=BillingGroup.CUSTOMER,
    )
    sales_rep = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sales rep"),
    )
    group_parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="group_members"
    )
    risk_class = models.CharField(
        _("risk class"), max_length=1, choices=RiskClass.choices, default="B"
    )
    is_blocked = models.BooleanField(_("blocked"), default=False)
    delivery_stop_reason = models.CharField(_("delivery stop"), max_length=160, blank=True)
    note = models.TextField(_("note"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["name"]
        indexes = [
            models.Index(fields=["company", "name"], name="customer_name"),
            models.Index(
                fields=["company", "vat_id"], name="customer_vat_id", condition=~Q(vat_id="")
            ),
            models.Index(
                fields=["company", "previous_number"],
                name="customer_previous",
                condition=~Q(previous_number=""),
            ),
            models.Index(
                F("company"),
                OpClass(Upper("number"), name="varchar_pattern_ops"),
                name="customer_number_prefix",
            ),
            GinIndex(fields=["name"], name="customer_name_trgm", opclasses=["gin_trgm_ops"]),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="customer_name_upper_trgm"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="customer_number"),
            models.CheckConstraint(
                condition=Q(rounding__in=["", "whole", "exact"]), name="customer_rounding_known"
            ),
            models.CheckConstraint(
                condition=Q(group_parent=None) | ~Q(group_parent=models.F("id")),
                name="customer_not_own_parent",
            ),
            models.CheckConstraint(
                condition=Q(risk_class__in=["A", "B", "C", "D"]), name="customer_risk_class"
            ),
            models.CheckConstraint(
                condition=Q(
                    billing_policy__in=BillingPolicy.values, billing_group__in=BillingGroup.values
                ),
                name="customer_billing",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$", country__regex=r"^[A-Z]{2}$"),
                name="customer_iso_codes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"

    def get_absolute_url(self) -> str:
        """The customer's page."""
        return page_of("customers:detail", self.pk)


class PartQuerySet(models.QuerySet[P_co]):
    """Reads on what hangs on a customer: addresses, contacts, bank accounts."""

    def visible_to(self, actor: Actor) -> Self:
        """Only rows of customers of companies the actor may see."""
        companies = actor.company_ids()
        return self if companies is None else self.filter(customer__company__in=companies)


class Address(models.Model):
    """Where a customer is billed or supplied."""

    class Kind(models.TextChoices):
        """Use of the address."""

        BILLING = "billing", _("billing")
        SHIPPING = "shipping", _("delivery")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=160, blank=True)
    street = models.CharField(_("street"), max_length=120)
    extra = models.CharField(_("second line"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12)
    city = models.CharField(_("city"), max_length=80)
    country = models.CharField(_("country"), max_length=2, validators=[COUNTRY])
    gln = models.CharField(_("GLN"), max_length=13, blank=True)
    is_default = models.BooleanField(_("default"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    objects = PartQuerySet["Address"].as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=Q(is_default=True, is_active=True),
                name="address_one_default",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.customer.name}, {self.street}, {self.postcode} {self.city}"

    def snapshot(self) -> dict[str, Any]:
        """The address as frozen into a document."""
        fields = ("name", "street", "extra", "postcode", "city", "country", "gln")
        return {field: getattr(self, field) for field in fields}


class Contact(models.Model):
    """A person at the customer, and which mails go there."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    receives_orders = models.BooleanField(_("order confirmations"), default=False)
    receives_invoices = models.BooleanField(_("invoices"), default=False)
    receives_reminders = models.BooleanField(_("reminders"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    objects = PartQuerySet["Contact"].as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CustomerBankAccount(models.Model):
    """An account the customer pays from; the matcher's best evidence of who pays."""

    class Source(models.TextChoices):
        """How we know it."""

        TYPED = "typed", _("entered")
        LEARNED = "learned", _("learned from a payment")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="bank_accounts")
    iban = models.CharField(_("IBAN"), max_length=34)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    holder = models.CharField(_("holder"), max_length=160, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices, default="typed")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PartQuerySet["CustomerBankAccount"].as_manager()

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        indexes = [models.Index(fields=["iban"], name="customer_iban")]
        constraints = [
            models.UniqueConstraint(fields=["customer", "iban"], name="customer_iban_once"),
        ]

    def __str__(self) -> str:
        return self.iban
