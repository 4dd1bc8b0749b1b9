"""The steps: in order, with the names of the packages of each family, each with its check."""

import pytest

from kbtui.planner import packages
from kbtui.planner.packages import Wanted


def commands(plan):
    return [command for step in plan.steps for command in step.run]


@pytest.mark.parametrize(
    ("system", "said"),
    [
        (("ubuntu", "24.04"), "sudo apt install nvidia-driver-595-open"),
        (("debian", "13"), "sudo apt install nvidia-open"),
        (("fedora", "43"), "sudo dnf install akmod-nvidia xorg-x11-drv-nvidia-cuda"),
        (("arch", None), "sudo pacman -S nvidia-open"),
    ],
)
def test_the_driver_of_each_family(plan, system, said):
    sets = [f"os.id={system[0]}", *([f"os.version={system[1]}"] if system[1] else [])]
    assert said in commands(plan("train-pytorch", *sets, gpus="RTX 3090"))


@pytest.mark.parametrize(
    ("system", "card", "said"),
    [
        (("fedora", "43"), "GTX 1080", "sudo dnf install akmod-nvidia-580xx xorg-x11-drv-nvidia-580xx-cuda"),
        (("arch", None), "GTX 1080", "yay -S nvidia-580xx-dkms nvidia-580xx-utils"),
        (("arch", None), "Tesla K80", "yay -S nvidia-470xx-dkms nvidia-470xx-utils"),
        (("debian", "13"), "GTX 1080", "sudo apt install nvidia-driver"),
        (("ubuntu", "24.04"), "GTX 1080", "sudo apt install nvidia-driver-580"),
    ],
)
def test_an_old_card_gets_the_packages_of_its_last_branch(plan, system, card, said):
    sets = [f"os.id={system[0]}", *([f"os.version={system[1]}"] if system[1] else [])]
    assert said in commands(plan("gpu-usable", *sets, gpus=card))


def test_headers_driver_environment_wheels_in_this_order(plan):
    titles = [s.title for s in plan("train-pytorch", "os.id=ubuntu", "os.version=24.04", gpus="RTX 3090").steps]
    assert [t.split()[0] for t in titles] == ["Update,", "Install", "Make", "Install"]
    assert titles[-1].startswith("Install torch")


def test_what_is_there_already_is_left_out(plan):
    steps = plan("train-pytorch", "driver.version=595.91.07", "os.id=ubuntu", "os.version=24.04", gpus="RTX 3090").steps
    assert not any("driver" in s.title for s in steps)


def test_a_key_is_enrolled_where_the_module_is_built_and_secure_boot_is_on(plan):
    on = "secure_boot.enabled=true"
    titles = [s.title for s in plan("train-pytorch", "os.id=fedora", "os.version=43", on, gpus="RTX 3090").steps]
    assert "Enrol the key that signs the module" in titles
    titles = [s.title for s in plan("train-pytorch", "os.id=ubuntu", "os.version=24.04", on, gpus="RTX 3090").steps]
    assert "Enrol the key that signs the module" not in titles, "its prebuilt modules are signed"


def test_inside_wsl_no_linux_driver_is_installed(plan):
    p = plan("train-pytorch", "os.id=ubuntu", "os.version=24.04", "os.wsl=2", gpus="RTX 3090")
    assert "wsl --update" in commands(p)
    assert not any("nvidia-driver" in c for c in commands(p))


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        ("train-pytorch", "--index-url https://download.pytorch.org/whl/cu132"),
        ("train-tensorflow", "pip install 'tensorflow[and-cuda]==2.21.*'"),
        ("train-jax", "pip install 'jax[cuda12]==0.10.2'"),
        ("use-cupy", "pip install 'cupy-cuda12x==14.*'"),
        ("fine-tune", "pip install transformers peft bitsandbytes accelerate"),
        ("serve-vllm", "pip install vllm"),
    ],
)
def test_the_command_of_each_framework(plan, goal, said):
    assert any(said in c for c in commands(plan(goal, gpus="RTX 3090")))


def test_the_first_tensorflow_lay_elsewhere_and_is_asked_as_it_could_be(plan):
    p = plan("train-tensorflow", "os.id=fedora", "os.version=22", gpus="GTX 960 4GB", as_of="2015-12")
    assert any("/linux/gpu/tensorflow-0.6.0-cp34-none-linux_x86_64.whl" in c for c in commands(p))
    assert "tf.Session()" in p.steps[-1].check


@pytest.mark.parametrize("packager", ["ubuntu", "debian", "rpmfusion", "cuda-repo", "suse", "arch", "another"])
@pytest.mark.parametrize("flavour", ["open", "proprietary"])
def test_every_family_has_headers_a_driver_and_a_check(engine, packager, flavour):
    wanted = Wanted(packager=packager, branch=580, flavour=flavour, legacy=False)
    steps = [*packages.driver_steps(wanted), packages.toolkit_step(wanted, "12.4.1", "9.1")]
    for step in steps:
        assert step.run or step.do
        assert step.check
        assert set(step.breaks) <= set(engine.knowledge.problems)
    assert "cuDNN 9.1" in steps[-1].title
