"""Strategies: small machines whose facts are known, absent, unknown or not looked at; conditions too."""

from __future__ import annotations

from hypothesis import strategies as st

from kbtui.machine.facts import Fact, Facts

VALUES: dict[str, list[object]] = {
    "driver.installed": [True, False],
    "driver.module_loaded": [True, False],
    "secure_boot.enabled": [True, False],
    "driver.branch": [0, 470, 550],
    "gpus.count": [0, 1, 4],
    "psu.watts": [500, 750],
    "os.id": ["ubuntu", "Arch"],
    "os.name": ["Ubuntu 22.04", "arch"],
    "driver.version": ["550.54", "550.54.0", "560.1"],
    "cuda.toolkit.version": ["12.4", "12.4.1"],
    "xid.codes": [[], [79], [31, 48]],
    "machine.gpu_vendors_ever": [["nvidia"], ["AMD", "Intel"]],
}
CARD: dict[str, list[object]] = {
    "gpu.lost": [True, False],
    "gpu.model": ["GeForce RTX 4090", "Tesla K80"],
    "gpu.temperature": [40, 90],
}
STATES = ["known", "known", "known", "absent", "not_applicable", "unknown", "unseen"]


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[Fact], int, bool]:
    """The facts of a machine, how many cards it has, and whether that list is complete."""
    cards = draw(st.integers(0, 3))
    keys = [(n, "") for n in VALUES] + [(n, str(i)) for i in range(cards) for n in CARD]
    facts = []
    for name, entity in keys:
        state = draw(st.sampled_from(STATES))
        if state != "unseen":
            value = draw(st.sampled_from((VALUES | CARD)[name])) if state == "known" else None
            facts.append(Fact(name=name, entity=entity, state=state, value=value))
    return facts, cards, draw(st.booleans())


def machine(facts: list[Fact], cards: int, complete: bool) -> Facts:
    """The store of a story."""
    store = Facts()
    store.list_scope("gpu", [str(i) for i in range(cards)], complete=complete)
    for fact in facts:
        store.add(fact)
    return store


ORDER = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
EQUAL = st.sampled_from(["==", "!="])
AMONG = st.sampled_from(["in", "not in"])


def numbers(card: bool) -> st.SearchStrategy[str]:
    names = ["driver.branch", "gpus.count", "psu.watts", "0", "2", "550", "-1"]
    names += ["gpu.temperature"] * card * 3
    parts = st.tuples(st.sampled_from(names), st.sampled_from("+-*/"), st.sampled_from(names))
    doubled = parts.map(lambda p: f"({' '.join(p)}) * 2")
    return st.one_of(st.sampled_from(names), parts.map(" ".join), doubled)


def join(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(" ".join)


def leaves(card: bool) -> st.SearchStrategy[str]:
    """Conditions without and, or, not; about one card as well, if `card`."""
    flags = ["driver.installed", "driver.module_loaded", "secure_boot.enabled", "true", "false"]
    flags += ["gpu.lost"] * card * 3
    texts = ["os.id", "os.name"] + ["gpu.model"] * card * 2
    versions = ["driver.version", "cuda.toolkit.version"]
    some = st.sampled_from([*texts, *versions, *flags[:3], "xid.codes"])
    text, word = st.sampled_from(texts), st.sampled_from(['"ubuntu"', '"ARCH"', '"Tesla K80"', '"4090"'])
    number = numbers(card)
    version = st.sampled_from(versions)
    other = st.sampled_from([*versions, 'version("12.4.0")', 'version("550.54")', '"550.54"'])
    return st.one_of(
        st.sampled_from(flags),
        some.map("absent({})".format),
        some.map("known({})".format),
        join(number, ORDER, number),
        join(number, ORDER, number, ORDER, number),
        join(text, EQUAL, word),
        join(word, AMONG, text),
        join(text, AMONG, st.just('["ubuntu", "arch"]')),
        join(version, ORDER, other),
        join(st.sampled_from(["79", "31", "gpus.count"]), AMONG, st.just("xid.codes")),
        join(st.sampled_from(['"nvidia"', '"amd"', "os.id"]), AMONG, st.just("machine.gpu_vendors_ever")),
    )


def grown(leaf: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Leaves under and, or, not."""
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            inner.map("not ({})".format),
            st.tuples(inner, inner).map(lambda p: f"({p[0]} and {p[1]})"),
            st.tuples(inner, inner).map(lambda p: f"{p[0]} or {p[1]}"),
            st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} or {p[1]} and not ({p[2]}))"),
        ),
        max_leaves=4,
    )


BODIES = grown(leaves(card=True))
CONDITIONS = grown(
    st.one_of(
        leaves(card=False),
        BODIES.map("any(gpu, {})".format),
        BODIES.map("all(gpu, {})".format),
        join(BODIES.map("count(gpu, {})".format), ORDER, st.sampled_from(["0", "1", "gpus.count"])),
    )
).filter(lambda s: len(s) <= 500)
