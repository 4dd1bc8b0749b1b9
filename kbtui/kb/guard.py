"""What a pack that did not come with kbtui may say: nothing that fires on everything, and, until it is trusted, only more.

Its own author sees the same as mistakes of the file; what is refused is left out and the rest of the node stays.
"""

from __future__ import annotations

from collections import Counter

import msgspec

from kbtui.errors import SignError
from kbtui.kb import matcher, signs
from kbtui.kb.nodes import Evidence, Extension, Often, Problem

ORDINARY = """\
the training run stopped last night and nobody knows why
I installed the driver from the repository and rebooted twice
works on the other machine with the same card
screen stays black after login, second monitor is fine
我的显卡在训练的时候突然不见了
[    0.000000] Linux version 6.8.0-45-generic (buildd@host) (gcc 13.2.0) #45-Ubuntu SMP
[    1.204857] pci 0000:01:00.0: BAR 0 [mem 0xde000000-0xdeffffff]
[    4.118274] systemd[1]: Started Journal Service.
[   12.482913] nvidia: loading out-of-tree module taints kernel.
[   12.561022] NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.120
[   13.011873] audit: type=1400 apparmor="STATUS" operation="profile_load"
Nov 12 08:14:02 host sshd[1201]: Accepted publickey for user from 10.0.0.7 port 51422
Nov 12 08:15:44 host NetworkManager[812]: <info> device (eth0): state change: activated
Setting up libc6:amd64 (2.39-0ubuntu8.3) ...
Epoch 3/10: 100%|##########| 1250/1250 [04:11<00:00, 4.97it/s, loss=1.284]
  File "/home/user/train.py", line 88, in main
import torch; print(torch.__version__)
Collecting numpy<3,>=1.22
Successfully installed numpy-2.1.3 torch-2.5.1
| 30%   41C    P8              18W / 220W |    412MiB / 12282MiB |      0%      Default |
$ ls -la /var/log
-rw-r--r-- 1 root root 48213 Nov 12 08:00 Xorg.0.log
drwxr-xr-x 4 user user 4096 config.yaml checkpoints
CPU: AMD Ryzen 9 5900X 12-Core Processor, 64 GiB
""".splitlines()
"""Lines that stand in any text and any log and mean nothing."""
TOO_MANY = 4
"""Ordinary lines that a sign may not match: it would speak up in every case."""
MOST_EDGES = 5
"""Causes that an untrusted pack may hang below one problem of another pack."""


def narrowed(node: Problem | Extension) -> tuple[Problem | Extension, list[str]]:
    """The node without the signs that cannot be matched or that match everything, and what was wrong with them."""
    kept, wrong = [], []
    for evidence in node.evidence:
        if evidence.sign and (said := too_wide(evidence.sign)):
            wrong.append(f"the sign {evidence.sign[:60]!r} is left out: {said}")
        else:
            kept.append(evidence)
    return (msgspec.structs.replace(node, evidence=kept), wrong) if wrong else (node, [])


def too_wide(pattern: str) -> str:
    """Why a sign cannot be told from ordinary text; "" for one that can."""
    try:
        signs.check(pattern)
    except SignError as error:
        return str(error)
    regexp = matcher.one(pattern)
    hits = sum(1 for line in ORDINARY if regexp.search(line.encode()))
    return f"it matches {hits} of {len(ORDINARY)} ordinary lines" if hits >= TOO_MANY else ""


def humbled(node: Problem, own: frozenset[str], used: Counter[str]) -> tuple[Problem, list[str]]:
    """A problem of an untrusted pack: it refutes nothing, raises no alarm, is never certain, and pushes nobody aside.

    own: the pack's own ids. used: how many causes the pack has hung below each problem of others, counted on.
    """
    parents: list[dict[str, Often]] = []
    wrong = []
    for listed in node.cause_of:
        for parent, word in listed.items():
            if parent in own:
                parents.append({parent: word})
                continue
            used[parent] += 1
            if used[parent] <= MOST_EDGES:
                parents.append({parent: "rarely"})
            else:
                wrong.append(f"more than {MOST_EDGES} causes of {parent!r} from a pack that is not trusted")
    evidence = [_supporting(e) for e in node.evidence if e.refutes is None]
    zh = msgspec.structs.replace(node.zh, at_once=None) if node.zh else None
    return msgspec.structs.replace(node, evidence=evidence, cause_of=parents, at_once=None, zh=zh), wrong


def _supporting(evidence: Evidence) -> Evidence:
    supports = "strongly" if evidence.supports == "certainly" else evidence.supports
    return msgspec.structs.replace(evidence, supports=supports, otherwise=None)
