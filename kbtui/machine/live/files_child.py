"""The child that opens files: a read that never returns (a wedged driver, a dead network disk) holds only this process.

It reads one JSON request a line on standard input and answers each with one JSON line. Standard library only; it runs
with `-I -S`, so it starts in a few milliseconds and never sees the person's packages.
"""

import errno
import glob
import json
import os
import re
import stat
import sys
from typing import Any

Answer = dict[str, Any]
MOST_BYTES = 32 << 20
"""Of all files of a pattern together."""


def main() -> None:
    """Answer until standard input ends."""
    for line in sys.stdin:
        ask = json.loads(line)
        try:
            answer = ANSWERS[ask["what"]](ask)
        except OSError as error:
            answer = failed(error, ask["path"])
        except ValueError as error:  # a zero byte in a path
            answer = {"status": "unknown", "reason": "%s cannot be read: %s" % (ask["path"], error)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def failed(error: OSError, path: str) -> Answer:
    """An error as a status with a reason."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return {"status": "absent", "reason": "%s is not there" % path}
    if error.errno in (errno.EACCES, errno.EPERM):
        return {"status": "refused", "reason": "%s may not be read by this user" % path}
    return {"status": "unknown", "reason": "%s cannot be read: %s" % (path, os.strerror(error.errno or 0))}


def read(ask: Answer) -> Answer:
    """One file, or every file of a pattern."""
    if not ask["many"]:
        text, cut = content(ask["path"], ask)
        return {"status": "ok", "text": text, "truncated": cut}
    found: dict[str, str] = {}
    first_error: Answer | None = None
    cut = False
    size = 0
    paths = matches(ask["path"])
    for path in paths[: ask["most"]]:
        if size > MOST_BYTES:
            cut = True
            break
        try:
            if stat.S_ISREG(os.stat(path).st_mode):
                found[path], was_cut = content(path, ask)
                cut = cut or was_cut
                size += len(found[path])
        except OSError as error:
            first_error = first_error or failed(error, path)
    if first_error and not found:
        return first_error
    reason = first_error["reason"] if first_error else ""
    return {"status": "ok", "files": found, "reason": reason, "truncated": cut or len(paths) > ask["most"]}


def content(path: str, ask: Answer) -> tuple[str, bool]:
    """A file's text, its beginning or its end; True when it was longer."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
    fd = os.open(path, flags)
    try:
        size = os.fstat(fd).st_size
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return "", False
        if ask["tail"] and size > ask["cap"]:
            os.lseek(fd, size - ask["cap"], os.SEEK_SET)
        parts, left = [], ask["cap"]
        while left > 0:
            part = os.read(fd, min(left, 1 << 16))
            if not part:
                break
            parts.append(part)
            left -= len(part)
        data = b"".join(parts)
        cut = size > len(data) if ask["tail"] else left <= 0 and bool(os.read(fd, 1))
        return data.decode("utf-8", "replace"), cut
    finally:
        os.close(fd)


def names(ask: Answer) -> Answer:
    """What matches a pattern, and what each is."""
    paths = links(ask["path"], ask["to"]) if ask.get("to") else matches(ask["path"])
    return {
        "status": "ok",
        "files": {path: what for path in paths[: ask["most"]] if (what := kind_if_there(path))},
        "truncated": len(paths) > ask["most"],
    }


def which(ask: Answer) -> Answer:
    """Which of these programs stand in these places; where none does, whether one may only not be run."""
    found: dict[str, str] = {}
    wrong: list[Answer] = []
    for name in ask["names"]:
        for place in ask["places"]:
            if name not in found and place.startswith("/"):
                path = place + "/" + name
                said = executable(path)
                if said is None:
                    found[name] = path
                elif said:
                    wrong.append(said)
    if found:
        return {"status": "ok", "files": found}
    missing = {"status": "absent", "reason": "%s: not on this machine" % ", ".join(ask["names"])}
    return min(wrong, key=lambda answer: answer["status"] != "refused", default=missing)


def executable(path: str) -> Answer | None:
    """None for a program that may be run; why it may not; nothing where none is there."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return {}
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP) and os.path.islink(path):
            return {"status": "absent", "reason": "%s is a link to %s, which is not there" % (path, os.readlink(path))}
        return {} if error.errno in (errno.ENOENT, errno.ENOTDIR) else failed(error, path)
    if os.access(path, os.X_OK):
        return None
    return {"status": "refused", "reason": "%s may not be run by this user" % path}


def matches(pattern: str) -> list[str]:
    """Paths, in numeric order; a folder on the way that may not be entered is a refusal, not an empty list."""
    fixed = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    folder = os.path.dirname(fixed) or "/"
    if fixed == pattern:
        os.lstat(pattern)
        return [pattern]
    try:
        os.listdir(folder)
    except FileNotFoundError:
        return []
    found = glob.glob(pattern)
    return sorted(found, key=lambda p: [int(n) if n.isdigit() else n for n in re.split(r"(\d+)", p)])


def links(pattern: str, to: str) -> list[str]:
    """Matching links that lead to a path with this beginning, however many others match."""
    found = []
    for path in glob.iglob(pattern):
        try:
            if os.readlink(path).startswith(to):
                found.append(path)
        except OSError:
            continue  # a file that was closed in between, or no link
    return found


def kind_if_there(path: str) -> str:
    """What a path is; "" where it went away while the others were looked at, as processes do."""
    try:
        return kind(path)
    except FileNotFoundError:
        return ""


def kind(path: str) -> str:
    """What a path is, in a few words."""
    info = os.lstat(path)
    mode = "%o %d:%d" % (stat.S_IMODE(info.st_mode), info.st_uid, info.st_gid)
    if stat.S_ISLNK(info.st_mode):
        return "link -> %s" % os.readlink(path)
    if stat.S_ISREG(info.st_mode):
        return "file %s %d %d" % (mode, info.st_size, info.st_mtime)
    if stat.S_ISDIR(info.st_mode):
        return "dir %s" % mode
    if stat.S_ISCHR(info.st_mode):
        return "char %d:%d %s" % (os.major(info.st_rdev), os.minor(info.st_rdev), mode)
    return "other"


ANSWERS = {"read": read, "names": names, "which": which}

if __name__ == "__main__":
    main()
