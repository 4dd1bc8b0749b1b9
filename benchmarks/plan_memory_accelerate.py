"""Ask the real `accelerate estimate-memory` about every model of plan_memory.yaml; its answers go into plan_memory_accelerate.yaml.

It needs an environment of its own with accelerate and transformers, and none of the network: the look-up on the hub is the one
thing that is replaced, and each model's config.json is written from its row of the table `model-sizes`.

    python -m venv /tmp/accelerate && /tmp/accelerate/bin/pip install accelerate transformers torch pyyaml
    PYTHONPATH=. /tmp/accelerate/bin/python benchmarks/plan_memory_accelerate.py
"""

from __future__ import annotations

import json
import tempfile
from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace

import yaml

HERE = Path(__file__).parent
TABLE = HERE.parent / "knowledge" / "tables" / "model-sizes.yaml"
ANSWERS = HERE / "plan_memory_accelerate.yaml"
_KINDS = (
    ("stablelm-alpha", "gpt_neox", "GPTNeoXForCausalLM"), ("pythia", "gpt_neox", "GPTNeoXForCausalLM"), ("falcon", "falcon", "FalconForCausalLM"),
    ("phi-1.5", "phi", "PhiForCausalLM"), ("qwen3-30b-a3b", "qwen3_moe", "Qwen3MoeForCausalLM"), ("qwen3", "qwen3", "Qwen3ForCausalLM"),
    ("qwen", "qwen2", "Qwen2ForCausalLM"), ("", "llama", "LlamaForCausalLM"),
)  # fmt: skip
"""How a name begins, the kind of model in transformers. Qwen's first generation has Qwen2's shapes there."""


def config(row: dict) -> dict:
    """A row of the table as a config.json."""
    kind, architecture = next((k, a) for begins, k, a in _KINDS if row["name"].startswith(begins))
    hidden, heads = int(row["hidden"]), int(row["heads"])
    out = {
        "model_type": kind, "architectures": [architecture], "hidden_size": hidden, "num_hidden_layers": int(row["layers"]), "num_attention_heads": heads,
        "intermediate_size": int(row["ffn"]), "vocab_size": int(row["vocab"]), "num_key_value_heads": int(row.get("kv_heads", heads)),
        "head_dim": int(row.get("head_dim", hidden // heads)), "tie_word_embeddings": bool(row["tied"]), "max_position_embeddings": int(row["context"]),
    }  # fmt: skip
    if kind == "falcon":
        del out["head_dim"]  # there it follows from the others
        out |= {
            "new_decoder_architecture": int(row["kv_heads"]) > 1,
            "num_kv_heads": int(row["kv_heads"]),
            "multi_query": True,
            "bias": False,
        }
    if "experts" in row:
        out |= {
            "num_experts": int(row["experts"]),
            "num_experts_per_tok": int(row["used"]),
            "moe_intermediate_size": int(row["ffn"]),
        }
    return out


def main() -> None:
    """Write the answers in GiB."""
    import accelerate
    import transformers
    from accelerate.commands import estimate

    rows = {row["name"]: row for row in yaml.safe_load(TABLE.read_text())["rows"]}
    groups = yaml.safe_load((HERE / "plan_memory.yaml").read_text())
    wanted = sorted({e.get("model", g.get("shared", {}).get("model")) for g in groups for e in g["entries"]})
    answers = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in wanted:
            made = config(rows[name])
            place = Path(folder) / name
            place.mkdir()
            (place / "config.json").write_text(json.dumps(made))
            estimate.verify_on_hub = lambda *_, made=made: SimpleNamespace(library_name="transformers", config=made)
            asked = Namespace(
                model_name=str(place),
                library_name="transformers",
                trust_remote_code=False,
                dtypes=["float32", "float16", "int8", "int4"],
            )
            said = estimate.gather_data(asked)
            answers[name] = {
                dtype: {
                    "loaded": round(size / 1024**3, 3),
                    "adam": round(max(train.values()) / 1024**3, 3) if max(train.values()) > 0 else None,
                }
                for dtype, _, size, train in said
            }
    head = f"# What accelerate {accelerate.__version__} (transformers {transformers.__version__}) answers, in GiB. adam: peak of training with Adam.\n"
    ANSWERS.write_text(head + yaml.safe_dump(answers, sort_keys=True, default_flow_style=None, width=140))


if __name__ == "__main__":
    main()
