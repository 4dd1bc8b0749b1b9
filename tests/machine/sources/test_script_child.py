"""kbtui's own children inside the collector: bare enough for an old Python, and they still say the same."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

import pytest

from kbtui.machine.live import cuda_child
from kbtui.machine.sources.script_child import ALONE, source_of


@pytest.mark.parametrize("name", sorted(ALONE))
def test_nothing_of_a_new_python_is_left(name):
    tree = ast.parse(source_of(name), feature_version=(3, 5))
    assert not [
        n
        for n in ast.walk(tree)
        if isinstance(n, ast.FunctionDef) and (n.returns or any(a.annotation for a in n.args.args))
    ]
    assert not [
        n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom | ast.JoinedStr | ast.NamedExpr | ast.AnnAssign)
    ]


def test_it_says_what_the_child_itself_says():
    mine = subprocess.run([sys.executable, "-I", cuda_child.__file__], capture_output=True, text=True)
    sent = subprocess.run([sys.executable, "-I", "-c", source_of("cuda_child.py")], capture_output=True, text=True)
    assert sent.stdout == mine.stdout and json.loads(sent.stdout.splitlines()[0]) == {"what": "start"}
