"""No secret gets past the place where raw text becomes evidence."""

from __future__ import annotations

import pytest

from kbtui.machine import text
from kbtui.machine.asks import Raw, Read
from kbtui.machine.probes.spec import Out, Probe, run_probe
from kbtui.machine.secrets import masked

TOKEN = "hf_" + "Abc123" * 6


@pytest.mark.parametrize(
    "line",
    [
        f"python train.py --token {TOKEN}",
        f"export HF_TOKEN={TOKEN}",
        "pip install --index-url https://me:s3cretpw@mirror.example/simple torch",
        "Authorization: Bearer abcdefghijklmnop0123456789",
    ],
)
def test_a_secret_is_masked(line):
    said = masked(line)
    assert "<secret>" in said and TOKEN not in said and "s3cretpw" not in said and "abcdefghijklmnop0123" not in said


@pytest.mark.parametrize("line", ["Key was rejected by service", "NVRM: Xid (PCI:0000:01:00): 79", "550.163.01", ""])
def test_what_is_no_secret_stays(line):
    assert masked(line) == line


def test_a_probes_facts_hold_none():
    def parse(seen: dict[str, Raw], out: Out) -> None:
        out.add("process.command", f"train --api-key {TOKEN}", seen["a"], f"train --api-key {TOKEN}", entity="7")

    probe = Probe("p", {"a": Read("/x")}, parse, ("process.command",))  # type: ignore[arg-type]
    (fact,) = run_probe(probe, {"a": Raw(text="x")}, "live").facts
    assert TOKEN not in str(fact.value) + fact.raw


def test_pasted_facts_hold_none(engine):
    said = f"HF_TOKEN={TOKEN} CUDA_VISIBLE_DEVICES=0 python3 train.py"
    assert all(TOKEN not in f.raw for f in text.read(said).facts)
