"""One consistent set of driver, build, CUDA, compiler and Python: the newest that everything supports.

The constraints are chains over the tables, and each is monotone: a card caps the driver branch, a driver caps the CUDA,
a CUDA and a card choose the build, a build caps Python. So one pass over each table finds the newest set, and the cost
is the number of rows. What was passed over is kept, with the reason.
"""

from __future__ import annotations

from msgspec import Struct

from kbtui.conditions.versions import parse_version
from kbtui.machine.derived import Row
from kbtui.planner import builds
from kbtui.planner.cards import Card
from kbtui.planner.rows import Dated, version, whole

_MOST_PASSED = 6


class Wish(Struct, frozen=True, kw_only=True):
    """What the set must respect; None leaves it to the planner."""

    framework: str
    cards: tuple[Card, ...]
    driver: str | None = None
    cuda: str | None = None
    """CUDA of the build that is wanted."""
    version: str | None = None
    """Of the framework."""
    version_seen: bool = False
    """It is installed, not asked for."""
    python: str | None = None
    distro: str | None = None
    """A row of `distros`."""
    gcc: str | None = None
    glibc: str | None = None
    windows: bool = False


class Stack(Struct, kw_only=True):
    """The chosen set; None where nothing fits."""

    distro: Row | None = None
    driver: str | None = None
    """A version, or a branch where it is not installed yet."""
    branch: int | None = None
    branch_row: Row | None = None
    driver_given: bool = False
    build: Row | None = None
    answer: builds.Answer | None = None
    drives: builds.Drives | None = None
    toolkit: Row | None = None
    """A CUDA toolkit to install; None where the build brings its own."""
    toolkit_why: str = ""
    needs_toolkit: bool = False
    python: str | None = None
    passed: list[str] = []
    """Newer builds that were not taken, and why."""
    passed_toolkits: list[str] = []


def solve(wish: Wish, dated: Dated) -> Stack:
    """The newest consistent set."""
    out = Stack(passed=[], passed_toolkits=[])
    out.distro = _distro(wish, dated)
    _driver(wish, dated, out)
    _build(wish, dated, out)
    _toolkit(wish, dated, out)
    if out.build:
        out.python = wish.python or _python(out.build)
    return out


def brings_cuda(build: Row) -> bool:
    """Whether the wheel brings CUDA's libraries, so that the machine needs only the driver."""
    framework = build.get("framework")
    v = version(build, "version")
    return framework in ("torch", "jax") or (framework == "tensorflow" and v is not None and v >= parse_version("2.14"))


def key_of(name: str | None, number: str | None) -> str | None:
    """The row of `distros` for an id and a version: ubuntu-24.04."""
    if not name:
        return None
    return f"{name}-{number}" if number else name


def compiler_of(distro: Row, dated: Dated) -> str | None:
    """The default gcc of a distribution."""
    own = distro.get("gcc")
    more = dated.row("distro-compilers", distro.get("name") or "")
    return own or (more.get("gcc") if more else None)


def _distro(wish: Wish, dated: Dated) -> Row | None:
    if wish.distro:
        return dated.row("distros", wish.distro)
    long = [
        r
        for r in dated.rows("distros")
        if r.get("id") == "ubuntu"
        and (r.get("version") or "").endswith(".04")
        and int((r.get("version") or "1")[:2]) % 2 == 0
    ]
    return max(
        (r for r in long if not dated.over(r.get("support_ends"))), key=lambda r: r.get("released") or "", default=None
    )


def _driver(wish: Wish, dated: Dated, out: Stack) -> None:
    """The installed driver where it is known; else the newest supported branch that every card takes."""
    if wish.driver:
        out.driver, out.driver_given = wish.driver, True
        out.branch = parse_version(wish.driver).numbers[0]
        out.branch_row = dated.row("driver-branches", out.branch)
        return
    cap = min((c.last_branch for c in wish.cards if c.last_branch), default=None)
    least = _least_branch(wish, dated)
    known = [(whole(r, "branch") or 0, r) for r in dated.rows("driver-branches", "driver", "branch")]
    if dated.as_of:
        known += [
            (parse_version(r["version"] or "0").numbers[0], r)
            for r in dated.rows("releases")
            if r.get("what") == "driver"
        ]
    fit = [
        (b, r)
        for b, r in known
        if (cap is None or b <= cap) and b >= least and (r.get("kind") or dated.as_of or b == cap)
    ]
    steady = [
        (b, r) for b, r in fit if r.get("kind") in ("production", "long-term") and not dated.over(r.get("support_ends"))
    ]
    best = max(steady or fit, key=lambda x: x[0], default=None)
    if best:
        out.branch, out.branch_row = best
        out.driver = best[1].get("latest_linux") if not dated.as_of else None
        out.driver = out.driver or str(best[0])


def _least_branch(wish: Wish, dated: Dated) -> int:
    """The first branch that knows every card: that of the first CUDA which does."""
    least = 0
    for card in wish.cards:
        arch = dated.row("gpu-arch", card.cc) if card.cc else None
        first = arch.get("first_cuda") if arch else None
        row = dated.row("cuda", first) if first else None
        lowest = row.get("min_driver") if row else None
        if lowest:
            least = max(least, parse_version(lowest).numbers[0])
    return least


def _build(wish: Wish, dated: Dated, out: Stack) -> None:
    rows = [r for r in dated.rows("wheels") if r.get("framework") == wish.framework]
    rows.sort(key=_newest_first, reverse=True)
    second: tuple[Row, builds.Answer, builds.Drives | None] | None = None
    for row in rows:
        fit = _fits(row, wish, dated, out)
        if isinstance(fit, str):
            if len(out.passed) < _MOST_PASSED:
                out.passed.append(f"{row['build']}: {fit}")
            continue
        answer, drives = fit
        if answer.runs == "yes":
            out.build, out.answer, out.drives = row, answer, drives
            return
        if second is None:
            second = (row, answer, drives)
    if second:
        out.build, out.answer, out.drives = second


def _newest_first(row: Row) -> tuple[object, ...]:
    v, cuda = version(row, "version"), version(row, "cuda")
    return (
        v.numbers if v else (),
        row.get("trial") != "true",
        row.get("default") == "true",
        cuda.numbers if cuda else (),
    )


def _fits(row: Row, wish: Wish, dated: Dated, out: Stack) -> str | tuple[builds.Answer, builds.Drives | None]:
    """Why a build does not fit; else how it runs on the worst card, and on the driver."""
    v = version(row, "version")
    if (
        wish.version
        and v
        and v != parse_version(wish.version)
        and not _same_release(v.numbers, parse_version(wish.version).numbers)
    ):
        return f"{wish.version} is {'installed' if wish.version_seen else 'asked for'}"
    cuda = row.get("cuda")
    if wish.cuda and (not cuda or parse_version(cuda).numbers[:2] != parse_version(wish.cuda).numbers[:2]):
        return f"CUDA {wish.cuda} is asked for"
    why = refused_by_system(row, wish, out)
    if why:
        return why
    answers = [builds.on_card(row, c.cc, dated) for c in wish.cards if c.cc]
    worst = min(
        answers,
        key=lambda a: ("no", "partly", "ptx", "yes").index(a.runs),
        default=builds.Answer("yes", "no card is named"),
    )
    if worst.runs == "no":
        return worst.why
    drives = None
    if cuda and out.driver:
        drives = builds.on_driver(cuda, out.driver, dated, windows=wish.windows)
        if drives.how == "no":
            return f"CUDA {cuda} needs driver {drives.lowest} or newer, this is {out.driver}"
        if drives.how == "minor" and worst.runs == "ptx":
            return f"PTX of CUDA {cuda} is newer than driver {out.driver} can compile"
    return worst, drives


def _same_release(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """2.6 in the table stands for 2.6.0 and 2.6.1."""
    return len(a) == 2 and a == b[:2]


def refused_by_system(row: Row, wish: Wish, out: Stack) -> str:
    """Why Python or the C library refuse a build; "" where they take it."""
    return _python_refuses(row, wish.python) or _glibc_refuses(row, wish, out)


def _python_refuses(row: Row, python: str | None) -> str:
    low, high = version(row, "python_min"), version(row, "python_max")
    if not python:
        return ""
    have = parse_version(python).numbers[:2]
    if low and have < low.numbers[:2]:
        return f"it needs Python {low.text} or newer"
    if high and have > high.numbers[:2]:
        return f"it has no wheel for Python {'.'.join(map(str, have))}, the newest is {high.text}"
    return ""


def _glibc_refuses(row: Row, wish: Wish, out: Stack) -> str:
    need = version(row, "glibc")
    have = wish.glibc or (out.distro.get("glibc") if out.distro else None)
    return f"it needs glibc {need.text}, the system has {have}" if need and have and parse_version(have) < need else ""


def _python(build: Row) -> str | None:
    """The newest Python that a build takes, but one: the newest often lacks wheels of other packages."""
    high, low = version(build, "python_max"), version(build, "python_min")
    if high and low and high.numbers[0] == low.numbers[0] and high.numbers[1] - low.numbers[1] >= 2:
        return f"{high.numbers[0]}.{high.numbers[1] - 1}"
    only = high or low
    return only.text if only else None


def _toolkit(wish: Wish, dated: Dated, out: Stack) -> None:
    if not out.build or brings_cuda(out.build):
        return
    out.needs_toolkit = True
    wanted = out.build.get("cuda")
    gcc = wish.gcc or (compiler_of(out.distro, dated) if out.distro else None)
    rows = sorted(dated.rows("cuda", "cuda", "cuda"), key=lambda r: parse_version(r["cuda"] or "0"), reverse=True)
    for row in rows:
        why = toolkit_refuses(row, wish, gcc, wanted, out, dated)
        if not why:
            out.toolkit = row
            return
        if len(out.passed_toolkits) < _MOST_PASSED and why != "another":
            out.passed_toolkits.append(f"CUDA {row['cuda']}: {why}")


def toolkit_refuses(row: Row, wish: Wish, gcc: str | None, wanted: str | None, out: Stack, dated: Dated) -> str:
    """Why a toolkit does not fit; "another" where it is simply not the CUDA that is asked for."""
    cuda = row["cuda"] or ""
    if wanted and parse_version(cuda).numbers[:2] != parse_version(wanted).numbers[:2]:
        return "another"
    low, high = version(row, "cc_min"), version(row, "cc_max")
    for card in wish.cards:
        cc = parse_version(card.cc) if card.cc else None
        if cc and ((low and cc < low) or (high and cc > high and out.build and out.build.get("source") == "true")):
            return f"it compiles for {low.text if low else '?'} to {high.text if high else '?'}, the card is {cc.text}"
    if out.driver and builds.on_driver(cuda, out.driver, dated).how == "no":
        return f"it needs a newer driver than {out.driver}"
    most = whole(row, "gcc_max")
    if out.build and out.build.get("source") == "true" and gcc and most and parse_version(gcc).numbers[0] > most:
        return f"its nvcc takes gcc up to {most}, the system has {gcc}"
    return ""
