"""A load that the person starts, looked at while it runs. kbtui itself loads nothing."""

from __future__ import annotations

import sys
from argparse import Namespace

from kbtui.commands import looking
from kbtui.errors import InputError
from kbtui.machine.facts import Facts
from kbtui.machine.host import Host
from kbtui.machine.under_load import BUSY, Seen, fold, samples

_ASK = """\
kbtui loads no card: start a load yourself, in another terminal, for {seconds} seconds or more. For example
  python3 -c "import torch; a = torch.rand(8192, 8192, device='cuda'); any((a @ a) is None for _ in iter(int, 1))"
or gpu-burn (https://github.com/wilicc/gpu-burn; `apt install gpu-burn` on Ubuntu): gpu-burn {seconds}
Save your work first: a weak power supply can switch the machine off, and a card that is not sound can hang it.
Stop it at once where something smells, or where the fans stand still and the card gets hot.
"""
_ASK_ZH = """\
kbtui 不会给显卡加负载：请自己在另一个终端里跑一个至少 {seconds} 秒的负载。例如
  python3 -c "import torch; a = torch.rand(8192, 8192, device='cuda'); any((a @ a) is None for _ in iter(int, 1))"
或 gpu-burn（https://github.com/wilicc/gpu-burn；Ubuntu 上 `apt install gpu-burn`）：gpu-burn {seconds}
先保存手头的工作：电源偏弱时机器可能断电，有毛病的卡可能让机器卡死。
闻到异味，或风扇不转而卡很烫，马上停掉。
"""


def take(args: Namespace, *, zh: bool) -> Seen | None:
    """Ask for a load, then look at the cards while it runs. None where the person says no; InputError where nobody can be
    asked or the machine is not this one."""
    if args.source != "live":
        raise InputError("--load looks at this machine while it works; evidence taken elsewhere stands still")
    print((_ASK_ZH if zh else _ASK).format(seconds=args.load), file=sys.stderr)
    if not args.yes and not _agreed(zh):
        return None
    host = looking.host_of(args)
    assert host is not None
    try:
        return fold(samples(lambda: _sample(host), args.load))
    finally:
        close = getattr(host, "close", None)
        if close:
            close()


def _agreed(zh: bool) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise InputError("start the load, then say so with --yes")
    print("负载在跑了吗？[y/N] " if zh else "Does it run? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes", "是")


def _sample(host: Host) -> Facts:
    """What the driver says of its cards now."""
    from kbtui.machine.probes import nvml
    from kbtui.machine.sweep import look_at

    return look_at(host, nvml.PROBES).facts


def notes(seen: Seen, *, zh: bool) -> list[str]:
    """Which card was not loaded: what shows only under load was then not seen of it."""
    said = (
        f"显卡 {{card}} 只有 {{busy:.0%}} 的时间负载达到 {BUSY}%：发热、降频和负载下的错误没有看到"
        if zh
        else f"card {{card}} was loaded ({BUSY} %) in {{busy:.0%}} of the looks only: heat, throttling and errors under load were not seen"
    )
    none = "没有看到任何显卡" if zh else "no card was seen under load"
    return [said.format(card=load.card, busy=load.busy) for load in seen.loads if not load.enough] or (
        [] if seen.loads else [none]
    )
