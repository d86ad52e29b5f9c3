"""Filters of dunning's lists."""

from django.utils.translation import gettext_lazy as _

from core.filters import ChoiceFilter, DayFilter, FilterSet, SearchFilter
from dunning.models import DunningRun, RunState


class RunFilter(FilterSet):
    """Runs by number, state and day."""

    q = SearchFilter("number__istartswith")
    state = ChoiceFilter(label=_("State"), choices=RunState.choices)
    since = DayFilter(label=_("Since"), field_name="run_on", lookup_expr="gte")

    class Meta:
        model = DunningRun
        fields: list[str] = []
