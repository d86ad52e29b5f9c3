"""Up to when the books are closed: by area, soft or hard, and what a closing was decided on.

The newest row of an area and strength counts. Hard: nobody posts. Soft: only an act that says why
(``LatePosting``) posts. Going back to an earlier day takes two people (``Reopening``). The database
holds all three.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet


class Area(models.TextChoices):
    """Parts of the books that close apart; which one an entry is in, its source says."""

    ALL = "all", _("all areas")
    INVOICING = "invoicing", _("invoices")
    BANK = "bank", _("bank")
    RECEIVABLES = "receivables", _("matching and adjustments")


class Strength(models.TextChoices):
    """Whom a closing stops."""

    SOFT = "soft", _("soft: only with the right and a reason")
    HARD = "hard", _("hard: nobody")


class Reopening(CompanyScoped):
    """Somebody asks to go back to an earlier day; somebody else decides."""

    class State(models.TextChoices):
        """Where it stands."""

        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    area = models.CharField(_("area"), max_length=12, choices=Area.choices)
    strength = models.CharField(_("closing"), max_length=4, choices=Strength.choices)
    closed_until = models.DateField(_("closed until"))
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default="proposed")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = ScopedQuerySet["Reopening"].as_manager()

    class Meta:
        verbose_name = _("reopening")
        verbose_name_plural = _("reopenings")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "area", "strength"],
                condition=Q(state="proposed"),
                name="reopening_one_proposal",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="reopening_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by=None, decided_at=None)
                | Q(
                    state__in=["approved", "rejected"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="reopening_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(area__in=Area.values, strength__in=Strength.values) & ~Q(reason=""),
                name="reopening_known_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.strength} {self.closed_until}"


class BooksClosing(CompanyScoped):
    """Up to which day an area of a company's books is closed; ``checks`` as the closer saw them."""

    area = models.CharField(_("area"), max_length=12, choices=Area.choices, default=Area.ALL)
    strength = models.CharField(
        _("closing"), max_length=4, choices=Strength.choices, default=Strength.HARD
    )
    closed_until = models.DateField(_("closed until"))
    closed_at = models.DateTimeField(auto_now_add=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_by_name = models.CharField(max_length=120)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    checks = models.JSONField(default=list)
    reopening = models.OneToOneField(
        Reopening, on_delete=models.PROTECT, null=True, blank=True, related_name="closing"
    )

    objects = ScopedQuerySet["BooksClosing"].as_manager()

    class Meta:
        verbose_name = _("closing")
        verbose_name_plural = _("closings")
        get_latest_by = "id"
        constraints = [
            models.CheckConstraint(
                condition=Q(area__in=Area.values, strength__in=Strength.values),
                name="closing_known_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company_id}: {self.closed_until}"


class LatePosting(CompanyScoped):
    """Who posts into softly closed days and why; it lets the act it is written in, no other."""

    area = models.CharField(_("area"), max_length=12, choices=Area.choices)
    reason = models.CharField(_("reason"), max_length=200)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    posted_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["LatePosting"].as_manager()

    class Meta:
        verbose_name = _("late posting")
        verbose_name_plural = _("late postings")
        constraints = [
            models.CheckConstraint(
                condition=Q(area__in=Area.values) & ~Q(reason=""), name="late_posting_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area}: {self.reason}"


class ProofRun(CompanyScoped):
    """What the proof of a company's invariants found; ``breaches``: (check, sentence) pairs."""

    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), auto_now_add=True)
    check_count = models.PositiveSmallIntegerField(_("checks"))
    breaches = models.JSONField(default=list)
    proved_by_name = models.CharField(_("by"), max_length=120)

    objects = ScopedQuerySet["ProofRun"].as_manager()

    class Meta:
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")
        get_latest_by = "id"

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        """What was found."""
        return page_of("receivables:proof", self.pk)
