"""Events: one append-only table for history, audit, process analysis and webhooks."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.actors import shown_name
from core.models.company import CompanyScoped, ScopedQuerySet


class EventQuerySet(ScopedQuerySet["Event"]):
    """Reads on events."""

    def about(self, *subjects: models.Model) -> "EventQuerySet":
        """Events whose subject is one of these rows, newest first."""
        named = [
            models.Q(subject_type=subject._meta.label_lower, subject_id=subject.pk)
            for subject in subjects
        ]
        return self.filter(models.Q(*named, _connector=models.Q.OR)).order_by("-pk")

    def along(self, correlation: str) -> "EventQuerySet":
        """Events of one order's whole way (``order:17``), newest first."""
        return self.filter(correlation=correlation).order_by("-pk")


class Event(CompanyScoped):
    """What a verb did: name, subject, actor, two dates and what changed. Never updated."""

    name = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    subject_label = models.CharField(max_length=120, blank=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=120)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    correlation = models.CharField(max_length=60, blank=True)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="event_subject"),
            models.Index(
                fields=["correlation", "-id"],
                name="event_correlation",
                condition=~models.Q(correlation=""),
            ),
            models.Index(fields=["company", "-id"], name="event_company"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject_label}"

    @property
    def who(self) -> str:
        """Who did it, in the reader's language."""
        return shown_name(self.actor_kind, self.actor_name)


class EventSeal(CompanyScoped):
    """A sealed batch: the hash over its events and the seal before it, one chain per company."""

    position = models.PositiveBigIntegerField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    event_count = models.PositiveIntegerField()
    sealed_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["EventSeal"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "position"], name="seal_chain"),
        ]

    def __str__(self) -> str:
        return f"{self.company_id}/{self.position}"


class SealedEvent(models.Model):
    """Which seal covers an event, and where in the batch it stands."""

    event = models.OneToOneField(
        Event, on_delete=models.PROTECT, primary_key=True, related_name="seal"
    )
    seal = models.ForeignKey(EventSeal, on_delete=models.PROTECT, related_name="events")
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seal", "position"], name="sealed_event_position"),
        ]

    def __str__(self) -> str:
        return f"{self.seal_id}/{self.position}"
