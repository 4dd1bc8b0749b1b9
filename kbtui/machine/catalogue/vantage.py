"""Facts of the vantage point: who looks and from where, and the one job that is looked at (`--pid`)."""

from kbtui.machine.catalogue.spec import FactSpec as F

FACTS = (
    F("me.root", "bool", "this person runs as root", "/proc/self/status"),
    F("me.user", "text", "login name of the person, behind sudo too", "/proc/self/status, /etc/passwd, environment"),
    F("me.groups", "texts", "groups of the person", "/proc/self/status, /etc/group"),
    F("me.sudo", "bool", "the person may become root: is root, or in sudo, wheel or admin", "/etc/group"),
    F("me.remote", "bool", "the person is here over SSH", "environment"),
    F("job.command", "text", "command line of the process looked at", "/proc"),
    F("job.state", "text", "its state: R, S, D, Z ... as in ps", "/proc"),
    F("job.wait_channel", "text", "the kernel function that it waits in", "/proc"),
    F("job.threads_stuck", "int", "its threads in uninterruptible sleep (state D)", "/proc"),
    F("job.libcuda_path", "text", "the libcuda that it has mapped; absent when none", "/proc/PID/maps"),
    F("job.libcuda_version", "version", "driver version in that file's name", "/proc/PID/maps"),
    F("job.libcudart_path", "text", "the CUDA runtime that it has mapped; absent when none", "/proc/PID/maps"),
    F("job.cudnn_path", "text", "the cuDNN that it has mapped; absent when none", "/proc/PID/maps"),
    F("job.nccl_path", "text", "the NCCL that it has mapped; absent when none", "/proc/PID/maps"),
    F("job.libraries", "texts", "all NVIDIA libraries that it has mapped, as paths", "/proc/PID/maps"),
    F(
        "job.mixed_libraries",
        "texts",
        "libraries that it has mapped from more than one file: a clash",
        "/proc/PID/maps",
    ),
    F("job.libraries_deleted", "bool", "a library that it has mapped was replaced on disk since", "/proc/PID/maps"),
    F("job.devices", "texts", "GPU and RDMA device nodes that it holds open", "/proc/PID/fd"),
    F("job.namespaces_apart", "texts", "kinds of namespaces in which it is not where kbtui is", "/proc/PID/ns"),
)
