"""Where the facts of one card stand in nvidia-smi -q: the last names of the path, in lower case -> the fact."""

NUMBERS = {
    "pcie generation/max": "gpu.link_gen_max",
    "pcie generation/current": "gpu.link_gen",
    "link width/max": "gpu.link_width_max",
    "link width/current": "gpu.link_width",
    "pci/replays since reset": "gpu.pcie_replays",
    "fan speed": "gpu.fan_percent",
    "fb memory usage/total": "gpu.memory_total_mib",
    "fb memory usage/used": "gpu.memory_used_mib",
    "fb memory usage/free": "gpu.memory_free_mib",
    "bar1 memory usage/total": "gpu.bar1_mib",
    "utilization/gpu": "gpu.utilization",
    "temperature/gpu current temp": "gpu.temperature",
    "temperature/memory current temp": "gpu.memory_temperature",
    "temperature/gpu slowdown temp": "gpu.slowdown_temperature",
    "clocks/graphics": "gpu.clock_mhz",
    "max clocks/graphics": "gpu.clock_max_mhz",
}
NUMBERS |= {
    f"{section}/{name}": fact
    for section in ("power readings", "gpu power readings")
    for name, fact in (
        ("power draw", "gpu.power_watts"),
        ("instantaneous power draw", "gpu.power_watts"),
        ("power limit", "gpu.power_limit_watts"),
        ("current power limit", "gpu.power_limit_watts"),
        ("default power limit", "gpu.power_limit_default_watts"),
    )
}
"""Figures with their unit behind them."""

SUMS = {
    "aggregate/sram uncorrectable": "gpu.ecc_uncorrected",
    "aggregate/dram uncorrectable": "gpu.ecc_uncorrected",
    "aggregate/sram uncorrectable parity": "gpu.ecc_uncorrected",
    "aggregate/sram uncorrectable sec-ded": "gpu.ecc_uncorrected",
    "aggregate/double bit/total": "gpu.ecc_uncorrected",
    "aggregate/single bit/total": "gpu.ecc_corrected",
    "aggregate/sram correctable": "gpu.ecc_corrected",
    "aggregate/dram correctable": "gpu.ecc_corrected",
    "retired pages/single bit ecc": "gpu.pages_retired",
    "retired pages/double bit ecc": "gpu.pages_retired",
}
"""Counters that are added up."""

YES_NO = {
    "display active": "gpu.display_active",
    "mig mode/current": "gpu.mig_enabled",
    "ecc mode/current": "gpu.ecc_enabled",
    "remapped rows/pending": "gpu.rows_remap_pending",
    "remapped rows/remapping failure occurred": "gpu.rows_remap_failed",
}

WORDS = {
    "performance state": "gpu.pstate",
    "vbios version": "gpu.vbios",
    "compute mode": "gpu.compute_mode",
    "driver model/current": "gpu.driver_model",
    "fabric/state": "gpu.fabric_state",
    "gpu recovery action": "gpu.recovery_action",
}

WITH_FRACTION = frozenset({"gpu.power_watts", "gpu.power_limit_watts", "gpu.power_limit_default_watts"})
"""Figures kept with their fraction; all others are whole numbers."""
