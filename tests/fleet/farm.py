"""Hosts with an sshd of their own, each in a network namespace of its own, each login entering a machine of the fault lab.

Run as root inside `unshare --net --mount --pid --fork --kill-child --mount-proc`: whatever it starts ends with it.

    python farm.py FOLDER PLAN.json -- COMMAND...        COMMAND runs beside the hosts; its exit code is passed on

PLAN: name -> the command of a login; null: the name has an address, and nobody is there. FOLDER gets the keys, known_hosts and
an ssh configuration that trusts exactly these hosts.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

NETWORK = "10.77.0"


def main() -> int:
    """Build, run, pass on the exit code."""
    folder, plan = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
    command = sys.argv[sys.argv.index("--") + 1 :]
    run("mount", "-t", "tmpfs", "tmpfs", "/run")
    Path("/run/sshd").mkdir(mode=0o755)
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "name", "bridge0", "type", "bridge")
    run("ip", "addr", "add", f"{NETWORK}.1/24", "dev", "bridge0")
    run("ip", "link", "set", "bridge0", "up")
    key(folder / "id")
    (folder / "id.pub").rename(folder / "authorized_keys")
    known, config = [], [f"Host *\n IdentityFile {folder}/id\n IdentitiesOnly yes\n User root"]
    config.append(f" UserKnownHostsFile {folder}/known_hosts\n StrictHostKeyChecking yes\n GlobalKnownHostsFile none")
    for number, (name, login) in enumerate(plan.items(), 11):
        address = f"{NETWORK}.{number}"
        config.append(f"Host {name}\n HostName {address}\n HostKeyAlias {name}")
        if login is not None:
            key(folder / f"host-{name}")
            known.append(f"{name} {(folder / f'host-{name}.pub').read_text().strip()}\n")
            host(folder, name, address, login)
    (folder / "known_hosts").write_text("".join(known))
    # The first match wins: the hosts' own lines come before those of all.
    (folder / "ssh_config").write_text("\n".join([*config[2:], *config[:2]]) + "\n")
    return subprocess.run(command).returncode


def run(*argv: str) -> None:
    """Or say what failed."""
    done = subprocess.run(argv, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"farm: {' '.join(argv)}: {done.stderr.strip()}")


def key(path: Path) -> None:
    """A key pair."""
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path))


def host(folder: Path, name: str, address: str, login: str) -> None:
    """One host: a namespace, a cable to the bridge, an sshd; returns when it listens."""
    (folder / f"{name}.conf").write_text(
        f"ListenAddress {address}:22\nHostKey {folder}/host-{name}\nAuthorizedKeysFile {folder}/authorized_keys\n"
        "StrictModes no\nUsePAM no\nPermitRootLogin yes\nPasswordAuthentication no\nPidFile none\n"
        f"ForceCommand {login}\n"
    )
    inside = f"echo ready; read go; exec /usr/sbin/sshd -D -e -f {folder}/{name}.conf"
    born = subprocess.Popen(
        ["unshare", "--net", "--uts", "sh", "-c", inside],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert born.stdin and born.stdout and born.stderr
    born.stdout.readline()
    inside_it = ["nsenter", "--net", "--uts", "--target", str(born.pid)]
    run("ip", "link", "add", "name", f"v-{name}", "type", "veth", "peer", "name", "eth0", "netns", str(born.pid))
    run("ip", "link", "set", f"v-{name}", "master", "bridge0", "up")
    run(*inside_it, "hostname", name)
    run(*inside_it, "ip", "addr", "add", f"{address}/24", "dev", "eth0")
    run(*inside_it, "ip", "link", "set", "eth0", "up")
    born.stdin.write("go\n")
    born.stdin.flush()
    for line in born.stderr:
        if "Server listening" in line:
            return
    raise SystemExit(f"farm: the sshd of {name} did not start")


if __name__ == "__main__":
    sys.exit(main())
