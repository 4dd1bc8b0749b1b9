"""The running kernel, its compiler and headers, and newer kernels that wait."""

import pytest

from tests.machine.probes.answers import INSIDE, WHOLE, all_refused, look, probe, states, values

KERNEL = probe("kernel", "kernel")
INSTALLED = probe("kernel", "kernels installed")
DEBIAN = "Linux deb 6.1.0-29-amd64 x86_64\n"


def folders(*releases: str) -> dict[str, str]:
    return {f"/lib/modules/{r}": "dir 755 0:0" for r in releases}


def built(*releases: str) -> dict[str, str]:
    return {f"/lib/modules/{r}/build/Makefile": "file 644 0:0 1500" for r in releases}


@pytest.mark.parametrize(
    ("text", "compiler"),
    [
        (
            "Linux version 6.8.0-57-generic (buildd@host) (x86_64-linux-gnu-gcc-13 (Ubuntu 13.3.0-6ubuntu2~24.04) 13.3.0, "
            "GNU ld (GNU Binutils for Ubuntu) 2.42) #59-Ubuntu SMP",
            "13.3.0",
        ),
        (
            "Linux version 6.12.11-200.fc41.x86_64 (mockbuild@b) (gcc (GCC) 14.2.1 20250110 (Red Hat 14.2.1-7), GNU ld)",
            "14.2.1",
        ),
        (
            "Linux version 3.10.0-1160.el7.x86_64 (mockbuild@b) (gcc version 4.8.5 20150623 (Red Hat 4.8.5-44) (GCC) )",
            "4.8.5",
        ),
        (
            "Linux version 6.1.0-29-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld)",
            "12.2.0",
        ),
    ],
)
def test_the_compiler_that_built_the_kernel(text, compiler):
    assert values(look(KERNEL, version=text))["kernel.gcc_version"] == compiler


def test_a_kernel_built_by_clang_has_no_gcc_version():
    text = "Linux version 6.15.2-2-cachyos (linux-cachyos@cachyos) (clang version 20.1.6, LLD 20.1.6) #1 SMP PREEMPT_DYNAMIC"
    fact = look(KERNEL, version=text)["kernel.gcc_version"]
    assert (fact.state, "clang" in fact.reason) == ("unknown", True)


def test_lockdown_and_taint():
    facts = values(look(KERNEL, lockdown="none [integrity] confidentiality\n", tainted="12289\n", cmdline="ro quiet\n"))
    assert facts["kernel.lockdown"] == "integrity"
    assert facts["driver.taint_unsigned"] is True
    assert facts["kernel.cmdline"] == "ro quiet"
    assert values(look(KERNEL, tainted="4097\n"))["driver.taint_unsigned"] is False
    assert look(KERNEL)["driver.taint_unsigned"].state == "unknown"


def test_headers_of_the_running_kernel():
    facts = values(
        look(INSTALLED, uname=DEBIAN, folders=folders("6.1.0-29-amd64"), build=built("6.1.0-29-amd64"), **WHOLE)
    )
    assert facts == {"kernel.headers_installed": True, "kernel.headers_versions": ["6.1.0-29-amd64"]}


def test_a_kernel_of_ones_own_has_a_bare_number():
    facts = look(INSTALLED, uname="Linux box 6.9.3 x86_64\n", folders=folders("6.9.3"), build=built("6.9.3"), **WHOLE)
    assert values(facts)["kernel.headers_installed"] is True


def test_headers_of_another_kernel_only():
    both = folders("6.1.0-28-amd64", "6.1.0-29-amd64")
    facts = values(look(INSTALLED, uname=DEBIAN, folders=both, build=built("6.1.0-28-amd64"), **WHOLE))
    assert facts == {"kernel.headers_installed": False, "kernel.headers_versions": ["6.1.0-28-amd64"]}


def test_no_headers_at_all():
    facts = look(INSTALLED, uname=DEBIAN, folders=folders("6.1.0-29-amd64"), **WHOLE)
    assert facts["kernel.headers_versions"].state == "absent"
    assert values(facts)["kernel.headers_installed"] is False


def test_headers_in_usr_src_of_debian_and_fedora():
    source = "/usr/src/linux-headers-{}/Makefile"
    debian = {source.format(n): "file" for n in ("6.1.0-29-amd64", "6.1.0-29-common", "6.8.0-57")}
    fedora = {"/usr/src/kernels/6.12.12-200.fc41.x86_64/Makefile": "file"}
    seen = look(
        INSTALLED, uname=DEBIAN, folders=folders("6.1.0-29-amd64"), sources=debian, fedora_sources=fedora, **WHOLE
    )
    assert values(seen)["kernel.headers_versions"] == ["6.1.0-29-amd64", "6.12.12-200.fc41.x86_64"]


@pytest.mark.parametrize(
    ("running", "installed", "newer"),
    [
        ("6.8.0-57-generic", ["6.8.0-57-generic", "6.8.0-60-generic"], True),
        ("6.8.0-60-generic", ["6.8.0-57-generic", "6.8.0-60-generic"], False),
        ("6.8.0-9-generic", ["6.8.0-10-generic"], True),
        ("6.12.11-200.fc41.x86_64", ["6.12.11-200.fc41.x86_64", "0-rescue-4f2a9c0d"], False),
        ("5.14.0-427.el9.x86_64", ["5.14.0-503.el9.x86_64"], True),
    ],
)
def test_a_newer_kernel_waits(running, installed, newer):
    boot = {f"/boot/vmlinuz-{k}": "file 600 0:0 14000000" for k in installed}
    facts = look(INSTALLED, uname=f"Linux box {running} x86_64\n", boot=boot, **WHOLE)
    assert values(facts)["kernel.newer_installed"] is newer


def test_arch_replaces_the_folder_of_the_running_kernel():
    new = "6.16.8-arch1-1"
    image = {f"/lib/modules/{new}/vmlinuz": "file 644 0:0 1"}
    old = "Linux box 6.16.7-arch1-1 x86_64\n"
    facts = values(look(INSTALLED, uname=old, folders=folders(new), images=image, **WHOLE))
    assert (facts["kernel.newer_installed"], facts["kernel.headers_installed"]) == (True, False)


def test_a_container_does_not_show_the_hosts_kernels():
    facts = look(INSTALLED, uname=DEBIAN, folders=folders("5.10.0-8-amd64"), **INSIDE)
    assert set(states(facts).values()) == {"unknown"}
    assert "docker" in facts["kernel.headers_installed"].reason


def test_refused_is_unknown():
    for subject in (KERNEL, INSTALLED):
        assert set(states(all_refused(subject)).values()) == {"unknown"}
    assert set(states(look(INSTALLED, uname=DEBIAN, **WHOLE)).values()) == {"unknown"}
