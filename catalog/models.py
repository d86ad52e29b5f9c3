"""Products, prices and VAT rates."""

from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import CompanyScoped, ScopedQuerySet
from core.models.company import COUNTRY
from customers.models import Customer


class VatClass(models.TextChoices):
    """What kind of rate a product falls under; the country's table says how many percent."""

    STANDARD = "standard", _("standard rate")
    REDUCED = "reduced", _("reduced rate")
    SECOND_REDUCED = "reduced2", _("second reduced rate")
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


class ProductQuerySet(ScopedQuerySet["Product"]):
    """Reads on products."""

    def active(self) -> Self:
        """Products one may sell."""
        return self.filter(is_active=True)


class Product(CompanyScoped):
    """An article or a service."""

    class Kind(models.TextChoices):
        """Goods are shipped, services are done."""

        GOODS = "goods", _("goods")
        SERVICE = "service", _("service")

    number = models.CharField(_("article number"), max_length=40)
    name = models.CharField(_("name"), max_length=160)
    description = models.TextField(_("description"), blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default="goods")
    unit = models.CharField(_("unit"), max_length=3, default="C62", help_text=_("UN/ECE code: C62 piece, KGM, MTR, HUR, LTR"))
    gtin = models.CharField(_("GTIN"), max_length=14, blank=True)
    vat_class = models.CharField(_("VAT class"), max_length=10, choices=VatClass.choices, default="standard")
    reorder_point = models.DecimalField(_("reorder point"), max_digits=18, decimal_places=3, default=0)
    is_active = models.BooleanField(_("active"), default=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["number"]
        indexes = [
            GinIndex(fields=["name"], name="product_name_trgm", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["company", "gtin"], name="product_gtin", condition=~Q(gtin="")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="product_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


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
        return f"{self.country} {self.get_vat_class_display()} {self.rate:.2%}"


class PriceList(CompanyScoped):
    """Prices in one currency: for everybody (no customer) or agreed with one customer."""

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
        ]

    def __str__(self) -> str:
        return self.name


class Price(models.Model):
    """A unit price from a quantity on, over a time; no two overlap."""

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="prices")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="prices")
    min_quantity = models.DecimalField(_("from quantity"), max_digits=18, decimal_places=3, default=1)
    unit_price = models.DecimalField(_("unit price"), max_digits=18, decimal_places=6)
    valid = DateRangeField(_("valid"))

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["product", "min_quantity"]
        constraints = [
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="price_not_negative"),
            models.CheckConstraint(condition=Q(min_quantity__gt=0), name="price_from_quantity"),
            ExclusionConstraint(
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
