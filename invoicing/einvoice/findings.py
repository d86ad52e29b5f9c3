"""What a rule has against a document."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A failing rule: its official id, a sentence for people, the field to mend, the place."""

    rule: str
    message: str
    field: str = ""
    official: str = ""
    location: str = ""
    is_warning: bool = False

    def __str__(self) -> str:
        return f"{self.rule}: {self.message}"
