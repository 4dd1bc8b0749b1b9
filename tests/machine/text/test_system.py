"""The system under the driver: kernel, distribution, modules, signatures, builds, packages."""

from __future__ import annotations

import pytest

from tests.machine.text.samples import facts, sample


def test_uname() -> None:
    found = facts(sample("uname"))
    assert found["kernel.release"] == "6.8.0-57-generic"
    assert found["machine.hostname"] == "atlas"
    assert found["os.arch"] == "x86_64"
    assert "os.wsl" not in found


@pytest.mark.parametrize(
    ("release", "generation"),
    [
        ("4.4.0-19041-Microsoft", 1),
        ("4.19.104-microsoft-standard", 2),
        ("5.15.167.4-microsoft-standard-WSL2", 2),
    ],
)
def test_the_kernel_tells_the_generation_of_wsl(release: str, generation: int) -> None:
    assert facts(f"$ uname -r\n{release}")["os.wsl"] == generation


def test_the_four_ways_to_name_a_distribution() -> None:
    parts = sample("os_release").split("\n\n")
    assert len(parts) == 4
    for part in parts:
        found = facts(part)
        assert (found["os.id"], found["os.version"], found["os.kernel"]) == ("ubuntu", "22.04", "linux"), part


def test_neofetch_of_a_rolling_release() -> None:
    found = facts("OS: Arch Linux x86_64\nKernel: 6.9.7-arch1-1\n")
    assert (found["os.id"], found["kernel.release"]) == ("arch", "6.9.7-arch1-1")
    assert "os.version" not in found


def test_a_release_line_of_something_else_is_no_distribution() -> None:
    found = facts("Name: foo\nRelease: 3\nDescription: tools for Ubuntu users")
    assert "os.version" not in found
    assert "os.name" not in found


def test_windows_and_wsl() -> None:
    found = facts(sample("windows"))
    assert found["os.wsl"] == 2
    assert found["os.name"] == "Microsoft Windows 11 Pro"
    assert found["os.kernel"] == "linux"
    assert facts("Microsoft Windows [Version 10.0.19045.4291]")["os.version"] == "10"
    assert facts(r'  File "C:\Users\me\x.py", line 3')["os.kernel"] == "windows"


def test_lsmod_shows_what_is_loaded() -> None:
    found = facts(sample("lsmod"))
    assert found["driver.module_loaded"] is True
    assert found["driver.uvm_loaded"] is True
    assert "nouveau.loaded" not in found


def test_only_a_whole_lsmod_shows_what_is_not() -> None:
    header = "Module                  Size  Used by\n"
    rows = "".join(f"mod_{i:02}                61440  0\n" for i in range(30))
    whole = facts(header + rows)
    assert (whole["driver.module_loaded"], whole["nouveau.loaded"], whole["nova.loaded"]) == (False, False, False)
    for text in (
        rows + "nvme                   61440  0\n",
        header + rows[:200],
        "$ lsmod | head -20\n" + header + rows,
    ):
        assert "driver.module_loaded" not in facts(text)


def test_a_filtered_lsmod_with_no_answer() -> None:
    assert facts("me@box:~$ lsmod | grep nvidia\nme@box:~$ \n")["driver.module_loaded"] is False
    assert "driver.module_loaded" not in facts("$ lsmod | grep nvidia\nnothing\n")


def test_modprobe_and_modinfo() -> None:
    refused, missing, module = (
        sample("modprobe").replace("\n\n", "\nmodprobe: FATAL", 1).partition("modprobe: FATAL")[0],
        "modprobe: FATAL: Module nvidia not found in directory /lib/modules/6.1.0-29-amd64",
        sample("modprobe").partition("\n\n")[2],
    )
    found = facts(refused)
    assert (found["driver.insert_error"], found["driver.module_loaded"]) == ("Key was rejected by service", False)
    found = facts(missing)
    assert (found["driver.module_on_disk"], found["kernel.release"]) == (False, "6.1.0-29-amd64")
    found = facts(module)
    assert found["driver.module_on_disk_version"] == "550.163.01"
    assert found["driver.flavour"] == "proprietary"
    assert found["driver.module_signer"] == "atlas Secure Boot Module Signature key"


def test_an_unsigned_module_has_no_signer() -> None:
    found = facts(
        "filename:       /lib/modules/6.8.0-57-generic/updates/nvidia.ko\nversion:        570.133.07\n"
        "license:        Dual MIT/GPL\nvermagic:       6.8.0-57-generic SMP\n"
    )
    assert found["driver.module_signer"] is None
    assert found["driver.flavour"] == "open"


def test_only_mokutils_own_line_tells_secure_boot() -> None:
    assert facts(sample("mokutil"))["secure_boot.enabled"] is True
    assert facts("SecureBoot disabled")["secure_boot.enabled"] is False
    for claim in ("Secure Boot is off, I checked", "SecureBoot disabled in the BIOS long ago", "secure boot 已经关了"):
        assert "secure_boot.enabled" not in facts(claim)


def test_dkms_tells_the_state_for_the_running_kernel() -> None:
    found = facts("$ uname -r\n6.5.0-17-generic\n" + sample("dkms"))
    assert found["dkms.nvidia.status"] == "built"
    assert found["dkms.build_failed"] is True
    assert found["driver.versions_installed"] == ["535.154.05", "535.216.01", "470.57.02"]
    assert "driver.version" not in found


def test_another_module_that_dkms_cannot_build_is_not_nvidias() -> None:
    failed = "Error! Bad return status for module build on kernel: 6.5.0-17-generic (x86_64)\n"
    for name, ours in (("virtualbox/7.0.12", False), ("nvidia/535.154.05", True), ("nvidia-open/610.51.03", True)):
        text = f"Building module:\n{failed}Consult /var/lib/dkms/{name}/build/make.log for more information.\n"
        assert ("dkms.build_failed" in facts(text)) is ours, name
    assert facts(failed)["dkms.build_failed"] is True


def test_dkms_without_a_line_for_the_running_kernel() -> None:
    text = "$ uname -r\n6.5.0-18-generic\nnvidia/535.154.05, 6.5.0-17-generic, x86_64: installed\n"
    assert facts(text)["dkms.nvidia.status"] is None
    assert "dkms.nvidia.status" not in facts("nvidia/535.154.05, 6.5.0-17-generic, x86_64: installed\n")
    assert facts("nvidia-current/535.216.01: added\n")["dkms.nvidia.status"] == "added"


def test_a_build_log_names_both_compilers() -> None:
    found = facts(sample("build_log"))
    assert (found["kernel.gcc_version"], found["gcc.version"]) == ("13.2.0", "14.1.0")
    assert found["driver.version"] == "550.67"
    assert found["kernel.release"] == "6.6.30-12.lts"
    assert found["dkms.build_failed"] is True
    assert found["driver.package_source"] == "runfile"


def test_compilers() -> None:
    found = facts(sample("nvcc"))
    assert (found["cuda.toolkit.version"], found["cuda.nvcc_on_path"], found["gcc.version"]) == ("11.8", True, "11.4.0")
    assert facts("zsh: command not found: nvcc\nbash: nvcc: command not found")["cuda.nvcc_on_path"] is False
    assert facts("ls /usr/local/cuda-12.4/lib64")["cuda.toolkit.version"] == "12.4"


def test_packages_of_three_managers() -> None:
    found = facts(sample("system_packages"))
    assert found["driver.versions_installed"] == ["550.163.01", "565.77", "610.51.03"]
    assert found["nccl.version"] == "2.18.3"
    assert found["kernel.headers_versions"] == ["6.8.0-57-generic", "4.18.0-553.16.1.el8_10.x86_64"]
    assert "driver.version" not in found, "three versions cannot all be this machine's"


def test_headers_for_another_kernel_than_the_only_one_installed() -> None:
    found = facts(
        "kernel.x86_64        4.18.0-513.5.1.el8_9          @anaconda\n"
        "kernel-devel.x86_64  4.18.0-553.16.1.el8_10    @updates\n"
    )
    assert found["kernel.release"] == "4.18.0-513.5.1.el8_9.x86_64"
    assert found["kernel.headers_installed"] is False


def test_a_package_that_is_being_installed() -> None:
    found = facts("Setting up nvidia-dkms-550 (550.120-0ubuntu0.24.04.1) ...")
    assert found["driver.versions_installed"] == ["550.120"]


def test_a_removed_package_is_not_installed() -> None:
    line = "rc  nvidia-driver-470   470.256.02-0ubuntu0.22.04.1 amd64   NVIDIA driver metapackage"
    assert "driver.versions_installed" not in facts(line)


def test_one_open_driver_package() -> None:
    found = facts("ii  nvidia-driver-570-open  570.133.07-0ubuntu0.24.04.1 amd64  NVIDIA driver (open) metapackage")
    assert (found["driver.flavour"], found["driver.version"]) == ("open", "570.133.07")
    assert found["driver.package_source"] == "distribution"
