"""Small graphs for tests: problems made by hand or drawn by hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from kbtui.diagnosis.belief import Weight
from kbtui.kb.knowledge import ProblemIndex
from kbtui.kb.nodes import SHARE

RATIOS = [0.0, 1 / 1000, 1 / 30, 1 / 6, 1 / 2, 2.0, 6.0, 30.0, 1000.0]


def problem(
    name: str,
    causes: list[tuple[str, float]] | None = None,
    *,
    fix: bool = False,
    minutes: float = 5.0,
    opens: list[str] | None = None,
) -> ProblemIndex:
    return ProblemIndex(name, "", name, "", "test", causes or [], fix, False, "", [], minutes, opens or [], [])


@st.composite
def graphs(draw: st.DrawFn, most: int = 7) -> list[ProblemIndex]:
    """An acyclic graph, parents before their causes."""
    size = draw(st.integers(1, most))
    out = []
    for i in range(size):
        children = draw(st.lists(st.sampled_from(range(i + 1, size)), unique=True, max_size=3)) if i + 1 < size else []
        causes = [(f"p{c}", SHARE[draw(st.sampled_from(sorted(SHARE)))]) for c in children]
        out.append(problem(f"p{i}", causes, fix=draw(st.booleans()) or not causes))
    return out


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[ProblemIndex], dict[str, float], list[Weight]]:
    """A graph, entries and weights; some weights share a source."""
    graph = draw(graphs())
    names = [p.id for p in graph]
    entries = draw(st.dictionaries(st.sampled_from(names), st.floats(0.01, 2.0), min_size=1))
    weights = draw(
        st.lists(
            st.builds(
                Weight,
                st.sampled_from(names),
                st.sampled_from(RATIOS),
                st.sampled_from(["line:a", "line:b", "answer:c", "facts:d"]),
            ),
            max_size=6,
        )
    )
    return graph, entries, weights
