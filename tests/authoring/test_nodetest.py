"""What `expect` means: `supported` and `refuted` are about the evidence alone."""

from __future__ import annotations

import pytest

from kbtui.authoring.nodetest import run_one
from kbtui.kb.nodes import Test as NodeTest

NAME = "secure-boot-unsigned-module"


@pytest.mark.parametrize(
    ("test", "passed"),
    [
        (
            NodeTest(expect="supported", text="modprobe: ERROR: could not insert 'nvidia': Required key not available"),
            True,
        ),
        (NodeTest(expect="supported", text="secure boot refuses my unsigned module"), False),  # words are no evidence
        (NodeTest(expect="refuted", facts={"secure_boot.enabled": "false"}), True),
        (NodeTest(expect="supported", facts={"secure_boot.enabled": "false"}), False),
        (
            NodeTest(expect="refuted", text="modprobe: ERROR: could not insert 'nvidia': Required key not available"),
            False,
        ),
    ],
)
def test_weighed(engine, test, passed):
    assert run_one(engine, NAME, engine.knowledge.problem(NAME), 1, test).passed is passed
