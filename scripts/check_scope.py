"""Fails a query in a view, task, form, filter or tag that is not scoped to who asks.

``Model.objects`` there must go through ``.visible_to(actor)``, or say on its line or the line above
why it need not: ``# scope: reason``; ``none()`` shows nothing anyway. Leaks happen in exports,
autocompletes and tags.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECKED = {"views", "tasks", "forms", "filters", "templatetags", "tables"}
SCOPED = {"visible_to", "none"}
SKIPPED = {".venv", "node_modules", "tests"}


def main() -> int:
    """Name each such place; 1 if there is one."""
    faults = [fault for path in _files() for fault in _faults(path)]
    print("\n".join(faults))
    return 1 if faults else 0


def _files() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if not SKIPPED & set(parts) and CHECKED & set(parts):
            yield path


def _faults(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    lines, tree = source.splitlines(), ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "objects":
            chain, last = _chain(node, parents)
            if SCOPED & chain or _is_marked(lines, node.lineno, last):
                continue
            place = f"{path.relative_to(ROOT)}:{node.lineno}"
            yield f"{place}: {ast.unparse(node)} without .visible_to(actor) or a “# scope: reason”"


def _chain(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> tuple[set[str], int]:
    """Names called on ``node`` one after another, and the line where that ends."""
    names: set[str] = set()
    while isinstance(parent := parents.get(node), (ast.Attribute, ast.Call)):
        if isinstance(parent, ast.Call) and parent.func is not node:
            break
        if isinstance(parent, ast.Attribute):
            names.add(parent.attr)
        node = parent
    return names, getattr(node, "end_lineno", 0)


def _is_marked(lines: list[str], first: int, last: int) -> bool:
    return any("# scope: " in line for line in lines[max(0, first - 2) : last])


if __name__ == "__main__":
    sys.exit(main())
