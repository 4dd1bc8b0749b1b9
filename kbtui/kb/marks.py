"""Lines of a job's logs that say that something failed, and what each can be: a beginning, either, or only a consequence.

When one of 64 ranks dies, the other 63 write much and loudly: their watchdogs time out, their connections close, the
launcher ends them. Those lines are never what began it, as long as any other line could be. What is printed where:

    ProcessGroupNCCL.cpp, HeartbeatMonitor (torch/csrc/distributed/c10d), elastic/multiprocessing and elastic/agent
    (torch/distributed), misc/socket.cc and transport/net_ib.cc of NCCL, slurmstepd and srun of Slurm, PRRTE's mpirun
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Literal, NamedTuple

from kbtui.kb import literals
from kbtui.kb.signs import Sign

Level = Literal[0, 1, 2]
BEGAN: Level = 0
EITHER: Level = 1
FOLLOWS: Level = 2
PREFIX = "mark:"
"""What a mark's key begins with; no problem's id does."""


class Mark(NamedTuple):
    """One kind of line."""

    name: str
    level: Level
    pattern: str
    said: str
    said_zh: str


MARKS = (
    # Never a beginning.
    Mark("watchdog", FOLLOWS, r"Watchdog caught collective operation timeout|failure detected by watchdog at work sequence id", "NCCL watchdog timeout", "NCCL 看门狗超时"),
    Mark("dump", FOLLOWS, r"Received a dump signal due to a collective timeout|Observed flight recorder dump signal|First PG on this rank to signal dumping", "told by another rank to dump", "收到其他 rank 的转储信号"),
    Mark("taken-down", FOLLOWS, r"taking the entire process down|Some NCCL operations have failed or timed out|watchdog thread terminated with exception|NCCL communicator was aborted", "communicator aborted", "通信器被中止"),
    Mark("remote-gone", FOLLOWS, r"ncclRemoteError|remote process exited or there was a network error|remote process exiting prematurely", "another rank is gone", "另一个 rank 已退出"),
    Mark("closed-by-peer", FOLLOWS, r"closed by (the )?(remote )?peer|Connection reset by (the )?(remote )?peer|socketPollConnect|socketProgress", "connection closed by another rank", "连接被另一个 rank 关闭"),
    Mark("store-gone", FOLLOWS, r"DistStoreError|DistNetworkError|TCPStore.{0,120}(recvValue|sendBytes|[Bb]roken pipe|failed)|store.{0,40}(recvValue|sendBytes) failed", "the store's host is gone", "TCPStore 所在进程已退出"),
    Mark("sigterm", FOLLOWS, r"closing signal SIG(TERM|INT)|death signal, shutting down|SignalException|got signal: (15|2)\b|forcing the job to terminate", "ended by the launcher", "被启动器终止"),
    Mark("child-failed", FOLLOWS, r"ChildFailedError|exitcode *: -?(15|6)\b", "the launcher's summary", "启动器的总结"),
    Mark("step-ended", FOLLOWS, r"Job step aborted|srun: error: .{0,80}(Terminated|Exited with exit code (15|143)\b)|CANCELLED AT [-0-9T:]+ \*\*\*", "the job step was ended", "作业步骤被终止"),
    Mark("mpi-abort", FOLLOWS, r"mpirun has exited due to process|orted.{0,40}lost communication|ORTE has lost communication|PRTE has lost communication", "ended by mpirun", "被 mpirun 终止"),
    Mark("xid-after", FOLLOWS, r"\bXid \([^)]{7,20}\):? (45|154)\b", "Xid 45 or 154", "Xid 45 或 154"),
    # A consequence where another line could have begun it, else perhaps the beginning.
    Mark("net-either", EITHER, r"NET/(IB|OFI|Socket) ?:.{0,80}(Got completion from peer|error|failed|timed? ?out)|transport retry counter exceeded|Call to (ibv_modify_qp|recv|connect|send|bind|poll).{0,60}failed", "a network call of NCCL failed", "NCCL 的网络调用失败"),
    Mark("aborted", EITHER, r"SIGABRT|Fatal Python error: Aborted|Aborted \(core dumped\)|terminate called after throwing an instance of|exit(ed with exit )?code:? [1-9]|exitcode: -?[0-9]+\)|exited on signal|KeyboardInterrupt|EOFError|BrokenPipeError|ConnectionResetError|ConnectionRefusedError|MPI_ABORT was invoked", "the process ended", "进程退出"),
    Mark("nccl-error", EITHER, r"NCCL error|DistBackendError|ncclUnhandledCudaError|ncclSystemError|ncclInternalError|NCCL WARN", "an NCCL error", "NCCL 错误"),
    Mark("xid-stopped", EITHER, r"\bXid \([^)]{7,20}\):? (8|43|109)\b", "a channel of the GPU stopped", "GPU 通道停止"),
    Mark("heartbeat", EITHER, r"watchdog got stuck for|heartbeat monitor thread detects no heartbeat|no heartbeat for", "the watchdog itself hung", "看门狗自身卡住"),
    # What can begin it.
    Mark("xid", BEGAN, r"\bXid \([^)]{7,20}\):? ([1-79]|1[0-9]|2[0-9]|3[0-9]|4[0-246-9]|[5-9][0-9]|10[0-8]|1[1-46-9][0-9]|15[0-35-9]|[2-9][0-9][0-9])\b", "a GPU error (Xid)", "GPU 错误（Xid）"),
    Mark("gpu-lost", BEGAN, r"fallen off the bus|GPU is lost|uncorrectable (NVLink|ECC) error|uncorrectable ECC", "a GPU failed", "GPU 故障"),
    Mark("out-of-memory", BEGAN, r"CUDA out of memory|OutOfMemoryError|CUBLAS_STATUS_ALLOC_FAILED|cudaErrorMemoryAllocation|hipErrorOutOfMemory", "GPU memory ran out", "显存不足"),
    Mark("killed", BEGAN, r"Out of memory: Killed process|oom[-_]kill|task [-0-9, ]+: Out Of Memory|Detected [0-9]+ oom|exitcode *:? -9\b|Signal 9 \(SIGKILL\)|\(signal 9\)|task [0-9]+: Killed|is killed by signal", "the process was killed", "进程被杀死"),
    Mark("crashed", BEGAN, r"Segmentation fault|SIGSEGV|SIGBUS|Bus error|SIGILL|Illegal instruction|SIGFPE|exitcode *:? -(11|7|4|8)\b", "the process crashed", "进程崩溃"),
    Mark("cuda-error", BEGAN, r"CUDA error: |CUDA failure [0-9]|Cuda failure [0-9]|AcceleratorError|CUBLAS_STATUS_[A-Z]+|CUDNN_STATUS_[A-Z]+|device-side assert|an illegal memory access", "a CUDA error", "CUDA 错误"),
    Mark("limit", BEGAN, r"DUE TO (TIME LIMIT|NODE FAILURE|PREEMPTION|JOB REQUEUE)|Node failure on", "ended by Slurm", "被 Slurm 终止"),
    Mark("storage", BEGAN, r"No space left on device|Stale file handle|Disk quota exceeded|Input/output error|Read-only file system|Transport endpoint is not connected|nfs: server .{1,80} not responding", "storage failed", "存储故障"),
    Mark("link", BEGAN, r"link (is )?down|Link Down|port_state.{0,20}DOWN|IBV_EVENT_(PORT_ERR|QP_FATAL|DEVICE_FATAL)|Got async event : (local catastrophic|port error|QP fatal|device fatal)|async fatal event|carrier lost", "a network link went down", "网络链路断开"),
    Mark("not-a-number", BEGAN, r"loss( is|:|=) ?(nan|inf)\b|found NaN|NaN (or Inf )?(detected|found|in)|Loss is (nan|infinite)", "the loss was not a number", "loss 为 NaN"),
    Mark("exception", BEGAN, r"(^|[ :\]])([A-Za-z_][A-Za-z0-9_]*\.)*[A-Za-z_]{2,40}(Error|Exception)(: |$)", "a Python exception", "Python 异常"),
    Mark("host", BEGAN, r"Machine [Cc]heck( Exception)?:|Hardware Error\]|Kernel panic|watchdog: BUG: soft lockup|AER: .{0,40}Uncorrect|EDAC .{0,60} UE\b", "a fault of the host", "主机故障"),
)  # fmt: skip
BY_NAME = {m.name: m for m in MARKS}


@lru_cache(maxsize=1)
def signs() -> list[Sign]:
    """The marks as signs; their keys are `PREFIX` and the name."""
    return [Sign(PREFIX + m.name, m.pattern, literals.required(m.pattern)) for m in MARKS]


def level(names: Collection[str]) -> Level:
    """What a line with these marks can be. A consequence stays one whatever else the line says, and that something is a
    Python exception says least of all."""
    telling = [BY_NAME[n].level for n in names if n != "exception"] or [BEGAN]
    return FOLLOWS if FOLLOWS in telling else min(telling)


def of(key: str) -> Mark | None:
    """The mark that a key names; None for the sign of a problem."""
    return BY_NAME.get(key.removeprefix(PREFIX)) if key.startswith(PREFIX) else None
