"""Django's picture of the models between two migrations, put together with less work.

Filling an empty database takes Django most of a minute, nearly all of it to make its historical
models anew after each step. Two things need no new models, and are left out while ``migrate`` runs:

- A constraint or an index concerns one model. Django makes all its neighbours anew, which with a
  company that everything belongs to is all of them; here it is written into the model there is.
  SQLite remakes a table from the model of before; PostgreSQL never looks at that.
- A field of a state machine listens for every model made after it, to collect the methods that
  change it. Historical models have no such methods, yet thousands of them listen.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, cast

from django.db.migrations.state import ProjectState, StateApps
from django.db.models.signals import class_prepared

_OF_ONE_MODEL = (
    "add_constraint",
    "alter_constraint",
    "remove_constraint",
    "add_index",
    "remove_index",
)


@contextmanager
def quick_states() -> Iterator[None]:
    """Inside, states of migrations are put together with less work; they come out the same."""
    with ExitStack() as until_the_end:
        for kind, name, wrapped in (
            (StateApps, "render_multiple", _unheard),
            *((ProjectState, name, _in_place) for name in _OF_ONE_MODEL),
        ):
            plain = getattr(kind, name)
            until_the_end.callback(partial(setattr, kind, name, plain))
            setattr(kind, name, wrapped(plain))
        yield


def _unheard(render: Callable[..., None]) -> Callable[..., None]:
    """Make models, and let nothing that belongs to them listen for the next ones."""
    listeners = list(cast(Any, class_prepared).receivers)

    def rendered(apps: StateApps, model_states: Sequence[Any]) -> None:
        render(apps, model_states)
        with cast(Any, class_prepared).lock:
            cast(Any, class_prepared).receivers = list(listeners)

    return rendered


def _in_place(change: Callable[..., None]) -> Callable[..., None]:
    """Change a model's constraints or indexes, and write them into the model that is made."""

    def changed(state: ProjectState, app_label: str, model_name: str, *what: Any) -> None:
        apps = state.__dict__.pop("apps", None)  # without them there is nothing to make anew
        change(state, app_label, model_name, *what)
        if apps is None:
            return
        state.__dict__["apps"] = apps
        options = state.models[app_label, model_name].options
        meta: Any = apps.get_model(app_label, model_name)._meta
        for name in ("constraints", "indexes"):
            setattr(meta, name, meta._format_names(options[name]))
        meta._expire_cache()

    return changed
