"""From a case to a draft: redacted, checked, close to what lint asks; look-alikes found; one file written once."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbtui.authoring import draft, submit, wording
from kbtui.diagnosis.case import Page, State
from kbtui.diagnosis.elsewhere import redactor_for
from kbtui.engine import Engine, Request
from kbtui.errors import InputError
from kbtui.kb.cache import open_knowledge
from kbtui.kb.load import load_file
from kbtui.kb.nodes import Problem
from kbtui.kb.packs import Pack
from kbtui.kb.signs import Sign, match_text
from kbtui.machine.given import fact_from

SMALL = Path(__file__).parent.parent / "tui" / "pack"
TEXT = """\
after the update my training dies on alice@gpubox, and the second card is gone
[ 1234.567890] foodrv 0000:65:00.0: Failed to map the frobnicator BAR at 0xdeadbeef00 (error 804)
/home/alice/x/train.py: FrobError: widget 550.120.3 lost
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Engine:
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    try:
        return Engine(*open_knowledge([Pack("kbtui", SMALL, shipped=True)]))
    finally:
        patch.undo()


def drafted(engine: Engine, state: State, title: str = "") -> str:
    seen = draft.look_at(engine, state, Request(text=state.text, facts=state.facts, answers=state.answers))
    return draft.from_case(engine, seen, redactor_for(state.text, state.facts), title)


def node_of(text: str, tmp_path: Path) -> Problem:
    path = submit.write(text, tmp_path)
    loaded, mistakes = load_file(path, Pack("own", tmp_path))
    assert loaded and not mistakes and isinstance(loaded.node, Problem)
    return loaded.node


def errors(engine: Engine, text: str) -> list[str]:
    return [m.message for m in submit.check(text, submit.world_of(engine)) if m.level == "error"]


def test_a_case_becomes_a_node(small, tmp_path):
    found = Page("https://example.org/t/1", "A thread", "sudo modprobe foodrv map=0")
    node = node_of(drafted(small, State(id="c", text=TEXT, elsewhere=[found])), tmp_path)
    assert node.title == "Foodrv: Failed to map the frobnicator BAR at (error 804)"
    assert "and the second card is gone" in node.aka
    assert [r.url for r in node.references] == [found.url]
    assert node.fixes[0].steps[0].run == found.helped and node.fixes[0].needs == ["root"]
    assert node.tests[0].expect == "top3" and "frobnicator" in (node.tests[0].text or "")


def test_its_signs_match_the_text_that_they_come_from(small, tmp_path):
    node = node_of(drafted(small, State(id="c", text=TEXT)), tmp_path)
    signs = [Sign(e.sign, e.sign, "") for e in node.evidence if e.sign]
    other = (
        TEXT.replace("0000:65:00.0", "0000:c1:00.0")
        .replace("0xdeadbeef00", "0xfeedface11")
        .replace("550.120", "580.95")
    )
    assert len(signs) == 2
    assert {h.key for h in match_text(signs, other)} == {s.key for s in signs}


def test_nobody_is_named_in_a_draft(small):
    text = drafted(small, State(id="c", text=TEXT, elsewhere=[Page("https://x.org/a", "t", "restart gpubox as alice")]))
    assert "alice" not in text and "gpubox" not in text and "<user-1>" in text


def test_what_turned_out_true_is_evidence_and_a_test(small, tmp_path):
    facts = [fact_from("nouveau.loaded", "true", "x")]
    state = State(id="c", text="black screen after driver install", facts=facts, answers={"saw-blue-screen": "yes"})
    node = node_of(drafted(small, state), tmp_path)
    assert {e.condition or e.question for e in node.evidence} == {"nouveau.loaded", "saw-blue-screen"}
    assert [(t.expect, t.facts) for t in node.tests if t.facts] == [("supported", {"nouveau.loaded": "true"})]
    assert [(t.expect, t.answers) for t in node.tests if t.answers] == [("supported", {"saw-blue-screen": "yes"})]
    assert node.cause_of == [{"no-picture": "rarely"}]


def test_a_case_that_another_problems_fix_solved_has_it_as_its_cause(small, tmp_path):
    text = drafted(small, State(id="c", text="风扇一直狂转，桌面很卡", solved_by="nouveau-holds-card"))
    node = node_of(text, tmp_path)
    assert node.causes == [{"nouveau-holds-card": "sometimes"}] and node.fixes == [] and not errors(small, text)
    assert node.aka == ["风扇一直狂转", "桌面很卡"]


@pytest.mark.parametrize(
    "text", ["", "x", "\x1b[31mred\x1b[0m \u202eoops\u202c", "a: b\n- c\n# d\n'\"{}[]&*!|>%@`", "k" * 5000]
)
def test_any_text_gives_a_readable_draft(small, text, tmp_path):
    made = drafted(small, State(id="c", text=text))
    node_of(made, tmp_path)
    assert "\x1b" not in made and "\u202e" not in made


def test_mistakes_stand_where_they_are_typed(small):
    text = drafted(small, State(id="c", text="black screen after driver install"))
    wrong = text.replace("- no-picture: rarely", "- no-pictur: rarely")
    found = [m for m in submit.check(wrong, submit.world_of(small)) if "no-pictur" in m.message]
    assert found and wrong.split("\n")[found[0].line - 1].startswith("- no-pictur") and "no-picture" in found[0].hint
    assert "the first line" in errors(small, text.replace("# problems", "# problem"))[0]
    taken = "# problems/driver/key-refused.yaml\n" + text.split("\n", 1)[1]
    assert [m for m in errors(small, taken) if m.startswith("there is a problem 'key-refused' already")]
    assert errors(small, "# problems/driver/x-y.yaml\nkind: [")


def test_lookalikes_follow_the_title(small):
    text = drafted(small, State(id="c", text="the key was rejected by the service"))
    assert submit.alike(small, text)[0].id == "key-refused"
    assert submit.alike(small, "title: [") == []


def test_a_file_is_written_once(small, tmp_path):
    text = drafted(small, State(id="c", text=TEXT))
    path = submit.write(text, tmp_path)
    assert path.read_text().startswith("kind: problem\n")
    with pytest.raises(InputError, match="is there already"):
        submit.write(text, tmp_path)
    with pytest.raises(InputError, match="names its file"):
        submit.write("kind: problem", tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        submit.write(text, tmp_path / "file")


def test_the_projects_pack_comes_first_where_there_is_one(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    own = tmp_path / "config" / "kbtui" / "pack"
    assert submit.folders(tmp_path) == [own, tmp_path / ".kbtui"]
    (tmp_path / ".kbtui").mkdir()
    (tmp_path / "deep").mkdir()
    assert submit.folders(tmp_path / "deep") == [tmp_path / ".kbtui", own]


def test_an_id_is_made_of_the_title_and_is_new():
    assert wording.slug("GPU 0 has fallen off the bus!", ()) == "gpu-0-has-fallen-off-the-bus"
    assert wording.slug("Same", {"same", "same-2"}) == "same-3"
    assert wording.slug("显卡", ()) == "new-problem"
    assert len(wording.slug("word" * 40, ())) <= 60


@pytest.mark.parametrize(("said", "words"), [("vim -n", ["vim", "-n"]), ("", []), ("'", [])])
def test_the_editor_is_what_the_person_named(said, words, monkeypatch):
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", said)
    assert submit.editor() == words


def test_what_a_program_said_within_a_sentence_is_its_own_line():
    said = "job died, scratchguard[12]: error: cannot open checkpoint"
    assert wording.log_lines(said) == ["scratchguard[12]: error: cannot open checkpoint"] and wording.prose_of(
        said
    ) == ["job died"]
    assert wording.sign_of("scratchguard[12]: error: full") == r"scratchguard\[\S+\]: error: full"
    whole = "Nov 25 10:00:00 gpu01 kernel: scratchd[12]: error: cannot open it"
    assert len(wording.log_lines(whole)) == 1
