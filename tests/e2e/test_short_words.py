"""A few plain words, as most people begin: the general problem that they name is the first entry, no narrow rival."""

from __future__ import annotations

import pytest

from kbtui.engine import Engine, Request

SAID = {
    "GPU not working": "nvidia-smi-cannot-communicate",
    "显卡不工作": "nvidia-smi-cannot-communicate",
    "cuda not working": "cuda-not-available-in-framework",
    "cuda 用不了": "cuda-not-available-in-framework",
    "pytorch doesn't use my gpu": "gpu-not-used-by-framework",
    "pytorch 用不了 gpu": "gpu-not-used-by-framework",
    "cannot install nvidia driver": "driver-install-failed",
    "驱动装不上": "driver-install-failed",
    "no gpu after kernel update": "gpu-driver-gone-after-update",
    "内核升级后显卡没了": "gpu-driver-gone-after-update",
    "black screen after installing nvidia driver": "no-display-after-driver-install",
    "装完驱动黑屏": "no-display-after-driver-install",
    "two gpus but only one is used": "program-uses-one-gpu",
    "两张卡只用了一张": "program-uses-one-gpu",
    "only one of my two gpus is detected": "gpu-not-enumerated",
    "两张卡只认一张": "gpu-not-enumerated",
    "pip install times out": "download-fails",
    "pip 安装超时": "download-fails",
    "import torch fails": "framework-import-fails",
    "jupyter kernel died": "process-killed-without-message",
    "程序被 killed": "process-killed-without-message",
    "training is slow": "training-too-slow",
    "训练速度突然变慢": "training-too-slow",
    "multi node training hangs": "distributed-job-hangs",
    "多机训练卡住": "distributed-job-hangs",
    "no gpu in docker": "container-sees-no-gpu",
    "docker 里没有显卡": "container-sees-no-gpu",
    "k8s pod can't find gpu": "pod-sees-no-gpu",
    "slurm job has no gpu": "slurm-job-sees-no-gpu",
    "wsl2 can't see gpu": "wsl-sees-no-gpu",
    "pc shuts down during training": "machine-powers-off-under-load",
    "训练到一半电脑重启": "machine-powers-off-under-load",
    "gpu too hot": "gpu-overheating",
    "显卡温度太高": "gpu-overheating",
    "not enough vram": "cuda-out-of-memory",
    "显存不够": "cuda-out-of-memory",
    "loss is nan": "nan-or-inf-loss",
    "vllm server doesn't start": "llm-server-does-not-start",
    "disk full": "no-space-left",
}


@pytest.mark.parametrize("text", SAID)
def test_the_general_problem_is_where_it_begins(engine: Engine, text):
    found = engine.diagnose(Request(text=text))
    assert found.entry[0].id == SAID[text], [(e.id, e.weight) for e in found.entry[:3]]
    assert found.next.kind != "none"
