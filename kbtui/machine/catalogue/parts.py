"""Facts of parts that no probe sees: what a person reads off a box, a label or a shop's page before buying."""

from kbtui.machine.catalogue.spec import FactSpec as F

FACTS = (
    F("psu.plugs", "texts", "plugs for cards that the supply has: 2x 8-pin, 1x 6-pin, 1x 16-pin", "person"),
    F("psu.atx", "version", "ATX version on the supply's label: 2.4, 3.0, 3.1", "person"),
    F("case.gpu_slots", "int", "slots that the case and the board leave for cards", "person"),
    F("board.slot_lanes", "int", "PCIe lanes of the slot that is free: 16, 8, 4, 1", "person"),
    F("board.slot_gen", "int", "PCIe generation of that slot", "person"),
    F("firmware.resizable_bar", "bool", "Resizable BAR is on in the firmware", "person"),
    F("cpu.watts", "int", "power of the processor under load", "person", unit="W"),
    F("mains.volts", "int", "voltage of the wall socket", "person"),
    F("mains.amps", "int", "rating of the fuse or breaker of that circuit", "person"),
    F("gpu.plugs", "texts", "plugs that the card asks for: 1x 6-pin, 1x 8-pin", "derived from gpu.model, person"),
    F("gpu.slots", "float", "slots that the card covers", "derived from gpu.model, person"),
    F("gpu.passive", "bool", "the card has no fan of its own", "derived from gpu.model, person"),
    F("gpu.blower", "bool", "the card blows its heat out of the case", "person"),
)
