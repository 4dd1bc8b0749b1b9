"""What the machine itself remembers: boots, kernel log, Python environments, configuration, its state."""

from __future__ import annotations

from kbtui.machine.asks import Raw
from kbtui.machine.changes import boots, config, kernel_log, python_env
from kbtui.machine.changes.packages import driver_version, kind_of, of_kernel, split_rpm
from kbtui.machine.changes.state import state_from
from tests.machine.changes.logs import CLOCK, NOW, NVRM, answers, epoch

LIST_BOOTS = """\
IDX BOOT ID                          FIRST ENTRY                 LAST ENTRY
 -1 3f0c77b1d2f04f8e8f1f3a5b6c7d8e9f Mon 2026-11-23 09:00:01 UTC Mon 2026-11-23 18:00:02 UTC
  0 77aa0e9f4d5b4c2e9d1a2b3c4d5e6f70 Tue 2026-11-24 09:12:01 UTC Wed 2026-11-25 11:59:59 UTC
"""
OLD_LIST_BOOTS = (
    " -1 3f0c77b1d2f04f8e8f1f3a5b6c7d8e9f Mon 2026-11-23 09:00:01 CET—Mon 2026-11-23 18:00:02 CET\n"
    "  0 77aa0e9f4d5b4c2e9d1a2b3c4d5e6f70 Tue 2026-11-24 09:12:01 CET—Wed 2026-11-25 11:59:59 CET\n"
)
LAST = """\
reboot   system boot  6.8.0-58-generic Tue Nov 24 09:12:13 2026   still running
reboot   system boot  6.8.0-57-generic Mon Nov 23 09:00:13 2026 - Mon Nov 23 18:00:00 2026  (08:59)

wtmp begins Mon Nov 23 09:00:13 2026
"""
JOURNAL = """\
2026-11-23T09:00:01+0000 box kernel: Linux version 6.8.0-57-generic (buildd@host) (gcc 13.3.0) #57-Ubuntu SMP
2026-11-23T09:00:06+0000 box kernel: NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.144.03  Mon Dec 30 17:44:08 UTC 2024
2026-11-24T09:12:06+0000 box kernel: NVRM: loading NVIDIA UNIX Open Kernel Module for x86_64  570.86.16  Release Build  (x@y)
2026-11-24T10:00:00+0000 box kernel: NVRM: Xid (PCI:0000:41:00): 13, pid=12, name=python, Graphics SM Warp Exception
2026-11-24T11:00:00+0000 box kernel: NVRM: Xid (PCI:0000:41:00): 79, pid='<unknown>', GPU has fallen off the bus.
2026-11-24T11:30:00+0000 box kernel: NVRM: Xid (PCI:0000:41:00): 79, pid='<unknown>', GPU has fallen off the bus.
2026-11-24T11:40:00+0000 box kernel: python[77]: segfault at 0 ip 00007f sp 00007f error 4 in libtorch.so
"""


def test_boots_of_both_journalctls_and_of_last_are_one_list():
    first = boots.listed(LIST_BOOTS, "journalctl", CLOCK)
    assert [b.when for b in first] == [epoch("2026-11-23T09:00:01"), epoch("2026-11-24T09:12:01")]
    assert [b.when for b in boots.listed(OLD_LIST_BOOTS, "", CLOCK)] == [b.when for b in first]
    joined = boots.joined([*first, *boots.last(LAST, "last", CLOCK)])
    assert [(b.when, b.kernel) for b in joined] == [
        (first[0].when, "6.8.0-57-generic"),
        (first[1].when, "6.8.0-58-generic"),
    ]
    kinds = [(c.kind, c.before, c.after) for c in boots.changes(joined)]
    assert kinds == [
        ("boot", "", "6.8.0-57-generic"),
        ("boot", "", "6.8.0-58-generic"),
        ("kernel", "6.8.0-57-generic", "6.8.0-58-generic"),
    ]


def test_a_kernel_that_last_cut_short_is_the_same_kernel():
    old = boots.last("reboot   system boot  5.15.0-91-generi Tue Nov 24 08:12   still running\n", "last", CLOCK)
    assert old[0].when == epoch("2026-11-24T08:12:00")
    whole = boots.Boot(old[0].when + 20, "5.15.0-91-generic", "dmesg")
    assert [b.kernel for b in boots.joined([*old, whole])] == ["5.15.0-91-generic"]


def test_two_quick_starts_with_different_kernels_stay_two():
    both = [boots.Boot(100.0, "6.8.0-57-generic"), boots.Boot(190.0, "6.8.0-58-generic")]
    assert boots.joined(both) == both


def test_kernel_log_lines_of_every_shape_have_a_time():
    text = (
        "[    5.16] NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.144.03  Mon Dec 30\n"
        "Nov 22 06:41:20 box kernel: [ 5120.100000] NVRM: API mismatch: the client 'x' (pid 1)\n"
        "2026-11-25T06:04:21.179999+00:00 box kernel: usb 1-1: new device\n"
        "[Tue Nov 24 09:12:18 2026] usb 1-2: new device\n"
        "                 NVRM: has the version 550.163.01, but\n"
    )
    found = kernel_log.lines(text, "log", CLOCK, boot_at=1000.0)
    assert [line.when for line in found] == [
        1005.16,
        epoch("2026-11-22T06:41:20"),
        epoch("2026-11-25T06:04:21"),
        epoch("2026-11-24T09:12:18"),
    ]
    assert found[1].text.startswith("NVRM: API mismatch")
    assert kernel_log.lines(text, "log", CLOCK, None)[0].when is None


def test_drivers_and_first_errors_come_from_earlier_boots_too():
    log = kernel_log.lines(JOURNAL, "journal", CLOCK, None)
    assert [(c.before, c.after) for c in kernel_log.drivers(log)] == [("550.144.03", "570.86.16")]
    assert [b.kernel for b in kernel_log.boots(log)] == ["6.8.0-57-generic"]
    errors = kernel_log.errors(log, boot_at=epoch("2026-11-24T09:12:01"))
    assert [(c.what, c.when) for c in errors.first] == [
        ("first: Xid 13", epoch("2026-11-24T10:00:00")),
        ("first: Xid 79", epoch("2026-11-24T11:00:00")),
        ("first: a program crashed (segfault)", epoch("2026-11-24T11:40:00")),
    ]
    assert errors.onset == epoch("2026-11-24T11:00:00")  # a job's own Xid dates nothing
    assert kernel_log.errors(log, boot_at=epoch("2026-11-25T00:00:00")).onset is None


def test_an_error_of_last_month_is_another_trouble():
    log = [kernel_log.Line(day * 86400.0, "NVRM: Xid (PCI:0000:01:00): 79, lost", "log") for day in (10, 40, 41)]
    assert kernel_log.errors(log, boot_at=39 * 86400.0).onset == 40 * 86400.0


def test_ordinary_lines_of_a_healthy_driver_are_no_error():
    healthy = "NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.1\nNVRM: Persistence mode is deprecated\nAER: Corrected error received"
    log = [kernel_log.Line(1.0, line, "log") for line in healthy.splitlines()]
    assert kernel_log.errors(log, 0.0) == kernel_log.Errors([], None)


def test_packages_newer_than_their_environment_are_changes():
    made, later = int(NOW) - 40 * 86400, int(NOW) - 86400
    text = f"prefix /opt/venv\ndist {made} pip 24.0\ndist {made + 60} numpy 1.26.4\ndist {later} torch 2.6.0+cu124\ndist {later} docker 7.1.0\n"
    found = python_env.environment(text, CLOCK)
    assert [(c.kind, c.what, c.after) for c in found] == [
        ("environment", "pip (new environment)", "24.0"),
        ("environment", "numpy (new environment)", "1.26.4"),
        ("package", "docker", "7.1.0"),
        ("framework", "torch", "2.6.0+cu124"),
    ]
    assert found[-1].when == later


def test_conda_says_from_what_to_what():
    text = (
        "prefix /opt/conda\n"
        "conda ==> 2026-10-01 10:00:00 <==\nconda +defaults/linux-64::numpy-1.26.4-py312hc5e2394_0\n"
        "conda ==> 2026-11-20 10:12:13 <==\nconda # cmd: conda install numpy\n"
        "conda -defaults/linux-64::numpy-1.26.4-py312hc5e2394_0\nconda -pytorch::pytorch-cuda-12.4-h_7\n"
        "conda +conda-forge::numpy-2.1.3-py312h58c1407_0\n"
    )
    found = python_env.environment(text, CLOCK)
    assert [(c.kind, c.what, c.before, c.after) for c in found] == [
        ("environment", "numpy (new environment)", "", "1.26.4"),
        ("framework", "numpy", "1.26.4", "2.1.3"),
        ("framework", "pytorch-cuda", "12.4", ""),
    ]
    assert found[1].when == epoch("2026-11-20T10:12:13")


def test_an_edited_file_is_a_change_unless_it_came_with_the_system():
    installed, edited = int(NOW) - 90 * 86400, int(NOW) - 7200
    seen = {
        "config /etc/hostname": Raw(files={"/etc/hostname": f"file 644 0:0 4 {installed}"}),
        "config /etc/modprobe.d/*": Raw(
            files={
                "/etc/modprobe.d/nvidia.conf": f"file 644 0:0 40 {edited}",
                "/etc/modprobe.d/blacklist.conf": f"file 644 0:0 900 {installed + 30}",
                "/etc/modprobe.d/old.conf.bak": f"file 644 0:0 9 {edited}",
                "/etc/modprobe.d/untold.conf": "file 644 0:0 9",
                "/etc/modprobe.d/link.conf": "link -> nvidia.conf",
            }
        ),
        "config /etc/default/grub*": Raw(status="refused", reason="no"),
    }
    assert [(c.what, c.when) for c in config.edited(seen, CLOCK)] == [("/etc/modprobe.d/nvidia.conf", edited)]


def test_state_tells_what_is_loaded_and_built():
    seen = answers(
        nvrm=NVRM.format("550.144.03"),
        headers={"/lib/modules/6.8.0-57-generic/build": "link -> /usr/src/x"},
        built_dkms={"/lib/modules/6.8.0-56-generic/updates/dkms/nvidia.ko": "file 644 0:0 1 1"},
        sources={"/usr/src/nvidia-550.144.03": "dir 755 0:0"},
    )
    state = state_from(seen)
    assert (state.kernel, state.uptime, state.module) == ("6.8.0-57-generic", 864000.0, "550.144.03")
    assert state.headers is True and state.built is False and state.wanted is True
    refused = seen | {"built_dkms": Raw(status="refused", reason="no")}
    assert state_from(refused).built is None


def test_kinds_of_packages_in_every_distribution():
    kinds = {
        "driver": "nvidia-driver-550 libnvidia-compute-550 libcuda1 akmod-nvidia kmod-nvidia-open-dkms nvidia-open-dkms nvidia"
        " linux-modules-nvidia-550-generic xorg-x11-drv-nvidia-cuda nvidia-driver-G06-kmp-default cuda-drivers-550",
        "kernel": "linux-image-6.8.0-57-generic linux-generic kernel kernel-core kernel-modules-extra kernel-default linux linux-lts",
        "headers": "linux-headers-6.8.0-57-generic linux-headers kernel-devel kernel-default-devel linux-lts-headers",
        "cuda": "cuda-toolkit-12-4 cuda libcudnn9-cuda-12 cudnn libnccl2 nvidia-cuda-toolkit",
        "framework": "torch pytorch tensorflow jaxlib numpy nvidia-cudnn-cu12 nvidia_cublas_cu12 flash_attn python-pytorch-cuda",
        "container": "nvidia-container-toolkit libnvidia-container1 docker-ce containerd.io",
        "package": "tzdata firefox nano linux-libc-dev linux-tools-common kernel-tools nvidia-settings python3-numpy-doc jaxb-api",
        "display": "xserver-xorg-core gdm3 nvidia-prime mesa-vulkan-drivers",
        "firmware": "linux-firmware shim-signed",
        "toolchain": "dkms gcc-13 gcc",
    }
    wrong = {name: kind_of(name) for kind, names in kinds.items() for name in names.split() if kind_of(name) != kind}
    assert wrong == {}


def test_versions_and_kernels_are_told_apart():
    assert driver_version("3:550.163.01-0ubuntu1") == "550.163.01" and driver_version("565.77-1.fc41") == "565.77"
    assert driver_version("6.8.0-57.59") == "" and driver_version("5.15.0.125.123") == ""
    assert split_rpm("1:nvidia-driver-550.163.01-1.el7.x86_64") == ("nvidia-driver", "550.163.01-1.el7")
    assert split_rpm("kernel-devel") == ("kernel-devel", "")
    assert of_kernel("linux-image-6.1.0-29-amd64", "6.1.123-1", "6.1.0-29-amd64")
    assert of_kernel("kernel-core", "4.18.0-553.16.1.el8_10", "4.18.0-553.16.1.el8_10.x86_64")
    assert of_kernel("linux", "6.11.6.arch1-1", "6.11.6-arch1-1")
    assert of_kernel("kernel-default", "6.4.0-150600.23.25.1", "6.4.0-150600.23.25-default")
    assert not of_kernel("kernel-default", "6.4.0-150600.23.22.1", "6.4.0-150600.23.25-default")
    assert not of_kernel("linux-image-amd64", "6.1.123-1", "6.1.0-29-amd64")
    assert not of_kernel("kernel-core", "4.18.0-553.22.1.el8_10", "4.18.0-553.16.1.el8_10.x86_64")
    assert not of_kernel("linux", "6.11.6", "")
