"""The driver on disk, by packages of three managers and by the names of its libraries."""

import pytest

from tests.machine.probes.answers import INSIDE, REFUSED, TIMED_OUT, WHOLE, all_refused, look, probe, states, values

FILES = probe("driver_files", "driver files")
EXTRAS = probe("package_extras", "packages beside the driver")
HEAD = """Desired=Unknown/Install/Remove/Purge/Hold
| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend
|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)
||/ Name                        Version                     Architecture Description
+++-===========================-===========================-============-=======================
"""
UBUNTU = f"""{HEAD}ii  libnvidia-compute-550:amd64 550.163.01-0ubuntu0.24.04.1 amd64 NVIDIA libcompute package
ii  libnvidia-egl-wayland1:amd64 1:1.1.13-1build1 amd64 Wayland EGL External Platform library
ii  nvidia-driver-550 550.163.01-0ubuntu0.24.04.1 amd64 NVIDIA driver metapackage
rc  nvidia-driver-535 535.183.01-0ubuntu0.22.04.1 amd64 NVIDIA driver metapackage
un  nvidia-driver-470 <none> <none> (no description available)
ii  nvidia-settings 510.47.03-0ubuntu1 amd64 Tool for configuring the NVIDIA graphics driver
ii  nvidia-prime 0.8.17.2 all Tools to enable NVIDIA's Prime
ii  nvidia-container-toolkit 1.17.4-1 amd64 NVIDIA Container toolkit
"""
FEDORA = """akmod-nvidia-565.77-1.fc41.x86_64
kmod-nvidia-6.12.11-200.fc41.x86_64-565.77-1.fc41.x86_64
xorg-x11-drv-nvidia-cuda-libs-565.77-1.fc41.x86_64
kernel-core-6.12.11-200.fc41.x86_64
"""
RHEL = "kmod-nvidia-latest-dkms-570.133.20-1.el9.x86_64\nnvidia-driver-cuda-libs-570.133.20-1.el9.x86_64\ncuda-toolkit-12-8-12.8.1-1.x86_64\n"
ARCH = "linux 6.13.8.arch1-1\nnvidia 570.133.07-3\nnvidia-utils 570.133.07-1\n"
NAMES = {
    "/usr/lib/x86_64-linux-gnu/libcuda.so": "link -> libcuda.so.1",
    "/usr/lib/x86_64-linux-gnu/libcuda.so.1": "link -> libcuda.so.550.163.01",
    "/usr/lib/x86_64-linux-gnu/libcuda.so.550.163.01": "file 644 0:0 1 1700000000",
}
MULTIARCH = "libcuda:/usr/lib/x86_64-linux-gnu"


def names(*versions: str, current: str) -> dict[str, str]:
    folder = "/usr/lib64/libnvidia-ml.so"
    return {
        f"{folder}.1": f"link -> libnvidia-ml.so.{current}",
        **{f"{folder}.{v}": "file 644 0:0 1" for v in versions},
    }


def test_a_distribution_driver():
    facts = values(look(FILES, dpkg=UBUNTU, **{MULTIARCH: NAMES}, **WHOLE))
    assert facts == {
        "driver.installed": True,
        "driver.version": "550.163.01",
        "driver.library_version": "550.163.01",
        "driver.versions_installed": ["550.163.01"],
        "driver.package_source": "distribution",
        "packages.half_installed": [],
    }


def test_the_loaded_module_names_the_driver_where_there_is_one():
    loaded = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.144.03  Mon Dec 30\n"
    facts = look(FILES, dpkg=UBUNTU, version=loaded, **{MULTIARCH: NAMES}, **WHOLE)
    assert facts["driver.version"].state == "unknown"
    assert values(facts)["driver.library_version"] == "550.163.01"


@pytest.mark.parametrize(
    ("given", "version", "source"),
    [
        ({"rpm": FEDORA}, "565.77", "rpmfusion"),
        ({"rpm": RHEL}, "570.133.20", "cuda-repo"),
        ({"pacman": ARCH}, "570.133.07", "distribution"),
        ({"dpkg": f"{HEAD}ii  libnvidia-compute-560 560.35.03-0ubuntu0~gpu24.04.1 amd64 x\n"}, "560.35.03", "ppa"),
        (
            {"dpkg": f"{HEAD}ii  cuda-keyring 1.1-1 all x\nii  libnvidia-compute:amd64 570.133.20-1 amd64 x\n"},
            "570.133.20",
            "cuda-repo",
        ),
        (
            {"dpkg": f"{HEAD}ii  libcuda1:amd64 535.216.01-1~deb12u1 amd64 NVIDIA CUDA driver\n"},
            "535.216.01",
            "distribution",
        ),
    ],
)
def test_packages_alone_tell_version_and_source(given, version, source):
    facts = values(look(FILES, **given, **WHOLE))
    assert facts["driver.installed"] is True
    assert facts["driver.versions_installed"] == [version]
    assert facts["driver.library_version"] == version
    assert facts["driver.package_source"] == source


def test_two_versions_side_by_side():
    seen = {"libnvidia-ml:/usr/lib64": names("535.183.01", "550.90.07", current="550.90.07")}
    facts = values(look(FILES, rpm="xorg-x11-drv-nvidia-535.183.01-1.fc40.x86_64\n", **seen, **WHOLE))
    assert facts["driver.library_version"] == "550.90.07"
    assert facts["driver.versions_installed"] == ["535.183.01", "550.90.07"]


def test_libraries_without_a_package_and_an_installers_log():
    log = "nvidia-installer log file '/var/log/nvidia-installer.log'\ninstaller version: 570.133.07\n"
    facts = values(look(FILES, dpkg=HEAD, installer_log=log, **{MULTIARCH: NAMES}, **WHOLE))
    assert facts["driver.package_source"] == "runfile"
    assert "driver.package_source" not in values(look(FILES, dpkg=HEAD, **{MULTIARCH: NAMES}, **WHOLE))


@pytest.mark.parametrize("state", ["iU", "iF", "iHR"])
def test_half_installed(state):
    text = f"{HEAD}{state}  nvidia-dkms-550 550.163.01-0ubuntu0.24.04.1 amd64 NVIDIA DKMS package\nii  zlib1g 1.3 amd64 x\n"
    assert values(look(FILES, dpkg=text, **WHOLE))["packages.half_installed"] == ["nvidia-dkms-550"]


def test_an_empty_manager_of_another_distribution_is_not_asked():
    facts = values(look(FILES, dpkg=HEAD, rpm=FEDORA, **WHOLE))
    assert facts["driver.versions_installed"] == ["565.77"]


def test_no_driver_at_all():
    facts = values(look(FILES, dpkg=f"{HEAD}ii  zlib1g:amd64 1:1.3 amd64 compression\n", **WHOLE))
    assert facts == {
        "driver.installed": False,
        "driver.version": None,
        "driver.library_version": None,
        "driver.versions_installed": [],
        "driver.package_source": "none",
        "packages.half_installed": [],
    }


def test_a_folder_that_may_not_be_listed_leaves_it_open():
    assert look(FILES, dpkg=HEAD, **{"libcuda:/usr/lib64": REFUSED}, **WHOLE)["driver.installed"].state == "unknown"
    assert look(FILES, **WHOLE)["driver.installed"].state == "unknown"  # no manager and no loader answered
    assert look(FILES, rpm=TIMED_OUT, **WHOLE)["driver.versions_installed"].state == "unknown"


def test_the_loaders_list_without_a_compat_folder():
    line = "\tlibcuda.so.1 (libc6,x86-64) => {}\n"
    assert values(look(FILES, ldconfig=line.format("/opt/nv/lib/libcuda.so.1"), **WHOLE))["driver.installed"] is True
    compat = look(FILES, ldconfig=line.format("/usr/local/cuda-12.4/compat/libcuda.so.1"), dpkg=HEAD, **WHOLE)
    assert values(compat)["driver.installed"] is False


def test_in_a_container_the_libraries_come_from_outside():
    facts = look(FILES, dpkg=HEAD, **{MULTIARCH: NAMES}, **INSIDE)
    assert values(facts)["driver.library_version"] == "550.163.01"
    assert facts["driver.package_source"].state == "not_applicable"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"dpkg": UBUNTU}, (True, "1.17.4", None)),
        ({"rpm": "nvidia-fabricmanager-570.133.20-1.x86_64\n"}, (False, None, "570.133.20")),
        ({"dpkg": f"{HEAD}ii  nvidia-fabricmanager-550 550.163.01-1 amd64 x\n"}, (False, None, "550.163.01")),
        ({"pacman": "nvidia-container-toolkit 1.17.5-1\n"}, (True, "1.17.5", None)),
        (
            {"dpkg": HEAD, "ctk": "NVIDIA Container Toolkit CLI version 1.16.2\ncommit: a5a5833c\n"},
            (True, "1.16.2", None),
        ),
    ],
)
def test_beside_the_driver(given, expected):
    facts = values(look(EXTRAS, **given, **WHOLE))
    names_ = ("container_toolkit.installed", "container_toolkit.version", "fabric_manager.version")
    assert tuple(facts[n] for n in names_) == expected


def test_beside_the_driver_unseen():
    assert set(states(look(EXTRAS, **WHOLE)).values()) == {"unknown"}
    assert set(states(look(EXTRAS, dpkg=UBUNTU, **INSIDE)).values()) == {"unknown"}


def test_refused_is_unknown():
    for subject in (FILES, EXTRAS):
        assert set(states(all_refused(subject)).values()) == {"unknown"}
