"""kbtui's own children for a machine without kbtui: those that need nothing but Python, as one text for `python3 -c`.

Annotations and docstrings are left out: a node's Python may be 3.4, and a script is sent to a thousand nodes.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

from kbtui import machine

ALONE = frozenset({"cuda_child.py", "cgroup_child.py"})
"""Those that import only what every Python has."""


@lru_cache(maxsize=8)
def source_of(name: str) -> str:
    """The child as a text that any Python 3 runs. `name`: one of `ALONE`."""
    path = Path(machine.__file__).with_name("live") / name
    return ast.unparse(_Bare().visit(ast.parse(path.read_text(encoding="utf-8")))) + "\n"


class _Bare(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        for one in (*node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg):
            if one:
                one.annotation = None
        node.body = [self.visit(part) for part in node.body if not _is_text(part)]
        return node

    def visit_Module(self, node: ast.Module) -> ast.AST:
        node.body = [self.visit(part) for part in node.body if not _is_text(part) and not _is_typing(part)]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        assert node.value is not None
        return ast.copy_location(ast.Assign([node.target], node.value), node)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_typing(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module in ("typing", "collections.abc", "__future__")
