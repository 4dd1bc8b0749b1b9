"""What a line that says that something failed can be: a beginning, either, only a consequence."""

from __future__ import annotations

import pytest

from kbtui.kb import marks
from kbtui.kb.signs import check, match_text

FOLLOWS = [
    "[rank3]:[E1103 03:12:09.955 ProcessGroupNCCL.cpp:629] [Rank 3] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=981, OpType=ALLREDUCE)",
    "[PG ID 0 PG GUID 0(default_pg) Rank 3]  failure detected by watchdog at work sequence id: 981 PG status: last enqueued work: 981",
    "[Rank 5] Received a dump signal due to a collective timeout from  rank 7 and we will try our best to dump the debug info.",
    "gpu017:4242:4300 [3] misc/socket.cc:57 NCCL WARN socketProgress: Connection closed by remote peer gpu018<40001>",
    "W1103 03:12:09.776000 2585 torch/distributed/elastic/multiprocessing/api.py:898] Sending process 2711 closing signal SIGTERM",
    "torch.distributed.elastic.multiprocessing.errors.ChildFailedError:",
    "NVRM: Xid (PCI:0000:01:00): 45, pid=4242, Ch 00000010",
    "srun: Job step aborted: Waiting up to 32 seconds for job step to finish.",
    "slurmstepd: error: *** STEP 4711.0 ON gpu017 CANCELLED AT 2026-11-03T03:12:09 ***",
    "torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL.cpp:2021, remote process exited or there was a network error",
    "RuntimeError: [../third_party/gloo/gloo/transport/tcp/pair.cc:534] Connection closed by peer [10.1.2.3]:4321",
]
BEGAN = [
    "NVRM: Xid (PCI:0000:41:00): 79, pid=4242, GPU has fallen off the bus.",
    "NVRM: Xid (PCI:0000:41:00): 145, NVLINK error",
    "[rank3]: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.",
    "RuntimeError: CUDA error: an illegal memory access was encountered",
    "37: ValueError: too many values to unpack",
    "my.package.DataLoadError: shard 17",
    "slurmstepd: error: Detected 1 oom_kill event in StepId=4711.0.",
    "srun: error: gpu017: task 37: Killed",
    "slurmstepd: error: *** JOB 4711 ON gpu017 CANCELLED AT 2026-11-03T03:12:09 DUE TO TIME LIMIT ***",
    "OSError: [Errno 28] No space left on device",
    "mlx5_core 0000:c1:00.0 ibp193s0: Link down",
    "  traceback : Signal 9 (SIGKILL) received by PID 208585",
]
EITHER = [
    "torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL.cpp:2021, unhandled system error",
    "NVRM: Xid (PCI:0000:01:00): 43, pid=4242",
    "srun: error: gpu017: task 37: Exited with exit code 1",
    "ConnectionResetError: [Errno 104] reset",
    "gpu017:4242:4300 [3] transport/net_ib.cc:1300 NCCL WARN NET/IB : Got completion from peer 10.0.0.3 with status=12",
]
NOTHING = [
    "2026-11-03 03:12:09,123 INFO step 81 | loss 0.41 | no errors",
    "gpu017:4242:4300 [3] NCCL INFO NET/IB : Using [0]mlx5_0:1/RoCE",
    "mlx5_0: port 1 counters tx=4096 rx=4080 no errors",
    "Error rate: 0.03",
]


@pytest.mark.parametrize(
    ("line", "level"),
    [*((x, marks.FOLLOWS) for x in FOLLOWS), *((x, marks.BEGAN) for x in BEGAN), *((x, marks.EITHER) for x in EITHER), *((x, None) for x in NOTHING)],
)  # fmt: skip
def test_the_level_of_a_line(line, level):
    found = {h.key.removeprefix(marks.PREFIX) for h in match_text(marks.signs(), line)}
    assert (marks.level(found) if found else None) == level, found


@pytest.mark.parametrize("mark", marks.MARKS, ids=lambda m: m.name)
def test_a_mark_is_a_sign(mark):
    check(mark.pattern)
    assert marks.of(marks.PREFIX + mark.name) is mark
    assert mark.said and mark.said_zh
