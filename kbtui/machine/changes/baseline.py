"""What the machine looked like when a check found it healthy, and what is different now.

One JSON file a check in $XDG_STATE_HOME/kbtui/baselines, written whole or not at all, at most 50 a machine: a home
folder can be shared by many. Facts that differ at every look are left out by `NOISE`, each with its reason.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import msgspec

from kbtui.machine.facts import Fact, Facts, State, Value, scope_of

KEPT = 50
NOISE: dict[str, str] = {
    r"gpu\.(memory_)?temperature": "warmth follows the load",
    r"gpu\.(fan_percent|power_watts|clock_mhz|pstate|utilization|runtime_status)": "follows the load",
    r"gpu\.link_gen": "the link slows down at idle; its width does not",
    r"gpu\.throttle_reasons": "an idle card says so",
    r"gpu\.memory_(free|used)_mib|gpu\.(processes|other_users|display_active)": "who computes changes by the minute",
    r"gpu\.pcie_replays|gpu\.ecc_corrected": "counters that grow on healthy cards",
    r"ram\.available_gib|swap\.used_gib|disk\.free_gib": "free space changes by the minute",
    r"uptime\.hours|xid\.minutes_ago|change\..*|packages\.upgraded_recently": "counted from now",
    r"process\..*|job\..*|me\..*|env\..*|boot\..*": "of the process that looked, not of the machine",
    r"python\..*|ld_library_path\..*|cuda\.visible_devices|proxy\..*": "of the shell that looked, not of the machine",
    r"net\..*|nccl\.interfaces": "names and speeds of virtual interfaces come and go with containers",
    r"power\.(on_battery|profile)": "changed by hand every day",
    r"slurm\.in_job|slurm\.gpus_requested|k8s\.gpu_allocatable": "of the job that looked",
    r"kernel\.log_readable|gpus\.witnesses_disagree": "of the look, not of the machine",
    r"sees\..*|since\..*|works\..*|reboots\..*": "what a person says",
}
"""Pattern of the whole name, and why a difference there means nothing."""
_NOISE = re.compile("|".join(f"(?:{p})" for p in NOISE))
_KINDS = ("live", "bundle", "derived")


class Kept(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One fact of a baseline."""

    name: str
    entity: str = ""
    state: State = "known"
    value: Value = None


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """A healthy check."""

    schema: str = "kbtui.baseline/1"
    time: float
    """Seconds since 1970."""
    host: str
    boot_id: str
    facts: list[Kept]


class Difference(NamedTuple):
    """One fact that is not what it was. An entity that went or came has its scope as name."""

    name: str
    entity: str
    before: str
    after: str


def folder() -> Path | None:
    """Where baselines are kept; None where there is no home."""
    state = os.environ.get("XDG_STATE_HOME", "")
    if not state.startswith("/"):
        home = os.environ.get("HOME", "")
        state = f"{home}/.local/state" if home.startswith("/") else ""
    return Path(state) / "kbtui" / "baselines" if state else None


def save_baseline(facts: Facts, now: float | None = None) -> Path | None:
    """Keep a healthy check; the file, or None where it cannot be kept (no home, a full or read-only disk)."""
    place = folder()
    if place is None:
        return None
    host = _host(facts)
    now = time.time() if now is None else now
    kept = Baseline(time=now, host=host, boot_id=_boot_id(), facts=[_keep(f) for f in facts if _counts(f)])
    path = place / f"{_safe(host)}-{int(now * 1000):014d}.json"
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=place, prefix=".new-", delete=False) as file:
            file.write(msgspec.json.encode(kept))
        Path(file.name).replace(path)
    except OSError:
        return None
    for old in _files(place, host)[:-KEPT]:
        with contextlib.suppress(OSError):
            old.unlink()
    return path


def last_baseline(host: str | None = None) -> Baseline | None:
    """The newest readable one of this machine (or of `host`); None where there is none."""
    place = folder()
    if place is None:
        return None
    for path in reversed(_files(place, host or os.uname().nodename)):
        try:
            return msgspec.json.decode(path.read_bytes(), type=Baseline)
        except (OSError, msgspec.DecodeError):
            continue
    return None


def diff(old: Baseline, new: Facts) -> list[Difference]:
    """What is not as it was, in the order of names. What could not be looked at now is no difference."""
    gone = _gone(old, new)
    out = [Difference(scope, key, _model(old, key), "gone") for scope, key in gone]
    before = {(k.name, k.entity): k for k in old.facts}
    out += [
        Difference(scope, key, "", _said_fact(new.get(f"{scope}.model", key)))
        for scope in ("gpu",)
        for key in new.entities(scope)
        if not any(k.entity == key and scope_of(k.name) == scope for k in old.facts)
    ]
    for (name, entity), kept in before.items():
        now = new.get(name, entity)
        same = _plain(now.state, now.value) == _plain(kept.state, kept.value)
        if not same and now.state != "unknown" and (scope_of(name), entity) not in gone and not noise(name):
            out.append(Difference(name, entity, _said(kept.state, kept.value), _said_fact(now)))
    return sorted(out)


def noise(name: str) -> bool:
    """Whether a difference in this fact means nothing."""
    return bool(_NOISE.fullmatch(name))


def _gone(old: Baseline, new: Facts) -> list[tuple[str, str]]:
    keys = dict.fromkeys(k.entity for k in old.facts if k.entity and scope_of(k.name) == "gpu")
    here = set(new.entities("gpu"))
    return [("gpu", key) for key in keys if key not in here] if new.is_complete("gpu") else []


def _model(old: Baseline, key: str) -> str:
    return next((str(k.value) for k in old.facts if k.name == "gpu.model" and k.entity == key), "present")


def _counts(fact: Fact) -> bool:
    return fact.kind in _KINDS and fact.state != "unknown" and not noise(fact.name)


def _keep(fact: Fact) -> Kept:
    return Kept(name=fact.name, entity=fact.entity, state=fact.state, value=fact.value)


def _plain(state: State, value: Value) -> object:
    """What counts as equal: lists without their order; "no", "not there" and "does not apply", which two witnesses of
    one thing say by turns.
    """
    if state in ("absent", "not_applicable"):
        return False
    return sorted(map(str, value)) if isinstance(value, (list, tuple)) else value


def _said_fact(fact: Fact) -> str:
    return _said(fact.state, fact.value)


def _said(state: State, value: Value) -> str:
    if state != "known":
        return state.replace("_", " ")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _host(facts: Facts) -> str:
    said = facts.get("machine.hostname")
    return str(said.value) if said.state == "known" and said.value else os.uname().nodename


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _safe(host: str) -> str:
    return re.sub(r"[^\w.]", "_", host)


def _files(place: Path, host: str) -> list[Path]:
    return sorted(place.glob(f"{_safe(host)}-{'[0-9]' * 14}.json"))
