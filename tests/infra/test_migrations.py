"""Migrations that stand for many: the same tables; noted where the replaced ones were applied."""

import pytest
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from core.management.commands.up import _has_pending_migrations


def test_step_by_step_and_at_once_lead_to_the_same_models():
    at_once = MigrationLoader(None)
    assert len(at_once.replacements) == 11
    step_by_step = MigrationLoader(None, replace_migrations=False)
    changes = MigrationAutodetector(
        _replayed(step_by_step, without=at_once.replacements), at_once.project_state()
    )
    assert changes._detect_changes() == {}


def _replayed(loader, *, without):
    state = loader.project_state([])
    done = set()
    for leaf in sorted(loader.graph.nodes):
        if leaf in without:
            continue
        for key in loader.graph.forwards_plan(leaf):
            if key not in done and key not in without:
                done.add(key)
                state = loader.graph.nodes[key].mutate_state(state, preserve=False)
    return state


@pytest.mark.django_db
def test_one_that_stands_for_applied_ones_is_to_be_noted():
    assert not _has_pending_migrations()
    MigrationRecorder(connection).record_unapplied("orders", "0001_squashed_0008_policy_stays")
    assert _has_pending_migrations()
