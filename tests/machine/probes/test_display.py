"""What drives the screen: Xorg, Wayland, nothing, unseen; managers of several distributions; xorg.conf; PRIME."""

from __future__ import annotations

import pytest

from kbtui.machine.asks import Raw, absent
from kbtui.machine.probes import display
from kbtui.machine.probes.spec import check
from tests.machine.probes.told import fact, probe_of, run, value

SERVER = probe_of(display.PROBES, "display")
CONFIG = probe_of(display.PROBES, "xorg.conf")
PRIME = probe_of(display.PROBES, "prime")
LOGS = probe_of(display.PROBES, "xorg log")


def seen(*names: str, init: str = "systemd", session: str = "", unit: str = "", **more: Raw) -> dict[str, Raw]:
    comm = {f"/proc/{pid}/comm": f"{name}\n" for pid, name in enumerate((init, *names), 1)}
    link = {"/etc/systemd/system/display-manager.service": f"link -> /usr/lib/systemd/system/{unit}"} if unit else {}
    return {
        "comm": Raw(files=comm),
        "session": Raw(files={"XDG_SESSION_TYPE": session} if session else {}),
        "unit": Raw(files=link),
        "inside_init": Raw(text=f"{init}\n"),
        "inside_environ": Raw(),
        **more,
    }


def test_the_declarations_are_sound():
    assert check(display.PROBES) == []
    assert set(LOGS.streams.values()) == {"xorg_log"}


@pytest.mark.parametrize(
    ("names", "session", "server"),
    [
        (("Xorg", "gnome-shell", "gdm3"), "x11", "xorg"),
        (("Xorg", "kwin_x11"), "", "xorg"),
        (("gnome-shell", "Xwayland"), "wayland", "wayland"),
        (("kwin_wayland",), "tty", "wayland"),
        (("Xorg", "gnome-shell"), "wayland", "wayland"),
        (("gnome-shell",), "", "wayland"),
    ],
)
def test_a_screen_that_is_driven(names, session, server):
    out = run(SERVER, seen(*names, session=session))
    assert value(out, "display.server") == server
    assert value(out, "display.x_running") is True


def test_a_screen_that_nothing_drives():
    out = run(SERVER, seen("sshd", "bash"))
    assert value(out, "display.server") == "none"
    assert value(out, "display.x_running") is False


@pytest.mark.parametrize(
    "answers",
    [
        seen("python", init="bash", inside_docker=Raw(files={"/.dockerenv": "file 755 0:0 0"})),
        {"comm": Raw(files={"/proc/812/comm": "bash\n"}), "session": Raw(), "unit": Raw(), "inside_environ": Raw()},
        {"comm": Raw(status="timed_out", reason="no answer within 2 s"), "session": Raw(), "inside_environ": Raw()},
    ],
)
def test_who_does_not_see_every_process_cannot_say_that_none_runs(answers):
    out = run(SERVER, answers)
    assert fact(out, "display.x_running").state == fact(out, "display.server").state == "unknown"


@pytest.mark.parametrize(
    ("answers", "manager"),
    [
        (seen("gdm3"), "gdm"),
        (seen("sddm", unit="sddm.service"), "sddm"),
        (seen(unit="gdm3.service"), "gdm"),
        (seen(unit="emptty.service"), "emptty"),
        (seen(debian=Raw(text="/usr/sbin/lightdm\n")), "lightdm"),
        (seen(gdm=Raw(text="failed\n", exit_code=3)), "gdm"),
    ],
)
def test_the_display_manager(answers, manager):
    assert value(run(SERVER, answers), "display.manager") == manager


def test_no_display_manager_is_certain_only_when_all_was_asked():
    idle = {name: Raw(text="inactive\n", exit_code=3) for name in ("gdm", "sddm", "lightdm")}
    assert fact(run(SERVER, seen(**idle)), "display.manager").state == "absent"
    assert fact(run(SERVER, seen()), "display.manager").state == "unknown"


NAMED = """\
Section "ServerLayout"
    Identifier "Layout0"
EndSection
Section "Device"
    Identifier     "Device0"
    Driver         "nvidia"
    VendorName     "NVIDIA Corporation"
EndSection
"""
KEYBOARD = 'Section "InputClass"\n    Identifier "keyboard"\n    Driver "libinput"\nEndSection\n'


@pytest.mark.parametrize(
    ("conf", "conf_d", "expected"),
    [
        (Raw(text=NAMED), {}, True),
        (absent("not there"), {"/etc/X11/xorg.conf.d/20-nvidia.conf": NAMED}, True),
        (absent("not there"), {"/etc/X11/xorg.conf.d/00-keyboard.conf": KEYBOARD}, False),
        (Raw(text=NAMED.replace('    Driver         "nvidia"\n', '    #Driver "nvidia"\n')), {}, False),
    ],
)
def test_a_configuration_that_names_a_driver(conf, conf_d, expected):
    out = run(CONFIG, {"conf": conf, "conf_d": Raw(files=conf_d)})
    assert value(out, "display.xorg_conf") is expected


def test_a_configuration_that_may_not_be_read():
    out = run(CONFIG, {"conf": Raw(status="refused", reason="/etc/X11/xorg.conf may not be read"), "conf_d": Raw()})
    assert fact(out, "display.xorg_conf").state == "unknown"


def test_prime():
    assert value(run(PRIME, {"prime": Raw(text="on-demand\n", exit_code=0)}), "prime.mode") == "on-demand"
    assert fact(run(PRIME, {"prime": absent("prime-select: not on this machine")}), "prime.mode").state == "absent"
    odd = Raw(text="", errors="Error: no integrated GPU detected.", exit_code=1)
    assert fact(run(PRIME, {"prime": odd}), "prime.mode").state == "unknown"
