"""The person's Python: listings, collect_env, tracebacks, and what the frameworks print."""

from __future__ import annotations

import pytest

from kbtui.machine.text import read
from tests.machine.text.samples import facts, kinds, sample


def test_listings_of_pip_and_conda_and_pins() -> None:
    found = facts(sample("pip_list"))
    assert found["torch.version"] == "2.6.0+cu124"
    assert found["torch.cuda_version"] == "12.4"
    assert found["torch.build"] == "cuda"
    assert found["torchvision.version"] == "0.21.0+cpu"
    assert found["cudnn.version"] == "9.1.0.70"
    assert found["packages.nvidia_pip"] == ["nvidia-cudnn-cu12==9.1.0.70"]
    assert found["mkl.version"] == "2024.1.0"
    assert found["flash_attn.version"] == "2.6.3"
    assert found["python.env_kind"] == "conda"


def test_a_cpu_build_has_no_cuda() -> None:
    found = facts("torch==2.6.0+cpu")
    assert found["torch.cuda_version"] is None
    assert found["torch.build"] == "cpu"


def test_conda_builds_tell_cuda_and_channel() -> None:
    found = facts(
        "# packages in environment at /opt/conda:\n#\n# Name    Version  Build  Channel\n"
        "pytorch                   1.12.1          py3.8_cuda11.3_cudnn8.3.2_0    pytorch\n"
        "python                    3.8.13               h12debd9_0    defaults\n"
    )
    assert found["torch.version"] == "1.12.1"
    assert found["torch.cuda_version"] == "11.3"
    assert found["torch.channel"] == "conda"
    assert found["python.version"] == "3.8.13"
    cpu = facts("# packages in environment at /opt/conda:\n#\npytorch   2.1.0   cpu_py311_0   conda-forge\n")
    assert (cpu["torch.build"], cpu["torch.channel"]) == ("cpu", "conda-forge")


def test_shadowing_distributions_are_all_listed() -> None:
    found = facts("cupy-cuda11x==12.3.0\ncupy-cuda12x==13.0.0\nonnxruntime==1.17.0\nonnxruntime-gpu==1.17.0\n")
    assert found["cupy.packages"] == ["cupy-cuda11x", "cupy-cuda12x"]
    assert found["onnxruntime.packages"] == ["onnxruntime", "onnxruntime-gpu"]


@pytest.mark.parametrize(
    "line",
    [
        "ERROR: Could not find a version that satisfies the requirement torch==1.7.1 (from versions: none)",
        "ERROR: No matching distribution found for torch==1.7.1",
        "$ pip install torch==1.7.1",
    ],
)
def test_what_was_only_asked_for_is_not_installed(line: str) -> None:
    assert "torch.version" not in facts(line) or "torch.installed" not in facts(line)


def test_dist_info_folders() -> None:
    found = facts("ls shows torch-2.6.0+cu126.dist-info and torchvision-0.21.0.dist-info")
    assert (found["torch.version"], found["torchvision.version"]) == ("2.6.0+cu126", "0.21.0")


def test_collect_env() -> None:
    found = facts(sample("collect_env"))
    assert found["torch.version"] == "2.6.0+cu124"
    assert found["torch.cuda_version"] == "12.4"
    assert found["torch.cuda_available"] is False
    assert found["cuda.toolkit.version"] == "11.8"
    assert found["driver.version"] == "535.183.01"
    assert found["python.version"] == "3.10.12"
    assert found["kernel.release"] == "5.15.0-125-generic"
    assert found["gcc.version"] == "11.4.0"
    assert found["cudnn.version"] == "8.9.7"
    assert found["numpy.version"] == "1.26.4"
    assert (found["os.id"], found["os.version"]) == ("ubuntu", "22.04")
    assert found["gpu.model[gpu1]"] == "GeForce RTX 3090"
    assert read(sample("collect_env")).store().entities("gpu") == ["gpu0", "gpu1"]


def test_a_traceback_tells_python_and_environment() -> None:
    found = facts(sample("traceback"))
    assert found["python.version"] == "3.9"
    assert found["python.env_kind"] == "conda"
    assert found["python.exception"] == "ImportError: libcudnn.so.9: cannot open shared object file"
    assert kinds(sample("traceback")) == {"traceback"}


@pytest.mark.parametrize(
    ("path", "version", "kind"),
    [
        ("/home/u/proj/.venv/lib/python3.11/site-packages/torch/__init__.py", "3.11", "venv"),
        (r"C:\Users\u\anaconda3\envs\t\lib\site-packages\python3.9\x", "3.9", "conda"),
        (r"C:\Users\u\AppData\Local\Programs\Python\Python312\Lib\x.py", "3.12", None),
        ("/usr/lib/python3.10/x.py", "3.10", "system"),
    ],
)
def test_paths(path: str, version: str, kind: str | None) -> None:
    found = facts(f'  File "{path}", line 3, in f')
    assert found["python.version"] == version
    assert found.get("python.env_kind") == kind


def test_two_environments_in_one_text_tell_neither() -> None:
    assert "python.version" not in facts("/opt/a/lib/python3.8/x.py and /opt/b/lib/python3.11/y.py")


def test_pytorchs_own_words() -> None:
    found = facts(sample("torch_lines"))
    assert found["torch.arch_list"] == ["sm_50", "sm_60", "sm_70", "sm_75", "sm_80", "sm_86", "sm_90"]
    assert found["gpu.model[gpu0]"] == "GeForce RTX 5090"
    assert found["gpu.cc[gpu0]"] == "12.0"
    assert found["driver.cuda_version"] == "11.4"
    assert found["cuda.toolkit.version"] == "12.4"
    assert found["gpu.memory_total_mib[gpu0]"] == 8192
    assert found["torch.cuda_available"] is False
    assert found["torch.version"] == "2.6.0+cpu"


def test_checks_of_two_processes_that_disagree_cancel_out() -> None:
    text = "CUDA AVAILABLE:\nTrue\nCUDA VERSION:\n11.3\n\nCUDA AVAILABLE:\nFalse\nCUDA VERSION:\n11.3\n"
    found = facts(text)
    assert "torch.cuda_available" not in found
    assert found["torch.cuda_version"] == "11.3"


def test_tensorflows_log() -> None:
    found = facts(sample("tensorflow_log"))
    assert found["gpu.cc[0000:01:00.0]"] == "5.2"
    assert found["tensorflow.gpus_visible"] is True
    assert found["cudnn.version"] == "8.0.5"
    assert found["driver.module_version"] == "530.30.02"
    assert found["driver.library_version"] == "535.54.03"
    assert facts("Loaded runtime CuDNN library: 7102 (compatibility version 7100)")["cudnn.version"] == "7.1.2"
