"""The kinds of output that are recognised: for each the module that reads it and what betrays it.

A trigger is a plain substring of the cleaned text, upper and lower case apart: looking for one in a megabyte takes
less than a millisecond, so a text pays only for the kinds that it holds. The order matters where one reader uses what
another has found (the kernel's release, the cards' bus ids), and where two outputs tell the same: the later one stands
on top.
"""

from __future__ import annotations

from msgspec import Struct


class Kind(Struct, frozen=True):
    """One reader: the module in this package that has `parse(found)`, and its triggers."""

    module: str
    triggers: tuple[str, ...]

    def occurs_in(self, text: str) -> bool:
        """True when any trigger stands in the text."""
        return any(trigger in text for trigger in self.triggers)


KINDS = (
    Kind("lspci", ("VGA compatible controller", "3D controller", "Display controller", "ACSCtl:", "NVSwitch]")),
    Kind("smi_table", ("NVIDIA-SMI ",)),
    Kind("smi_query", ("NVSMI LOG", "GPU 0000", "GPU 00000000:")),
    Kind("smi_list", ("(UUID: ", "--query-gpu", "memory.total", "memory.used", "driver_version", " version  ")),
    Kind("topology", ("GPU0", "Link 0:", "Access Peer")),
    Kind(
        "smi_failure",
        (
            "communicat",
            "NVML",
            "device handle",
            "evices were found",
            "libnvidia-ml.so",
            "nvidia-smi: ",
            "nvidia-smi'",
            "nvidia-smi’",
            "nvidia-smi”",
            "nvidia-smi：",
            "nvidia-smi not",
            'nvidia-smi"',
        ),
    ),
    Kind("uname", ("Linux ", "uname -r")),
    Kind("inxi", ("Device-1:", "Distro: ")),
    Kind(
        "collect_env",
        (
            "PyTorch version",
            "CUDA used to build",
            "Is CUDA available",
            "[pip3]",
            "[conda]",
            "GPU models and",
            "Nvidia driver version",
        ),
    ),
    Kind(
        "os_release",
        (
            "PRETTY_NAME",
            "VERSION_ID",
            "ID=",
            "OS: ",
            "Distributor ID",
            "Description:",
            "Operating System:",
            "Distro:",
            "OS：",
            "操作系统",
            "Kernel: ",
            "Kernel:\t",
            "Chassis:",
            "Model name:",
            "CPU: ",
            "内核:",
            "内核：",
        ),
    ),
    Kind("windows", ("Microsoft Windows", ":\\", "Running", "Stopped", "正在运行", "已停止")),
    Kind(
        "kernel_log",
        (
            "NVRM",
            "kernel: ",
            "Linux version",
            "nouveau",
            "] [drm]",
            "Xid",
            "oom-kill",
            "ut of memory: Kill",
            "PCIe Bus Error",
            "AER: ",
            "ommand line: ",
            "BOOT_IMAGE=",
            "ecure boot ",
            "locked for more",
            "nsigned module",
            "I/O error, dev",
            "0.000000]",
            "[10de:",
            "nvidia-uvm:",
            "nvidia: ",
            "domain type: ",
            " iommu group ",
            ": BAR ",
        ),
    ),
    Kind("nvrm", ("NVRM",)),
    Kind("xid", ("Xid", "XID", "xid")),
    Kind("lsmod", ("Module  ", "lsmod", "nvidia_uvm", "nvidia_drm", "nvidia  ", "nouveau  ", "nova_core")),
    Kind("modprobe", ("could not insert", "not found in directory", "modinfo", "filename:", "find module by name")),
    Kind("mokutil", ("SecureBoot", "Secure Boot: ", "EFI variables are not")),
    Kind("nvcc", ("nvcc", "gcc (", "cc (", "gcc-", "/cuda-", "CUDA\\v")),
    Kind(
        "system_packages",
        (
            "ii  ",
            "rc  ",
            "iU  ",
            "iF  ",
            "/unknown",
            "Setting up ",
            "[installed",
            ",now ",
            ".x86_64",
            ".noarch",
            "nvidia-utils ",
            "nvidia-dkms ",
            "nvidia-open",
            "linux-headers ",
            "nvidia ",
            "hi  ",
        ),
    ),
    Kind("dkms", ("nvidia/", "nvidia, ", "nvidia-current/", "dkms", "DKMS", "Bad return status", "nvidia-srv/")),
    Kind("build_log", ("make.log for", "installer version:", "compile the kernel:", "does not match the compiler")),
    Kind(
        "pip_list",
        (
            "==",
            "Package ",
            "# packages in environment",
            "dist-info",
            "Successfully installed",
            ".whl",
            "torch  ",
            "nvidia-c",
            "tensorflow  ",
            "numpy  ",
            "cupy",
            "torchvision  ",
        ),
    ),
    Kind("traceback", ("Traceback", "python3", "python2", "Python3", "Python\\", "/python")),
    Kind("torch_lines", ("CUDA", "torch.", "is too old")),
    Kind("tensorflow_log", ("pci bus id", "CuDNN library", "reported version is", "DSO version", "name: ")),
    Kind("nccl", ("NCCL", "NET/Socket", "NET/IB")),
    Kind(
        "containers",
        (
            "docker",
            "podman",
            "nerdctl",
            "Runtimes:",
            "device driver",
            "nvidia.com/gpu",
            "NVIDIA Container",
            "runtime name: nvidia",
            "cli-version",
        ),
    ),
    Kind("resources", ("Mem:", "Swap:", "% /", "ulimit", "open files", "max locked memory", "stack size", "内存")),
    Kind("infiniband", ("CA 'mlx", "CA '", "hca_id", "Infiniband device")),
    Kind(
        "environment",
        (
            "CUDA_VISIBLE_DEVICES",
            "CUDA_HOME",
            "CUDA_PATH",
            "LD_LIBRARY_PATH",
            "NCCL_SOCKET_IFNAME",
            "MASTER_ADDR",
            "_proxy=",
            "_PROXY=",
        ),
    ),
    Kind("services", (".service - ", "OpenGL renderer", "prime-select", "XDG_SESSION_TYPE")),
)
