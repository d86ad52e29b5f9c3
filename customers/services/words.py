"""What a change was, in words for the timeline."""

from typing import Any

from django.db.models import Model


def changes_in_words(model: type[Model], changed: dict[str, tuple[Any, Any]]) -> str:
    """Each field's name with its old and new value: ``name: Acme → Acme GmbH; …``.

    ``changed`` maps field names to (old, new).
    """
    return "; ".join(
        f"{getattr(model._meta.get_field(field), 'verbose_name', field)}:"
        f" {_word(old)} → {_word(new)}"
        for field, (old, new) in changed.items()
    )


def _word(value: Any) -> str:
    return "–" if value in ("", None) else str(value)
