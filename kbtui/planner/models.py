"""From how people name a model to its row: "Llama-3-70B", "meta-llama/Meta-Llama-3-70B-Instruct" are llama-3-70b."""

from __future__ import annotations

import re

from kbtui.errors import InputError
from kbtui.kb.mistakes import nearest
from kbtui.machine.derived import Row
from kbtui.planner.memory import Model
from kbtui.planner.rows import Dated, whole

TABLE = "table model-sizes (config.json and model card of each model)"
_SAYS_NOTHING = re.compile(r"\b(meta|instruct|chat|base|hf|it|bf16|fp16|awq|gptq|v\d(\.\d)?|models?)\b")


def find(dated: Dated, asked: str) -> Model:
    """The model that a text names. InputError with the nearest right name."""
    wanted = _plain(asked)
    rows = dated.rows("model-sizes")
    for row in rows:
        if _plain(row["name"] or "") == wanted:
            return typed(row)
    names = [r["name"] or "" for r in rows]
    close = nearest(_spaced(asked), {_spaced(n): n for n in names}, cutoff=60)
    back = {_spaced(n): n for n in names}
    later = (
        [r for r in dated.tables.rows("model-sizes") if _plain(r["name"] or "") == wanted]
        if "model-sizes" in dated.tables.names
        else []
    )
    if later:
        raise InputError(f"{later[0]['name']} came out {later[0].get('released')}: it was not there in {dated.as_of}")
    raise InputError(f"no table knows the model {asked!r}" + (f"; did you mean {back[close]}?" if close else ""))


def typed(row: Row) -> Model:
    """A row of `model-sizes` as a Model."""
    heads, hidden = int(row["heads"] or 1), int(row["hidden"] or 0)
    return Model(
        name=row["name"] or "", params=float(row["params_b"] or 0) * 1e9, layers=int(row["layers"] or 0), hidden=hidden,
        ffn=int(row["ffn"] or 0), heads=heads, kv_heads=int(row["kv_heads"] or heads), head_dim=int(row.get("head_dim") or hidden // heads),
        vocab=int(row["vocab"] or 0), gated=row.get("gated") == "true", tied=row.get("tied") == "true",
        experts=int(row.get("experts") or 1), used=int(row.get("used") or 1), context=whole(row, "context"),
    )  # fmt: skip


def _spaced(name: str) -> str:
    low = name.lower().rpartition("/")[2].replace("_", "-")
    return _SAYS_NOTHING.sub(" ", low.replace("-", " ")).strip()


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9.]", "", _spaced(name))
