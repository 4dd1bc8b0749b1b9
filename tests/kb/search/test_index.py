"""The file: the same bytes from the same nodes, replaced at once, refused when it is not one of ours."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from kbtui.errors import PackError
from kbtui.kb.search import Index, build
from tests.kb.search.corpus import DOCS


def test_the_same_nodes_give_the_same_bytes_in_any_order(tmp_path: Path):
    shuffled = list(DOCS)
    random.Random(3).shuffle(shuffled)
    build(DOCS, tmp_path / "one")
    build(shuffled, tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_hash_seeds_do_not_matter(tmp_path: Path):
    code = (
        "import sys; from pathlib import Path; from kbtui.kb.search import build;"
        "from tests.kb.search.corpus import DOCS; build(DOCS, Path(sys.argv[1]))"
    )
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / seed)],
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path))},
            cwd=Path(__file__).parents[3],
        )
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_an_older_file_is_replaced_whole_and_nothing_is_left_behind(tmp_path: Path):
    path = tmp_path / "a b%20#?.sqlite"
    build(DOCS[:2], path)
    with Index.open(path) as before:
        build(DOCS, path)
        assert before.complete("nvlink") == []
        with Index.open(path) as after:
            assert after.complete("nvlink")[0].id == "link-flap"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_build_leaves_the_old_file(tmp_path: Path):
    path = tmp_path / "search.sqlite"
    build(DOCS, path)
    before = path.read_bytes()
    with pytest.raises(ValueError):
        build([replace(DOCS[0], kind="nonsense")], path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_no_nodes_at_all(tmp_path: Path):
    build([], tmp_path / "empty")
    with Index.open(tmp_path / "empty") as index:
        assert index.rank("nvlink") == index.complete("nvlink") == []
        assert index.suggest("nvlink") is None


@pytest.mark.parametrize("content", [None, b"", b"not a database at all" * 100])
def test_what_is_no_index_is_refused_with_a_sentence(tmp_path: Path, content: bytes | None):
    path = tmp_path / "search.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PackError, match="build the cache again"):
        Index.open(path)


def test_another_format_is_refused(tmp_path: Path):
    path = tmp_path / "search.sqlite"
    build(DOCS, path)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = 0 WHERE key = 'format'")
    db.close()
    with pytest.raises(PackError, match="another version"):
        Index.open(path)


def test_the_index_is_never_written(tmp_path: Path):
    path = tmp_path / "search.sqlite"
    build(DOCS, path)
    before = path.read_bytes()
    with Index.open(path) as index:
        index.rank("nvlnik flap")
        index.complete("nvlnik flap")
        index.suggest("nvlnik flap")
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_importing_search_is_cheap():
    code = "import sys, kbtui.kb.search; print(sorted({'sqlite3', 'rapidfuzz'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
