"""nvidia-smi's table, from driver 340 to 610, on Linux, Windows, WSL and sick cards."""

from __future__ import annotations

import pytest

from kbtui.machine.text import read
from tests.machine.text.samples import facts, known, sample

R340 = """
+------------------------------------------------------+
| NVIDIA-SMI 340.29     Driver Version: 340.29         |
|-------------------------------+----------------------+----------------------+
| GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |
|===============================+======================+======================|
|   0  GeForce GTX 770     Off  | 0000:01:00.0     N/A |                  N/A |
| 34%   35C    P8    N/A /  N/A |     37MiB /  2047MiB |     N/A      Default |
+-------------------------------+----------------------+----------------------+

+-----------------------------------------------------------------------------+
| Compute processes:                                               GPU Memory |
|  GPU       PID  Process name                                     Usage      |
|=============================================================================|
|    0            Not Supported                                               |
+-----------------------------------------------------------------------------+
"""

WINDOWS = """
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 560.94                 Driver Version: 560.94         CUDA Version: 12.6     |
|-----------------------------------------+------------------------+----------------------+
| GPU  Name                  Driver-Model | Bus-Id          Disp.A | Volatile Uncorr. ECC |
| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |
|                                         |                        |               MIG M. |
|=========================================+========================+======================|
|   0  NVIDIA GeForce RTX 4070      WDDM  |   00000000:01:00.0  On |                  N/A |
|  0%   39C    P8              9W /  200W |    1024MiB /  12282MiB |      2%      Default |
|                                         |                        |                  N/A |
+-----------------------------------------+------------------------+----------------------+
|   1  Quadro P2000                  TCC  |   00000000:02:00.0 Off |                  N/A |
| 45%   41C    P8              5W /   75W |       8MiB /   5120MiB |      0%      Default |
|                                         |                        |                  N/A |
+-----------------------------------------+------------------------+----------------------+
"""

CUT = """
| NVIDIA-SMI 470.63.01    Driver Version: 470.63.01    CUDA Version: 11.4     |
|===============================+======================+======================|
|   0  NVIDIA GeForce ...  Off  | 00000000:01:00.0 Off |                  N/A |
| N/A   51C    P0    N/A /  N/A |      5MiB /  5946MiB |      0%      Default |
|                               |                      |                  N/A |
"""


def test_the_banner_of_2026_renames_its_fields() -> None:
    found = facts(sample("smi_table"))
    assert found["driver.version"] == "610.51.03"
    assert found["driver.cuda_version"] == "13.3"
    assert "cuda.toolkit.version" not in found


def test_every_column_of_a_card() -> None:
    found = facts(sample("smi_table"))
    card = {name.partition("[")[0]: value for name, value in found.items() if "[0000:1b:00.0]" in name}
    assert card == {
        "gpu.vendor": "nvidia",
        "gpu.model": "B200",
        "gpu.display_active": False,
        "gpu.ecc_enabled": True,
        "gpu.temperature": 31,
        "gpu.power_watts": 151.0,
        "gpu.power_limit_watts": 1000.0,
        "gpu.pstate": "P0",
        "gpu.memory_used_mib": 0,
        "gpu.memory_total_mib": 183359,
        "gpu.memory_free_mib": 183359,
        "gpu.utilization": 0,
        "gpu.compute_mode": "Default",
        "gpu.mig_enabled": False,
    }
    assert found["gpu.mig_enabled[0000:43:00.0]"] is True
    assert found["gpu.ecc_uncorrected[0000:43:00.0]"] == 2
    assert found["gpu.compute_mode[0000:43:00.0]"] == "Exclusive_Process"
    assert found["gpus.count"] == 2


def test_err_is_unknown_with_its_reason() -> None:
    store = read(sample("smi_table")).store()
    for name in ("gpu.fan_percent", "gpu.power_watts"):
        fact = store.get(name, "0000:43:00.0")
        assert (fact.state, fact.reason) == ("unknown", "nvidia-smi shows ERR!")
    assert store.get("gpu.fan_percent", "0000:1b:00.0").state == "unknown"


def test_the_table_lists_all_cards() -> None:
    store = read(sample("smi_table")).store()
    assert store.entities("gpu") == ["0000:1b:00.0", "0000:43:00.0"]
    assert store.is_complete("gpu")


def test_a_table_cut_off_below_a_card_is_not_complete() -> None:
    text = sample("smi_table")
    store = read(
        text[: text.index("|   1 ")] + "|   1  NVIDIA B200                    On  |   00000000:43:00.0 Off |  0 |"
    ).store()
    assert store.entities("gpu") == ["0000:1b:00.0", "0000:43:00.0"]
    assert not store.is_complete("gpu")


def test_the_oldest_table_has_no_cuda_and_a_short_bus_id() -> None:
    found = facts(R340)
    assert found["driver.version"] == "340.29"
    assert "driver.cuda_version" not in found
    assert found["gpu.model[0000:01:00.0]"] == "GeForce GTX 770"
    assert found["gpu.memory_total_mib[0000:01:00.0]"] == 2047
    assert "gpu.utilization[0000:01:00.0]" not in found
    assert read(R340).store().get("gpu.ecc_enabled", "0000:01:00.0").state == "not_applicable"


def test_windows_shows_the_driver_model() -> None:
    found = facts(WINDOWS)
    assert found["gpu.driver_model[0000:01:00.0]"] == "WDDM"
    assert found["gpu.driver_model[0000:02:00.0]"] == "TCC"
    assert found["os.kernel"] == "windows"
    assert "driver.module_loaded" not in found


def test_linux_shows_that_the_module_is_loaded_but_wsl_does_not() -> None:
    assert facts(sample("smi_table"))["driver.module_loaded"] is True
    assert "driver.module_loaded" not in facts("in WSL2:\n" + sample("smi_table"))


def test_a_name_cut_to_nothing_is_unknown() -> None:
    fact = read(CUT).store().get("gpu.model", "0000:01:00.0")
    assert (fact.state, fact.reason) == ("unknown", "the table cut the name")


@pytest.mark.parametrize("prefix", ["> ", "    ", "\x1b[0m", ""])
def test_quoting_indentation_and_colours_change_nothing(prefix: str) -> None:
    text = "\n".join(prefix + line for line in sample("smi_table").splitlines())
    assert facts(text)["gpu.memory_used_mib[0000:43:00.0]"] == 171220


def test_each_fact_names_its_line() -> None:
    reading = read("hello\n\n" + sample("smi_table"))
    fact = reading.store().get("driver.version")
    assert (fact.kind, fact.line, fact.origin) == ("text", 4, "line 4 of the text")
    assert fact.raw.startswith("| NVIDIA-SMI 610.51.03")
    assert [s.kind for s in reading.segments] == ["prose", "nvidia-smi"]
    assert known(reading)["nvidia_smi.works"] is True
