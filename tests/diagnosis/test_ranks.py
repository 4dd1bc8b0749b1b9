"""Several logs of one run: the first failure told apart from what followed, whatever the order of the files is."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbtui.diagnosis import rank_names
from kbtui.diagnosis.ranks import expand, read_logs, short_names
from kbtui.engine import Engine, Request
from kbtui.errors import InputError
from tests.diagnosis import logs_of_a_run as made


@pytest.fixture(scope="module")
def engine():
    return Engine.open()


@pytest.fixture(scope="module")
def signs(engine):
    """The signs of what these runs die of: all of them together are compiled anew in each child."""
    return [s for s in engine.signs() if s.key.startswith(("cuda-out-of-memory#", "gpu-fell-off-bus#", "nccl-"))]


def first(paths, signs):
    found = read_logs(paths, signs).told.first
    return (found.kind, found.rank, found.log) if found else None


def test_the_rank_that_failed_is_named_and_the_cascade_beside_it(tmp_path, engine):
    read = read_logs(made.run(tmp_path), engine.signs())
    told = read.told
    assert told.first and (told.first.kind, told.first.rank, told.first.host) == ("failure", 5, "gpu000")
    assert told.first.what == "GPU memory ran out" and "CUDA out of memory" in told.first.text
    assert told.first.line == Path(tmp_path / "rank5.log").read_text().count("\n")
    assert {c.ranks for c in told.cascade} == {"0-4,6-7"}
    assert all(c.seconds_after == pytest.approx(600, abs=6) for c in told.cascade)
    assert told.ranks == "0-7" and told.logs == 8
    assert {h.log for h in read.hits} == {"rank5.log"}
    found = engine.diagnose(Request(text=read.text, facts=read.facts, hits=read.hits, logs=told))
    assert found.logs is told
    assert "cuda-out-of-memory" in found.causes[0].path
    assert any(e.origin.startswith("rank5.log, line ") for c in found.causes for e in c.evidence)


@settings(max_examples=12, deadline=None)
@given(order=st.permutations(range(6)), seed=st.integers(0, 2**16))
def test_the_order_and_the_clocks_of_the_logs_do_not_matter(tmp_path_factory, signs, order, seed):
    folder = tmp_path_factory.mktemp("run")
    rng = random.Random(seed)
    skews = {rank: rng.uniform(-3, 3) for rank in range(6)}
    paths = made.run(folder, ranks=6, bad=rng.randrange(6), skews=skews)
    straight, shuffled = read_logs(paths, signs), read_logs([paths[i] for i in order], signs)
    assert straight == shuffled
    assert straight.told.first and straight.told.first.kind == "failure"


def test_an_error_that_was_survived_is_not_the_beginning(tmp_path, signs):
    paths = made.run(
        tmp_path, end=("Nov  3 01:20:00 gpu000 kernel: NVRM: Xid (PCI:0000:41:00): 79, GPU has fallen off the bus.",)
    )
    lines = Path(paths[2]).read_text().split("\n")
    lines.insert(200, "OSError: [Errno 116] Stale file handle: /data/shard-17; reading again")
    Path(paths[2]).write_text("\n".join(lines))
    told = read_logs(paths, signs).told
    assert told.first and told.first.rank == 5 and "fallen off" in told.first.text
    assert [(e.rank, e.kind) for e in told.earlier] == [(2, "survived")]


def test_what_follows_a_lost_card_on_its_own_host_is_no_evidence(tmp_path, engine):
    xid = "Nov  3 01:20:00 gpu000 kernel: NVRM: Xid (PCI:0000:41:00): "
    end = (
        f"{xid}79, GPU has fallen off the bus.",
        f"{xid}154, GPU recovery action changed from 0x0 (None) to 0x1 (GPU Reset Required)",
    )
    read = read_logs(made.run(tmp_path, end=end), engine.signs())
    assert "154" not in read.text and not any("154" in h.text for h in read.hits)
    assert not [f for f in read.facts if f.name == "gpu.recovery_action"]


def test_the_silent_rank_is_the_one_they_waited_for(tmp_path, signs):
    assert first(made.run(tmp_path, end=()), signs) == ("silent", 5, "rank5.log")


def test_the_rank_that_is_behind_is_the_one_they_waited_for(tmp_path, signs):
    paths = made.run(tmp_path, end=tuple(made.gives_up(5, sequence=977)))
    assert first(paths, signs) == ("behind", 5, "rank5.log")


def test_where_only_consequences_are_written_that_is_said(tmp_path, signs):
    paths = made.run(tmp_path, end=tuple(made.gives_up(5)))
    found = first(paths, signs)
    assert found and found[0] == "consequence"


def test_without_times_the_kind_of_a_line_still_tells(tmp_path, signs):
    ends = {
        0: "Connection closed by peer [10.0.0.1]:4321",
        1: "RuntimeError: CUDA error: an illegal memory access was encountered",
        2: "Connection reset by peer",
    }
    paths = [made.write(tmp_path / f"rank{r}.log", ["begins", "works", line]) for r, line in ends.items()]
    assert first(paths, signs) == ("failure", 1, "rank1.log")


def test_logs_of_other_zones_and_of_new_year(tmp_path, signs):
    bad = made.write(
        tmp_path / "a.log",
        ["2026-12-31T22:59:58+00:00 rank=3 on", "2026-12-31T23:59:58+00:00 rank=3 RuntimeError: CUDA error: x"],
    )
    other = made.write(
        tmp_path / "b.log",
        ["2027-01-01T00:30:00+01:00 rank=4 on", "2027-01-01T01:00:05+01:00 rank=4 RuntimeError: CUDA error: y"],
    )
    assert first([other, bad], signs) == ("failure", 3, "a.log")


def test_one_log_in_which_all_ranks_speak(tmp_path, signs):
    lines = [made.OOM.format(rank=3), *made.gives_up(0), *made.gives_up(1)]
    paths = [made.write(tmp_path / "job.out", lines), made.write(tmp_path / "launcher.log", ["starts"])]
    assert first(paths, signs) == ("failure", 3, "job.out")


def test_packed_damaged_and_empty_logs(tmp_path, signs):
    paths = made.run(tmp_path, ranks=4, bad=2)
    packed = Path(paths[2]).with_suffix(".log.gz")
    packed.write_bytes(gzip.compress(Path(paths[2]).read_bytes()))
    cut = tmp_path / "rank9.log.gz"
    cut.write_bytes(gzip.compress(b"x" * 100_000)[:-20])
    (tmp_path / "empty.log").write_text("")
    read = read_logs([*paths[:2], paths[3], str(packed), str(cut), str(tmp_path / "empty.log")], signs)
    assert read.told.first and read.told.first.log == "rank2.log.gz"
    assert read.notes == ["rank9.log.gz: the gzip file ends too early; what could be read was used"]


def test_no_failure_is_said(tmp_path, signs):
    paths = [made.write(tmp_path / f"rank{r}.log", made.work(r)) for r in range(2)]
    read = read_logs(paths, signs)
    assert read.told.first is None and read.notes == ["none of 2 logs says that anything failed"]


def test_files_folders_and_patterns(tmp_path):
    made.run(tmp_path, ranks=3)
    (tmp_path / ".hidden").write_text("x")
    every = [str(tmp_path / f"rank{r}.log") for r in range(3)]
    assert expand([str(tmp_path)]) == expand([str(tmp_path / "rank*.log")]) == expand([*every, every[0]]) == every
    with pytest.raises(InputError, match="names no file"):
        expand([str(tmp_path / "nothing*.log")])
    with pytest.raises(InputError, match="cannot be read"):
        read_logs(expand([str(tmp_path / "nothing.log"), every[0]]), [])
    assert short_names(["/a/0/x.log", "/b/0/x.log"]) == ["a/0/x.log", "b/0/x.log"]


@pytest.mark.parametrize(
    ("path", "rank"),
    [
        ("rank37.log", 37), ("x/gpu017-rank_3.out.gz", 3), ("logs/37/stderr.log", 37), ("37.log", 37),
        ("slurm-4711.task5.out", 5), ("train.log", None), ("logs/2026/train.log", None), ("rank37/attempt.log", 37),
    ],
)  # fmt: skip
def test_the_rank_in_a_name(path, rank):
    assert rank_names.rank_of_path(path) == rank


def test_ranges():
    assert rank_names.ranges([5, 3, 4, 9, 3]) == "3-5,9"
    assert rank_names.ranges([]) == ""


def test_one_job_log_beside_a_hosts_kernel_log(tmp_path, signs):
    lines = [f"{r}: 2026-11-03 03:{m:02d}:{r:02d},000 INFO step {m}" for m in range(12) for r in range(4)]
    lines += ["2: RuntimeError: DataLoader worker (pid 9137) is killed by signal: Killed. "]
    lines += made.gives_up(0)[:1]
    lines += [
        "srun: error: gpu001: task 2: Exited with exit code 1",
        "srun: error: gpu000: task 0: Aborted (core dumped)",
    ]
    kernel = ["Nov  3 03:00:01 gpu001 kernel: usb 1-1: new", "Nov  3 03:12:30 gpu001 kernel: mce: [Hardware Error]: x"]
    paths = [made.write(tmp_path / "job.out", lines), made.write(tmp_path / "kern.log", kernel)]
    told = read_logs(paths, signs).told
    assert told.first and (told.first.rank, told.first.host, told.first.log) == (2, "gpu001", "job.out")


XID = "Nov  3 01:20:01 gpu000 kernel: NVRM: Xid (PCI:0000:41:00): "


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a Python exception", "[rank{rank}]: KeyError: 'tokens'"),
        ("a Python exception", "AssertionError"),
        ("a Python exception", "RuntimeError: shape '[2, 3]' is invalid for input of size 5"),
        ("a Python exception", "ImportError: libcudnn.so.9: cannot open shared object file: No such file or directory"),
        ("the process crashed", "[gpu000:04242] Signal: Segmentation fault (11)"),
        ("the process was killed", "2026-11-03 01:20:02 Memory cgroup out of memory: Killed process 4242 (python)"),
        ("storage failed", "OSError: [Errno 28] No space left on device: '/scratch/ckpt'"),
        ("a GPU error (Xid)", XID + "48, pid=4242, An uncorrectable double bit error (DBE) has been detected on GPU"),
        ("a GPU error (Xid)", XID + "74, pid=1, NVLink: fatal error detected on link 3"),
        ("a CUDA error", "RuntimeError: CUDA error: device-side assert triggered"),
        ("a GPU failed", "torch.AcceleratorError: CUDA error: uncorrectable ECC error encountered"),
        (
            "a network link went down",
            "[2026-11-03 01:20:01] gpu000:4242:4300 [3] transport/net_ib.cc:96 NCCL WARN NET/IB : mlx5_0:1 Got async event : port error",
        ),
        ("the loss was not a number", "2026-11-03 01:20:02,000 ERROR loss is nan, stopping"),
        ("ended by Slurm", "slurmstepd: error: *** STEP 4711.0 ON gpu000 CANCELLED AT 2026-11-03T01:20:05 DUE TO TIME LIMIT ***"),
    ],
)  # fmt: skip
def test_every_kind_of_beginning_is_found_before_what_follows(tmp_path, what, line):
    skews = {rank: (rank * 7 % 5) - 2.0 for rank in range(8)}
    told = read_logs(made.run(tmp_path, bad=len(line) % 8, end=(line,), skews=skews), []).told
    assert told.first and (told.first.rank, told.first.kind, told.first.what) == (len(line) % 8, "failure", what)
