"""The screen: X server or Wayland compositor, display manager, X's configuration and log, PRIME.

/proc/2213/comm                                 Xorg
/etc/systemd/system/display-manager.service     link -> /usr/lib/systemd/system/gdm3.service
/etc/X11/default-display-manager                /usr/sbin/gdm3
prime-select query                              on-demand
/var/log/Xorg.0.log                             [    24.301] (EE) no screens found(EE)
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Ask, Environ, Names, Raw, Read, Run
from kbtui.machine.probes.container import CONTAINER_ASKS, INITS, hosts_business, in_container
from kbtui.machine.probes.spec import Out, Probe

_X = frozenset({"Xorg", "X", "Xorg.bin"})
_WAYLAND = frozenset(
    {
        "kwin_wayland", "weston", "sway", "Hyprland", "labwc", "wayfire", "river", "niri", "cosmic-comp", "gamescope",
        "mutter", "cage", "hikari", "Xwayland",
    }
)  # fmt: skip
"""Compositors; Xwayland runs only under one."""
_EITHER = frozenset({"gnome-shell", "cinnamon", "muffin"})
"""Clients of an X server where one runs, else compositors themselves."""
_MANAGERS = {
    "gdm": "gdm", "gdm3": "gdm", "sddm": "sddm", "lightdm": "lightdm", "lxdm": "lxdm", "xdm": "xdm", "slim": "slim",
    "ly": "ly", "ly-dm": "ly", "greetd": "greetd", "cosmic-greeter": "cosmic-greeter", "plasmalogin": "plasmalogin",
}  # fmt: skip
_DEVICE = re.compile(r'^\s*Section\s+"Device"(.*?)^\s*EndSection', re.MULTILINE | re.DOTALL | re.IGNORECASE)
_DRIVER = re.compile(r'^\s*Driver\s+"([^"]+)"', re.MULTILINE | re.IGNORECASE)
_MODES = ("nvidia", "intel", "on-demand", "amd", "offload")


def parse_server(seen: Mapping[str, Raw], out: Out) -> None:
    """What drives the screen now. Only a whole list of processes can say that nothing does."""
    comm, session = seen["comm"], seen["session"].files.get("XDG_SESSION_TYPE", "")
    running = {text.strip(): path for path, text in comm.files.items()}
    x, wayland, either = (sorted(kind & running.keys()) for kind in (_X, _WAYLAND, _EITHER))
    inside = in_container(seen)
    init = comm.files.get("/proc/1/comm", "").strip()
    if x or wayland or either:
        server = "xorg" if x else "wayland"
        if x and (wayland or either) and session == "wayland":
            server = "wayland"
        out.add("display.x_running", True, comm, ", ".join([*x, *wayland, *either]))
        out.add("display.server", server, comm, ", ".join([*x, *wayland, *either]))
    elif inside or init not in INITS:
        why = hosts_business(inside, "processes") if inside else "other people's processes cannot be seen here"
        out.unknown("display.x_running", why, comm)
        out.unknown("display.server", why, comm)
    elif not comm.truncated:
        out.add("display.x_running", False, comm, "no X server and no compositor among the processes")
        out.add("display.server", "none", comm, "no X server and no compositor among the processes")
    _manager(seen, out, running, inside)


def _manager(seen: Mapping[str, Raw], out: Out, running: Mapping[str, str], inside: str) -> None:
    """The one that runs, else the one that is set up to run."""
    alive = sorted(_MANAGERS[name] for name in running if name in _MANAGERS)
    unit = seen["unit"].files.get("/etc/systemd/system/display-manager.service", "")
    chosen = unit.rpartition("/")[2].removesuffix(".service")
    debian = seen["debian"].text.strip().rpartition("/")[2]
    if alive:
        out.add("display.manager", alive[0], seen["comm"], f"{alive[0]} runs")
    elif chosen or debian:
        name = chosen or debian
        out.add("display.manager", _MANAGERS.get(name, name), seen["unit" if chosen else "debian"], unit or debian)
    elif inside:
        out.unknown("display.manager", hosts_business(inside, "services"), seen["unit"])
    else:
        _by_unit(seen, out)


def _by_unit(seen: Mapping[str, Raw], out: Out) -> None:
    """systemd knows a manager that failed, whatever started it."""
    for name in _UNITS:
        word = seen[name].text.strip()
        if word in ("active", "failed", "activating"):
            out.add("display.manager", _MANAGERS[name], seen[name], f"{name}: {word}")
            return
    if all(seen[name].text.strip() == "inactive" for name in _UNITS) and seen["unit"].ok:
        out.absent("display.manager", seen["unit"], "no display manager is set up")


def parse_config(seen: Mapping[str, Raw], out: Out) -> None:
    """Whether somebody told X which driver to take; the files that packages ship do not count."""
    files = {**seen["conf_d"].files, "/etc/X11/xorg.conf": seen["conf"].text}
    named = [
        f'{path}: Driver "{m[1]}"'
        for path, text in files.items()
        for section in _DEVICE.finditer(text)
        if (m := _DRIVER.search(section[1]))
    ]
    if named or (seen["conf"].status in ("ok", "absent") and seen["conf_d"].ok):
        seen_in = seen["conf"] if seen["conf"].ok else seen["conf_d"]
        out.add("display.xorg_conf", bool(named), seen_in, "\n".join(named) or "no Device section names a driver")


def parse_prime(seen: Mapping[str, Raw], out: Out) -> None:
    """Ubuntu's choice of card on a machine with two."""
    prime = seen["prime"]
    word = prime.text.strip().lower()
    if prime.status == "absent":
        out.absent("prime.mode", prime, prime.reason)
    elif word in _MODES:
        out.add("prime.mode", word, prime)


def parse_logs(seen: Mapping[str, Raw], out: Out) -> None:
    """X's logs are there for the signs alone."""


_UNITS = ("gdm", "sddm", "lightdm")
_SERVER: dict[str, Ask] = {
    **CONTAINER_ASKS,
    "comm": Read("/proc/[0-9]*/comm", cap=64, most=40000),
    "session": Environ(("XDG_SESSION_TYPE",)),
    "unit": Names("/etc/systemd/system/display-manager.service*"),
    "debian": Read("/etc/X11/default-display-manager", cap=256),
    **{name: Run(("systemctl", "is-active", name)) for name in _UNITS},
}
PROBES = (
    Probe(
        "display",
        _SERVER,
        parse_server,
        ("display.server", "display.manager", "display.x_running"),
        seconds=0.15,
    ),
    Probe(
        "xorg.conf",
        {"conf": Read("/etc/X11/xorg.conf"), "conf_d": Read("/etc/X11/xorg.conf.d/*.conf")},
        parse_config,
        ("display.xorg_conf",),
    ),
    Probe("prime", {"prime": Run(("prime-select", "query"))}, parse_prime, ("prime.mode",), seconds=0.2),
    Probe(
        "xorg log",
        {
            "system": Read("/var/log/Xorg.0.log", tail=True),
            "own": Read("~/.local/share/xorg/Xorg.0.log", tail=True),
            "manager": Run(
                ("journalctl", "-b", "--no-pager", "-n", "400", *(word for name in _UNITS for word in ("-u", name)))
            ),
        },
        parse_logs,
        (),
        seconds=0.3,
        streams=dict.fromkeys(("system", "own", "manager"), "xorg_log"),
    ),
)
