"""Histories as the distributions write them, and answers of a machine that has them."""

from __future__ import annotations

from datetime import UTC, datetime

from kbtui.machine.asks import Raw, absent
from kbtui.machine.changes.clock import Clock
from kbtui.machine.changes.timeline import ASKS

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC).timestamp()
CLOCK = Clock(NOW)

UBUNTU_DPKG = """\
2026-11-22 06:41:20 startup archives unpack
2026-11-22 06:41:20 upgrade libnvidia-compute-550:amd64 550.144.03-0ubuntu0.22.04.1 550.163.01-0ubuntu0.22.04.1
2026-11-22 06:41:21 status half-configured libnvidia-compute-550:amd64 550.144.03-0ubuntu0.22.04.1
2026-11-22 06:41:25 install linux-image-6.8.0-58-generic:amd64 <none> 6.8.0-58.60
2026-11-22 06:41:31 upgrade tzdata:all 2026a-0ubuntu0.22.04 2026b-0ubuntu0.22.04
2026-11-22 06:43:44 configure nvidia-dkms-550:amd64 550.163.01-0ubuntu0.22.04.1 <none>
2026-11-22 06:43:50 remove linux-image-6.8.0-56-generic:amd64 6.8.0-56.58 <none>
"""
UBUNTU_APT = """\

Start-Date: 2026-11-22  06:41:07
Commandline: /usr/bin/unattended-upgrade
Upgrade: libnvidia-compute-550:amd64 (550.144.03-0ubuntu0.22.04.1, 550.163.01-0ubuntu0.22.04.1), nvidia-dkms-550:amd64 (550.144.03-0ubuntu0.22.04.1, 550.163.01-0ubuntu0.22.04.1), tzdata:all (2026a, 2026b)
End-Date: 2026-11-22  06:43:52
"""
DEBIAN_APT = """\

Start-Date: 2026-11-22  20:14:33
Commandline: apt full-upgrade
Requested-By: someone (1000)
Install: linux-image-6.1.0-29-amd64:amd64 (6.1.123-1, automatic)
Upgrade: linux-image-amd64:amd64 (6.1.119-1, 6.1.123-1)
Remove: linux-image-6.1.0-28-amd64:amd64 (6.1.119-1)
End-Date: 2026-11-22  20:15:20

Start-Date: 2026-11-23  08:00:00
Commandline: apt install --reinstall nano
Reinstall: nano:amd64 (7.2-1)
End-Date: 2026-11-23  08:00:03
"""
UNATTENDED = """\
2026-11-22 06:41:02,118 INFO Starting unattended upgrades script
2026-11-22 06:41:05,640 INFO Packages that will be upgraded: libnvidia-compute-550 nvidia-utils-550 tzdata
2026-11-22 06:43:53,027 INFO All upgrades installed
"""
FEDORA_DNF = """\
2026-11-20T10:12:01+0100 INFO --- logging initialized ---
2026-11-20T10:12:13+0100 SUBDEBUG Upgrade: akmod-nvidia-3:570.86.16-1.fc41.x86_64
2026-11-20T10:12:14+0100 SUBDEBUG Installed: kernel-core-6.11.6-300.fc41.x86_64
2026-11-20T10:12:19+0100 SUBDEBUG Upgraded: akmod-nvidia-3:565.77-1.fc41.x86_64
2026-11-20T10:12:25+0100 SUBDEBUG Erase: kernel-core-6.11.4-300.fc41.x86_64
"""
RHEL8_DNF = """\
2026-11-20T11:00:00Z INFO --- logging initialized ---
2026-11-20T11:00:01Z SUBDEBUG Upgrade: tzdata-2026b-1.el8.noarch
2026-11-20T11:00:02Z SUBDEBUG Installed: kernel-core-4.18.0-553.16.1.el8_10.x86_64
2026-11-20T11:00:09Z SUBDEBUG Upgraded: tzdata-2026a-1.el8.noarch
"""
RHEL7_YUM = """\
Nov 20 11:00:01 Updated: kernel-tools-3.10.0-1160.90.1.el7.x86_64
Nov 20 11:00:05 Installed: 1:nvidia-driver-latest-dkms-550.163.01-1.el7.x86_64
Nov 21 09:00:00 Erased: kernel-devel
"""
DNF4_HISTORY = """\
ID     | Command line             | Date and time    | Action(s)      | Altered
-------------------------------------------------------------------------------
    12 | upgrade -y               | 2026-11-20 10:12 | I, U           |   34
    11 | install akmod-nvidia     | 2026-11-01 09:00 | Install        |    9 EE
"""
DNF5_HISTORY = """\
ID Command line                          Date and time       Action(s) Altered
12 dnf upgrade                           2026-11-20 10:12:13                34
11 dnf install akmod-nvidia              2026-11-01 09:00:01                 9
"""
RPM_LAST = """\
kernel-core-6.11.6-300.fc41.x86_64            Fri Nov 20 10:12:13 2026
akmod-nvidia-570.86.16-1.fc41.x86_64          Fri 20 Nov 2026 09:12:44 PM UTC
gpg-pubkey-105ef944-65ca83d1                  Thu Jan  1 00:00:00 2026
"""
PACMAN = """\
[2026-11-20T09:12:30+0100] [PACMAN] starting full system upgrade
[2026-11-20T09:12:45+0100] [ALPM] upgraded nvidia (550.78-1 -> 555.58-1)
[2026-11-20T09:12:46+0100] [ALPM] upgraded linux (6.11.5.arch1-1 -> 6.11.6.arch1-1)
[2026-11-20T09:12:47+0100] [ALPM] reinstalled nano (8.0-1)
[2019-03-01 12:00] [ALPM] installed linux-headers (4.20.13.arch1-1)
[2026-11-20T09:12:49+0100] [ALPM] removed cudnn (9.1.0-1)
"""
ZYPP = """\
# 2026-11-20 10:12:01 kernel-default installed ok
2026-10-01 08:00:00|install|nvidia-open-driver-G06-signed-kmp-default|550.144.03_k6.4.0|x86_64|root@box|cuda|00aa|
2026-11-20 10:12:01|command|root@box|'zypper' 'dup'|
2026-11-20 10:12:13|install|kernel-default|6.4.0-150600.23.25.1|x86_64||repo-update|0123abcd|
2026-11-20 10:12:20|install|nvidia-open-driver-G06-signed-kmp-default|550.163.01_k6.4.0|x86_64||cuda|00bb|
2026-11-20 10:13:02|remove |kernel-default|6.4.0-150600.23.22.1|x86_64|root@box|
"""
NVRM = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  {}  Mon Dec 30 17:44:08 UTC 2024\n"


def answers(**given: str | Raw | dict[str, str]) -> dict[str, Raw]:
    """Answers to every ask of the timeline: text, a listing, or a whole answer; what is not given is absent."""
    out = {name: absent(f"{ask.key} is not there", origin=ask.key) for name, ask in ASKS.items()}
    out |= {name: Raw(origin=ask.key) for name, ask in ASKS.items() if ask.key.startswith("ls ") and "*" in ask.key}
    out["date"] = Raw(text="2026-11-25 12:00:00 +0000\n")
    out["uname"] = Raw(text="Linux box 6.8.0-57-generic x86_64\n")
    out["uptime"] = Raw(text="864000.00 1.00\n")
    for name, value in given.items():
        assert name in ASKS
        if isinstance(value, str):
            out[name] = Raw(text=value, exit_code=0, origin=ASKS[name].key)
        elif isinstance(value, dict):
            out[name] = Raw(files=value, origin=ASKS[name].key)
        else:
            out[name] = value
    return out


def epoch(text: str) -> float:
    """A UTC time."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
