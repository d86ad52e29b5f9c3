"""The levels a company starts with."""

from django.utils import translation
from django.utils.translation import gettext as _

from core.models import Company
from dunning.models import DunningLevel


def set_up_levels(company: Company) -> None:
    """Three levels at 5, 20 and 40 days overdue; those a company has stay as they are."""
    tones = DunningLevel.Tone
    with translation.override(company.language):
        levels = [
            (1, _("Payment reminder"), 5, 0, tones.FRIENDLY, 10),
            (2, _("Second reminder"), 20, 10, tones.FIRM, 7),
            (3, _("Final reminder"), 40, 14, tones.FINAL, 7),
        ]
        DunningLevel.objects.bulk_create(
            [
                DunningLevel(
                    company=company,
                    level=level,
                    name=name,
                    days_overdue=days,
                    wait_days=wait,
                    tone=tone,
                    pay_within_days=pay_within,
                )
                for level, name, days, wait, tone, pay_within in levels
            ],
            ignore_conflicts=True,
        )
