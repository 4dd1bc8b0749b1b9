"""The lines of an installation: driver, build, CUDA, compiler, C library, Python and Secure Boot, each held against the rest."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from kbtui.conditions.versions import parse_version
from kbtui.planner import builds
from kbtui.planner.cards import Card
from kbtui.planner.lines import Line, Pick, State
from kbtui.planner.machine import Machine
from kbtui.planner.rows import Dated, whole
from kbtui.planner.stack import Stack, Wish, brings_cuda, compiler_of

_CUDA = "table cuda (CUDA release notes, CUDA compatibility guide)"
_WHEELS = "table wheels (release notes and metadata of each framework)"


def lines(machine: Machine, cards: list[Card], wish: Wish, stack: Stack, dated: Dated) -> Iterator[Line]:
    """Every line about the set of software."""
    yield from _system(stack, dated)
    yield from driver_for_card(cards, stack, dated)
    if not (stack.needs_toolkit and stack.toolkit is None) and (stack.build or wish.cuda or not stack.passed):
        yield _driver_for_cuda(wish, stack, dated)
    yield from _flavour(machine, cards, stack)
    yield from _toolkit(machine, wish, stack, dated)
    yield from _python(wish, stack)
    yield from _libc(wish, stack)
    yield from _secure_boot(machine, stack)


def _system(stack: Stack, dated: Dated) -> Iterator[Line]:
    line = partial(
        Line,
        area="install",
        name="system",
        requirement="a distribution that still gets updates",
        origin="table distros (endoflife.date)",
    )
    row = stack.distro
    if row is None:
        yield line(value="", state="unknown", question="Which distribution and release is it?", fact="os.name")
        return
    ends, longer = row.get("support_ends"), row.get("extended_ends")
    over = dated.over(ends)
    state: State = "fine" if not over else "tight" if longer and not dated.over(longer) else "fails"
    yield line(
        value=f"{row['name']}" + (f", updates until {ends}" if ends else ", rolling"),
        state=state,
        prevents="driver-repo-key-or-mirror-broken" if over else "",
    )


def driver_for_card(cards: list[Card], stack: Stack, dated: Dated) -> Iterator[Line]:
    """Whether the driver's branch knows each kind of card."""
    if stack.branch is None:
        return
    for card in {c.name: c for c in cards}.values():
        line = partial(
            Line,
            area="install",
            name=f"driver for {card.name}",
            origin="tables gpus, gpu-arch, driver-branches",
            value=f"branch {stack.branch}",
        )
        first = (dated.row("gpu-arch", card.cc) or {}).get("first_cuda") if card.cc else None
        lowest = (dated.row("cuda", first) or {}).get("min_driver") if first else None
        if card.last_branch and stack.branch > card.last_branch:
            yield line(requirement=f"branch {card.last_branch} or older", state="fails", margin=f"{card.last_branch - stack.branch:+d}", prevents="gpu-not-supported-by-installed-driver",
                       why=f"{card.last_branch} is the last branch that knows {card.architecture}.")  # fmt: skip
        elif lowest and stack.branch < parse_version(lowest).numbers[0]:
            yield line(
                requirement=f"driver {lowest} or newer",
                state="fails",
                prevents="driver-too-old-for-new-gpu",
                why=f"{card.architecture} came with CUDA {first}.",
            )
        else:
            upper = f"up to {card.last_branch}" if card.last_branch else "no end announced"
            yield line(
                requirement=f"a branch that knows the card ({'from ' + lowest + ', ' if lowest else ''}{upper})",
                state="fine",
                prevents="gpu-not-supported-by-installed-driver",
            )


def _driver_for_cuda(wish: Wish, stack: Stack, dated: Dated) -> Line:
    build, driver = stack.build, stack.driver
    line = partial(Line, area="install", name="driver for CUDA", origin=_CUDA, prevents="driver-too-old-for-cuda")
    cuda = (build.get("cuda") if build else None) or wish.cuda or (stack.toolkit.get("cuda") if stack.toolkit else None)
    if cuda is None or driver is None:
        return line(requirement="a driver that runs the program's CUDA", value=driver or "", state="unknown",
                    question="Which CUDA does the program bring?" if driver else "Which driver is installed?", fact="torch.cuda_version" if driver else "driver.version")  # fmt: skip
    drives = builds.on_driver(cuda, driver, dated, windows=wish.windows)
    value = f"{driver}{' (installed)' if stack.driver_given else ' (chosen)'}"
    if drives.how == "unknown":
        return line(
            requirement=f"a driver for CUDA {cuda}",
            value=value,
            state="unknown",
            question=f"Which driver do the release notes of CUDA {cuda} ask for?",
            fact="driver.version",
        )
    requirement = f"{drives.lowest} or newer for CUDA {cuda}"
    if drives.how == "no":
        server = bool(wish.cards) and not any(c.consumer for c in wish.cards)
        name = "cuda-compat-" + "-".join(cuda.split(".")[:2])
        why = (
            f"On data-centre cards the package {name} lets an older driver run it (forward compatibility)."
            if server
            else ""
        )
        return line(requirement=requirement, value=value, state="fails", why=why)
    if drives.how == "minor":
        own = _cuda_of(driver, dated)
        has = f"the driver itself is of CUDA {own}" if own else f"all of CUDA {cuda} comes with {drives.full}"
        full = f"full set: {drives.full}" if drives.full else "no table tells which driver has all"
        return line(requirement=requirement, value=value, state="fine",
                    why=f"Legal by minor-version compatibility: {has}, and any CUDA {cuda.split('.')[0]}.x program runs from {drives.lowest} on. Only PTX of a newer CUDA and new driver features are lacking ({full}).")  # fmt: skip
    return line(requirement=requirement, value=value, state="fine")


def _cuda_of(driver: str, dated: Dated) -> str | None:
    """The newest CUDA (major.minor) that a driver runs in full."""
    have = parse_version(driver)
    fit = [
        r
        for r in dated.rows("cuda", "cuda", "cuda")
        if r.get("min_driver") and parse_version(r["min_driver"] or "") <= have
    ]
    best = max((parse_version(r["cuda"] or "0") for r in fit), default=None)
    return ".".join(str(n) for n in best.numbers[:2]) if best else None


def flavour(cards: list[Card], branch: int | None) -> tuple[str, str]:
    """open or proprietary, and why."""
    if any(c.open_required for c in cards):
        return "open", "the card's generation runs with the open kernel module only"
    if any(c.open_module is False for c in cards):
        return "proprietary", "the open kernel module begins with Turing"
    if branch is not None and branch >= 560:
        return "open", "the open kernel module is NVIDIA's choice for Turing and newer from branch 560 on"
    return "proprietary", "before branch 560 the proprietary module is the usual one"


def must(cards: list[Card]) -> bool:
    """Whether a card takes one flavour of the module only."""
    return any(c.open_required or c.open_module is False for c in cards)


def _flavour(machine: Machine, cards: list[Card], stack: Stack) -> Iterator[Line]:
    want, why = flavour(cards, stack.branch)
    have = machine.text("driver.flavour") if stack.driver_given else None
    prevents = "proprietary-module-on-open-only-gpu" if want == "open" else "open-module-on-pre-turing-gpu"
    state: State = "fine" if have is None or have == want or not must(cards) else "fails"
    yield Line(area="install", name="module flavour", requirement=want if must(cards) else f"either; {want} is the usual one", value=have or f"{want} (chosen)", state=state, why=why[0].upper() + why[1:] + ".",
               origin="table gpu-arch (open-gpu-kernel-modules README, driver installation guide)", prevents=prevents)  # fmt: skip


def _toolkit(machine: Machine, wish: Wish, stack: Stack, dated: Dated) -> Iterator[Line]:
    if stack.build is None:
        return
    if not stack.needs_toolkit:
        yield Line(area="install", name="CUDA toolkit", requirement="none: the wheel brings CUDA, cuDNN and NCCL", value="none", state="fine", origin=_WHEELS,
                   prevents="cuda-version-numbers-misread", why="Only who compiles extensions needs nvcc, of the same CUDA as the wheel.")  # fmt: skip
        return
    source = stack.build.get("source") == "true"
    wanted = stack.build.get("cuda")
    gcc = wish.gcc or (compiler_of(stack.distro, dated) if stack.distro else None)
    line = partial(
        Line,
        area="install",
        name="CUDA toolkit",
        origin=_CUDA,
        prevents="host-gcc-too-new-for-nvcc" if source else "shared-library-not-found",
    )
    if stack.toolkit is None:
        newest = stack.passed_toolkits[0] if stack.passed_toolkits else "no toolkit of the tables fits"
        yield line(
            requirement=f"CUDA {wanted or 'with an nvcc that takes the system compiler'}",
            value=f"gcc {gcc}" if gcc else "",
            state="fails",
            why=newest + ".",
        )
        return
    cuda = stack.toolkit["cuda"]
    most = whole(stack.toolkit, "gcc_max")
    if source and gcc is None:
        yield line(
            requirement=f"gcc up to {most} for CUDA {cuda}",
            value="",
            state="unknown",
            question="Which gcc does the system have (gcc --version)?",
            fact="gcc.version",
        )
        return
    value = f"CUDA {cuda}" + (f", gcc {gcc}" if source and gcc else "")
    need = f"CUDA {wanted} on the system" if wanted else f"an nvcc that takes gcc {gcc}"
    yield line(
        requirement=need + (f", cuDNN {stack.build['cudnn']}" if stack.build.get("cudnn") else ""),
        value=value,
        state="fine",
    )


def _python(wish: Wish, stack: Stack) -> Iterator[Line]:
    if stack.build is None:
        return
    low, high = stack.build.get("python_min"), stack.build.get("python_max")
    if low is None:
        return
    have = wish.python
    yield Line(area="install", name="Python", requirement=f"{low} to {high}" if high else f"{low} or newer", value=f"{have} (there)" if have else f"{stack.python} (chosen)", state="fine",
               origin=_WHEELS, prevents="python-version-has-no-wheel")  # fmt: skip


def _libc(wish: Wish, stack: Stack) -> Iterator[Line]:
    need = stack.build.get("glibc") if stack.build else None
    have = wish.glibc or (stack.distro.get("glibc") if stack.distro else None)
    if need and have:
        yield Line(area="install", name="C library", requirement=f"glibc {need} or newer", value=have, state="fine" if parse_version(have) >= parse_version(need) else "fails",
                   origin="manylinux tag of the wheel; table distros", prevents="glibc-too-old-for-wheel")  # fmt: skip


def _secure_boot(machine: Machine, stack: Stack) -> Iterator[Line]:
    on = machine.truth("secure_boot.enabled")
    line = partial(Line, area="install", name="Secure Boot", origin="driver installation guide; documentation of each distribution", prevents="secure-boot-unsigned-module",
                   requirement="a signed module, or the key that signs it enrolled")  # fmt: skip
    if on is False:
        yield line(value="off", state="fine")
    elif on is None:
        if not stack.driver_given:
            yield line(
                value="",
                state="unknown",
                question="Is Secure Boot on (mokutil --sb-state)?",
                fact="secure_boot.enabled",
            )
    elif stack.driver_given and machine.truth("driver.module_loaded"):
        yield line(value="on, and the module is loaded", state="fine")
    elif stack.driver_given and machine.truth("driver.module_loaded") is False:
        yield line(
            value="on, and the module is not loaded",
            state="fails",
            why="An unsigned module is refused while Secure Boot is on.",
        )
    else:
        signed = stack.distro is not None and stack.distro.get("driver_packages") in ("ubuntu", "suse")
        why = (
            "The distribution's own prebuilt modules are signed."
            if signed
            else "The key is enrolled on a blue screen at the next boot: stand before the machine."
        )
        yield line(value="on", state="fine" if signed else "tight", why=why)


def picks(wish: Wish, cards: list[Card], stack: Stack) -> list[Pick]:
    """The chosen set, part by part, with what would have been newer."""
    out = []
    if stack.distro:
        out.append(
            Pick(
                part="system",
                value=str(stack.distro["name"]),
                why="stated or seen" if wish.distro else "the newest with long support",
            )
        )
    if stack.driver:
        row = stack.branch_row or {}
        kind = row.get("kind")
        how = (
            "installed already"
            if stack.driver_given
            else f"the newest {kind or ''} branch that the card takes".replace("  ", " ")
        )
        out.append(Pick(part="driver", value=stack.driver, why=how))
        out.append(
            Pick(part="module flavour", value=flavour(cards, stack.branch)[0], why=flavour(cards, stack.branch)[1])
        )
    if stack.build:
        out.append(
            Pick(
                part="build",
                value=str(stack.build["build"]),
                why=stack.answer.why if stack.answer else "",
                passed_over=stack.passed,
            )
        )
        for part in ("cuda", "cudnn", "nccl"):
            if stack.build.get(part):
                brings = brings_cuda(stack.build)
                out.append(
                    Pick(
                        part=part,
                        value=str(stack.build[part]),
                        why="in the wheel's own packages" if brings else "installed on the system",
                    )
                )
    if stack.toolkit and not (stack.build and stack.build.get("cuda")):
        out.append(
            Pick(
                part="cuda",
                value=str(stack.toolkit["cuda"]),
                why="the newest whose compiler check passes",
                passed_over=stack.passed_toolkits,
            )
        )
    if stack.python:
        out.append(Pick(part="python", value=stack.python, why="in the range of the build"))
    return out
