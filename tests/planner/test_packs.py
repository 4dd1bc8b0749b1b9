"""Tables are data in packs: a team's pack adds a card, a box and a model, without being trusted and without a line of code."""

import pytest

from kbtui.engine import Engine
from kbtui.errors import InputError
from kbtui.kb.cache import open_knowledge
from kbtui.kb.packs import Pack, shipped
from kbtui.machine.facts import Facts
from kbtui.planner import boxes
from kbtui.planner.make import Ask, make

OURS = {
    "our-cards": """
kind: table
adds: gpus
sources: {label: 'the label on the card'}
rows:
- {name: GeForce RTX 4090 Lab 48 GB, reported: GeForce RTX 4090 Lab 48 GB, architecture: Ada, cc: '8.9', released: '2024-06', vram_gib: 48, board_watts: 450, psu_watts: 850, length_mm: 270, slots: Dual-slot, connectors: '1x 16-pin', support: current, open_module: true}
- {name: GeForce RTX 5090, psu_watts: 1}
""",
    "our-boxes": """
kind: table
adds: boxes
sources: {door: 'the list on the door'}
rows:
- {name: blue, psu.watts: '1000', psu.atx: '3.1', psu.plugs: '1x 16-pin', case.gpu_length_mm: '330', cpu.cores: '16', ram.total_gib: '64', machine.form: workstation}
""",
    "our-models": """
kind: table
adds: model-sizes
sources: {ours: 'config.json of the model'}
rows:
- {name: lab-9b, params_b: '9.04', layers: '40', hidden: '4096', ffn: '14336', heads: '32', kv_heads: '8', vocab: '64000', gated: true, tied: false, context: '8192', released: '2025-01'}
""",
}


@pytest.fixture
def pack(tmp_path):
    def write(**files):
        (tmp_path / "tables").mkdir()
        (tmp_path / "pack.yaml").write_text("title: What our lab has\n")
        for name, text in files.items():
            (tmp_path / "tables" / f"{name.replace('_', '-')}.yaml").write_text(text)
        engine = Engine(*open_knowledge([shipped(), Pack("our-lab", tmp_path)]))
        return engine, [str(m) for m in engine.knowledge.mistakes]

    return write


def planned(engine, goal, sets=(), **more):
    return make(Ask(goal=goal, facts=Facts(list(sets)), today="2026-11", **more), engine.knowledge, engine.tables)


def test_a_team_adds_a_card_a_box_and_a_model(pack):
    engine, mistakes = pack(**OURS)
    assert len(mistakes) == 1, "the row that is there already"
    p = planned(
        engine,
        "fine-tune",
        boxes.facts_of(engine.tables, "Blue"),
        gpus="RTX 4090 Lab 48 GB",
        model="lab-9b",
        method="lora",
    )
    assert p.cards == ["GeForce RTX 4090 Lab 48 GB"]
    states = {x.name: x.state for x in p.lines}
    assert (states["supply"], states["plugs"], states["length"], states["memory"]) == ("fine", "fine", "fine", "fine")
    supply = next(x for x in p.lines if x.name == "supply")
    assert supply.value == "1000 W (box blue)"
    assert p.estimate.model == "lab-9b"
    assert p.estimate.have_gib == 48


def test_a_row_that_is_there_already_stays_and_that_is_told(pack):
    engine, mistakes = pack(**OURS)
    assert next(r for r in engine.tables.rows("gpus") if r["name"] == "GeForce RTX 5090")["psu_watts"] == "1000"
    assert any("'GeForce RTX 5090' stands in gpus already" in m for m in mistakes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("adds: gpu\nrows:\n- {name: x}", "no table of an earlier pack"),
        ("adds: boxes\nrows:\n- {name: x, psu.wats: '5'}", "column 'psu.wats' is none of boxes"),
        ("adds: boxes\nrows:\n- {psu.watts: '5'}", "the row has no name"),
    ],
)
def test_what_a_table_cannot_take_is_told_with_the_nearest_word(pack, text, said):
    _, mistakes = pack(odd=f"kind: table\nsources: {{a: b}}\n{text}\n")
    assert any(said in m for m in mistakes), mistakes


def test_a_box_that_there_is_not(engine):
    with pytest.raises(InputError, match="story-2015"):
        boxes.facts_of(engine.tables, "story-2051")
    assert {f.name for f in boxes.facts_of(engine.tables, "story-2015")} >= {"psu.watts", "os.id", "case.gpu_length_mm"}
    assert {f.origin for f in boxes.facts_of(engine.tables, "story-2015")} == {"box story-2015"}
