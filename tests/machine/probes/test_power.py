"""Battery or mains, and the power profile."""

from tests.machine.probes.answers import look, probe, values

SUPPLY = probe("power", "power supply")
HERE = "/sys/class/power_supply"


def supplies(online, status):
    return {
        "there": {f"{HERE}/ADP1": "link -> ../..", f"{HERE}/BAT0": "link -> ../.."},
        "types": {f"{HERE}/ADP1/type": "Mains\n", f"{HERE}/BAT0/type": "Battery\n"},
        "online": {f"{HERE}/ADP1/online": f"{online}\n"},
        "status": {f"{HERE}/BAT0/status": f"{status}\n"},
    }


def test_a_laptop_on_battery_and_on_mains():
    assert values(look(SUPPLY, **supplies(0, "Discharging")))["power.on_battery"] is True
    assert values(look(SUPPLY, **supplies(1, "Charging")))["power.on_battery"] is False


def test_a_battery_that_drains_while_plugged_in_is_no_battery_drive():
    assert values(look(SUPPLY, **supplies(1, "Discharging")))["power.on_battery"] is False


def test_the_battery_of_a_mouse_is_not_the_machines():
    mouse = {
        "there": {f"{HERE}/hid": "link -> ../.."},
        "types": {f"{HERE}/hid/type": "Battery\n"},
        "status": {f"{HERE}/hid/status": "Discharging\n"},
        "scopes": {f"{HERE}/hid/scope": "Device\n"},
    }
    assert values(look(SUPPLY, **mouse))["power.on_battery"] is False


def test_profiles():
    assert values(look(SUPPLY, firmware="low-power\n"))["power.profile"] == "power-saver"
    assert values(look(SUPPLY, firmware="low-power\n", asked="performance\n"))["power.profile"] == "performance"
    assert look(SUPPLY)["power.profile"].state == "not_applicable"
