"""Small bug reports in the real format, made by hand: 2013, 2021 in Chinese, 2025 with the summary table."""

from __future__ import annotations

LINE = "_" * 44


def report(
    *sections: str, version: str, date: str, kernel: str, flags: str = "", ended: bool = True, table: str = ""
) -> str:
    """A whole report of these sections."""
    head = (
        "\nStart of NVIDIA bug report log file.  Please include this file, along\n\n"
        f"nvidia-bug-report.sh Version: {version}\n\nDate: {date}\n"
        f"uname: Linux box {kernel} #1 SMP x86_64 x86_64 x86_64 GNU/Linux\ncommand line flags: {flags}\n\n{table}"
    )
    end = ["\nEnd of NVIDIA bug report log file.\n"] if ended else []
    return "".join(f"{LINE}\n{section}" for section in [head, *sections, *end])


def kept(path: str, content: str, stamp: str = "2021-05-29 18:10:23.310000944 +0800") -> str:
    """A file section."""
    return f"\n*** {path}\n*** ls: -r--r--r-- 1 root root 0 {stamp} {path}\n{content}\n"


def ran(command: str, output: str) -> str:
    """A command section."""
    return f"\n{command}\n\n{output}\n"


def config(*changes: tuple[int, str]) -> str:
    """256 bytes of configuration space of a GTX 1050 Ti, as lspci -xxx prints them."""
    data = bytearray(256)
    data[0:4], data[0x34], data[0x60:0x62], data[0x68:0x6A] = b"\xde\x10\x8c\x1c", 0x60, b"\x01\x68", b"\x05\x78"
    data[0x78:0x7A], data[0x84:0x88], data[0x8A:0x8C] = b"\x10\x00", b"\x03\x3d\x45\x00", b"\x81\x10"
    for at, text in changes:
        data[at : at + len(text) // 2] = bytes.fromhex(text)
    return "".join(f"{at:02x}: {data[at : at + 16].hex(' ')}\n" for at in range(0, 256, 16))


LSPCI_OLD = (
    "01:00.0 3D controller: NVIDIA Corporation GP107M [GeForce GTX 1050 Ti Mobile] (rev a1)\n"
    "\tMemory at a3000000 (32-bit, non-prefetchable) [size=16M]\n"
    "\tMemory at 90000000 (64-bit, prefetchable) [size=256M]\n"
    "\tKernel driver in use: nouveau\n" + config()
)
LSPCI_SHORT = (
    "00:00.0 Host bridge [0600]: Intel Corporation Device [8086:5910] (rev 05)\n"
    "00:02.0 VGA compatible controller [0300]: Intel Corporation HD Graphics 630 [8086:591b] (rev 04)\n"
    "01:00.0 3D controller [0302]: NVIDIA Corporation GP107M [GeForce GTX 1050 Ti Mobile] [10de:1c8c] (rev a1)\n"
)
LSPCI_NEW = (
    "0000:00:00.0 Host bridge [0600]: Intel Corporation Device [8086:3e30]\n\tIOMMU group: 0\n"
    "0000:01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2684] (rev a1) (prog-if 00 [VGA])\n"
    "\tIOMMU group: 12\n\tRegion 1: Memory at 4000000000 (64-bit, prefetchable) [size=32G]\n"
    "\t\tLnkCap:\tPort #0, Speed 16GT/s, Width x16, ASPM L1\n\t\tLnkSta:\tSpeed 2.5GT/s (downgraded), Width x8 (downgraded)\n"
    "\tKernel driver in use: nvidia\n00: de 10 84 26\n"
)
DMI = "BIOS Information\n\tVendor: AMI\n\tVersion: 2412\n\nHandle 0x0001\nSystem Information\n\tManufacturer: ACME\n\tProduct Name: Lap 5\n\nHandle 0x3\nChassis Information\n\tType: Notebook\n"
SMI = (
    "==============NVSMI LOG==============\n\nDriver Version                      : 319.49\n\nAttached GPUs                       : 1\n"
    "GPU 0000:02:00.0\n    Product Name                    : GeForce GTX 680\n    Persistence Mode                : Disabled\n"
    "    Serial Number                   : N/A\n    Clocks Throttle Reasons\n        Idle                        : Active\n"
    "        SW Power Cap                : Not Active\n    FB Memory Usage\n        Total                       : 2047 MiB\n"
)
KERNEL_SCAN = (
    "\nScanning kernel log files for NVIDIA kernel messages:\n\n  /var/log/kern.log:\n"
    "Jul  6 08:52:10 box kernel: NVRM: Xid (PCI:0000:01:00): 79, pid='<unknown>', GPU has fallen off the bus.\n\n"
    "  journalctl -b -0:\nJul 07 18:36:49 box kernel: NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.144.03\n\n"
    "  journalctl -b -1:\nJul 06 08:52:10 box kernel: NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.\n\n"
)
OLD = report(
    kept("/etc/issue", "Debian GNU/Linux 7 \\n \\l\n"),
    ran('/usr/bin/lspci -d "10de:*" -v -xxx', LSPCI_OLD.replace("01:00", "02:00").replace("nouveau", "nvidia")),
    kept("/proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX x86_64 Kernel Module  319.49  Tue Aug 13 2013\n"),
    kept("/proc/driver/nvidia/gpus/0/information", "Model: \t\t GeForce GTX 680\nBus Location: \t 0000:02:00.0\n"),
    ran("/usr/bin/nvidia-smi -q", SMI) + "/usr/bin/nvidia-smi -q -u\n\nHIC Info   : N/A\n\n",
    version="14306482",
    date="vr  6 sep 16:41:06 CEST 2013",
    kernel="3.2.0-4-amd64",
)
CHINESE = report(
    kept("/etc/redhat-release", "Fedora release 36 (Thirty Six)\n"),
    "\n*** /var/log/nvidia-installer.log does not exist\n\n",
    "\n/usr/bin/systemctl status nvidia-suspend.service nvidia-powerd.service\n"
    "○ nvidia-suspend.service - NVIDIA system suspend actions\n     Active: inactive (dead)\n\n"
    "× nvidia-powerd.service - nvidia-powerd service\n     Active: failed (Result: exit-code) since Sun\n\n",
    ran('/sbin/lspci -d "10de:*" -v -xxx', LSPCI_OLD),
    ran("/sbin/lspci -nn", LSPCI_SHORT),
    "\n",
    ran("/sbin/dmidecode", DMI),
    ran("dmesg:", "[    0.000000] Linux version 5.17\n[    1.868706] nouveau 0000:01:00.0: fb: 4096 MiB GDDR5"),
    "\n使用内建 specs。\nCOLLECT_GCC=gcc\ngcc 版本 12.1.1\n",
    ran("xset -q:", "/usr/bin/nvidia-bug-report.sh:行906: xset：未找到命令"),
    ran(
        "nvidia-settings -q all:",
        "nvidia-settings could not connect to an X server\nSkipping xrandr output (xrandr not found)",
    ),
    kept("/proc/modules", "nouveau 2347008 1 - Live 0x0\ni915 3100672 20 - Live 0x0\n"),
    "\n*** /proc/driver/nvidia/./version does not exist\n\n",
    "\nSkipping nvidia-smi output (nvidia-smi not found)\n\n",
    version="31207670",
    date="2021年 05月 29日 星期六 06:10:23 PM CST",
    kernel="5.17.11-300.fc36.x86_64",
)
TABLE = (
    "Component                           | Details\n" + "=" * 80 + "\n"
    "NVIDIA SMI                          | NVIDIA-SMI version  : 570.172.08\n"
    "                                    | DRIVER version      : 570.172.08\n"
    "                                    | CUDA Version        : 12.8\n" + "-" * 80 + "\n"
    "NVIDIA GPU Details                  | Failed: No devices were found\n" + "-" * 80 + "\n"
    "OS Details                          | Distribution : Ubuntu 24.04.2 LTS\n" + "-" * 80 + "\n"
)
NEW = report(
    kept("/sys/bus/pci/devices/0000:01:00.0/power/control", "on\n", "2025-08-25 14:01:12.1 +0200"),
    ran("/usr/bin/lspci -nnDvvvxxxx", LSPCI_NEW),
    "\n/sbin/modinfo nvidia | grep vermagic\n\nvermagic:       6.14.0-24-generic SMP\n\n/sbin/modinfo nvidia_drm | grep vermagic\n\n\n",
    "\n/sys/module/nvidia_drm/parameters/modeset:Y\n",
    KERNEL_SCAN,
    kept("/proc/modules", "nvidia_uvm 49 0 - Live 0x0 (OE)\nnvidia 104 2 nvidia_uvm, Live 0x0 (OE)\n"),
    "\nSkipping: vulkaninfo output\nvulkaninfo not found\n\n",
    "\n*** ls: lrwxrwxrwx 1 root root 8 2025-08-25 14:00:00.0 +0200 /dev/dri/by-path/pci-0000:01:00.0-card -> ../card1\n\n",
    version="36172400",
    date="lun. 25 août 2025 14:01:02 CEST",
    kernel="6.14.0-24-generic",
    table=TABLE,
)
SAFE = report(
    ran("/usr/bin/lspci -nnDvvvxxxx", LSPCI_NEW),
    version="36108447",
    date="Mon Aug 25 02:01:02 PM UTC 2025",
    kernel="6.14.0",
    flags="--safe-mode",
)
CUT_OFF = NEW[: NEW.index("*** /proc/modules")]
