"""The PCI bus from sysfs and lspci: healthy, lost, kept for a virtual machine, hybrid, none, WSL, Jetson."""

from __future__ import annotations

import pytest

from kbtui.machine.asks import Raw, absent
from kbtui.machine.probes import pci, pci_tree
from kbtui.machine.probes.spec import check
from tests.machine.probes.told import ONES, bus, device, fact, probe_of, run, value

BUS_PROBE = probe_of(pci.PROBES, "pci")
HOST = device("0000:00:00.0", "1022:14d8", "060000", config='"\x10\ufffd\x14')
BRIDGE = device("0000:00:01.1", "1022:14db", "060400", driver="pcieport", speed_max="8.0 GT/s PCIe", width_max="16")
RESOURCE = """\
0x00000000fb000000 0x00000000fbffffff 0x0000000000040200
0x0000007c00000000 0x0000007dffffffff 0x000000000014220c
0x0000000000000000 0x0000000000000000 0x0000000000000000
0x0000007e00000000 0x0000007e01ffffff 0x000000000014220c
0x0000000000000000 0x0000000000000000 0x0000000000000000
0x000000000000f000 0x000000000000f07f 0x0000000000040101
"""
CARD = device(
    "0000:01:00.0",
    "10de:2684",
    "030000",
    above="0000:00:01.1",
    driver="nvidia",
    speed="2.5 GT/s PCIe",
    speed_max="16.0 GT/s PCIe",
    width="8",
    width_max="16",
    numa="-1",
    power="active",
    resource=RESOURCE,
    config="\ufffd\x10\ufffd&\x07\x05\x10\x00",
)
SOUND = device("0000:01:00.1", "10de:22ba", "040300", above="0000:00:01.1", driver="snd_hda_intel")
KEY = "0000:01:00.0"


def test_the_declarations_are_sound():
    assert check(pci.PROBES) == []


def test_a_healthy_card():
    out = run(BUS_PROBE, bus(HOST, BRIDGE, CARD, SOUND))
    assert value(out, "pci.nvidia_devices") == [KEY]
    assert value(out, "pci.display_devices") == value(out, "gpus.pci_ids") == ["10de:2684"]
    assert value(out, "gpus.count_pci") == 1
    assert value(out, "gpu.vendor", KEY) == "nvidia"
    assert value(out, "gpu.kernel_driver", KEY) == "nvidia"
    assert (value(out, "gpu.link_gen", KEY), value(out, "gpu.link_width", KEY)) == (1, 8)
    assert value(out, "gpu.link_gen_max", KEY) == 3, "the slot allows less than the card"
    assert value(out, "gpu.link_width_max", KEY) == 16
    assert value(out, "gpu.bar1_mib", KEY) == 8192
    assert value(out, "firmware.above_4g") is True
    assert value(out, "pci.bar_unassigned") is False
    assert value(out, "pci.config_space_readable") is True
    assert value(out, "vfio.bound") is False
    assert value(out, "fabric_manager.needed") is False
    assert value(out, "machine.hybrid_graphics") is False
    assert out.scopes == [("gpu", (KEY,), True)]
    assert not any(f.name == "gpus.count" and f.state == "known" for f in out.facts), "the driver counts, not the bus"


def test_a_card_that_fell_off_the_bus():
    lost = device(KEY, "10de:2684", "030000", driver="nvidia", speed="Unknown", width="63", config=ONES)
    out = run(BUS_PROBE, bus(HOST, BRIDGE, lost))
    assert value(out, "pci.config_space_readable") is False
    assert value(out, "gpu.lost", KEY) is True
    assert fact(out, "gpu.link_width", KEY).state == "unknown"
    assert "does not answer" in fact(out, "gpu.link_gen", KEY).reason


def test_one_lost_card_of_two_hides_nothing_of_the_other():
    other = device("0000:41:00.0", "10de:2684", "030000", driver="nvidia", width="16", config=ONES)
    out = run(BUS_PROBE, bus(HOST, CARD, other))
    assert value(out, "pci.config_space_readable") is False
    assert not [f for f in out.facts if f.name == "gpu.lost" and f.entity == KEY]
    assert value(out, "gpu.link_width", KEY) == 8


def test_a_card_kept_for_a_virtual_machine_and_one_without_a_driver():
    kept = device(KEY, "10de:2204", "030000", driver="vfio-pci")
    idle = device("0000:02:00.0", "10de:2204", "030200")
    out = run(BUS_PROBE, bus(HOST, kept, idle))
    assert value(out, "vfio.bound") is True
    assert fact(out, "gpu.kernel_driver", "0000:02:00.0").state == "absent"
    assert fact(out, "pci.config_space_readable").state == "unknown", "it was not read"


def test_a_laptop_with_two_makes():
    intel = device("0000:00:02.0", "8086:3e9b", "030000", driver="i915")
    card = device(KEY, "10de:1f91", "030200", driver="nvidia", power="suspended")
    out = run(BUS_PROBE, bus(HOST, intel, card))
    assert value(out, "machine.hybrid_graphics") is True
    assert value(out, "machine.gpu_vendors_ever") == ["intel", "nvidia"]
    assert value(out, "gpu.runtime_status", KEY) == "suspended"
    assert out.scopes == [("gpu", (KEY,), True)]


AMD = device("0000:0d:00.0", "1002:164e", "030000", driver="amdgpu")


def test_no_nvidia_card_at_all():
    out = run(BUS_PROBE, bus(HOST, AMD))
    assert value(out, "pci.nvidia_devices") == []
    assert value(out, "gpus.count") == value(out, "gpus.count_pci") == 0
    assert value(out, "gpus.names") == []
    assert value(out, "machine.gpu_vendors_ever") == ["amd"]
    assert fact(out, "vfio.bound").state == fact(out, "pci.config_space_readable").state == "not_applicable"
    assert out.scopes == [("gpu", ("0000:0d:00.0",), True)]


@pytest.mark.parametrize(
    "trace",
    [
        {"libraries": Raw(files={"/usr/lib/x86_64-linux-gnu/libcuda.so.1": "link -> libcuda.so.550.163.01"})},
        {"module": Raw(files={"/var/lib/dkms/nvidia": "dir 755 0:0"})},
        {"log": Raw(text="[ 0.41] pci 0000:01:00.0: [10de:2684] type 00 class 0x030000", exit_code=0)},
    ],
)
def test_a_card_that_is_gone_was_there_once(trace):
    out = run(BUS_PROBE, {**bus(HOST, AMD), **trace})
    assert value(out, "machine.gpu_vendors_ever") == ["amd", "nvidia"]


def test_under_wsl_and_on_a_jetson_the_bus_proves_nothing():
    windows = device("5582:00:00.0", "1414:008e", "030200", driver="dxgkrnl")
    jetson = {**bus(HOST), "tree": Raw(files={"/proc/device-tree/compatible": "nvidia,p3768\0nvidia,tegra234\0"})}
    for answers in (bus(windows), jetson):
        out = run(BUS_PROBE, answers)
        assert fact(out, "gpus.count_pci").state == "not_applicable"
        assert value(out, "machine.gpu_vendors_ever") == ["nvidia"]
        assert out.scopes == []


def test_switches():
    switch = device("0000:c4:00.0", "10de:22a3", "068000")
    old_network = device("0000:00:0a.0", "10de:0760", "068000", driver="forcedeth")
    hopper, blackwell = (device("0000:18:00.0", f"10de:{ids}", "030200") for ids in ("2330", "2901"))
    assert value(run(BUS_PROBE, bus(HOST, hopper, switch)), "fabric_manager.needed") is True
    assert value(run(BUS_PROBE, bus(HOST, CARD, old_network)), "fabric_manager.needed") is False
    assert fact(run(BUS_PROBE, bus(HOST, blackwell)), "fabric_manager.needed").state == "unknown"


def test_a_window_that_got_no_room():
    rows = RESOURCE.splitlines()
    for broken in ("0x0 0x1ffffffff 0x20000014220c", "0x0 0x0 0x0"):
        card = device(KEY, "10de:2684", "030000", resource="\n".join([rows[0], broken, *rows[2:]]))
        assert value(run(BUS_PROBE, bus(HOST, card)), "pci.bar_unassigned") is True


HOPPER = """\
0x0000102002000000 0x0000102002ffffff 0x000000000014220c
0x0000000000000000 0x0000000000000000 0x0000000000000000
0x0000100000000000 0x0000101fffffffff 0x000000000014220c
0x0000000000000000 0x0000000000000000 0x0000000000000000
0x0000102000000000 0x0000102001ffffff 0x000000000014220c
0x0000000000000000 0x0000000000000000 0x0000000000000000
"""


def test_a_register_block_of_64_bits_moves_the_memory_window_one_row_down():
    card = device(KEY, "10de:2330", "030200", resource=HOPPER)
    out = run(BUS_PROBE, bus(HOST, card))
    assert value(out, "pci.bar_unassigned") is False
    assert value(out, "firmware.above_4g") is True
    assert value(out, "gpu.bar1_mib", KEY) == 131072
    lost = HOPPER.replace("0x0000100000000000 0x0000101fffffffff", "0x0 0x1fffffffff")
    assert (
        value(run(BUS_PROBE, bus(HOST, device(KEY, "10de:2330", "030200", resource=lost))), "pci.bar_unassigned")
        is True
    )


@pytest.mark.parametrize("vendor", [Raw(), absent("no sysfs"), Raw(status="timed_out", reason="no answer within 2 s")])
def test_without_a_bus_nothing_is_said(vendor):
    out = run(BUS_PROBE, {**bus(), "vendor": vendor})
    assert {f.state for f in out.facts} == {"unknown"}
    assert fact(out, "pci.nvidia_devices").reason in ("no PCI bus is visible from here", vendor.reason)


LSPCI = """\
00:00.0 Host bridge [0600]: Intel Corporation 8th Gen Core Processor Host Bridge/DRAM Registers [8086:3ec2] (rev 07)
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation AD102 [GeForce RTX 4090] [10de:2684] (rev ff)
\tKernel driver in use: nvidia
\tKernel modules: nvidiafb, nouveau, nvidia_drm, nvidia
"""


def test_lspci_names_the_card():
    probe = probe_of(pci.PROBES, "lspci")
    out = run(probe, {"lspci": Raw(text=LSPCI, exit_code=0)})
    assert value(out, "gpu.model", KEY) == "GeForce RTX 4090"
    assert value(out, "gpu.lost", KEY) is True
    assert {f.name for f in out.facts} <= set(probe.facts)
    missing = run(probe, {"lspci": absent("lspci: not on this machine")})
    assert fact(missing, "gpus.count_pci").reason == "lspci: not on this machine"


ACS = "\t\tACSCap:\tSrcValid+ TransBlk+\n\t\tACSCtl:\tSrcValid+ TransBlk- ReqRedir{} CmpltRedir{} UpstreamFwd+\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ACS.format("+", "+") + ACS.format("-", "-"), True),
        (ACS.format("-", "-"), False),
        (LSPCI, False),
        ("\tCapabilities: <access denied>\n", None),
    ],
)
def test_access_control(text, expected):
    out = run(probe_of(pci.PROBES, "acs"), {"lspci": Raw(text=text, exit_code=0)})
    if expected is None:
        assert "root" in fact(out, "pci.acs_enabled").reason
    else:
        assert value(out, "pci.acs_enabled") is expected


def test_speeds_of_several_kernels():
    assert [pci_tree.generation(t) for t in ("2.5 GT/s", "8 GT/s", "32.0 GT/s PCIe", "64.0 GT/s PCIe", "Unknown", "")] == [
        1, 3, 5, 6, None, None,
    ]  # fmt: skip
