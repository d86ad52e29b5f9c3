"""Migrations that stand for many: the same tables; noted where the replaced ones were applied."""

import pytest
from django.db import connection, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import class_prepared

from core.management.commands.up import _has_pending_migrations
from core.quick_states import quick_states


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


def test_quick_states_write_a_constraint_into_the_model_there_is():
    state = MigrationLoader(None).project_state()
    heard = len(class_prepared.receivers)
    with quick_states():
        before = state.apps.get_model("orders", "order")
        rule = models.CheckConstraint(condition=models.Q(pk__gt=0), name="%(class)s_above")
        index = models.Index("customer", name="order_by_whom")
        state.add_constraint("orders", "order", rule)
        state.add_index("orders", "order", index)
        assert len(class_prepared.receivers) == heard
    made = state.apps.get_model("orders", "order")
    assert made is before
    del state.__dict__["apps"]
    anew = state.apps.get_model("orders", "order")._meta
    assert made._meta.constraints == anew.constraints
    assert made._meta.indexes == anew.indexes
    assert "order_above" in {each.name for each in anew.constraints}
    with quick_states():
        state.remove_constraint("orders", "order", "%(class)s_above")
    left = {each.name for each in state.apps.get_model("orders", "order")._meta.constraints}
    assert "order_above" not in left
