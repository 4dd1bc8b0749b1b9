"""Finds nodes by what people say and by what they type.

`build` writes the index, one SQLite file; `Index` reads it. `rank` takes what somebody says or pastes, `complete`
what they are typing, `suggest` asks "did you mean". How text becomes terms: `kbtui.kb.search.tokens`.
"""

from kbtui.kb.search.build import Doc, build
from kbtui.kb.search.index import Index
from kbtui.kb.search.rank import Coverage, Match

__all__ = ["Coverage", "Doc", "Index", "Match", "build"]
