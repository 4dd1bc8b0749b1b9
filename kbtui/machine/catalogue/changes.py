"""Facts of what changed before the trouble began. The onset is the first error of the kernel log, else now."""

from kbtui.machine.catalogue.spec import FactSpec as F

_LAST = "; absent where the histories show none"

FACTS = (
    F(
        "change.kernel.hours_before_onset",
        "float",
        "hours from the last kernel change, counted from the start into it, to the onset" + _LAST,
        "package histories, boots",
        unit="h",
    ),
    F(
        "change.driver.hours_before_onset",
        "float",
        "hours from the last installation, upgrade or removal of the NVIDIA driver to the onset" + _LAST,
        "package histories, installer log, kernel log",
        unit="h",
    ),
    F(
        "change.cuda.hours_before_onset",
        "float",
        "hours from the last change of the CUDA toolkit, cuDNN or NCCL packages to the onset" + _LAST,
        "package histories",
        unit="h",
    ),
    F(
        "change.framework.hours_before_onset",
        "float",
        "hours from the last change of torch, TensorFlow, JAX or numpy in the person's environment to the onset"
        + _LAST,
        "Python's package folders, conda history, package histories",
        unit="h",
    ),
    F(
        "change.config.hours_before_onset",
        "float",
        "hours from the last edit of configuration that decides over the GPU (modprobe.d, xorg.conf, grub, docker) to "
        "the onset" + _LAST,
        "times of files",
        unit="h",
    ),
    F(
        "change.last_boot_hours_before_onset",
        "float",
        "hours from the last start of the machine before the onset to the onset",
        "/proc/uptime, journal, wtmp",
        unit="h",
    ),
)
