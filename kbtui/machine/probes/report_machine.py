"""Which display server a bug report's machine ran, and the X logs as a stream for signs.

nvidia-smi --query             Name                          : /usr/lib/xorg/Xorg
journalctl -b -0 _COMM=Xorg    Sep 23 11:52:51 box /usr/lib/gdm3/gdm-x-session[1343]: (--) NVIDIA(0): Memory: 11534336 kBytes
xrandr --verbose               XWAYLAND0 connected 1920x1080+0+0
/var/log/Xorg.0.log            (EE) no screens found(EE)
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Raw, Read, Run
from kbtui.machine.probes.spec import Out, Probe

_PROCESS = re.compile(r"^\s+Name +: (\S*?)(Xorg(?:\.bin)?|X|Xwayland|kwin_wayland|gnome-shell)(?: .*)?$", re.MULTILINE)
_NO_SERVER = re.compile(
    r"\(EE\) (?:no screens found|Fatal server error)|Fatal server error|Server terminated with error"
)
_ANSWERS = re.compile(r"^(?:Keyboard Control|Screen \d+: minimum)", re.MULTILINE)
_REFUSES = re.compile(r"No protocol specified|Authorization required")
_JOURNALS = tuple(("journalctl", "-b", "-0", f"_COMM={name}") for name in ("Xorg", "Xorg.bin", "X", "gdm-x-session"))


def parse(seen: Mapping[str, Raw], out: Out) -> None:
    """xorg, wayland or none: who draws now outweighs what the logs of this boot show."""
    running = {m[2] for m in _PROCESS.finditer(seen["smi"].text)}
    if running & {"Xwayland", "kwin_wayland"} and not running & {"Xorg", "Xorg.bin", "X"}:
        out.add("display.server", "wayland", seen["smi"], ", ".join(sorted(running)))
        return
    if running & {"Xorg", "Xorg.bin", "X"}:
        out.add("display.server", "xorg", seen["smi"], ", ".join(sorted(running)))
        return
    for name in ("xrandr", "xset"):
        raw = seen[name]
        if _ANSWERS.search(raw.text):
            wayland = "XWAYLAND" in seen["xrandr"].text
            out.add("display.server", "wayland" if wayland else "xorg", raw)
            return
    journals = [seen[f"journal{n}"] for n in range(len(_JOURNALS))]
    written = [raw for raw in journals if raw.ok and raw.text.strip() and "-- No entries --" not in raw.text[:200]]
    log = seen["log"]
    alive = [raw for raw in written if not _NO_SERVER.search(raw.text[-20_000:])]
    refused = next((seen[n] for n in ("xset", "xrandr", "settings") if _REFUSES.search(seen[n].text)), None)
    if alive or refused:
        out.add("display.server", "xorg", alive[0] if alive else refused or log)
    elif log.ok and not any(raw.ok for raw in journals) and not _NO_SERVER.search(log.text[-20_000:]):
        out.add("display.server", "xorg", log)
    elif written or log.ok or any(raw.ok for raw in journals):
        shown = written[0] if written else log if log.ok else next(raw for raw in journals if raw.ok)
        out.add("display.server", "none", shown)


def parse_glx(seen: Mapping[str, Raw], out: Out) -> None:
    """Whether NVIDIA's X driver found its GLX module: in this boot's journal, else in the newest log of X."""
    logs = [seen[n] for n in ("journal0", "journal1", "journal2", "journal3", "log") if seen[n].ok]
    for log in logs:
        failed, loaded = _NO_GLX.search(log.text), _GLX.search(log.text)
        if failed or loaded:
            out.add("display.nvidia_glx_loaded", not failed, log, (failed or loaded or [""])[0])
            return


_NO_GLX = re.compile(r'.*(?:Failed to load module "glxserver_nvidia"|Failed to initialize the GLX module).*')
_GLX = re.compile(r".*NVIDIA GLX Module\s+\d.*")


def parse_memory(seen: Mapping[str, Raw], out: Out) -> None:
    """Memory of a card that nvidia-smi does not list, as the X driver counted it: "(--) NVIDIA(0): Memory: 2097152 kBytes"."""
    for log in (seen["log"], seen["journal0"], seen["journal3"]):
        key = ""
        for match in _MEMORY.finditer(log.text if log.ok else ""):
            if match[1]:
                key = f"0000:{int(match[1]):02x}:{int(match[2]):02x}.{match[3]}"
            elif key and not any(f.entity == key for f in out.facts) and key[4:].upper() not in seen["smi"].text:
                out.add("gpu.memory_total_mib", int(match[4]) // 1024, log, match[0], entity=key)


_MEMORY = re.compile(
    r"NVIDIA GPU [^\n]{3,80} at PCI:(\d{1,3}):(\d{1,2}):(\d)\b|NVIDIA\([\w-]+\): Memory: (\d{4,9}) kBytes"
)

PROBES = (
    Probe(
        "report display",
        {
            "smi": Run(("nvidia-smi", "-q")),
            "xset": Run(("xset", "-q")),
            "xrandr": Run(("xrandr", "--verbose")),
            "settings": Run(("nvidia-settings", "-q", "all")),
            "log": Read("/var/log/Xorg.0.log", cap=1 << 20),
            **{f"journal{n}": Run(argv) for n, argv in enumerate(_JOURNALS)},
        },
        parse,
        ("display.server",),
        streams={f"journal{n}": "xorg_log" for n in range(len(_JOURNALS))},
        always=True,
    ),
    Probe(
        "report GLX",
        {
            "log": Read("/var/log/Xorg.0.log", cap=1 << 20),
            **{f"journal{n}": Run(argv) for n, argv in enumerate(_JOURNALS)},
        },
        parse_glx,
        ("display.nvidia_glx_loaded",),
        always=True,
    ),
    Probe(
        "report X memory",
        {
            "smi": Run(("nvidia-smi", "-q")),
            "log": Read("/var/log/Xorg.0.log", cap=1 << 20),
            "journal0": Run(_JOURNALS[0]),
            "journal3": Run(_JOURNALS[3]),
        },
        parse_memory,
        ("gpu.memory_total_mib",),
        always=True,
    ),
)
