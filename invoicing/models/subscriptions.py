"""Subscriptions: agreements that are billed by period, with lines whose price may change by day.

What a line costs on a day is the latest of its price rows; rows of days that are billed never
change. ``next_from`` is the first day that is not dealt with yet: everything before it is billed,
paused or free of charge. ``next_bill_on`` is the day on which the next period with a charge is
billed, kept on the row so that due work is found by an index.
"""

from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import DecimalField, F, Func, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Round
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMModelMixin, transition

from catalog.models import Product, VatClass
from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet
from customers.models import Customer, PaymentTerms


class SubscriptionState(models.TextChoices):
    """Where a subscription stands."""

    DRAFT = "draft", _("draft")
    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")


RUNNING = (SubscriptionState.ACTIVE, SubscriptionState.PAUSED)
"""States in which something may be billed: of a paused one the days before its pause."""


_WORTH = DecimalField(max_digits=24, decimal_places=9)
_MONEY = DecimalField(max_digits=18, decimal_places=2)


class SubscriptionQuerySet(ScopedQuerySet["Subscription"]):
    """Reads on subscriptions."""

    def running(self) -> Self:
        """Active or paused."""
        return self.filter(state__in=RUNNING)

    def to_bill(self, on: date) -> Self:
        """With a period whose billing day has come; due work."""
        return self.running().filter(next_bill_on__lte=on)

    def with_monthly_worth(self, on: date) -> Self:
        """With ``monthly_amount``: what the lines that run on a day cost in a month."""
        # scope: lines and prices of the subscriptions themselves
        prices = SubscriptionPrice.objects.filter(line=OuterRef("pk"), valid_from__lte=on)
        lines = (
            SubscriptionLine.objects.filter(subscription=OuterRef("pk"), starts_on__lte=on)
            .filter(Q(ends_on=None) | Q(ends_on__gte=on))
            .annotate(price=Subquery(prices.order_by("-valid_from").values("unit_price")[:1]))
            .order_by()
            .values("subscription")
            .annotate(worth=Sum(F("quantity") * F("price"), output_field=_WORTH))
        )
        found = Subquery(lines.values("worth"), output_field=_WORTH)
        whole = Coalesce(found, Value(0), output_field=_WORTH)
        per_month = Round(whole / F("interval_months"), precision=2, output_field=_MONEY)
        return self.annotate(monthly_amount=per_month)


class Subscription(ConcurrentTransitionMixin, FSMModelMixin, CompanyScoped):
    """An agreement with a customer that is billed again and again."""

    number = models.CharField(_("number"), max_length=20)
    state = FSMField(
        _("state"), default=SubscriptionState.DRAFT, choices=SubscriptionState.choices,
        protected=True,
    )  # fmt: skip
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="subscriptions", verbose_name=_("customer")
    )
    title = models.CharField(_("what for"), max_length=120)
    payment_terms = models.ForeignKey(
        PaymentTerms, on_delete=models.PROTECT, related_name="+", verbose_name=_("terms")
    )
    currency = models.CharField(_("currency"), max_length=3)
    po_number = models.CharField(_("customer's order number"), max_length=60, blank=True)
    starts_on = models.DateField(_("begins"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    notice_months = models.PositiveSmallIntegerField(_("months of notice"), default=0)
    interval_months = models.PositiveSmallIntegerField(_("months per period"), default=1)
    anchor_day = models.PositiveSmallIntegerField(_("day on which periods begin"), default=1)
    anchor_month = models.PositiveSmallIntegerField(_("month in which a period begins"), default=1)
    is_in_advance = models.BooleanField(_("billed in advance"), default=True)
    next_from = models.DateField(_("billed before"), editable=False)
    next_bill_on = models.DateField(_("next billing"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["company", "-id"], name="subscription_company"),
            models.Index(
                fields=["company", "next_bill_on"],
                name="subscription_to_bill",
                condition=Q(next_bill_on__isnull=False),
            ),
            GinIndex(fields=["number"], name="subscription_number_trgm",
                     opclasses=["gin_trgm_ops"]),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="subscription_number"),
            models.UniqueConstraint(
                fields=["id", "company", "customer"], name="subscription_of_customer"
            ),
            models.CheckConstraint(
                condition=Q(state__in=SubscriptionState.values), name="subscription_state_known"
            ),
            models.CheckConstraint(
                condition=Q(interval_months__gte=1, interval_months__lte=120)
                & Q(anchor_day__gte=1, anchor_day__lte=31)
                & Q(anchor_month__gte=1, anchor_month__lte=12),
                name="subscription_interval",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RUNNING) | Q(next_bill_on=None),
                name="subscription_bills_while_running",
            ),
            models.CheckConstraint(
                condition=Q(next_from__gte=F("starts_on")), name="subscription_from_its_start"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The subscription's page."""
        return page_of("invoicing:subscription", self.pk)

    @property
    def correlation(self) -> str:
        """Key under which its timeline and that of its invoices run."""
        return f"subscription:{self.pk}"

    @transition(field=state, source=SubscriptionState.DRAFT, target=SubscriptionState.ACTIVE)
    def to_active(self) -> None:
        """Agreed; it is billed from now on."""

    @transition(field=state, source=SubscriptionState.ACTIVE, target=SubscriptionState.PAUSED)
    def to_paused(self) -> None:
        """Nothing is charged for a while."""

    @transition(field=state, source=SubscriptionState.PAUSED, target=SubscriptionState.ACTIVE)
    def to_resumed(self) -> None:
        """It goes on."""

    @transition(
        field=state,
        source=[SubscriptionState.DRAFT, *RUNNING],
        target=SubscriptionState.ENDED,
    )
    def to_ended(self) -> None:
        """Nothing is left to bill, ever."""


class SubscriptionPause(models.Model):
    """Days on which a subscription charges nothing; without a last day it goes on."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="pauses")
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["first_on"]
        constraints = [
            ExclusionConstraint(
                name="subscription_paused_once",
                expressions=[
                    ("subscription", RangeOperators.EQUAL),
                    (
                        Func("first_on", "last_on", Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_on} – {self.last_on or ''}"


class PriceIndex(CompanyScoped):
    """A published index that prices follow, e.g. the consumer price index."""

    name = models.CharField(_("name"), max_length=80)
    publisher = models.CharField(_("published by"), max_length=120)

    objects = ScopedQuerySet["PriceIndex"].as_manager()

    class Meta:
        verbose_name = _("price index")
        verbose_name_plural = _("price indices")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="price_index_name"),
        ]

    def __str__(self) -> str:
        return self.name


class IndexValue(CompanyScoped):
    """A value of an index and the day from which it holds, as a person entered it."""

    index = models.ForeignKey(PriceIndex, on_delete=models.PROTECT, related_name="values")
    valid_from = models.DateField(_("holds from"))
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=4)
    source = models.CharField(_("source"), max_length=200)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["IndexValue"].as_manager()

    class Meta:
        verbose_name = _("index value")
        verbose_name_plural = _("index values")
        ordering = ["index", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["index", "valid_from"], name="index_value_once"),
            models.CheckConstraint(condition=Q(value__gt=0), name="index_value_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.index}: {self.value.normalize():f}"


class SubscriptionLine(models.Model):
    """What is charged per period: a product or words, a quantity, and how its price moves."""

    class Rule(models.TextChoices):
        """How the price moves."""

        FIXED = "fixed", _("fixed price")
        STEPS = "steps", _("stepped price")
        INDEX = "index", _("price by index")

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("pos."))
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    description = models.CharField(_("description"), max_length=160)
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=3, default="C62")
    vat_class = models.CharField(
        _("VAT class"), max_length=10, choices=VatClass.choices, default="standard"
    )
    starts_on = models.DateField(_("begins"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    price_rule = models.CharField(
        _("price"), max_length=10, choices=Rule.choices, default=Rule.FIXED
    )
    index = models.ForeignKey(
        PriceIndex, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    index_base_value = models.DecimalField(
        _("base value"), max_digits=12, decimal_places=4, null=True, blank=True
    )
    index_base_on = models.DateField(_("base date"), null=True, blank=True)
    index_threshold = models.DecimalField(_("threshold"), max_digits=7, decimal_places=6, default=0)

    class Meta:
        verbose_name = _("subscription line")
        verbose_name_plural = _("subscription lines")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "position"], name="subscription_line_position"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="subscription_line_quantity"),
            models.CheckConstraint(
                condition=Q(price_rule="index", index__isnull=False, index_base_value__gt=0,
                            index_base_on__isnull=False)
                | Q(price_rule__in=["fixed", "steps"], index=None, index_base_value=None),
                name="subscription_line_rule",
            ),
            models.CheckConstraint(
                condition=Q(index_threshold__gte=0, index_threshold__lt=1),
                name="subscription_line_threshold",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.description


class SubscriptionPrice(models.Model):
    """A unit price of a line from a day on, and how it came about.

    An index adjustment keeps its calculation: price before, base and new value, change.
    """

    class Origin(models.TextChoices):
        """Where it comes from."""

        AGREED = "agreed", _("agreed")
        STEP = "step", _("agreed step")
        CHANGED = "changed", _("changed")
        INDEX = "index", _("by index")

    line = models.ForeignKey(SubscriptionLine, on_delete=models.CASCADE, related_name="prices")
    valid_from = models.DateField(_("from"))
    unit_price = models.DecimalField(_("price"), max_digits=18, decimal_places=6)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin.choices)
    note = models.CharField(_("reason"), max_length=200, blank=True)
    anniversary_on = models.DateField(_("anniversary"), null=True, blank=True)
    index_value = models.ForeignKey(
        IndexValue, on_delete=models.PROTECT, null=True, blank=True, related_name="adjustments"
    )
    base_value = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    old_price = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    change_rate = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)

    class Meta:
        verbose_name = _("price of a subscription line")
        verbose_name_plural = _("prices of subscription lines")
        ordering = ["valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["line", "valid_from"], name="subscription_price_once"),
            models.UniqueConstraint(
                fields=["line", "anniversary_on"], name="subscription_adjusted_once"
            ),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="subscription_price_sign"),
            models.CheckConstraint(
                condition=~Q(origin="index")
                | Q(
                    anniversary_on__isnull=False,
                    index_value__isnull=False,
                    base_value__gt=0,
                    old_price__isnull=False,
                    change_rate__isnull=False,
                ),
                name="subscription_price_reckoned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}: {self.unit_price.normalize():f}"
