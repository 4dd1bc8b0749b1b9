"""The collector for a machine whose Python is the problem: a POSIX sh script made from the probes' asks.

It works with dash, bash and busybox, uses timeout(1) where there is one, changes nothing on the machine (its only files
are in a folder of its own that it removes) and prints one stream that `kbtui.machine.sources.script` reads.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable

import msgspec

from kbtui import __version__
from kbtui.machine.asks import OWN_PYTHON, PYTHON, Ask, Environ, Names, Raw, Read, Run, Which
from kbtui.machine.live import TOOL_PATH
from kbtui.machine.sources import script_child
from kbtui.machine.sources.rows import row_of
from kbtui.machine.sources.script import MARK

_HEAD = r"""#!/bin/sh
# Looks at a GPU machine without Python and changes nothing on it. Made by kbtui @VERSION@.
#   sh collect.sh > look.txt          then, where kbtui is: kbtui check --from look.txt
# look.txt names this machine and its people. Before you hand it on: kbtui collect --from look.txt -o bundle.tar.gz
LC_ALL=C; export LC_ALL
umask 077
person_path=$PATH
tool_path=@PATH@
B="kbtui-$(date +%s)-$$"
for d in "${TMPDIR:-/tmp}" /dev/shm /run /var/tmp /tmp; do
  T="$d/$B"
  mkdir "$T" 2>/dev/null && echo x > "$T/o" 2>/dev/null && break
  T=
done
[ -n "$T" ] || { echo "no folder can be written for the output of one command: set TMPDIR" >&2; exit 1; }
trap 'rm -rf "$T"' EXIT
trap 'exit 130' INT TERM HUP PIPE
t=; timeout -k 1 1 true 2>/dev/null && t=y
nap=1; sleep 0.02 2>/dev/null && nap=0.1
ask() { printf '%s ask %s\n' "$B" "$1"; }
end() { printf '\n%s end %s\n' "$B" "$1"; }
run() { # seconds, bytes, command...
  s=$1; cap=$2; shift 2
  command -v "$1" >/dev/null 2>&1 || { end absent; return; }
  : > "$T/o"; : > "$T/e"
  ( ulimit -f $((cap / 512 + 1)) 2>/dev/null; cd /
    if [ -n "$t" ]; then exec timeout -k 1 "$s" "$@"; else exec "$@"; fi ) > "$T/o" 2> "$T/e" < /dev/null &
  p=$!; n=0; late=
  while kill -0 $p 2>/dev/null; do
    n=$((n + 1))
    if [ $n -lt 10 ] && [ $nap != 1 ]; then sleep 0.02; else sleep $nap; fi
    [ $nap = 1 ] && ticks=$((s + 3)) || ticks=$((s * 10 + 30))
    [ $n -gt $ticks ] && { kill -9 $p 2>/dev/null; late=" late"; break; }
  done
  rc=137
  [ -z "$late" ] && { wait $p 2>/dev/null; rc=$?; }
  head -c "$cap" "$T/o"
  printf '\n%s err\n' "$B"; head -c 65536 "$T/e"
  end "rc=$rc$late"
}
show() { # bytes, 1 for the file's end, path
  if [ "$2" = 1 ]; then tail -c "$1" "$3" 2>/dev/null; else head -c "$1" "$3" 2>/dev/null; fi
}
long() { [ "$(head -c $(($1 + 1)) "$2" 2>/dev/null | wc -c)" -gt "$1" ]; }
one() { # bytes, end, path
  [ -e "$3" ] || { end absent; return; }
  [ -r "$3" ] || { end refused; return; }
  [ -f "$3" ] && show "$1" "$2" "$3"
  c=; [ -f "$3" ] && long "$1" "$3" && c=" cut"
  end "ok$c"
}
many() { # bytes, end, most, paths...
  cap=$1; tail=$2; most=$3; shift 3; c=; n=0; r=; ok=
  for f do
    [ -f "$f" ] || continue
    [ -r "$f" ] || { r=1; continue; }
    n=$((n + 1)); [ $n -gt "$most" ] && { c=" cut"; break; }
    printf '\n%s file %s\n' "$B" "$f"; show "$cap" "$tail" "$f"; ok=1
    long "$cap" "$f" && c=" cut"
  done
  if [ -n "$r" ] && [ -z "$ok" ]; then end refused; else end "ok$c"; fi
}
names() { # most, 1 for a pattern, paths...
  most=$1; wild=$2; shift 2; c=
  [ -e "$1" ] || [ -h "$1" ] || { [ "$wild" = 1 ] && end ok || end absent; return; }
  [ $# -gt "$most" ] && c=" cut"
  printf '%s\n' "$@" | head -n "$most" > "$T/o"
  stat -c '%a %u:%g %s %Y %t:%T %F %n' "$@" 2>/dev/null | head -n "$most"
  while IFS= read -r f; do [ -h "$f" ] && printf 'link %s -> %s\n' "$f" "$(readlink "$f")"; done < "$T/o"
  end "ok$c"
}
links() { # most, beginning of what they lead to, folders...
  most=$1; to=$2; shift 2
  ls -l "$@" 2>/dev/null | awk -v to="$to" '
    /^\/.*:$/ { d = substr($0, 1, length($0) - 1) }
    NF > 8 && $(NF - 1) == "->" && index($NF, to) == 1 { print "link " d "/" $(NF - 2) " -> " $NF }' | head -n "$most"
  end ok
}
which_of() {
  PATH=$person_path
  for w do f=$(command -v "$w" 2>/dev/null); case $f in /*) printf '%s=%s\n' "$w" "$f";; esac; done
  PATH=$tool_path; end ok
}
var() { eval "[ \"\${$1+x}\" ]" && eval "printf '%s=%s\n' $1 \"\$$1\"" | head -n 1; }
python() { # seconds, bytes, arguments...
  PATH=$person_path
  y=
  for h in "$VIRTUAL_ENV" "$CONDA_PREFIX"; do [ -z "$y" ] && [ -n "$h" ] && [ -x "$h/bin/python3" ] && y=$h/bin/python3; done
  [ -n "$y" ] || y=$(command -v python3 || command -v python)
  s=$1; cap=$2; shift 2
  if [ -n "$y" ]; then run "$s" "$cap" "$y" "$@"; else end absent; fi
  PATH=$tool_path
}
PATH=$tool_path
printf '%s%s\n' '@MARK@' "$B"
"""


def script(asks: Iterable[Ask]) -> str:
    """The script, ready to be run with `sh`."""
    head = _HEAD.replace("@VERSION@", __version__).replace("@PATH@", TOOL_PATH).replace("@MARK@", MARK)
    parts = [_part(ask) for ask in sorted(set(asks), key=lambda a: (_turn(a), type(a).__name__, a.key))]
    return head + "".join(p for p in parts if p) + "printf '%s done\\n' \"$B\"\n"


def is_asked(ask: Ask) -> bool:
    """Whether a script can ask it: not where it takes more than a shell and a Python of the machine's own."""
    return bool(_part(ask))


def _turn(ask: Ask) -> int:
    """The kernel log is read before a sick device is touched, and files before commands."""
    if isinstance(ask, Run):
        return 0 if ask.argv[0] in ("dmesg", "journalctl") else 2
    return 1


def _part(ask: Ask) -> str:
    row = row_of(ask, Raw())
    said = f"ask {shlex.quote(msgspec.json.encode(row).decode())}\n"
    match ask:
        case Run(argv, seconds, cap):
            limits = f"{max(1, round(seconds))} {cap}"
            if argv[0] == OWN_PYTHON:
                child = next((a for a in argv if a in script_child.ALONE), "")
                rest = shlex.join(argv[argv.index(child) + 1 :]) if child else ""
                source = shlex.quote(script_child.source_of(child)) if child else ""
                return f"{said}python {limits} -I -c {source} {rest}\n" if child else ""
            if argv[0] == PYTHON:
                return f"{said}python {limits} {shlex.join(argv[1:])}\n"
            return f"{said}run {limits} {shlex.join(argv)}\n"
        case Read(path, cap, tail, most):
            if ask.many:
                return f"{said}many {cap} {tail:d} {most} {_pattern(path)}\n"
            return f"{said}one {cap} {tail:d} {_pattern(path)}\n"
        case Names(path, most, to=to) if to:
            return f"{said}links {most} {shlex.quote(to)} {_pattern(path.rpartition('/')[0])} /nowhere\n"
        case Names(path, most):
            return f"{said}names {most} {any(c in path for c in '*?['):d} {_pattern(path)}\n"
        case Which(wanted):
            return f"{said}which_of {shlex.join(wanted)}\n"
        case Environ(wanted):
            return said + "".join(f"var {name}\n" for name in wanted) + "end ok\n"


def _pattern(path: str) -> str:
    """A path for the shell: its wildcards work, everything else is quoted, ~ is the person's home."""
    home, rest = ('"$HOME"', path[1:]) if path.startswith("~/") else ("", path)
    out, plain = [home], ""
    inside = False
    for char in rest:
        if char in "*?[" or inside:
            out.append(shlex.quote(plain) if plain else "")
            plain = ""
            out.append(char)
            inside = char != "]" if inside else char == "["
        else:
            plain += char
    return "".join([*out, shlex.quote(plain) if plain else ""])
