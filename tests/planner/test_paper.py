"""What leaves names nobody and drives no terminal."""

from kbtui.machine.facts import Facts
from kbtui.machine.given import fact_from
from kbtui.planner import page, paper, show
from kbtui.planner.words import Words

SECRETS = ("anna", "anna-tower", "GPU-8f2e6d1c-1111-2222-3333-444455556666")


def test_no_name_leaves(plan):
    facts = Facts([fact_from("machine.hostname", "anna-tower", "--set")])
    made = plan(
        "train-pytorch", "os.id=ubuntu", "os.version=24.04", gpus="RTX 3090", machine="/home/anna/anna-tower.tar.gz"
    )
    made.notes.append("seen on anna@anna-tower, card GPU-8f2e6d1c-1111-2222-3333-444455556666 \x1b[31m")
    leaves = paper.plan(made, facts, None)
    for text in (show.markdown(leaves, Words()), page.page(leaves, Words()), str(leaves)):
        assert "anna-tower" not in text
        assert "8f2e6d1c" not in text
        assert "\x1b" not in text
    assert leaves.lines == made.lines, "what is no name stays"


def test_a_plan_that_says_nothing_private_is_not_changed(plan):
    made = plan("fine-tune", gpus="4x RTX 3090", model="llama-3-70b", method="qlora")
    assert paper.plan(made, [], None) == made
