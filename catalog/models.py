"""Products, prices and VAT rates."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from core.addresses import page_of
from core.formats import percent
from core.models import Company, CompanyScoped, ScopedQuerySet
from core.models.company import COUNTRY
from customers.models import Customer


class VatClass(models.TextChoices):
    """What kind of rate a product falls under; the country's table says how many percent."""

    STANDARD = "standard", _("standard rate")
    REDUCED = "reduced", _("reduced rate")
    SECOND_REDUCED = "reduced2", _("second reduced rate")
    FOOD = "food", _("food")
    ZERO = "zero", _("zero rate")
    EXEMPT = "exempt", _("exempt")


class VatCategory(models.TextChoices):
    """UNCL 5305 codes as EN 16931 uses them."""

    S = "S", _("standard")
    Z = "Z", _("zero rated")
    E = "E", _("exempt")
    AE = "AE", _("reverse charge")
    K = "K", _("intra-community supply")
    G = "G", _("export")
    O = "O", _("outside VAT")  # noqa: E741 - the code's own name


class Classification(models.TextChoices):
    """Lists by which buyers sort what they buy (UNTDID 7143, BT-158)."""

    NONE = "", "–"
    UNSPSC = "TST", "UNSPSC"
    ECLASS = "STQ", "eCl@ss"
    CPV = "STI", _("CPV (public procurement)")
    CUSTOMS = "TSP", _("EU customs tariff (combined nomenclature)")
    HARMONISED = "HS", _("harmonised system")


class ProductQuerySet(ScopedQuerySet["Product"]):
    """Reads on products."""

    def active(self) -> Self:
        """Products one may sell."""
        return self.filter(is_active=True)

    def of(self, company: Company) -> Self:
        """Products of one company."""
        return self.filter(company=company)

    def with_list_price(self, currency: str, day: date) -> Self:
        """Adds ``list_price`` (least quantity, general list) and ``list_currency``."""
        prices = Price.objects.filter(
            product=OuterRef("pk"),
            price_list__customer=None,
            price_list__is_active=True,
            price_list__currency=currency,
            valid__contains=day,
        )
        lowest = prices.order_by("min_quantity").values("unit_price")[:1]
        return self.annotate(list_price=Subquery(lowest), list_currency=Value(currency))

    def named(self, text: str) -> Self:
        """Products whose number, GTIN or previous number is exactly the text."""
        text = text.strip()
        exact = Q(number__iexact=text) | Q(gtin=text) | Q(previous_number=text)
        return self.filter(exact) if text else self.none()

    def find(self, company: Company, text: str) -> Self:
        """Products of a company for what a person typed, best first.

        Exact article number, GTIN or previous number; then number prefix; then name by trigram.
        An empty text finds nothing. Cut the result with a slice.
        """
        text = text.strip()
        if not text:
            return self.none()
        exact = Q(number__iexact=text) | Q(gtin=text) | Q(previous_number=text)
        prefix = Q(number__istartswith=text)
        like = Q(name__trigram_word_similar=text) | Q(name__icontains=text)
        rank = Case(When(exact, then=Value(0)), When(prefix, then=Value(1)), default=Value(2))
        return (
            self.of(company)
            .filter(exact | prefix | like)
            .annotate(rank=rank, likeness=TrigramWordSimilarity(text, "name"))
            .order_by("rank", "-likeness", "number", "pk")
        )


class Product(CompanyScoped):
    """An article or a service."""

    class Kind(models.TextChoices):
        """Goods are shipped, services are done."""

        GOODS = "goods", _("goods")
        SERVICE = "service", _("service")

    number = models.CharField(_("article number"), max_length=40)
    previous_number = models.CharField(
        _("number in the previous system"), max_length=40, blank=True
    )
    name = models.CharField(_("name"), max_length=160)
    description = models.TextField(_("description"), blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default="goods")
    unit = models.CharField(
        _("unit"),
        max_length=3,
        default="C62",
        help_text=_("UN/ECE code: C62 piece, KGM, MTR, HUR, LTR"),
    )
    gtin = models.CharField(_("GTIN"), max_length=14, blank=True)
    origin_country = models.CharField(
        _("country of origin"), max_length=2, blank=True, validators=[COUNTRY]
    )
    classification_list = models.CharField(
        _("classified by"), max_length=3, choices=Classification.choices, default="", blank=True
    )
    classification_code = models.CharField(_("classification"), max_length=30, blank=True)
    attributes = models.JSONField(
        _("attributes"), default=list, blank=True, help_text=_("pairs of a name and a value")
    )
    vat_class = models.CharField(
        _("VAT class"), max_length=10, choices=VatClass.choices, default="standard"
    )
    reorder_point = models.DecimalField(
        _("reorder point"), max_digits=18, decimal_places=3, default=0
    )
    is_active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["number"]
        indexes = [
            GinIndex(fields=["name"], name="product_name_trgm", opclasses=["gin_trgm_ops"]),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="product_name_upper_trgm"),
            models.Index(
                fields=["company", "previous_number"],
                name="product_previous",
                condition=~Q(previous_number=""),
            ),
            models.Index(
                F("company"),
                OpClass(Upper("number"), name="varchar_pattern_ops"),
                name="product_number_prefix",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="product_number"),
            models.UniqueConstraint(
                fields=["company", "gtin"], name="product_gtin_once", condition=~Q(gtin="")
            ),
            models.CheckConstraint(condition=Q(kind__in=["goods", "service"]), name="product_kind"),
            models.CheckConstraint(
                condition=Q(vat_class__in=VatClass.values), name="product_vat_class"
            ),
            models.CheckConstraint(
                condition=Q(classification_list="", classification_code="")
                | (
                    Q(classification_list__in=[code for code in Classification.values if code])
                    & ~Q(classification_code="")
                ),
                name="product_classification",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def item(self) -> dict[str, Any]:
        """What invoices tell of it beside number and name, as a line freezes it: BT-157 to 161."""
        classified = [self.classification_code, self.classification_list]
        facts = {
            "gtin": self.gtin,
            "origin_country": self.origin_country,
            "classifications": [classified] if self.classification_code else [],
            "attributes": self.attributes,
        }
        return {key: value for key, value in facts.items() if value}

    def get_absolute_url(self) -> str:
        """The product's page."""
        return page_of("catalog:product", self.pk)


class VatRate(models.Model):
    """A country's rate for a VAT class over a time; data of the country pack, with its source."""

    country = models.CharField(_("country"), max_length=2, validators=[COUNTRY])
    vat_class = models.CharField(_("VAT class"), max_length=10, choices=VatClass.choices)
    rate = models.DecimalField(_("rate"), max_digits=7, decimal_places=6)
    valid = DateRangeField(_("valid"))
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("VAT rate")
        verbose_name_plural = _("VAT rates")
        ordering = ["country", "vat_class"]
        constraints = [
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lt=1), name="vat_rate_fraction"),
            ExclusionConstraint(
                name="vat_rate_no_overlap",
                expressions=[
                    ("country", RangeOperators.EQUAL),
                    ("vat_class", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.get_vat_class_display()} {percent(self.rate)}"


class VatExemption(models.Model):
    """The words an invoice must carry when no VAT is charged; data of the country pack."""

    country = models.CharField(_("country"), max_length=2, validators=[COUNTRY])
    category = models.CharField(_("VAT category"), max_length=2, choices=VatCategory.choices)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    text = models.CharField(_("text on the document"), max_length=200)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("VAT exemption text")
        verbose_name_plural = _("VAT exemption texts")
        ordering = ["country", "category", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "category", "language"], name="vat_exemption_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.category} {self.language}: {self.text}"


class PriceList(CompanyScoped):
    """Prices in one currency: for everybody (no customer) or agreed with one customer.

    At most one active general list per currency and one active agreement per customer and
    currency, so that a price never depends on which list is read first; validity is the prices'.
    """

    name = models.CharField(_("name"), max_length=80)
    currency = models.CharField(_("currency"), max_length=3)
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, null=True, blank=True, related_name="price_lists"
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = ScopedQuerySet["PriceList"].as_manager()

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="price_list_name"),
            models.UniqueConstraint(
                fields=["company", "currency"],
                name="price_list_one_general",
                condition=Q(is_active=True, customer=None),
            ),
            models.UniqueConstraint(
                fields=["customer", "currency"],
                name="price_list_one_agreement",
                condition=Q(is_active=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The list's page with its prices."""
        return page_of("catalog:price_list", self.pk)


class PriceQuerySet(models.QuerySet["Price"]):
    """Reads on prices."""

    def valid_on(self, day: date) -> Self:
        """Prices that hold on a day."""
        return self.filter(valid__contains=day)

    def not_over(self, day: date) -> Self:
        """Prices that hold on a day or will later."""
        return self.filter(valid__overlap=DateRange(day, None))


class Price(models.Model):
    """A unit price from a quantity on, over a time; no two overlap."""

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="prices")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="prices")
    min_quantity = models.DecimalField(
        _("from quantity"), max_digits=18, decimal_places=3, default=0
    )
    unit_price = models.DecimalField(_("unit price"), max_digits=18, decimal_places=6)
    valid = DateRangeField(_("valid"))

    objects = PriceQuerySet.as_manager()

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["product", "min_quantity"]
        constraints = [
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="price_not_negative"),
            models.CheckConstraint(condition=Q(min_quantity__gte=0), name="price_from_quantity"),
            ExclusionConstraint(
                # Also the index by which price_for looks prices up.
                name="price_no_overlap",
                expressions=[
                    ("price_list", RangeOperators.EQUAL),
                    ("product", RangeOperators.EQUAL),
                    ("min_quantity", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} ≥ {self.min_quantity}: {self.unit_price}"
