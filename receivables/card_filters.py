"""Filters of card payments and settlements."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from core.filters import ChoiceFilter, FilterSet, SearchFilter, SwitchFilter
from receivables.models import ProviderPayment, ProviderRefund, ProviderSettlement
from receivables.models.provider import ProviderPaymentQuerySet


def _to_approve(rows: ProviderPaymentQuerySet) -> ProviderPaymentQuerySet:
    # scope: refunds of payments that the caller scopes
    waiting = ProviderRefund.objects.filter(payment=OuterRef("pk"), state="proposed")
    return rows.filter(Exists(waiting))


class CardPaymentFilter(FilterSet):
    """Payments by customer, provider's number and state."""

    q = SearchFilter("customer__name__icontains", "customer__number", "remote_id")
    state = ChoiceFilter(label=_("State"), choices=ProviderPayment.State.choices)
    trouble = SwitchFilter(lambda rows: rows.disagreeing(), label=_("Does not agree"))
    refunds = SwitchFilter(_to_approve, label=_("Refunds to approve"))
    unfinished = SwitchFilter(lambda rows: rows.unfinished(), label=_("Not finished"))

    class Meta:
        model = ProviderPayment
        fields: list[str] = []


class SettlementFilter(FilterSet):
    """Settlements by reference."""

    q = SearchFilter("reference__icontains")
    trouble = SwitchFilter(lambda rows: rows.disagreeing(), label=_("Does not agree"))
    waiting = SwitchFilter(lambda rows: rows.awaiting_money(), label=_("Payout awaited"))

    class Meta:
        model = ProviderSettlement
        fields: list[str] = []
