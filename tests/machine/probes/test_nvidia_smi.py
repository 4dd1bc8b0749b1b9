"""nvidia-smi as a witness: tables of two generations, its refusals, its hang, and what NVML says beside it."""

from __future__ import annotations

import json

import pytest

from kbtui.machine.asks import Raw, absent
from kbtui.machine.probes import nvidia_smi
from kbtui.machine.probes.spec import check
from tests.machine.probes.told import bus, device, fact, probe_of, run, value

TABLE = probe_of(nvidia_smi.PROBES, "nvidia-smi")
QUERY = probe_of(nvidia_smi.PROBES, "nvidia-smi -q")
TOPOLOGY = probe_of(nvidia_smi.PROBES, "gpu topology")
WITNESSES = probe_of(nvidia_smi.PROBES, "gpu witnesses")
KEY = "0000:01:00.0"
OF_550 = """\
Wed Nov 25 10:00:00 2026
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 550.163.01             Driver Version: 550.163.01     CUDA Version: 12.4     |
|-----------------------------------------+------------------------+----------------------+
| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |
| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |
|                                         |                        |               MIG M. |
|=========================================+========================+======================|
|   0  NVIDIA GeForce RTX 4090        On  |   00000000:01:00.0  On |                  Off |
|  0%   41C    P8             21W /  450W |     247MiB /  24564MiB |      0%      Default |
|                                         |                        |                  N/A |
+-----------------------------------------+------------------------+----------------------+

+-----------------------------------------------------------------------------------------+
| Processes:                                                                              |
|  GPU   GI   CI        PID   Type   Process name                              GPU Memory |
|        ID   ID                                                               Usage      |
|=========================================================================================|
|    0   N/A  N/A      2213      G   /usr/lib/xorg/Xorg                            184MiB |
+-----------------------------------------------------------------------------------------+
"""
OF_390 = """\
+-----------------------------------------------------------------------------+
| NVIDIA-SMI 390.157                Driver Version: 390.157                   |
|-------------------------------+----------------------+----------------------+
| GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |
|===============================+======================+======================|
|   0  GeForce GTX 770     Off  | 00000000:01:00.0 N/A |                  N/A |
| 34%   33C    P8    N/A /  N/A |     90MiB /  1998MiB |     N/A      Default |
+-------------------------------+----------------------+----------------------+
"""
NO_DRIVER = (
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA "
    "driver is installed and running.\n"
)
MISMATCH = "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 550.163\n"
LOST = (
    "Unable to determine the device handle for GPU0000:01:00.0: GPU is lost.  Reboot the system to recover this GPU\n"
)
HUNG = Raw(status="timed_out", reason="nvidia-smi: no answer within 10 s; it cannot be killed and was left behind")


def test_the_declarations_are_sound():
    assert check(nvidia_smi.PROBES) == []


@pytest.mark.parametrize(
    ("text", "model", "version"),
    [(OF_550, "GeForce RTX 4090", "550.163.01"), (OF_390, "GeForce GTX 770", "390.157")],
)
def test_a_table(text, model, version):
    out = run(TABLE, {"smi": Raw(text=text, exit_code=0)})
    assert value(out, "nvidia_smi.works") is True and value(out, "nvidia_smi.hung") is False
    assert value(out, "nvidia_smi.exit_code") == 0
    assert value(out, "driver.version") == version
    assert value(out, "gpu.model", KEY) == model
    assert {f.name for f in out.facts} <= set(TABLE.facts)


@pytest.mark.parametrize(
    ("text", "code"), [(NO_DRIVER, 9), (MISMATCH, 18), ("No devices were found\n", 6), (LOST, 15), ("", 127)]
)
def test_a_refusal(text, code):
    out = run(TABLE, {"smi": Raw(text=text, exit_code=code)})
    assert value(out, "nvidia_smi.present") is True
    assert value(out, "nvidia_smi.works") is False
    assert value(out, "nvidia_smi.exit_code") == code
    assert value(out, "nvidia_smi.hung") is False


def test_a_lost_card_is_named():
    assert value(run(TABLE, {"smi": Raw(text=LOST, exit_code=15)}), "gpu.lost", KEY) is True


def test_a_hang_is_a_fact_and_nothing_else_is_known():
    out = run(TABLE, {"smi": HUNG})
    assert value(out, "nvidia_smi.hung") is True and value(out, "nvidia_smi.present") is True
    assert fact(out, "nvidia_smi.works").state == fact(out, "nvidia_smi.exit_code").state == "unknown"
    assert "left behind" in fact(out, "driver.version").reason


def test_a_missing_tool():
    out = run(TABLE, {"smi": absent("nvidia-smi: not on this machine")})
    assert value(out, "nvidia_smi.present") is False and value(out, "nvidia_smi.works") is False
    assert fact(out, "nvidia_smi.hung").state == "not_applicable"


def test_a_refused_tool_is_unknown():
    out = run(TABLE, {"smi": Raw(status="refused", reason="nvidia-smi: may not be run by this user")})
    assert {f.state for f in out.facts} == {"unknown"}


def test_evidence_without_an_exit_code_tells_by_its_words():
    out = run(TABLE, {"smi": Raw(text=MISMATCH)}, "bundle")
    assert value(out, "nvidia_smi.exit_code") == 18 and value(out, "nvidia_smi.works") is False
    assert value(out, "nvml.init_code") == 18


REPORT = """\
==============NVSMI LOG==============

Driver Version                            : 535.183.01
CUDA Version                              : 12.2

Attached GPUs                             : 2
GPU 00000000:01:00.0
    Product Name                          : NVIDIA A100-SXM4-80GB
    Persistence Mode                      : Enabled
    ECC Mode
        Current                           : Enabled
"""


def test_half_a_report_before_a_hang_counts():
    out = run(QUERY, {"query": Raw(text=REPORT, status="timed_out", reason="no answer within 10 s")})
    assert value(out, "gpu.model", KEY) == "A100-SXM4-80GB"
    assert value(out, "gpu.ecc_enabled", KEY) is True
    assert out.scopes == [("gpu", (KEY,), False)], "two are attached and one was told"


MATRIX = """\
\tGPU0\tGPU1\tCPU Affinity\tNUMA Affinity
GPU0\t X \tNV12\t0-31\t0
GPU1\tNV12\t X \t0-31\t0
"""
NVLINK = """\
GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-00000000-0000-0000-0000-000000000001)
\t Link 0: 25 GB/s
\t Link 1: <inactive>
GPU 1: NVIDIA A100-SXM4-80GB (UUID: GPU-00000000-0000-0000-0000-000000000002)
\t Link 0: 25 GB/s
\t Link 1: 25 GB/s
"""


def test_the_links_between_two_cards():
    cards = [device(key, "10de:20b2", "030200") for key in (KEY, "0000:41:00.0")]
    answers = {"topo": Raw(text=MATRIX, exit_code=0), "nvlink": Raw(text=NVLINK, exit_code=0)}
    out = run(TOPOLOGY, {**bus(*cards), **answers})
    assert value(out, "gpus.links") == ["NV12"]
    assert value(out, "gpu.nvlink_inactive_links", KEY) == 1
    assert value(out, "gpu.nvlink_active_links", "0000:41:00.0") == 2
    one_more = run(TOPOLOGY, {**bus(*cards, device("0000:42:00.0", "10de:20b2", "030200")), **answers})
    assert not [f for f in one_more.facts if f.name.startswith("gpu.nvlink")], "nobody can be named"


def test_one_card_has_no_links():
    out = run(TOPOLOGY, {**bus(device(KEY, "10de:2684", "030000")), "topo": Raw(text=MATRIX, exit_code=0)})
    assert fact(out, "gpus.links").state == "not_applicable"


def nvml(code: int, count: int = 1, version: str = "550.163.01") -> Raw:
    lines: list[dict] = [{"what": "start"}, {"what": "init", "code": code}]
    if code == 0:
        lines += [
            {"what": "system", "values": {"driver": version}, "failed": {}},
            {"what": "count", "cards": count},
        ]
    return Raw(text="\n".join(json.dumps(line) for line in lines), exit_code=0)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (nvml(0), Raw(text=OF_550, exit_code=0), ""),
        (nvml(18), Raw(text=MISMATCH, exit_code=18), ""),
        (nvml(0, count=0), Raw(text="No devices were found\n", exit_code=6), ""),
        (Raw(text='{"what": "start"}', status="timed_out", reason="no answer"), HUNG, ""),
        (nvml(0), Raw(text=NO_DRIVER, exit_code=9), "nvmlInit returns 0 and nvidia-smi does not work"),
        (nvml(9), Raw(text=OF_550, exit_code=0), "nvmlInit returns 9 and nvidia-smi works"),
        (nvml(0, count=2), Raw(text=OF_550, exit_code=0), "gpus.count: NVML 2, nvidia-smi 1"),
        (nvml(0, version="560.35.03"), Raw(text=OF_550, exit_code=0), "driver.version"),
        (nvml(0), HUNG, "only nvidia-smi hangs"),
    ],
)
def test_what_the_two_witnesses_say(one, other, said):
    out = run(WITNESSES, {"nvml": one, "smi": other})
    assert value(out, "gpus.witnesses_disagree") is bool(said)
    assert said in fact(out, "gpus.witnesses_disagree").raw


def test_one_witness_alone_cannot_disagree():
    out = run(
        WITNESSES, {"nvml": nvml(0), "smi": Raw(status="refused", reason="nvidia-smi: may not be run by this user")}
    )
    assert fact(out, "gpus.witnesses_disagree").state == "unknown"
    missing = run(WITNESSES, {"nvml": nvml(0), "smi": absent("nvidia-smi: not on this machine")})
    assert fact(missing, "gpus.witnesses_disagree").state == "not_applicable"
