"""Modules: loaded, on disk, signed, of which flavour, blacklisted."""

import pytest

from tests.machine.probes.answers import INSIDE, REFUSED, WHOLE, all_refused, fail, look, probe, states, values

LOADED = probe("modules", "modules loaded")
DISK = probe("modules", "module on disk")
LISTS = probe("blacklists", "blacklists")
UNAME = "Linux atlas 6.8.0-57-generic x86_64\n"
WSL = "Linux atlas 5.15.167.4-microsoft-standard-WSL2 x86_64\n"
NVIDIA = (
    "nvidia_uvm 4943872 0 - Live 0x0000000000000000 (POE)\nnvidia_drm 122880 4 - Live 0x0000000000000000 (POE)\n"
    "nvidia 54382592 120 nvidia_uvm, Live 0x0000000000000000 (POE)\nnvme 61440 0 - Live 0x0000000000000000\n"
)
PLAIN = "nouveau 3100672 4 - Live 0x0000000000000000\nnvme 61440 0 - Live 0x0000000000000000\n"
OLD = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.256.02  Thu May  2 14:37:44 UTC 2024\nGCC version:  gcc\n"
OPEN = (
    "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.133.07  Release Build  (dvs-builder@)  Fri Mar 14\n"
)
OLDEST = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  304.137  Thu Sep 14 13:44:42 PDT 2017\n"
MODINFO = "filename:       /lib/modules/6.8.0-57-generic/updates/dkms/nvidia.ko.zst\nversion:        550.163.01\nlicense:        {}\n"
MISSING = fail("modinfo: ERROR: Module nvidia not found.\n")
FOLDERS = {"/lib/modules/6.8.0-57-generic": "dir 755 0:0"}


def test_a_loaded_driver():
    facts = values(look(LOADED, modules=NVIDIA, uname=UNAME, version=OLD, modeset="Y\n"))
    assert facts == {
        "driver.module_loaded": True,
        "driver.uvm_loaded": True,
        "nouveau.loaded": False,
        "nova.loaded": False,
        "peermem.loaded": False,
        "driver.module_version": "470.256.02",
        "driver.version": "470.256.02",
        "driver.modeset": True,
    }


@pytest.mark.parametrize(("text", "version"), [(OLD, "470.256.02"), (OPEN, "570.133.07"), (OLDEST, "304.137")])
def test_versions_of_all_ages(text, version):
    assert values(look(LOADED, modules=NVIDIA, version=text))["driver.module_version"] == version


def test_nouveau_instead():
    facts = look(LOADED, modules=PLAIN, uname=UNAME)
    assert values(facts)["nouveau.loaded"] is True
    assert values(facts)["driver.module_loaded"] is False
    assert facts["driver.module_version"].state == "absent"
    assert facts["driver.version"].state == "unknown"


@pytest.mark.parametrize("name", ["nova_core", "nova_drm"])
def test_nova(name):
    assert values(look(LOADED, modules=f"{name} 61440 0 - Live 0x0\n"))["nova.loaded"] is True


def test_an_unreadable_list_says_nothing():
    facts = states(look(LOADED, modules=REFUSED, uname=UNAME))
    assert facts["driver.module_loaded"] == facts["nouveau.loaded"] == "unknown"
    seen = look(LOADED, modules=REFUSED, sys_modules={"/sys/module/nvidia/initstate": "live\n"})
    assert values(seen) == {"driver.module_loaded": True}


def test_who_may_not_read_the_parameter_takes_the_configuration():
    conf = {"/etc/modprobe.d/nvidia.conf": "options nvidia-drm modeset=1 fbdev=1\n"}
    assert values(look(LOADED, modules=NVIDIA, modeset=REFUSED, conf_etc=conf))["driver.modeset"] is True
    line = "ro quiet nvidia-drm.modeset=0\n"
    assert values(look(LOADED, modules=NVIDIA, modeset=REFUSED, cmdline=line))["driver.modeset"] is False
    assert look(LOADED, modules=NVIDIA, modeset=REFUSED)["driver.modeset"].state == "unknown"


def test_under_windows_there_is_no_module_to_miss():
    facts = {**look(LOADED, modules=PLAIN, uname=WSL), **look(DISK, modinfo=MISSING, uname=WSL, **WHOLE)}
    for name in ("driver.module_loaded", "driver.module_version", "driver.module_on_disk", "driver.module_signer"):
        assert facts[name].state == "not_applicable"


@pytest.mark.parametrize(("words", "flavour"), [("NVIDIA", "proprietary"), ("Dual MIT/GPL", "open")])
def test_a_module_on_disk(words, flavour):
    facts = look(DISK, uname=UNAME, modinfo=MODINFO.format(words) + "vermagic:  6.8.0\nsigner:         me\n", **WHOLE)
    assert values(facts) == {
        "driver.module_on_disk": True,
        "driver.module_on_disk_version": "550.163.01",
        "driver.module_signer": "me",
        "driver.flavour": flavour,
    }


def test_an_unsigned_module_has_no_signer():
    facts = look(DISK, modinfo=MODINFO.format("NVIDIA") + "vermagic:       6.8.0-57-generic SMP\n", **WHOLE)
    assert facts["driver.module_signer"].state == "absent"


@pytest.mark.parametrize(
    "said",
    [
        "modinfo: ERROR: Module nvidia not found.\n",
        "modinfo: ERROR: Module alias nvidia not found.\n",
        "ERROR: modinfo: could not find module nvidia\n",
        "modinfo: module 'nvidia' not found\n",
    ],
)
def test_no_module_for_the_running_kernel(said):
    facts = look(DISK, uname=UNAME, modinfo=fail(said), folders=FOLDERS, modules=PLAIN, **WHOLE)
    assert values(facts) == {
        "driver.module_on_disk": False,
        "driver.module_on_disk_version": None,
        "driver.module_signer": None,
        "driver.flavour": "nouveau",
    }


def test_without_modinfo_the_folders_tell():
    file = {"/lib/modules/6.8.0-57-generic/updates/dkms/nvidia-current.ko": "file 644 0:0 1"}
    assert values(look(DISK, uname=UNAME, folders=FOLDERS, depth2=file, **WHOLE))["driver.module_on_disk"] is True
    assert values(look(DISK, uname=UNAME, folders=FOLDERS, **WHOLE))["driver.module_on_disk"] is False
    frame_buffer = {"/lib/modules/6.8.0-57-generic/updates/nvidiafb.ko": "file 644 0:0 1"}
    seen = look(DISK, uname=UNAME, folders=FOLDERS, depth1=frame_buffer, **WHOLE)
    assert values(seen)["driver.module_on_disk"] is False


def test_a_container_does_not_show_the_hosts_modules():
    facts = look(DISK, uname=UNAME, modinfo=MISSING, modules=NVIDIA, version=OPEN, **INSIDE)
    assert facts["driver.module_on_disk"].state == "unknown"
    assert "docker" in facts["driver.module_on_disk"].reason
    assert values(facts)["driver.flavour"] == "open"


@pytest.mark.parametrize(
    ("given", "nouveau", "nvidia"),
    [
        ({"conf_etc": {"/etc/modprobe.d/b.conf": "# blacklist nouveau\n"}}, False, False),
        ({"conf_etc": {"/etc/modprobe.d/b.conf": "blacklist nouveau\noptions nouveau modeset=0\n"}}, True, False),
        ({"conf_usr": {"/usr/lib/modprobe.d/n.conf": "install nouveau /bin/false\n"}}, True, False),
        (
            {"conf_lib": {"/lib/modprobe.d/blacklist-nvidia.conf": "blacklist nvidia\nblacklist nvidia-drm\n"}},
            False,
            True,
        ),
        ({"cmdline": "ro rd.driver.blacklist=nouveau,nova_core modprobe.blacklist=nouveau\n"}, True, False),
        ({"cmdline": "ro nouveau.modeset=0\n"}, True, False),
        ({"cmdline": "ro nvidia-drm.modeset=0\n"}, False, False),
        (
            {
                "conf_etc": {"/etc/modprobe.d/n.conf": "# emptied\n"},
                "conf_usr": {"/usr/lib/modprobe.d/n.conf": "blacklist nouveau\n"},
            },
            False,
            False,
        ),
    ],
)
def test_blacklists(given, nouveau, nvidia):
    facts = values(look(LISTS, **{"cmdline": "ro quiet\n", **given}, **WHOLE))
    assert facts == {"nouveau.blacklisted": nouveau, "driver.blacklisted": nvidia}


def test_blacklists_unseen():
    assert set(states(look(LISTS, cmdline="ro\n", conf_usr=REFUSED, **WHOLE)).values()) == {"unknown"}
    assert set(states(look(LISTS, cmdline="ro\n", **INSIDE)).values()) == {"unknown"}


def test_refused_is_unknown():
    for subject in (LOADED, DISK, LISTS):
        assert set(states(all_refused(subject)).values()) == {"unknown"}
