"""Documents to one SQLite file: postings with their weight worked out, the lines of each document, and its names."""

from __future__ import annotations

import json
import math
import os
from array import array
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from kbtui.kb.search.tokens import terms
from kbtui.kb.search.words import prior

K1 = 1.2
FIELDS = {"title": (3.0, 0.3), "aka": (2.5, 0.4), "body": (1.0, 0.6), "signs": (1.0, 0.6)}
"""Field to (weight, how much its length counts), as in BM25F."""


class Doc(NamedTuple):
    id: str
    kind: str
    title: str
    aka: tuple[str, ...]
    body: str
    title_zh: str
    aka_zh: tuple[str, ...]
    body_zh: str
    signs_text: str
