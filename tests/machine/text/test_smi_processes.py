"""Processes and MIG instances under the table."""

from __future__ import annotations

from tests.machine.text.samples import facts, sample
from tests.machine.text.test_smi_table import R340

HEAD = """\
+-----------------------------------------------------------------------------+
| NVIDIA-SMI 470.57.02    Driver Version: 470.57.02    CUDA Version: 11.4     |
|===============================+======================+======================|
|   0  NVIDIA A100-SXM...  On   | 00000000:07:00.0 Off |                   On |
| N/A   30C    P0    50W / 400W |     45MiB / 40536MiB |     N/A      Default |
|                               |                      |              Enabled |
+-------------------------------+----------------------+----------------------+
|   1  NVIDIA A100-SXM...  On   | 00000000:0F:00.0 Off |                    0 |
| N/A   30C    P0    50W / 400W |      0MiB / 40536MiB |      0%      Default |
|                               |                      |             Disabled |
+-------------------------------+----------------------+----------------------+
"""
NONE = """
+-----------------------------------------------------------------------------+
| Processes:                                                                  |
|  GPU   GI   CI        PID   Type   Process name                  GPU Memory |
|        ID   ID                                                   Usage      |
|=============================================================================|
|  No running processes found                                                 |
+-----------------------------------------------------------------------------+
"""


def test_instances_and_processes_belong_to_their_cards() -> None:
    found = facts(HEAD + sample("smi_processes"))
    assert found["gpu.mig_instances[0000:07:00.0]"] == 2
    assert found["gpu.processes[0000:07:00.0]"] == [48213, 2213]
    assert found["gpu.processes[0000:0f:00.0]"] == []
    assert found["process.name[48213]"] == "python3"
    assert found["process.gpu_memory_mib[48213]"] == 22708


def test_no_process_is_a_known_empty_list() -> None:
    found = facts(HEAD + NONE)
    assert found["gpu.processes[0000:07:00.0]"] == []
    assert found["gpu.processes[0000:0f:00.0]"] == []


def test_old_rows_without_instance_columns() -> None:
    row = "|    0      1234    C   /usr/bin/python                              512MiB |"
    found = facts(R340.replace("|    0            Not Supported                                               |", row))
    assert found["gpu.processes[0000:01:00.0]"] == [1234]
    assert found["process.name[1234]"] == "/usr/bin/python"


def test_bus_ids_are_lower_case() -> None:
    assert "gpu.ecc_enabled[0000:0f:00.0]" in facts(HEAD)
