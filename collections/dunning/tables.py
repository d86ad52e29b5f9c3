"""Tables of dunning."""

from django.utils.translation import gettext_lazy as _

from core.tables import BadgeColumn, Column, DayColumn, LinkColumn, MoneyColumn, Table
from dunning.models import DunningRun


class RunTable(Table):
    """Runs, newest first."""

    number = LinkColumn()
    run_on = DayColumn(verbose_name=_("As of"))
    state = BadgeColumn()
    notice_count = Column(verbose_name=_("Reminders"))
    amount = MoneyColumn(currency="currency", verbose_name=_("Overdue"))
    proposed_by_name = Column(verbose_name=_("Proposed by"))
    approved_by = Column(verbose_name=_("Approved by"))

    class Meta:
        model = DunningRun
        fields = (
            "number",
            "run_on",
            "state",
            "notice_count",
            "amount",
            "proposed_by_name",
            "approved_by",
        )

    def render_proposed_by_name(self, record: DunningRun) -> str:
        """Who proposed it, in the reader's language."""
        return record.proposer
