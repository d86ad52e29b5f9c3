"""The list of signs of payment habits: its table and filter."""

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from core.filters import ChoiceFilter, FilterSet, SearchFilter
from core.tables import BadgeColumn, Column, MomentColumn, Table
from receivables.models import HabitSign
from receivables.models.learned import HABIT_FROM
from receivables.tables import ActColumn


def _state_of(sign: HabitSign) -> tuple[str, str]:
    if sign.forgotten_at or sign.match.undone_at:
        return "amber", sign.state_words
    is_habit = (sign.standing_count or 0) >= HABIT_FROM
    return "green" if is_habit else "neutral", sign.state_words


class HabitTable(Table):
    """Decisions of people, and what each shows of how the customer pays."""

    words = Column(accessor="words", orderable=False, verbose_name=_("Habit"))
    customer = Column(
        accessor="customer",
        orderable=False,
        linkify=lambda record: record.customer.get_absolute_url(),
        verbose_name=_("Customer"),
    )
    state = BadgeColumn(of=_state_of)
    created_at = MomentColumn(verbose_name=_("Since"))
    source = Column(accessor="match", orderable=False, empty_values=(), verbose_name=_("From"))
    act = ActColumn("receivables/habit_act.html", "receivables.reverse", verbose_name=_("Forget"))

    class Meta:
        model = HabitSign
        fields = ("words", "customer", "state", "created_at", "source", "act")

    def render_source(self, record: HabitSign) -> str:
        """The payment, and who decided."""
        return render_to_string("receivables/habit_source.html", {"record": record})

    def value_source(self, record: HabitSign) -> str:
        """The payment's name."""
        return f"P-{record.match.bank_entry_id} {record.match.decided_by_name}"


class HabitFilter(FilterSet):
    """Signs by customer, habit and whether they count."""

    q = SearchFilter("customer__name__icontains", "customer__number__iexact")
    kind = ChoiceFilter(label=_("Habit"), choices=HabitSign.Kind.choices)
    state = ChoiceFilter(
        label=_("State"),
        choices=[("in_use", _("in use")), ("forgotten", _("forgotten"))],
        method="in_state",
    )

    class Meta:
        model = HabitSign
        fields: list[str] = []

    def in_state(self, rows: QuerySet[HabitSign], _name: str, value: str) -> QuerySet[HabitSign]:
        """In use, or forgotten."""
        return rows.filter(forgotten_at__isnull=value == "in_use")
