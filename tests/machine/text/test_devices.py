"""lspci and inxi."""

from __future__ import annotations

from kbtui.machine.text import read
from tests.machine.text.samples import facts, sample


def test_one_nvidia_card_among_others() -> None:
    found = facts(sample("lspci"))
    card = {name.partition("[")[0]: value for name, value in found.items() if name.endswith("[0000:01:00.0]")}
    assert card == {
        "gpu.vendor": "nvidia",
        "gpu.model": "GeForce GTX 960",
        "gpu.kernel_driver": "nouveau",
        "gpu.link_gen_max": 3,
        "gpu.link_width_max": 16,
        "gpu.link_gen": 1,
        "gpu.link_width": 8,
    }
    assert found["gpus.pci_ids"] == ["10de:1401"]
    assert found["pci.display_devices"] == ["8086:3e9b", "10de:1401"]
    assert found["gpus.count_pci"] == 1
    assert found["nouveau.loaded"] is True
    assert found["driver.module_on_disk"] is True


def test_chips_of_other_makes_are_no_cards_beside_nvidia() -> None:
    store = read(sample("lspci")).store()
    assert store.entities("gpu") == ["0000:01:00.0"]
    assert store.get("machine.gpu_vendors_ever").value == ["intel", "nvidia"]


def test_a_part_of_the_bus_is_no_whole_list() -> None:
    line = "01:00.0 Display controller: Advanced Micro Devices, Inc. [AMD/ATI] Navi 23 [Radeon RX 6600/6600 XT/6600M] (rev c7)"
    reading = read(line)
    assert facts(line)["gpu.model[0000:01:00.0]"] == "Radeon RX 6600"
    assert not reading.store().is_complete("gpu")
    assert "machine.gpu_vendors_ever" not in facts(line), "an nvidia card may stand on another line"


def test_a_whole_bus_lists_all_cards() -> None:
    text = "00:00.0 Host bridge: Intel Corporation Device 4660 (rev 02)\n" + sample("lspci")
    assert read(text).store().is_complete("gpu")
    assert facts(text)["machine.hybrid_graphics"] is True


def test_a_card_that_fell_off_the_bus() -> None:
    found = facts("01:00.0 VGA compatible controller: NVIDIA Corporation GA102 [GeForce RTX 3090] (rev ff)")
    assert found["gpu.lost[0000:01:00.0]"] is True
    assert found["pci.config_space_readable"] is False


def test_an_unbound_card_has_no_driver() -> None:
    found = facts(
        "01:00.0 VGA compatible controller: NVIDIA Corporation GA102 [GeForce RTX 3090] (rev a1)\n"
        "\tSubsystem: Device 1458:403b\n\tKernel modules: nvidiafb, nouveau\n"
    )
    assert found["gpu.kernel_driver[0000:01:00.0]"] is None
    plain = facts("01:00.0 VGA compatible controller: NVIDIA Corporation GA102 [GeForce RTX 3090] (rev a1)")
    assert "gpu.kernel_driver[0000:01:00.0]" not in plain


def test_names_are_those_of_the_product() -> None:
    line = "01:00.0 3D controller: NVIDIA Corporation GA107M [GeForce RTX 3050 Ti Mobile / Max-Q] (rev a1)"
    assert facts(line)["gpu.model[0000:01:00.0]"] == "GeForce RTX 3050 Ti Mobile"


def test_access_control_services() -> None:
    on = "        ACSCtl: SrcValid+ TransBlk- ReqRedir+ CmpltRedir+ UpstreamFwd+ EgressCtrl- DirectTrans-"
    assert facts(on)["pci.acs_enabled"] is True
    assert facts(on.replace("+", "-"))["pci.acs_enabled"] is False


def test_a_switch_needs_the_fabric_manager() -> None:
    line = "05:00.0 Bridge: NVIDIA Corporation GH100 [H100 NVSwitch] (rev a1)"
    assert facts(line)["fabric_manager.needed"] is True


def test_inxi() -> None:
    found = facts(sample("inxi"))
    assert found["gpu.model[0000:01:00.0]"] == "GeForce RTX 3060 Mobile"
    assert found["gpu.kernel_driver[0000:01:00.0]"] == "nvidia"
    assert found["driver.version"] == "535.129.03"
    assert found["kernel.release"] == "6.2.0-26-generic"
    assert (found["os.id"], found["os.version"]) == ("linuxmint", "21.2")
    assert found["machine.form"] == "laptop"
    assert found["display.server"] == "xorg"
