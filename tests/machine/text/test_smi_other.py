"""nvidia-smi when it fails, its long report, its lists and its topology."""

from __future__ import annotations

import pytest

from kbtui.machine.text import read
from tests.machine.text.samples import facts, kinds, sample


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest", 9),
        ("Failed to initialize NVML: Driver/library version mismatch", 18),
        ("Failed to initialize NVML: Insufficient Permissions", 4),
        ("Failed to initialize NVML: Unknown Error", 255),
        ("No devices were found", 6),
        ("NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.", 12),
        ("Unable to determine the device handle for GPU 0000:02:00.0: GPU is lost.  Reboot the system", 15),
    ],
)
def test_each_failure_has_its_exit_code(line: str, code: int) -> None:
    found = facts(f"$ nvidia-smi\n{line}\n")
    assert found["nvidia_smi.exit_code"] == code
    assert found["nvidia_smi.works"] is False
    assert "driver.version" not in found


def test_a_mismatch_proves_a_loaded_module() -> None:
    found = facts("Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 550.163")
    assert found["nvml.init_code"] == 18
    assert found["driver.module_loaded"] is True
    assert found["driver.library_version"] == "550.163"


def test_no_devices_says_nothing_about_the_bus() -> None:
    reading = read("No devices were found")
    assert facts("No devices were found")["gpus.count"] == 0
    assert not reading.store().is_complete("gpu")


def test_a_lost_card_keeps_its_bus_id() -> None:
    found = facts(sample("smi_failure"))
    assert found["gpu.lost[0000:02:00.0]"] is True
    assert found["gpu.vendor[0000:81:00.0]"] == "nvidia"
    assert "gpu.lost[0000:81:00.0]" not in found


@pytest.mark.parametrize(
    "line",
    [
        "bash: nvidia-smi: command not found",
        "Command 'nvidia-smi' not found, but can be installed with:",
        "'nvidia-smi' is not recognized as an internal or external command",
        "nvidia-smi：未找到命令",
    ],
)
def test_a_missing_nvidia_smi(line: str) -> None:
    assert facts(line)["nvidia_smi.present"] is False


def test_a_failure_in_a_sentence_leaves_the_sentence_to_be_read() -> None:
    found = facts("Ubuntu 22.04 with a GTX 1080, nvidia-smi says it can't communicate with the driver")
    assert found["nvidia_smi.works"] is False
    assert found["gpu.model[gpu0]"] == "GeForce GTX 1080"


def test_the_cards_own_firmware_and_its_highest_clock() -> None:
    report = sample("smi_query").rstrip("\n") + (
        "\n    VBIOS Version                         : 95.02.3C.80.F4"
        "\n    Max Clocks\n        Graphics                          : 3120 MHz\n        SM                                : 3120 MHz\n"
    )
    found = facts(report)
    assert found["gpu.vbios[0000:01:00.0]"] == "95.02.3C.80.F4" and found["gpu.clock_max_mhz[0000:01:00.0]"] == 3120


def test_the_long_report() -> None:
    found = facts(sample("smi_query"))
    card = {name.partition("[")[0]: value for name, value in found.items() if name.endswith("[0000:01:00.0]")}
    assert card == {
        "gpu.vendor": "nvidia",
        "gpu.model": "GeForce RTX 4090",
        "gpu.display_active": True,
        "gpu.link_gen_max": 4,
        "gpu.link_gen": 1,
        "gpu.link_width_max": 16,
        "gpu.link_width": 8,
        "gpu.pcie_replays": 0,
        "gpu.fan_percent": 0,
        "gpu.pstate": "P8",
        "gpu.throttle_reasons": ["hw_slowdown", "hw_power_brake"],
        "gpu.memory_total_mib": 24564,
        "gpu.memory_used_mib": 247,
        "gpu.memory_free_mib": 23934,
        "gpu.bar1_mib": 256,
        "gpu.ecc_enabled": False,
        "gpu.temperature": 41,
        "gpu.slowdown_temperature": 97,
        "gpu.power_watts": 21.4,
        "gpu.power_limit_watts": 450.0,
        "gpu.power_limit_default_watts": 450.0,
    }
    assert found["driver.cuda_version"] == "12.4"
    assert found["driver.persistence"] is True
    assert read(sample("smi_query")).store().is_complete("gpu")


def test_the_head_of_610_and_counters_that_add_up() -> None:
    found = facts("""\
==============NVSMI LOG==============

Driver Version                                        : 610.51.03 [Deprecated; will be removed in CUDA 14.0. Use KMD]
KMD Version                                           : 610.51.03
CUDA UMD Version                                      : 13.3

Attached GPUs                                         : 2
GPU 00000000:1B:00.0
    ECC Errors
        Volatile
            DRAM Uncorrectable                        : 9
        Aggregate
            SRAM Uncorrectable Parity                 : 1
            DRAM Uncorrectable                        : 3
    Remapped Rows
        Pending                                       : Yes
        Remapping Failure Occurred                    : No
    Processes                                         : None
""")
    assert found["driver.version"] == "610.51.03"
    assert found["gpu.ecc_uncorrected[0000:1b:00.0]"] == 4
    assert found["gpu.rows_remap_pending[0000:1b:00.0]"] is True
    assert found["gpu.rows_remap_failed[0000:1b:00.0]"] is False
    assert found["gpu.processes[0000:1b:00.0]"] == []
    assert found["gpus.count"] == 2


def test_lists_and_csv_without_bus_ids_count_the_cards() -> None:
    found = facts(sample("smi_list"))
    assert found["gpu.model[gpu1]"] == "A100-SXM4-80GB"
    assert found["gpu.mig_instances[gpu0]"] == 2
    assert found["gpu.memory_used_mib[gpu0]"] == 512
    assert found["driver.version"] == "550.163.01"
    fact = read(sample("smi_list")).store().get("gpu.memory_used_mib", "gpu1")
    assert (fact.state, fact.reason) == ("unknown", "nvidia-smi says Insufficient Permissions")


def test_counted_cards_take_the_bus_ids_of_a_table() -> None:
    text = (
        "01:00.0 VGA compatible controller: NVIDIA Corporation GA102 [GeForce RTX 3090] (rev a1)\n"
        "GPU 0: NVIDIA GeForce RTX 3090 (UUID: GPU-f9730d9c-bbd0-ede2-57ec-553d76a5eb4a)\n"
    )
    assert read(text).store().entities("gpu") == ["0000:01:00.0"]


def test_topology() -> None:
    found = facts(sample("topology"))
    assert found["gpus.links"] == ["PHB"]
    assert found["gpu.nvlink_active_links[gpu0]"] == 1
    assert found["gpu.nvlink_inactive_links[gpu0]"] == 1
    assert found["gpu.p2p_supported[gpu0]"] is False
    assert "topology" in kinds(sample("topology"))
