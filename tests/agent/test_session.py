"""What the tools answer, without the protocol around them: ids and evidence, nobody's name, nothing that runs."""

from __future__ import annotations

import json
import threading

import pytest

from kbtui.agent import arguments, private
from kbtui.agent.session import Session, Stopped
from kbtui.engine import Engine
from kbtui.errors import InputError, KbtuiError
from tests.diagnosis import logs_of_a_run as made

OOM = "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB"


@pytest.fixture(scope="module")
def engine():
    return Engine.open()


@pytest.fixture
def session(engine):
    return Session(engine, live=False)


def test_a_diagnosis_carries_ids_evidence_and_fixes(session):
    found = session.call("diagnose", {"text": OOM})
    cause = found["causes"][0]
    assert cause["id"] == "batch-or-model-too-big" and cause["path"][-1] == cause["id"]
    assert any("out of memory" in e["text"].lower() for e in cause["evidence"])
    assert cause["fixes"][0]["steps"] and cause["fixes"][0]["undo"]
    assert "facts" not in found and "zh" not in json.dumps(found)


def test_an_answer_moves_the_belief_and_the_next_step(session):
    first = session.call("next_step", {"text": OOM})
    assert first["next"]["kind"] == "question" and first["next"]["how"]
    question = first["next"]["id"]
    then = session.call("next_step", {"text": OOM, "answers": {question: "yes"}})
    assert then["next"]["id"] != question
    assert then["causes"][0]["probability"] > first["causes"][0]["probability"]


def test_names_are_replaced_and_secrets_masked(engine):
    text = f"{OOM}\nbob@gpu-box-17:~$ export HF_TOKEN=hf_abcdefghijklmnopqrstuvwxyz\n/home/bob/run.py at 10.1.2.3"
    said = json.dumps(
        Session(engine, live=False).call("diagnose", {"text": text, "facts": {"machine.hostname": "gpu-box-17"}})
    )
    assert "gpu-box-17" not in said and "hf_abc" not in said and "bob" not in said
    border = private.Border(keep_names=True)
    kept = border.answer({"text": "bob@gpu-box-17 HF_TOKEN=hf_abcdefghijklmnopqrstuvwxyz", "id": "x"})
    assert "gpu-box-17" in kept["text"] and "hf_abc" not in kept["text"]


def test_ids_stay_whole_whatever_this_host_is_called(engine):
    session = Session(engine, live=False)
    session._border.learn("nvidia", ["cuda", "gpu"])
    found = session.call("search", {"query": "cuda out of memory"})
    assert found["results"][0]["id"] in engine.knowledge.problems
    node = session.call("show", {"id": "cuda-out-of-memory"})
    assert node["id"] == "cuda-out-of-memory" and "tests" not in node["node"]


def test_stand_ins_stay_the_same(engine):
    border = private.Border(keep_names=False)
    border.learn("gpu-box-17", ["alicia"])
    one = border.text("gpu-box-17: alicia's job")
    assert one == border.text("gpu-box-17: alicia's job") and "alicia" not in one and "gpu-box" not in one


def test_nothing_in_an_answer_can_drive_a_terminal(session):
    text = f"\x1b]0;owned\x07{OOM}\x1b[2J \u202egnp.exe"
    said = json.dumps(session.call("diagnose", {"text": text}), ensure_ascii=False)
    assert "\x1b" not in said and "\u202e" not in said and "\\u001b" not in said


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("search", {"query": 5}),
        ("search", {"query": "x" * 401}),
        ("search", {"query": "x", "limit": 1000}),
        ("search", {}),
        ("search", "query"),
        ("search", None),
        ("show", {"id": "no-such-node"}),
        ("show", {"id": "../../etc/passwd"}),
        ("show", {"id": "x", "more": 1}),
        ("diagnose", {}),
        ("diagnose", {"text": "x" * 200_001}),
        ("diagnose", {"text": "x", "files": ["/etc/passwd"]}),
        ("diagnose", {"text": "x", "answers": {"no-such-question": "yes"}}),
        ("diagnose", {"text": "x", "answers": {"memory-fails-at-first-step": "perhaps"}}),
        ("diagnose", {"text": "x", "tried": ["no-such-cause"]}),
        ("diagnose", {"text": "x", "facts": {"no.such.fact": "1"}}),
        ("diagnose", {"text": "x", "facts": {"gpu[0].vram_mib": "many"}}),
        ("diagnose", {"text": "x", "look": True}),
        ("facts", {}),
        ("check", {}),
        ("check", {"goal": "no-such-goal"}),
        ("plan", {"goal": "no-such-goal"}),
        ("plan", {"goal": "train-pytorch", "gpus": "99x RTX 4090"}),
        ("plan", {"goal": "train-pytorch", "as_of": "yesterday"}),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(session, tool, given):
    with pytest.raises(KbtuiError) as refused:
        session.call(tool, given)
    assert str(refused.value) and "\n" not in str(refused.value)


def test_log_files_only_where_the_person_said_so(engine, tmp_path):
    made.run(tmp_path, ranks=4, bad=2)
    found = Session(engine, live=False, files=True).call("diagnose", {"files": [str(tmp_path)]})
    assert found["logs"]["first"]["rank"] == 2
    assert "files" in arguments.schema(Session(engine, files=True).tools["diagnose"])["properties"]
    assert "files" not in arguments.schema(Session(engine).tools["diagnose"])["properties"]


def test_a_cancelled_request_stops(session):
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        session.call("diagnose", {"text": OOM}, stop)


def test_answers_stay_small(session, engine):
    for tool, given in (
        (
            "diagnose",
            {"text": (OOM + "\nNVRM: Xid 79 GPU has fallen off the bus, black screen, slow, driver\n") * 1000},
        ),
        ("plan", {"goal": "train-multi-node", "gpus": "64x RTX 4090", "model": "llama-3-70b"}),
    ):
        assert len(json.dumps(session.call(tool, given))) < 60_000
    biggest = max(len(json.dumps(session.node(name, kind))) for kind, name, _ in session.ids())
    assert biggest < 60_000


def test_schemas_are_whole_and_say_what_each_field_is():
    for name, kind in arguments.tools(files=True).items():
        schema = arguments.schema(kind)
        assert schema["type"] == "object" and schema["additionalProperties"] is False
        assert len(arguments.describe(kind)) > 40, name
    with pytest.raises(InputError):
        arguments.read(arguments.Show, {"id": ""})
