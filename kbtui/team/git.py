"""The program `git`, called word by word without a shell, so that no repository can make it run anything.

Hooks, monitors, submodules, filters and odd transports are off; links are written as plain files; git never asks for a
password; nothing that begins with a hyphen is taken for an address.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from kbtui.errors import PackError

SECONDS = 300
"""A git that takes longer is ended."""
_OFF = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.symlinks": "false",
    "core.attributesFile": "/dev/null",
    "submodule.recurse": "false",
    "protocol.ext.allow": "never",
    "fetch.fsckObjects": "true",
    "transfer.bundleURI": "false",
}
_LOCAL = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
)
_NOBODY = {"NAME": "kbtui", "EMAIL": "kbtui@localhost"}
_SOURCE = re.compile(r"^(?:(?:https|http|ssh|git|file)://\S+|[\w.+-]+@[\w.-]+:\S+|[^\s:]+)$")


def git(*words: str, at: Path | None = None, data: bytes | None = None, nobody: bool = False) -> bytes:
    """What git printed. PackError, with git's own words, where it is missing, fails or takes too long.

    `nobody`: a commit names no author, whatever the person's own settings say.
    """
    options = [word for name, value in _OFF.items() for word in ("-c", f"{name}={value}")]
    argv = ["git", *(["-C", str(at)] if at else []), *options, *words]
    environment = {k: v for k, v in os.environ.items() if k not in _LOCAL}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    if nobody:
        environment |= {f"GIT_{who}_{what}": said for who in ("AUTHOR", "COMMITTER") for what, said in _NOBODY.items()}
    environment.setdefault("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
    try:
        done = subprocess.run(
            argv, capture_output=True, input=data or b"", env=environment, timeout=SECONDS, check=False
        )
    except FileNotFoundError as error:
        raise PackError("git is not installed; a folder can be added without it") from error
    except subprocess.TimeoutExpired as error:
        raise PackError(f"git {words[0]} took longer than {SECONDS} s") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise PackError(f"git {words[0]}: {(said or ['failed'])[-1]}")
    return done.stdout


def line(*words: str, at: Path | None = None) -> str:
    """What git printed, as one line."""
    return git(*words, at=at).decode("utf-8", "replace").strip()


def check_source(source: str) -> str:
    """An address that git may be given. PackError for one that could be an option or another program."""
    if source.startswith("-") or "::" in source or not _SOURCE.match(source):
        raise PackError(f"{source!r} is no address of a repository (https://, ssh://, user@host:path, or a folder)")
    return source


def clone(source: str, folder: Path, pin: str = "") -> str:
    """Clone into a new folder and check out the pin (a tag, branch or commit; "" for the source's own branch); the commit."""
    git(
        "clone",
        "--quiet",
        "--no-checkout",
        "--no-recurse-submodules",
        "--template=",
        "--",
        check_source(source),
        str(folder),
    )
    return check_out(folder, pin)


def fetch(folder: Path) -> None:
    """What is new at the source. PackError where it cannot be reached."""
    git("fetch", "--quiet", "--no-recurse-submodules", "--tags", "--force", "--prune", "origin", at=folder)


def check_out(folder: Path, pin: str = "") -> str:
    """Put the files of a revision into place; the commit. PackError for a pin that the repository does not have."""
    commit = resolve(folder, pin)
    git("checkout", "--quiet", "--detach", "--force", "--no-recurse-submodules", commit, at=folder)
    return commit


def resolve(folder: Path, pin: str = "") -> str:
    """The commit that a pin names now: a branch as it is at the source, else a tag or a commit."""
    if pin.startswith("-"):
        raise PackError(f"{pin!r} is no tag, branch or commit")
    for name in (f"refs/remotes/origin/{pin}", pin) if pin else ("refs/remotes/origin/HEAD", "FETCH_HEAD", "HEAD"):
        try:
            return line("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}", at=folder)
        except PackError:
            continue
    raise PackError(f"the repository has no {pin or 'commit yet'!r}")


def top(folder: Path) -> Path | None:
    """The repository that a folder stands in; None outside any, or without git."""
    try:
        return Path(line("rev-parse", "--show-toplevel", at=folder))
    except PackError:
        return None


def files_at(folder: Path, revision: str, most: int = 20_000) -> dict[str, bytes]:
    """The plain files below a folder of a repository as they were at a revision: path to content. Links are left out."""
    if revision.startswith("-"):
        raise PackError(f"{revision!r} is no revision")
    if top(folder) is None:
        raise PackError(f"{folder} is in no git repository, so there is nothing to compare with")
    try:
        commit = line("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", at=folder)
    except PackError as error:
        raise PackError(f"the repository has no revision {revision!r}") from error
    listed = git("ls-tree", "-r", "-z", "-l", commit, "--", ".", at=folder).split(b"\0")[:most]
    wanted: list[tuple[str, bytes]] = []
    for entry in filter(None, listed):
        head, _, raw_name = entry.partition(b"\t")
        mode, kind, blob, length = head.split()
        if kind == b"blob" and mode in (b"100644", b"100755") and int(length) <= 1 << 20:
            wanted.append((raw_name.decode("utf-8", "surrogateescape"), blob))
    raw = git("cat-file", "--batch", at=folder, data=b"".join(blob + b"\n" for _, blob in wanted))
    out = {}
    start = 0
    for path, _ in wanted:
        end = raw.index(b"\n", start)
        size = int(raw[start:end].split()[2])
        out[path] = raw[end + 1 : end + 1 + size]
        start = end + 2 + size
    return out
