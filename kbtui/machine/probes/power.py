"""What a laptop runs on, and how much it may draw.

/sys/class/power_supply/ADP1/type      Mains        /sys/class/power_supply/ADP1/online     0
/sys/class/power_supply/BAT0/type      Battery      /sys/class/power_supply/BAT0/status     Discharging
/sys/firmware/acpi/platform_profile    balanced
powerprofilesctl get                   power-saver
"""

from __future__ import annotations

from collections.abc import Mapping

from kbtui.machine.asks import Names, Raw, Read, Run
from kbtui.machine.probes.spec import Out, Probe

_PROFILES = {
    "low-power": "power-saver",
    "quiet": "power-saver",
    "cool": "power-saver",
    "balanced-performance": "balanced",
}
"""The firmware's words for what people know by power-profiles-daemon's."""


def parse_power(seen: Mapping[str, Raw], out: Out) -> None:
    """Battery or mains, and the profile in force. A mouse's battery (scope Device) is not the machine's."""
    supplies: dict[str, dict[str, str]] = {}
    for name in ("types", "online", "status", "scopes"):
        for path, text in seen[name].files.items():
            supplies.setdefault(path.split("/")[-2], {})[name] = text.strip()
    own = {n: s for n, s in supplies.items() if s.get("scopes") != "Device"}
    batteries = {n: s for n, s in own.items() if s.get("types") == "Battery"}
    draining = [n for n, s in batteries.items() if s.get("status") == "Discharging"]
    plugged = any(s.get("online") == "1" for s in own.values() if s.get("types") != "Battery")
    if seen["there"].ok:
        line = ", ".join(f"{n} {s.get('status') or s.get('online', '')}" for n, s in own.items()) or "no power supply"
        out.add("power.on_battery", bool(draining) and not plugged, seen["there"], line)
    asked, firmware = seen["asked"], seen["firmware"]
    if asked.ran and asked.text.strip():
        out.add("power.profile", asked.text.strip(), asked)
    elif firmware.ok and firmware.text.strip():
        said = firmware.text.strip()
        out.add("power.profile", _PROFILES.get(said, said), firmware, said)
    elif asked.status == "absent" and firmware.status == "absent":
        out.not_applicable("power.profile", "this machine has no power profiles", firmware)


PROBES = (
    Probe(
        "power supply",
        {
            "there": Names("/sys/class/power_supply/*"),
            "types": Read("/sys/class/power_supply/*/type", cap=64),
            "online": Read("/sys/class/power_supply/*/online", cap=64),
            "status": Read("/sys/class/power_supply/*/status", cap=64),
            "scopes": Read("/sys/class/power_supply/*/scope", cap=64),
            "firmware": Read("/sys/firmware/acpi/platform_profile", cap=64),
            "asked": Run(("powerprofilesctl", "get"), seconds=3.0),
        },
        parse_power,
        ("power.on_battery", "power.profile"),
        seconds=0.2,
    ),
)
