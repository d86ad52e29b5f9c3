"""The lint of queries: a bare ``.objects`` in a view is named, a scoped or marked one is not."""

import importlib.util
from pathlib import Path

import pytest

from tests.suite import ROOT

spec = importlib.util.spec_from_file_location("check_scope", ROOT / "scripts/check_scope.py")
check_scope = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check_scope)


@pytest.mark.parametrize(
    ("source", "is_fault"),
    [
        ("x = Order.objects.filter(pk=1)", True),
        ("x = get_object_or_404(Order.objects, pk=1)", True),
        ("x = Order.objects.visible_to(user).filter(pk=1)", False),
        ("x = (\n  Order.objects.filter(pk=1)\n  .visible_to(user)\n)", False),
        ("f(Order.objects.filter(a=B.objects.visible_to(user)))", True),
        ("x = Order.objects.all()  # scope: the job sees every company", False),
        ("# scope: sessions have no company\nx = Session.objects.all()", False),
    ],
)
def test_a_query_in_a_view(tmp_path: Path, monkeypatch, source, is_fault):
    monkeypatch.setattr(check_scope, "ROOT", tmp_path)
    (tmp_path / "views.py").write_text(source)
    assert bool(check_scope.main()) is is_fault
