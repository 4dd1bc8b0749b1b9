"""Where people, hosts and serials are named: the places in which a word is a name because of what stands around it.

    alice@gpu-box:~$                          /home/alice/train.py        alice:x:1000:1000:Alice Smith,,,:/home/alice:/bin/sh
    Jun 30 11:07:05 gpu-box kernel: NVRM      Linux gpu-box 6.8.0-48      Serial Number : 1650522003820

Each pattern's groups are named after what they hold (user, host, person, serial ...); a pattern replaces its groups in
place, and what it found counts as a name everywhere else.
"""

from __future__ import annotations

import re

_NAME = r"[A-Za-z_][\w.-]*"
_LOGIN = r"[a-z_][\w.-]*\$?"
_HOST = r"[A-Za-z0-9][\w.-]*"
_NO_ARCHITECTURE = r"(?!(?:amd64|arm64|armhf|i386|all|any|native)\b)"
"""dpkg names the package `hostname` as hostname:amd64."""
_CLOCK = r"\d\d:\d\d:\d\d"

_SOURCES = (
    # homes, also those of other systems and of removable disks
    rf"/(?:home|homes|Users)/(?P<user>{_NAME})",
    r"(?i:\b[A-Z]:\\Users\\|\\\\Users\\\\)(?P<user>[^\\\s:'\"<>|]+)",
    rf"/(?:run/)?media/(?P<user>{_LOGIN})(?=/)",
    rf"/var/(?:spool/cron(?:/crontabs)?|mail|spool/mail)/(?P<user>{_LOGIN})",
    rf"(?<![\w./~])~(?P<user>{_LOGIN})(?=/)",
    # a prompt, an account on a host
    rf"^[ \t]*(?:\([^()\n]*\)[ \t]*)?[\[(]?(?P<user>{_LOGIN})@(?P<host>[A-Za-z][\w.-]*)(?=[:\s][^\n]*[$#%])",
    rf"\((?!(?:buildd|mockbuild|dvs-builder|builder)@)(?P<user>{_LOGIN})@(?P<host>{_HOST})\)",
    rf"\b(?:ssh|scp|rsync|sftp|mosh)\s+(?:-\S+\s+)*(?P<user>{_LOGIN})@(?P<host>{_HOST})",
    rf"^ssh-\S+ [A-Za-z0-9+/=]{{20,}} (?P<user>{_LOGIN})@(?P<host>{_HOST})",
    # anywhere: the host must look like one (gpu-box, node7), or spack's cuda@12 and systemd's modprobe@drm would be people
    rf"(?<![\w./+@-])(?!(?:getty|serial-getty|modprobe|image|buildd|mockbuild|dvs-builder|builder)@)(?P<user>{_LOGIN})@"
    r"(?!sha\d)(?P<host>(?:[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+|[A-Za-z]{2,}\d+))(?![\w@-]|\.\w)",
    # accounts and groups
    rf"^(?P<user>{_LOGIN}):[^:\n]*:(?:[1-9]\d{{3,}}):\d+:(?P<person>[^:\n]*):[^:\n]*:[^:\n]*$",
    rf"^{_LOGIN}:[^:\n]*:\d+:(?P<user_list>{_LOGIN}(?:,{_LOGIN})*)$",
    rf"\b[ug]id=(?:[1-9]\d{{3,}})\((?P<user>{_NAME})\)",
    rf"^[-bcdlps][-rwxsStT]{{9}}[.+@]?\s+\d+\s+(?P<user>{_LOGIN})\s+(?P<user2>{_LOGIN})\s",
    rf"^(?P<user>{_LOGIN})\s+\d+\s+\d+\.\d\s+\d+\.\d\s+\d+\s+\d+\s",  # ps aux
    rf"^(?P<user>{_LOGIN})\s+(?:pts/\d+|tty\d+|:\d+)\s",  # who, w, last
    # logs
    rf"\bAccepted \w+ for (?P<user>{_LOGIN}) from\b",
    rf"\b(?:[Ff]or|[Oo]f) (?:invalid )?user (?P<user>{_LOGIN}?)(?=[.,;:(\s]|$)",
    rf"\bsudo(?:\[\d+\])?:\s+(?P<user>{_LOGIN}) :",
    rf"\b(?:USER|LOGNAME|SUDO_USER|USERNAME|PAM_USER)=(?P<user>{_NAME})",
    rf"^[A-Z][a-z]{{2}} +\d+ {_CLOCK}(?:\.\d+)? (?P<host>{_HOST})(?= [^\s:]+:)",
    rf"^\d{{4}}-\d\d-\d\d[T ]{_CLOCK}(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)? (?P<host>[A-Za-z][\w.-]*)(?= [\w.()/-]+(?:\[\d+\])?: )",
    rf"^(?P<host>{_HOST}):\d+:\d+ \[\d+\] NCCL\b",
    # hosts
    rf"\bLinux (?!version |Foundation )(?P<host>{_HOST}) \d+\.\d+[.\d]*[-\w.+]* ",
    rf"(?i:\b(?:static |transient |pretty )?host ?name[\"']?[ \t]*[=:][ \t]*[\"']?){_NO_ARCHITECTURE}(?P<host>{_HOST})",
    rf"(?i:\b(?:nodename|computer name|nodehostname|nodeaddr|slurmctldhost|master_addr)[\"']?[ \t]*[=:][ \t]*[\"']?)(?P<host>{_HOST})",
    rf"^(?:\d{{1,3}}(?:\.\d{{1,3}}){{3}}|[0-9a-fA-F:]*::[0-9a-fA-F:]*)[ \t]+(?P<host_list>{_HOST}(?:[ \t]+{_HOST})*)[ \t]*(?:#.*)?$",  # /etc/hosts
    r"^(?:search|domain)[ \t]+(?P<domain_list>[\w-]+(?:\.[\w-]+)+(?:[ \t]+[\w.-]+)*)",
    # serials
    r"(?i:Device Serial Number )(?P<serial>(?:[0-9a-f]{2}-){7}[0-9a-f]{2})(?!\w)",
    r"(?i:\b(?:serial[ _-]?(?:number|no\.?|num)?|service tag|asset tag|s/n|(?:id|board|chassis|product|system)_serial(?:_short)?)"
    r"[\"']?[ \t]*[=:][ \t]*[\"']?)(?P<serial>[A-Za-z0-9][\w./-]{4,})",
    r"<(?:\w+_)?serial>(?P<serial>[\w./-]{5,})</",
    r"(?i:\b(?:machine[ _-]id)[\"']?[ \t]*[=:][ \t]*[\"']?)(?P<machine>[0-9a-f]{32})(?!\w)",
    r"(?:/var/log|/run/log)/journal/(?P<machine>[0-9a-f]{32})(?!\w)",
    r"/boot/(?:efi/)?(?:loader/entries/)?(?P<machine>[0-9a-f]{32})(?!\w)",
    # networks in the air
    r"(?i:(?<![a-z])e?ssid[ \t]*[=:][ \t]*)(?P<ssid>\"[^\"\n]+\"|'[^'\n]+'|[^\s\"'][^\n\"',]*)",
    r"\bSSID '(?P<ssid>[^'\n]+)'",
    r"/system-connections/(?P<ssid>[^/\n]+?(?=\.nmconnection)|[^/\s'\":]+)",
)
PATTERNS = tuple(re.compile(source, re.MULTILINE) for source in _SOURCES)

_WHOLE = (
    # what a whole text is, told from the path, command, variable or field that it stands under
    (re.compile(r"(?i)(?:^|[/._ ])(?:hostname|nodename|node_name|fqdn|host)(?: -\w+)?$|^uname -n$"), "host"),
    (re.compile(r"(?i)(?:^|[/._ ])(?:user|username|user_name|logname|sudo_user|owner|whoami|id -un)$"), "user"),
    (re.compile(r"(?i)(?:^|[/._ ])(?:full_?name|gecos|real_?name)$"), "person"),
    (re.compile(r"(?i)serial(?:_?number|_short)?$|(?:asset_tag|service_tag)$"), "serial"),
    (re.compile(r"(?i)machine[-_]id$"), "machine"),
    (re.compile(r"(?i)(?:^|[/._ ])e?ssid$"), "ssid"),
)
_NAMELIKE = re.compile(r"[^\s:/\\<>]{1,253}$")
_SERIAL_COLUMNS = re.compile(r"--query-gpu=(\S+)")


def kind_of_whole(label: str, text: str) -> str:
    """What a short text is, by the label that it stands under: "host" for /etc/hostname; "" where it is no name."""
    said = text.strip()
    if not label or not said or "\n" in said or len(said) > 253:
        return ""
    for pattern, kind in _WHOLE:
        if pattern.search(label):
            return kind if kind in ("person", "ssid") or _NAMELIKE.match(said) else ""
    return ""


def serial_columns(label: str, text: str) -> list[str]:
    """The serials in the comma-separated output of `nvidia-smi --query-gpu=...,serial`, by its argv or its header."""
    header, _, rows = text.partition("\n")
    asked = _SERIAL_COLUMNS.search(label)
    columns = [c.strip() for c in (asked[1] if asked else header).split(",")]
    if "serial" not in columns and "gpu_serial" not in columns:
        return []
    at = columns.index("serial" if "serial" in columns else "gpu_serial")
    lines = text.splitlines() if asked else rows.splitlines()
    cells = [line.split(",") for line in lines]
    return [c[at].strip() for c in cells if len(c) == len(columns)]


def is_serial(name: str) -> bool:
    """Whether a word may be a serial: "N/A", "Not Specified" and the 8250 driver are none."""
    return len(name) >= 5 and any(c.isdigit() for c in name) and not name.startswith("8250") and bool(name.strip("0"))
