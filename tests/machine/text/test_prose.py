"""What people write themselves: versions, cards, systems, triggers; and all that must not be taken."""

from __future__ import annotations

import pytest

from tests.machine.text.samples import facts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("driver 535.54.03 on my box", {"driver.version": "535.54.03"}),
        ("put on nvidia-driver-535, then rebooted", {"driver.version": "535"}),
        ("nvidia driver version: 550.120", {"driver.version": "550.120"}),
        (
            "cuda 12.1, torch 2.2.1, python 3.11",
            {"cuda.toolkit.version": "12.1", "torch.version": "2.2.1", "python.version": "3.11"},
        ),
        ("torch 2.0.1+cu117 here", {"torch.version": "2.0.1+cu117", "torch.cuda_version": "11.7"}),
        ("torch: 2.4.0\nflash-attn: 2.6.3", {"torch.version": "2.4.0", "flash_attn.version": "2.6.3"}),
        ("pytorch 2.1 with cuda 12.1", {"torch.version": "2.1", "torch.cuda_version": "12.1"}),
        ("CUDA   v11.8", {"cuda.toolkit.version": "11.8"}),
        ("nvidia-smi shows CUDA Version 12.2", {"driver.cuda_version": "12.2"}),
        ("kernel 6.5", {"kernel.version": "6.5"}),
        ("kernel is 6.5.0-27-generic", {"kernel.release": "6.5.0-27-generic"}),
        ("驱动版本 535，python3.10", {"driver.version": "535", "python.version": "3.10"}),
        ("pytorch1.12.1，cuda11.3", {"torch.version": "1.12.1", "cuda.toolkit.version": "11.3"}),
    ],
)
def test_versions_said_plainly(text: str, expected: dict[str, str]) -> None:
    found = facts(text)
    assert {name: found.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("it requires driver 525 or later", "driver.version"),
        ("needs CUDA 12.1", "cuda.toolkit.version"),
        ("driver 535 or newer", "driver.version"),
        ("driver 560.94, before that driver 551.61", "driver.version"),
        ("tried torch 2.1, tried torch 2.0", "torch.version"),
        ("the paper used torch 1.4", "torch.version"),
        ("torch>=2.2", "torch.version"),
        ("should I install CUDA 12.4?", "cuda.toolkit.version"),
        ("CUDA 100 times slower", "cuda.toolkit.version"),
        ("my driver is 3 years old", "driver.version"),
        ("nvidia-smi shows CUDA Version 12.2", "cuda.toolkit.version"),
    ],
)
def test_versions_that_are_not_this_machines(text: str, fact: str) -> None:
    assert fact not in facts(text)


@pytest.mark.parametrize(
    ("text", "model", "count"),
    [
        ("I have an RTX 3090", "GeForce RTX 3090", 1),
        ("my gtx1080ti", "GeForce GTX 1080 Ti", 1),
        ("openSUSE with a 1660 super.", "GeForce GTX 1660 SUPER", 1),
        ("a 940MX", "GeForce 940MX", 1),
        ("MX350 的笔记本", "GeForce MX350", 1),
        ("显卡是 RTX 3060", "GeForce RTX 3060", 1),
        ("RTX 3060 Laptop", "GeForce RTX 3060 Laptop GPU", 1),
        ("RTX 2070 Max-Q", "GeForce RTX 2070 with Max-Q Design", 1),
        ("server with two Titan V", "TITAN V", 2),
        ("6x GTX 1080", "GeForce GTX 1080", 6),
        ("resnet (2x4090)", "GeForce RTX 4090", 2),
        ("tesla V100, cuda 10.2", "Tesla V100", 1),
        ("A100-SXM4-80GB", "A100-SXM4-80GB", 1),
        ("2 nodes of H200", "H200", 1),
        ("Quadro P5000", "Quadro P5000", 1),
        ("RTX A6000", "RTX A6000", 1),
        ("two RTX 6000 Ada", "RTX 6000 Ada Generation", 2),
        ("my RX 580 is loud", "Radeon RX 580", 1),
        ("MI300X node", "Instinct MI300X", 1),
        ("swapped the old card for a 4070 Ti.", "GeForce RTX 4070 Ti", 1),
        ("I took out the GTX 1060 and now there is a 3080 Ti in it.", "GeForce RTX 3080 Ti", 1),
        ("upgraded from a GTX 970 to an RTX 3060", "GeForce RTX 3060", 1),
        (
            "the titan X takes minutes. With a GTX 970 in it instead all is normal, my laptop (GTX 1050M) is fine.",
            "TITAN X",
            1,
        ),
        ("wrong results on my RTX 3070. The same run is fine on my old GTX 1050.", "GeForce RTX 3070", 1),
        ("thinking of buying a 5090, currently on a 3060", "GeForce RTX 3060", 1),
    ],
)
def test_the_card_that_they_have(text: str, model: str, count: int) -> None:
    found = facts(text)
    cards = {name: value for name, value in found.items() if name.startswith("gpu.model[")}
    assert cards == {f"gpu.model[gpu{i}]": model for i in range(count)}
    assert found["gpus.names"] == [model]


@pytest.mark.parametrize(
    "text",
    [
        "works on the RTX box",
        "runs fine on my friend's RTX 3090",
        "should I buy a 5090?",
        "port 3090 is open",
        "http://localhost:5090/",
        "an RTX 3090 and an RTX 2080 in one box",
        "the tutorial used a V100",
        "step 3060 of 4090",
        "用同事的 RTX 4090 可以跑",
        "took 1080 seconds",
        "resolution 1920x1080",
    ],
)
def test_cards_that_are_not_clearly_theirs(text: str) -> None:
    assert not [name for name in facts(text) if name.startswith("gpu.model")]


def test_an_output_that_names_cards_silences_prose() -> None:
    text = (
        "my RTX 4090 is dead\n01:00.0 VGA compatible controller: NVIDIA Corporation GA102 [GeForce RTX 3090] (rev a1)"
    )
    found = facts(text)
    assert [name for name in found if name.startswith("gpu.model")] == ["gpu.model[0000:01:00.0]"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ubuntu 22.04 box", ("ubuntu", "22.04", "linux")),
        ("Ubuntu2004 here", ("ubuntu", "20.04", "linux")),
        ("New to ubuntu.", ("ubuntu", None, "linux")),
        ("Ubuntu 系统", ("ubuntu", None, "linux")),
        ("win11", ("windows", "11", "windows")),
        ("happens on all windows machines here", ("windows", None, "windows")),
        ("I am on windows and CUDA is not found", ("windows", None, "windows")),
        ("two monitors, all windows flicker, Ubuntu 24.04", ("ubuntu", "24.04", "linux")),
        ("Windows 10 22H2", ("windows", "10", "windows")),
        ("Debian 13", ("debian", "13", "linux")),
        ("arch, I use dkms", ("arch", None, "linux")),
        ("works on windows and ubuntu elsewhere.\nubuntu 18.04 is what I have", ("ubuntu", "18.04", "linux")),
        ("Ubuntu 24.04, dual boot with Windows 11", ("ubuntu", "24.04", "linux")),
        ("openSUSE Leap 15.5", ("opensuse", "15.5", "linux")),
        ("Pop!_OS 22.04", ("pop", "22.04", "linux")),
    ],
)
def test_the_system_that_they_are_on(text: str, expected: tuple[str, str | None, str]) -> None:
    found = facts(text)
    assert (found.get("os.id"), found.get("os.version"), found.get("os.kernel")) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Windows 11, Ubuntu terminal",
        "debian or fedora?",
        "the gpu arch is sm_86",
        "window manager",
        "all windows flicker since the driver update",
        "the screen is fine, only moving windows tear",
        "browser windows stay black after resume",
        "some windows freeze when dragged",
    ],
)
def test_no_system_is_clear(text: str) -> None:
    assert "os.id" not in facts(text)


def test_wsl_is_linux_on_windows() -> None:
    found = facts("CUDA in WSL2 on Windows 11")
    assert (found["os.wsl"], found["os.kernel"], found["os.platform"]) == (2, "linux", "WSL")
    assert "os.id" not in found


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("second monitor dead since the last update", "since.update"),
        ("after updating to 6.8 no X", "since.update"),
        ("升级之后黑屏", "since.update"),
        ("CUDA dies after suspend", "since.suspend"),
        ("从睡眠恢复... 唤醒后不能用", "since.suspend"),
        ("since I put in the new GPU it reboots", "since.hardware_change"),
        ("the same code works on my other machine", "works.on_other_machine"),
        ("另一台服务器同样的代码能跑", "works.on_other_machine"),
    ],
)
def test_triggers_and_comparisons(text: str, fact: str) -> None:
    assert facts(text)[fact] is True


@pytest.mark.parametrize(
    "text",
    [
        "not since the update, it never worked",
        "no updates were done",
        "it is fine on one machine, two are too many",
    ],
)
def test_no_trigger(text: str) -> None:
    assert not [name for name in facts(text) if name.startswith(("since.", "works."))]


@pytest.mark.parametrize(
    "claim",
    [
        "secure boot is off",
        "the driver is installed, I checked",
        "nouveau is blacklisted",
        "the nvidia module is loaded",
        "cudnn is installed correctly",
        "disk is not full",
        "torch sees the GPU",
        "驱动肯定装好了",
        "headers are installed",
    ],
)
def test_claims_about_state_set_nothing(claim: str) -> None:
    assert set(facts(claim)) <= {"framework.name"}


def test_said_versions_give_way_to_outputs() -> None:
    text = "I am on driver 470 and Ubuntu 20.04\n| NVIDIA-SMI 535.183.01  Driver Version: 535.183.01  CUDA Version: 12.2 |\n"
    assert facts(text)["driver.version"] == "535.183.01"
