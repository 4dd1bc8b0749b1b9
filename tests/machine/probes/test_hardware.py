"""Make, form, processor, memory, hypervisor; and the firmware below."""

import pytest

from tests.machine.probes.answers import TIMED_OUT, all_refused, fail, look, probe, states, values

BOARD = probe("hardware", "board")
CPU = probe("hardware", "processor")
FIRMWARE = probe("firmware", "firmware")
FLAGS = (
    "processor\t: 0\nmodel name\t: Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz\nflags\t\t: fpu vme sse2 avx avx2{more}\n\n"
)


def board(vendor="", product="", chassis="", *, flags="", **more):
    flags = flags or FLAGS.format(more="")
    given = {"sys_vendor": vendor, "product_name": product, "chassis_type": chassis, "cpuinfo": flags, **more}
    return look(BOARD, **{k: v + "\n" if isinstance(v, str) else v for k, v in given.items() if v})


@pytest.mark.parametrize(
    ("vendor", "product", "chassis", "form", "model"),
    [
        ("ASUSTeK COMPUTER INC.", "ROG STRIX X670E-E", "3", "desktop", "ASUSTeK COMPUTER INC. ROG STRIX X670E-E"),
        ("Dell Inc.", "XPS 15 9520", "10", "laptop", "Dell Inc. XPS 15 9520"),
        ("Dell Inc.", "Precision 7920 Tower", "7", "workstation", "Dell Inc. Precision 7920 Tower"),
        ("Supermicro", "SYS-420GP-TNR", "17", "server", "Supermicro SYS-420GP-TNR"),
        ("HP", "HP ProDesk 600 G4", "4", "desktop", "HP ProDesk 600 G4"),
        ("To Be Filled By O.E.M.", "To Be Filled By O.E.M.", "3", "desktop", None),
    ],
)
def test_physical_machines(vendor, product, chassis, form, model):
    facts = board(vendor, product, chassis)
    assert values(facts).get("machine.form") == form
    assert values(facts).get("machine.model") == model
    assert values(facts)["os.virtual_machine"] is False
    assert facts["os.hypervisor"].state == "absent"


def test_lenovo_keeps_the_known_name_in_the_version():
    assert values(board("LENOVO", "20XW0026GE", "10", product_version="ThinkPad X1 Carbon Gen 9"))["machine.model"] == (
        "LENOVO ThinkPad X1 Carbon Gen 9"
    )


@pytest.mark.parametrize(
    ("vendor", "product", "hypervisor"),
    [
        ("QEMU", "Standard PC (Q35 + ICH9, 2009)", "kvm"),
        ("VMware, Inc.", "VMware Virtual Platform", "vmware"),
        ("Microsoft Corporation", "Virtual Machine", "hyperv"),
        ("innotek GmbH", "VirtualBox", "virtualbox"),
        ("Amazon EC2", "g5.xlarge", "kvm"),
    ],
)
def test_guests(vendor, product, hypervisor):
    facts = values(board(vendor, product, "1", flags=FLAGS.format(more=" hypervisor")))
    assert (facts["os.virtual_machine"], facts["os.hypervisor"], facts["machine.form"]) == (True, hypervisor, "vm")


def test_a_metal_instance_of_a_cloud_is_no_guest():
    assert values(board("Amazon EC2", "g4dn.metal", "23"))["os.virtual_machine"] is False


def test_the_detector_decides_where_processor_and_firmware_disagree():
    odd = {
        "vendor": "ASUSTeK COMPUTER INC.",
        "product": "PRIME",
        "chassis": "3",
        "flags": FLAGS.format(more=" hypervisor"),
    }
    assert board(**odd)["os.virtual_machine"].state == "unknown"
    assert values(board(**odd, detect="kvm"))["os.hypervisor"] == "kvm"
    assert values(board(**odd, detect=fail("", 1)))["machine.form"] == "desktop"


def test_a_hypervisor_that_nobody_names_is_unknown():
    facts = look(BOARD, cpuinfo=FLAGS.format(more=" hypervisor"))
    assert values(facts)["os.virtual_machine"] is True
    assert facts["os.hypervisor"].state == "unknown"


def test_windows_tells_nothing_of_the_machine_below():
    uname = "Linux box 5.15.167.4-microsoft-standard-WSL2 x86_64\n"
    facts = states(look(BOARD, uname=uname, cpuinfo=FLAGS.format(more=" hypervisor"), detect="wsl\n"))
    assert facts["machine.form"] == facts["os.virtual_machine"] == "unknown"


def test_a_board_has_a_device_tree():
    facts = values(look(BOARD, device_tree="NVIDIA Jetson AGX Orin Developer Kit\0"))
    assert facts == {"machine.model": "NVIDIA Jetson AGX Orin Developer Kit", "machine.form": "board"}


def test_processor():
    facts = values(look(CPU, cpuinfo=FLAGS.format(more="") + "processor\t: 1\n"))
    assert facts == {
        "cpu.model": "Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz",
        "cpu.cores": 2,
        "cpu.has_avx": True,
        "cpu.has_avx2": True,
    }
    old = look(CPU, cpuinfo="model name\t: Intel(R) Celeron(R) CPU G1610\nflags\t\t: fpu sse4_2\n")
    assert values(old)["cpu.has_avx"] is False


def test_an_arm_processor_has_no_avx_to_miss():
    info = "processor\t: 0\nBogoMIPS\t: 2000.00\nFeatures\t: fp asimd sve\nCPU implementer\t: 0x41\n"
    facts = look(CPU, cpuinfo=info, online="0-71\n", lscpu="Architecture: aarch64\nModel name:   Neoverse-V2\n")
    assert facts["cpu.has_avx"].state == "not_applicable"
    assert values(facts)["cpu.model"] == "Neoverse-V2"


def test_processors_are_counted_by_ranges_where_the_list_was_cut():
    assert values(look(CPU, online="0-3,8-11\n"))["cpu.cores"] == 8
    assert look(CPU, cpuinfo=TIMED_OUT)["cpu.cores"].state == "unknown"


def test_memory():
    text = "MemTotal:       65565360 kB\nMemAvailable:   49174020 kB\nSwapTotal:       2097148 kB\nSwapFree:        1048572 kB\n"
    facts = values(look(probe("hardware", "memory"), meminfo=text))
    assert facts == {"ram.total_gib": 62.53, "ram.available_gib": 46.9, "swap.total_gib": 2.0, "swap.used_gib": 1.0}


def test_firmware():
    tables = {"/sys/firmware/acpi": "dir 755 0:0", "/sys/firmware/efi": "dir 755 0:0"}
    facts = values(look(FIRMWARE, bios_version="2412\n", bios_date="09/13/2024\n", firmware=tables))
    assert facts == {"firmware.version": "2412", "firmware.date": "2024-09-13", "firmware.mode": "uefi"}
    assert values(look(FIRMWARE, firmware={"/sys/firmware/acpi": "dir"}))["firmware.mode"] == "bios"
    said = fail("EFI variables are not supported on this system\n", 255)
    assert values(look(FIRMWARE, mokutil=said))["firmware.mode"] == "bios"


def test_a_hidden_folder_is_no_bios():
    """Docker lays an empty folder over /sys/firmware."""
    assert look(FIRMWARE, firmware={})["firmware.mode"].state == "unknown"


def test_refused_is_unknown():
    for subject in (BOARD, CPU, probe("hardware", "memory"), FIRMWARE, probe("ram_errors", "memory errors")):
        assert set(states(all_refused(subject)).values()) == {"unknown"}


def test_counted_memory_errors():
    errors = probe("ram_errors", "memory errors")
    mc = "/sys/devices/system/edac/mc/mc{}/ce_count"
    assert values(look(errors, corrected={mc.format(0): "3\n", mc.format(1): "0\n"})) == {"ram.ecc_errors": 3}
    assert look(errors)["ram.ecc_errors"].state == "unknown"
