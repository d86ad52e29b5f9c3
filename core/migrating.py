"""Creating a whole application's tables in one step, for migrations that stand for many."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreateTogether(Operation):
    """Several ``CreateModel`` whose models Django puts together once instead of once for each.

    Each change of Django's state of models costs a third of a second as soon as a hundred models
    know each other. Seen together, tables may also point at one another: their foreign keys are
    added when all are there.
    """

    def __init__(self, creations: Sequence[CreateModel]) -> None:
        self.creations = creations

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """For Django, which writes and compares operations."""
        return type(self).__name__, [self.creations], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add the models; whoever asks for them next puts all together."""
        state.__dict__.pop("apps", None)
        for creation in self.creations:
            creation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create the tables in the order given."""
        for creation in self.creations:
            creation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the tables, last first."""
        for creation in reversed(self.creations):
            creation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """For the list of a migration's steps."""
        return f"Create {len(self.creations)} models"

    def references_model(self, name: str, app_label: str) -> bool:
        """Nothing may be moved across it."""
        return True
