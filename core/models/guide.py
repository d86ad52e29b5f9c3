"""The guided first hour: which of its steps a person has tried."""

from django.db import models

from core.models.people import User


class GuideMark(models.Model):
    """A step a person has tried (``o2c.help.guide``), or that they hid the guide."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="guide_marks")
    step = models.CharField(max_length=20)
    marked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "step"], name="guide_mark_once"),
        ]

    def __str__(self) -> str:
        return self.step
