"""Hand-written SQL beside its migration: triggers and rules the ORM has no words for."""

from pathlib import Path

from django.db.migrations.operations import RunSQL

REVERSE = "-- reverse"


def rules_from(migration_file: str) -> RunSQL:
    """The ``.sql`` beside a migration, as one reversible operation: ``rules_from(__file__)``.

    The file holds the forward SQL, then a line ``-- reverse`` alone, then the SQL that undoes it.
    A file without that line is refused, since every migration of ours can be taken back.
    """
    path = Path(migration_file).with_suffix(".sql")
    forward, mark, reverse = path.read_text(encoding="utf-8").partition(f"\n{REVERSE}\n")
    if not mark:
        raise ValueError(
            f"{path.name} lacks a line “{REVERSE}” followed by the SQL that undoes it."
        )
    return RunSQL(forward, reverse)
