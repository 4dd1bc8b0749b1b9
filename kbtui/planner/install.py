"""The steps of an installation in order: what is there already is left out, what each may open is named, each is checked."""

from __future__ import annotations

from collections.abc import Iterator

from kbtui.conditions.versions import parse_version
from kbtui.planner import packages
from kbtui.planner.cards import Card
from kbtui.planner.carried import carried
from kbtui.planner.checks import flavour
from kbtui.planner.lines import Step
from kbtui.planner.machine import Machine
from kbtui.planner.purposes import Purpose
from kbtui.planner.rows import Dated
from kbtui.planner.stack import Stack

AIR_GAPPED = "air-gapped"
"""The goal of a machine that reaches no network."""
_INDEX = "https://download.pytorch.org/whl/"
_SEES = {
    "torch": "python -c 'import torch; print(torch.cuda.is_available(), torch.cuda.get_device_name())': True and the card",
    "tensorflow": "python -c 'import tensorflow as tf; print(tf.config.list_physical_devices(\"GPU\"))': a list with the card",
    "jax": "python -c 'import jax; print(jax.devices())': CudaDevice",
    "cupy": "python -c 'import cupy; print(cupy.arange(3).sum())': 3",
    "theano": "THEANO_FLAGS=device=cuda,floatX=float32 python -c 'import theano': Mapped name None to device cuda",
}
_SAW = {
    ("tensorflow", "2"): "python -c 'import tensorflow as tf; tf.Session()': Creating TensorFlow device, and the card",
    ("theano", "0.9"): "THEANO_FLAGS=device=gpu,floatX=float32 python -c 'import theano': Using gpu device 0",
}
"""What a version before the one named is asked instead."""
_FIRST_WHEELS = "https://storage.googleapis.com/tensorflow/linux/gpu"
"""Where TensorFlow lay before 0.12, which was the first in the package index."""


def steps(machine: Machine, cards: list[Card], purpose: Purpose, stack: Stack, dated: Dated) -> list[Step]:
    """Every step, in order."""
    made = list(_steps(machine, cards, purpose, stack, dated))
    return carried(made) if purpose.name == AIR_GAPPED else made


def _steps(machine: Machine, cards: list[Card], purpose: Purpose, stack: Stack, dated: Dated) -> Iterator[Step]:
    if stack.distro is None or stack.branch is None:
        return
    wanted = packages.Wanted(
        packager=stack.distro.get("driver_packages") or "", branch=stack.branch, flavour=flavour(cards, stack.branch)[0],
        legacy=any(c.last_branch == stack.branch for c in cards), old=(dated.as_of or "9999") < "2018", distro=stack.distro.get("name") or "",
    )  # fmt: skip
    if machine.text("os.wsl") in ("1", "2"):
        yield Step(
            title="Install the driver on Windows, none inside WSL", run=["wsl --update"], do="Download the driver for Windows; a Linux driver inside WSL hides it.",
            check="nvidia-smi inside WSL: the table names the card", breaks=["wsl-linux-libs-shadow-host-driver"],
        )  # fmt: skip
    elif is_broken(machine, stack):
        yield Step(
            title="First make the driver that is installed work", run=["kbtui check gpu-usable"],
            do="Its module is not loaded; the check names what stands in its way.", check="nvidia-smi: the table names the card",
            breaks=[],
        )  # fmt: skip
    elif not stack.driver_given:
        if machine.truth("secure_boot.enabled") and wanted.packager not in ("ubuntu", "suse"):
            yield _key(wanted)
        yield from packages.driver_steps(wanted)
    if stack.toolkit and stack.needs_toolkit:
        yield packages.toolkit_step(
            wanted, stack.toolkit["cuda"] or "", stack.build.get("cudnn") if stack.build else None
        )
    if stack.build and not is_there(machine, stack):
        yield _environment(stack)
        yield _wheels(purpose, stack)


def is_broken(machine: Machine, stack: Stack) -> bool:
    """Whether a driver is installed whose module is not loaded: more software mends nothing there."""
    return stack.driver_given and machine.truth("driver.module_loaded") is False


def is_there(machine: Machine, stack: Stack) -> bool:
    """Whether the chosen build is installed already."""
    build = stack.build or {}
    have = machine.text(f"{build.get('framework')}.version")
    cuda = machine.text("torch.build") == "cuda" if build.get("framework") == "torch" else True
    if have is None or not cuda:
        return False
    return (
        parse_version(have).numbers[: len(parse_version(build.get("version") or "0").numbers)]
        == parse_version(build.get("version") or "0").numbers
    )


def _key(w: packages.Wanted) -> Step:
    file = {
        "debian": "/var/lib/dkms/mok.pub",
        "rpmfusion": "/etc/pki/akmods/certs/public_key.der",
        "cuda-repo": "/var/lib/dkms/mok.pub",
    }.get(w.packager)
    return Step(
        title="Enrol the key that signs the module", run=[f"sudo mokutil --import {file}", "sudo reboot"] if file else [],
        do="The key exists after the driver's first build. On the blue screen after the reboot: Enroll MOK, and the password that you chose.",
        check="mokutil --list-enrolled: the key is listed", breaks=["mok-enrolment-skipped"],
    )  # fmt: skip


def _environment(stack: Stack) -> Step:
    python = ".".join((stack.python or "3").split(".")[:2])
    old = parse_version(python).numbers[0] == 2 or python in ("3.3", "3.4")
    make = [f"virtualenv -p python{python} ~/venv"] if old else [f"python{python} -m venv ~/venv"]
    return Step(
        title=f"Make an environment of its own with Python {python}", run=[*make, "source ~/venv/bin/activate", "pip install --upgrade pip"],
        check=f"python --version: {python}", breaks=["wrong-python-environment", "python-headers-missing"],
        do=f"Where there is no python{python}: `uv venv --python {python} ~/venv` brings one." if not old else "",
    )  # fmt: skip


def _wheels(purpose: Purpose, stack: Stack) -> Step:
    build = stack.build or {}
    framework, v, index = build.get("framework"), build.get("version") or "", build.get("index")
    exact = v if v.count(".") >= 2 else f"{v}.*"
    if framework == "torch":
        run = [f"pip install 'torch=={exact}' torchvision --index-url {_INDEX}{index}"]
        opens = ["dependency-replaced-gpu-build", "torch-torchvision-mismatch"]
    elif framework == "tensorflow":
        extra = "[and-cuda]" if not stack.needs_toolkit else ""
        name = (
            "tensorflow-gpu"
            if (v.startswith("1.") and parse_version(v) < parse_version("1.15")) or v == "2.0"
            else "tensorflow"
        )
        run = [f"pip install '{name}{extra}=={exact}'"]
        if parse_version(v) < parse_version("0.12"):
            tag = "cp" + "".join((stack.python or "2.7").split(".")[:2])
            run = [f"pip install --upgrade {_FIRST_WHEELS}/tensorflow-{v}.0-{tag}-none-linux_x86_64.whl"]
        opens = ["tensorflow-cuda-extra-missing", "protobuf-too-new"]
    elif framework == "jax":
        run, opens = [f"pip install 'jax[{index}]=={exact}'"], ["system-cuda-libs-shadow-pip-libs"]
    elif framework == "cupy":
        run, opens = [f"pip install 'cupy-{index}=={v}.*'"], ["cupy-packages-conflict"]
    else:
        run, opens = (
            [f"pip install '{framework}=={exact}' lasagne"],
            ["lasagne-dependency-jungle", "theano-does-not-use-gpu", "theano-cannot-find-nvcc"],
        )
    if purpose.method == "qlora":
        run.append("pip install transformers peft bitsandbytes accelerate")
    elif purpose.name == "serve-vllm":
        run.append("pip install vllm")
    then = [
        text for (name, until), text in _SAW.items() if name == framework and parse_version(v) < parse_version(until)
    ]
    check = then[0] if then else _SEES.get(framework or "", "")
    return Step(title=f"Install {build.get('build')}", run=run, check=check, breaks=opens)
