"""Schedulers and what they gave this shell: Slurm, PBS, LSF, Kubernetes, MPI.

SLURM_JOB_ID=48113  SLURM_JOB_NUM_NODES=2  SLURM_GPUS_ON_NODE=4
ls /var/lib/kubelet/device-plugins      nvidia-gpu.sock
mpirun --version                        mpirun (Open MPI) 4.1.6
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Environ, Names, Raw, Read, Run, Which
from kbtui.machine.probes.spec import Out, Probe

_GPUS = (
    "SLURM_JOB_GPUS",
    "SLURM_STEP_GPUS",
    "SLURM_GPUS",
    "SLURM_GPUS_ON_NODE",
    "SLURM_GPUS_PER_NODE",
    "SLURM_GPUS_PER_TASK",
)
_NODES = ("SLURM_JOB_NUM_NODES", "SLURM_NNODES", "PBS_NUM_NODES")
_JOBS = {"SLURM_JOB_ID": "slurm", "PBS_JOBID": "pbs", "LSB_JOBID": "lsf", "KUBERNETES_SERVICE_HOST": "kubernetes"}
_TOOLS = {"sbatch": "slurm", "srun": "slurm", "qsub": "pbs", "bsub": "lsf"}
_DAEMONS = {"slurmd": "slurm", "slurmstepd": "slurm", "pbs_mom": "pbs", "sbatchd": "lsf", "kubelet": "kubernetes"}


def parse_scheduler(seen: Mapping[str, Raw], out: Out) -> None:
    """Which scheduler has a say here, and what the job of this shell was given."""
    environ, which = seen["environ"], seen["which"]
    running = {text.strip() for text in seen["running"].files.values()}
    job = next(((v, kind) for v, kind in _JOBS.items() if v in environ.files), None)
    daemon = next(((d, kind) for d, kind in _DAEMONS.items() if d in running), None)
    tool = next(((t, kind) for t, kind in _TOOLS.items() if t in which.files), None)
    for found, raw, says in ((job, environ, "is set"), (daemon, seen["running"], "runs"), (tool, which, "is on PATH")):
        if found:
            out.add("cluster.scheduler", found[1], raw, f"{found[0]} {says}")
            break
    else:
        if environ.ok and which.ok and seen["running"].ok:
            out.absent("cluster.scheduler", which, "no job, no daemon and no tools of a scheduler")
    client = [t for t in ("sbatch", "srun") if t in which.files]
    if which.ok:
        out.add("slurm.client", bool(client), which, ", ".join(client) or "no sbatch, no srun")
    if seen["running"].ok:
        out.add("slurm.node", "slurmd" in running, seen["running"], "slurmd" if "slurmd" in running else "no slurmd")
    _job(environ, out)
    _kubernetes(seen, running, out)


def _job(environ: Raw, out: Out) -> None:
    if not environ.ok:
        return
    inside = "SLURM_JOB_ID" in environ.files
    out.add("slurm.in_job", inside, environ, "SLURM_JOB_ID is set" if inside else "no SLURM_JOB_ID")
    if not inside:
        out.not_applicable("slurm.gpus_requested", "this shell is in no Slurm job", environ)
    else:
        given = [v for v in _GPUS if environ.files.get(v, "0") not in ("", "0")]
        out.add("slurm.gpus_requested", bool(given), environ, ", ".join(given) or "none of " + ", ".join(_GPUS))
    count = next((environ.files[v] for v in _NODES if environ.files.get(v, "").isdecimal()), "")
    if count:
        out.add("cluster.nodes", int(count), environ, f"{count} nodes")
    else:
        out.absent("cluster.nodes", environ, "no job says how many nodes it has")


def _kubernetes(seen: Mapping[str, Raw], running: set[str], out: Out) -> None:
    plugins = seen["plugins"]
    node = bool(running & {"kubelet", "k3s-server", "k3s-agent", "k3s"}) or bool(plugins.files)
    if seen["running"].ok:
        out.add("k8s.node", node, seen["running"], "kubelet" if node else "no kubelet")
    if not node and seen["running"].ok:
        out.not_applicable("k8s.device_plugin", "this is no Kubernetes node", plugins)
    elif plugins.ok:
        socket = [p for p in plugins.files if "nvidia" in p]
        out.add(
            "k8s.device_plugin", bool(socket), plugins, "\n".join(socket) or "\n".join(plugins.files) or "no socket"
        )


def parse_mpi(seen: Mapping[str, Raw], out: Out) -> None:
    """Open MPI, MPICH (Hydra) and Intel MPI name themselves in different ways."""
    raw = seen["mpirun"]
    if raw.status == "absent":
        out.absent("mpi.version", raw, raw.reason)
        return
    for sign, name in (
        (r"\(Open MPI\) (\S+)", "Open MPI"),
        (r"Intel\(R\) MPI Library.*Version (\S+(?: Update \d+)?)", "Intel MPI"),
        (r"HYDRA build details:\s+Version:\s+(\S+)", "MPICH"),
    ):
        said = re.search(sign, raw.output)
        if said:
            out.add("mpi.version", f"{name} {said[1]}", raw, said[0])
            return


PROBES = (
    Probe(
        "scheduler",
        {
            "environ": Environ((*_JOBS, *_GPUS, *_NODES)),
            "which": Which((*_TOOLS,)),
            "running": Read("/proc/[0-9]*/comm", cap=64, most=4096),
            "plugins": Names("/var/lib/kubelet/device-plugins/*.sock"),
        },
        parse_scheduler,
        (
            "cluster.scheduler", "slurm.client", "slurm.node", "slurm.in_job", "slurm.gpus_requested", "cluster.nodes",
            "k8s.node", "k8s.device_plugin",
        ),
    ),
    Probe("mpi", {"mpirun": Run(("mpirun", "--version"))}, parse_mpi, ("mpi.version",), seconds=0.2),
)  # fmt: skip
