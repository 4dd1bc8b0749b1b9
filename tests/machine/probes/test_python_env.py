"""The person's Python: what the listing and the import print, and the two scripts on a real environment."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kbtui.machine.asks import Raw, absent
from kbtui.machine.probes import python_scripts
from tests.machine.probes.answers import look, probe, values

ENVIRONMENT = probe("python_env", "python environment")
TORCH = probe("python_env", "torch")
EXTENSIONS = probe("python_env", "torch extensions")
SITE = "/home/me/.venv/lib/python3.12/site-packages"
VERSION_PY = (
    "from typing import Optional\n__all__ = ['__version__', 'debug', 'cuda', 'git_version', 'hip']\n"
    "__version__ = '2.6.0+cu124'\ndebug = False\ncuda: Optional[str] = '12.4'\nhip: Optional[str] = None\n"
)


def listed(**more):
    found = {
        "version": "3.12.3", "executable": "/home/me/.venv/bin/python3", "prefix": "/home/me/.venv", "base_prefix": "/usr",
        "bits": 64, "pyvenv": "home = /usr/bin\n", "managed": True, "packages": {}, "hidden": [], "conda": {},
        "torch": "", "tensorflow": "", "loader": [], "index": "",
    }  # fmt: skip
    return json.dumps(found | more) + "\n"


def packages(**versions):
    return {name.replace("_", "-"): [version, SITE] for name, version in versions.items()}


def test_a_wheel_with_cuda():
    text = listed(
        torch=VERSION_PY,
        packages=packages(
            torch="2.6.0+cu124", numpy="1.26.4", nvidia_nccl_cu12="2.21.5", jax="0.4.35", flash_attn="2.7.0"
        ),
    )
    facts = values(look(ENVIRONMENT, listing=text))
    assert facts["python.version"] == "3.12.3" and facts["python.env_kind"] == "venv"
    assert facts["torch.version"] == "2.6.0+cu124" and facts["torch.cuda_version"] == "12.4"
    assert facts["torch.build"] == "cuda" and facts["torch.channel"] == "pip" and facts["torch.installed"] is True
    assert facts["packages.nvidia_pip"] == ["nvidia-nccl-cu12==2.21.5"] and facts["flash_attn.version"] == "2.7.0"
    assert facts["jax.cuda_plugin"] is False and facts["tensorflow.version"] is None
    assert facts["python.externally_managed"] is False  # the mark is that of the Python below the environment


def test_a_cpu_wheel_has_no_cuda():
    said = VERSION_PY.replace("+cu124", "+cpu").replace("'12.4'", "None")
    facts = values(look(ENVIRONMENT, listing=listed(torch=said, packages=packages(torch="2.6.0+cpu"))))
    assert facts["torch.cuda_version"] is None and facts["torch.build"] == "cpu"


def test_a_torch_without_version_file_is_told_by_its_package():
    facts = values(look(ENVIRONMENT, listing=listed(packages=packages(torch="1.7.1+cu110"))))
    assert facts["torch.version"] == "1.7.1+cu110" and facts["torch.cuda_version"] == "11.0"


def test_without_torch_its_facts_are_absent():
    facts = look(ENVIRONMENT, listing=listed(packages=packages(numpy="2.1.0")))
    assert values(facts)["torch.installed"] is False
    assert {facts[n].state for n in ("torch.version", "torch.cuda_version", "torch.build")} == {"absent"}
    assert values(facts)["onnxruntime.packages"] == []


def test_conda_says_channel_and_libraries():
    conda = {
        "pytorch": ["2.5.1", "py3.11_cuda12.4_cudnn9.1.0_0", "pytorch"],
        "mkl": ["2023.1.0", "h213fc3f_46344", "defaults"],
        "python": ["3.11.9", "h955ad1f_0", "defaults"],
    }
    text = listed(conda=conda, prefix="/opt/conda/envs/train", base_prefix="/opt/conda/envs/train", torch=VERSION_PY)
    facts = values(look(ENVIRONMENT, listing=text))
    assert (
        facts["python.env_kind"] == "conda" and facts["torch.channel"] == "conda" and facts["mkl.version"] == "2023.1.0"
    )


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"pyvenv": "home = /usr/bin\nuv = 0.5.1\n"}, "uv"),
        ({"prefix": "/home/me/.cache/pypoetry/virtualenvs/a-1-py3.12"}, "poetry"),
        ({"prefix": "/usr"}, "system"),
    ],
)
def test_kinds_of_environment(more, kind):
    assert values(look(ENVIRONMENT, listing=listed(**more)))["python.env_kind"] == kind


def test_no_python_at_all():
    facts = look(ENVIRONMENT, listing=absent("no python3 on PATH"))
    assert facts["python.version"].state == "absent" and facts["torch.installed"].state == "unknown"


def test_import_that_works():
    text = "torch=present\nversion=2.6.0+cu124\ncuda=12.4\nhip=None\narchs=sm_80 sm_90\navailable=True\ncount=2\narchs=sm_80 sm_90\n"
    facts = values(look(TORCH, torch=text))
    assert facts["torch.cuda_available"] is True and facts["torch.device_count"] == 2
    assert facts["torch.arch_list"] == ["sm_80", "sm_90"] and facts["torch.import_error"] is None
    assert facts["torch.warnings"] == []


def test_import_that_hangs_keeps_what_was_said():
    late = Raw(
        status="timed_out", text="torch=present\nversion=2.6.0+cu124\ncuda=12.4\n", reason="no answer within 12 s"
    )
    facts = look(TORCH, torch=late)
    assert values(facts)["torch.version"] == "2.6.0+cu124"
    assert facts["torch.cuda_available"].reason == "no answer within 12 s"


def test_import_that_crashes_or_raises():
    assert "SIGSEGV" in values(look(TORCH, torch=Raw(text="torch=present\n", exit_code=-11)))["torch.import_error"]
    raised = "torch=present\nerror=ImportError: libcudnn.so.9: cannot open shared object file\n"
    assert "libcudnn.so.9" in values(look(TORCH, torch=raised))["torch.import_error"]
    assert look(TORCH, torch=raised)["torch.cuda_available"].reason.startswith("torch does not import: ImportError")
    without = look(TORCH, torch="torch=absent\n")
    assert {f.state for n, f in without.items() if n != "torch.version" and n != "torch.cuda_version"} == {
        "not_applicable"
    }


def test_warnings_are_kept():
    said = "<string>:25: UserWarning: CUDA initialization: Found no NVIDIA driver on your system.\n"
    text = "torch=present\nversion=2.6.0+cu124\ncuda=12.4\nhip=None\navailable=False\n"
    facts = values(look(TORCH, torch=Raw(text=text, errors=said, exit_code=0)))
    assert facts["torch.warnings"] == ["CUDA initialization: Found no NVIDIA driver on your system."]
    assert "torch.arch_list" not in facts


def test_a_lock_counts_only_while_nothing_compiles():
    lock = {"~/.cache/torch_extensions/py312_cu124/fused/lock": "file 644 1000:1000 0"}
    idle, busy = {"/proc/9/comm": "bash\n"}, {"/proc/9/comm": "ninja\n"}
    assert values(look(EXTENSIONS, locks=lock, running=idle))["torch_extensions.lock_present"] is True
    assert values(look(EXTENSIONS, locks=lock, running=busy))["torch_extensions.lock_present"] is False


def python(script: str, path: Path) -> str:
    env = {"PYTHONPATH": str(path), "HOME": str(path)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=env, cwd="/")
    return done.stdout


def test_the_listing_imports_nothing_of_the_environment(tmp_path):
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text("raise SystemExit('imported')\n")
    (tmp_path / "torch" / "version.py").write_text(VERSION_PY)
    (tmp_path / "torch-2.6.0+cu124.dist-info").mkdir()
    (tmp_path / "nvidia_cudnn_cu12-9.1.0.70.dist-info").mkdir()
    facts = values(look(ENVIRONMENT, listing=python(python_scripts.LISTING, tmp_path)))
    assert facts["torch.version"] == "2.6.0+cu124"
    assert facts["packages.nvidia_pip"] == ["nvidia-cudnn-cu12==9.1.0.70"]


def test_the_import_says_each_step(tmp_path):
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text("__version__ = '2.6.0+cpu'\nimport os\nos.write(2, b'hello')\n")
    said = python(python_scripts.TORCH, tmp_path).splitlines()
    assert said[:2] == ["torch=present", "version=2.6.0+cpu"]
    assert any(line.startswith("available.error=AttributeError") for line in said)
