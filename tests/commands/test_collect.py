"""`kbtui collect`: a bundle of this machine, in which none of its secrets, names, addresses or serials occurs."""

from __future__ import annotations

import json
import os
import stat
import tarfile
from pathlib import Path

import msgspec
import pytest

from kbtui.cli import main
from kbtui.commands import looking
from kbtui.machine import probes
from kbtui.machine.asks import Ask, Environ, Names, Raw, Read, Run, Which
from kbtui.machine.host import Once
from kbtui.machine.probes import all_probes
from kbtui.machine.sources import bundle_write, open_source
from kbtui.machine.sources.rows import Manifest
from kbtui.machine.sweep import gather, sweep
from kbtui.redaction import Redactor
from tests.machine.sources.made import ANSWERS, Fake

PRIVATE = {
    "user": "marlow", "person": "Quentin Marlow", "second user": "zelda", "host": "atlas7", "domain": "hpc.corp.example",
    "address": "10.31.7.9", "public": "203.0.113.77", "ip6": "2001:db8:7::42", "mac": "de:ad:be:ef:00:17",
    "mail": "q.marlow@corp.example", "gpu uuid": "9f8e7d6c-1234-4321-abcd-0123456789ab", "gpu serial": "1650522003820",
    "board serial": "PF0QMARL", "product uuid": "4c4c4544-0042-3510-8052-b4c04f4d3132", "ssid": "Marlow Attic",
    "machine id": "0123456789abcdef0123456789abcdef", "hf": "hf_abcdefghijklmnopqrstuvwx", "aws": "AKIAABCDEFGHIJKLMNOP",
    "wandb": "0123456789abcdef0123456789abcdef01234567", "password": "hunter22secret", "key": "b3BlbnNzaC1rZXkt",
    "proxy": "pr0xypass",
}  # fmt: skip
P = PRIVATE
SEED = f"""\
{P["user"]}@{P["host"]}:~$ cat /home/{P["user"]}/train.sh; ls ~{P["second user"]}/
Nov 25 10:00:00 {P["host"]} sshd[9]: Accepted publickey for {P["second user"]} from {P["address"]} port 22
Nov 25 10:00:01 {P["host"]} kernel: eth0: {P["mac"]} 203.0.113.77 {P["ip6"]} NVRM: Xid (PCI:0000:01:00): 79
{P["user"]}:x:1000:1000:{P["person"]},,,:/home/{P["user"]}:/bin/bash
GPU 0: NVIDIA H100 (UUID: GPU-{P["gpu uuid"]})
    Serial Number                         : {P["gpu serial"]}
Serial Number: {P["board serial"]}
UUID: {P["product uuid"]}
SSID: {P["ssid"]}
Static hostname: {P["host"]}.{P["domain"]}
Machine ID: {P["machine id"]}
mail {P["mail"]}
HF_TOKEN={P["hf"]} AWS_ACCESS_KEY_ID={P["aws"]} WANDB_API_KEY={P["wandb"]}
password: {P["password"]}
http_proxy=http://{P["user"]}:{P["proxy"]}@{P["host"]}.{P["domain"]}:3128
-----BEGIN OPENSSH PRIVATE KEY-----
{P["key"]}
-----END OPENSSH PRIVATE KEY-----
backup-{P["user"]} {P["host"].upper()} vg_{P["host"]}
"""


def seeded(ask: Ask) -> Raw:
    """Every answer of every kind holds everything private, in paths and reasons too."""
    if isinstance(ask, Run):
        return Raw(text=SEED, errors=SEED, exit_code=0, reason=f"/home/{P['user']}/x on {P['host']}")
    if isinstance(ask, Read):
        path = ask.path.replace("*", f"-{P['user']}")
        if "?" in path or "[" in path:
            path = f"/home/{P['user']}/{P['host']}"
        return Raw(files={path: SEED}) if ask.many else Raw(text=SEED)
    if isinstance(ask, Names):
        return Raw(files={f"/home/{P['user']}/x": f"link -> /home/{P['second user']}/{P['host']}"})
    if isinstance(ask, Which):
        return Raw(files={n: f"/home/{P['user']}/bin/{n}" for n in ask.names})
    assert isinstance(ask, Environ)
    return Raw(files=dict.fromkeys(ask.names, f"http://{P['user']}:{P['proxy']}@{P['address']}"))


class Seeded(Fake):
    def __init__(self) -> None:
        super().__init__({})
        self.notes = [f"/home/{P['user']} could not be read on {P['host']}"]

    def answer(self, ask: Ask) -> Raw:
        return seeded(ask)


def leaks(text: str) -> list[str]:
    return [kind for kind, secret in PRIVATE.items() if secret.lower() in text.lower()]


def everything_in(path: Path) -> str:
    """Names and contents of every member."""
    with tarfile.open(path) as packed:
        parts = [m.name for m in packed.getmembers()]
        parts += [packed.extractfile(m).read().decode() for m in packed.getmembers() if m.isfile()]  # type: ignore[union-attr]
    return "\n".join(parts)


@pytest.fixture
def seeded_machine(monkeypatch) -> None:
    monkeypatch.setattr(looking, "host_of", lambda args: Seeded())


def test_nothing_private_is_in_a_bundle(seeded_machine, tmp_path, run):
    path = tmp_path / "b.tar.gz"
    said = run("collect", "-o", str(path))
    text = everything_in(path)
    assert leaks(SEED) == list(PRIVATE) and leaks(text) == [] and leaks(said) == []
    assert "NVRM: Xid (PCI:0000:01:00): 79" in text and "<user-1>" in text and "<host-1>" in text


def test_nothing_private_is_in_a_plain_file_name_or_the_manifest_of_one_odd_ask(tmp_path):
    answers: dict[Ask, Raw] = {
        Read(f"/home/{P['user']}/x"): Raw(text="x"),
        Run(("ssh", f"{P['user']}@{P['host']}")): Raw(),
    }
    path = tmp_path / "b.tar.gz"
    bundle_write.write(answers, path, Redactor({P["host"]: "host"}), source=f"process 4 of /home/{P['user']}")
    assert leaks(everything_in(path)) == []


def test_nothing_private_is_in_an_exported_case(run):
    run("diagnose", SEED, "--no-live", "--save")
    case = json.loads(run("case", "list", "--json"))["cases"][0]["id"]
    text = run("case", "export", case)
    assert json.loads(text)["schema"] == "kbtui.case/1" and leaks(text) == []


def test_nothing_private_is_in_json_that_went_through_the_redactor():
    look = gather(Seeded(), sweep(Once(Seeded()), all_probes()))
    data = {"facts": msgspec.to_builtins(list(look.facts)), "notes": look.notes}
    assert len(data["facts"]) > 100 and leaks(json.dumps(data)) != []
    assert leaks(json.dumps(Redactor().value(data))) == []


def test_a_bundle_gives_the_facts_that_the_machine_gave(tmp_path):
    answers = {
        a: ANSWERS.get(a) or Raw(status="absent", reason=f"{a.key}: no") for p in all_probes() for a in p.asks.values()
    }
    machine = Fake(answers)
    path = tmp_path / "b.tar.gz"
    bundle_write.write(answers, path, Redactor())
    live, kept = (gather(h, sweep(h, probes.all_probes())).facts for h in (machine, open_source(str(path))))
    hidden = {"machine.hostname"}
    assert {f.name: (f.state, f.value) for f in live if f.name not in hidden} == {
        f.name: (f.state, f.value) for f in kept if f.name not in hidden
    }
    assert kept.get("machine.hostname").value == "<host-1>"


def test_collect_says_what_went_in_and_what_could_not_be_seen(tmp_path, run, monkeypatch):
    monkeypatch.setattr(looking, "host_of", lambda args: Fake(ANSWERS))
    path = tmp_path / "b.tar.gz"
    said = run("collect", "-o", str(path))
    assert "things asked were seen" in said and "not seen: dmesg may not be run by this user" in said
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    counted = json.loads(run("collect", "-o", str(path), "--json"))
    assert counted["schema"] == "kbtui.collect/1" and counted["statuses"]["refused"] >= 1
    assert "dmesg may not be run by this user" in counted["not_seen"]


def test_a_bundle_goes_to_standard_output_as_it_is(tmp_path, monkeypatch, capfdbinary):
    monkeypatch.setattr(looking, "host_of", lambda args: Fake(ANSWERS))
    assert main(["collect", "-o", "-"]) == 0
    (tmp_path / "b.tar.gz").write_bytes(capfdbinary.readouterr().out)
    assert isinstance(open_source(str(tmp_path / "b.tar.gz")).manifest, Manifest)


def test_what_gave_no_answer_in_time_stands_in_the_bundle(tmp_path, run, monkeypatch):
    monkeypatch.setattr(looking, "host_of", lambda args: Fake(ANSWERS))
    monkeypatch.setattr("kbtui.machine.sweep.sweep", lambda host, chosen: iter(()))
    run("collect", "-o", str(tmp_path / "b.tar.gz"))
    manifest = open_source(str(tmp_path / "b.tar.gz")).manifest
    assert isinstance(manifest, Manifest) and manifest.asks and {r.status for r in manifest.asks} == {"timed_out"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "/nowhere-at-all/b.tar.gz"], "there is no folder"),
        (["-o", "."], "it is a folder"),
        ([], "say where the bundle goes"),
        (["-o", "b.tar.gz", "--from", "none"], "the empty machine"),
    ],
)
def test_what_cannot_work_is_said_before_the_look(words, said, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("kbtui.machine.sweep.sweep", lambda *_: pytest.fail("it looked"))
    assert main(["collect", *words]) == 2
    assert said in capsys.readouterr().err and list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(looking, "host_of", lambda args: Fake(ANSWERS))
    monkeypatch.setattr(bundle_write, "_pack", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    assert main(["collect", "-o", str(tmp_path / "b.tar.gz")]) == 2
    assert "no room is left" in capsys.readouterr().err and list(tmp_path.iterdir()) == []


def test_a_text_is_no_machine(tmp_path, capsys):
    (tmp_path / "x.log").write_text("NVRM: Xid 79\n")
    assert main(["collect", "--from", str(tmp_path / "x.log"), "-o", str(tmp_path / "b.tar.gz")]) == 2
    assert "is a text" in capsys.readouterr().err


def test_the_script_is_printed_or_written(tmp_path, run, capsys):
    printed = run("collect", "--script")
    assert printed.startswith("#!/bin/sh\n") and "run 5 " in printed and os.environ["HOME"] not in printed
    said = run("collect", "--script", "-o", str(tmp_path / "c.sh"))
    assert (tmp_path / "c.sh").read_text() == printed and "kbtui check --from look.txt" in said
    assert main(["collect", "--script", "-o", "/nowhere-at-all/c.sh"]) == 2
    assert "was not written" in capsys.readouterr().err
