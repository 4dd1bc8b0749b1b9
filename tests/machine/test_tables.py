"""The shipped tables: every cell is of its type, and values that vendors print are what they print."""

from __future__ import annotations

import pytest

from kbtui.conditions.tables import convert
from tests.machine.shipped import table, tables

NAMES = ["gpus", "gpu-names", "gpu-arch", "cuda", "driver-branches", "distros", "xid"]


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_is_of_its_type_and_every_key_stands_once(name):
    node = table(name)
    keys = [str(row[node.key]).lower() for row in node.rows]
    assert len(keys) == len(set(keys)) and node.sources and node.reviewed
    for row in node.rows:
        for column, text in row.items():
            assert text is None or convert(node.types[column], text) is not None


@pytest.mark.parametrize(
    ("name", "key", "column", "value"),
    [
        ("cuda", "12.4.1", "min_driver", "550.54.15"),
        ("cuda", "12.4.131", "min_driver", "550.54.14"),
        ("cuda", "11.8", "min_driver", "520.61.05"),
        ("cuda", "12.6", "compat_driver", "525.60.13"),
        ("cuda", "11.4", "compat_driver", "450.80.02"),
        ("cuda", "8.0.61", "min_driver", "375.26"),
        ("cuda", "12.1", "gcc_max", "12"),
        ("cuda", "12.4", "gcc_max", "13"),
        ("cuda", "10.2", "gcc_max", "8"),
        ("cuda", "13.0", "cc_min", "7.5"),
        ("cuda", "11.8", "cc_max", "9.0"),
        ("driver-branches", 470, "last_for", "Kepler"),
        ("driver-branches", 390, "last_for", "Fermi"),
        ("gpu-arch", "12.0", "first_cuda", "12.8"),
        ("gpu-arch", "8.9", "architecture", "Ada"),
        ("gpu-arch", "3.5", "last_cuda", "11.8"),
        ("gpu-arch", "7.0", "last_driver_branch", "580"),
        ("distros", "ubuntu-22.04", "glibc", "2.35"),
        ("distros", "debian-12", "support_ends", "2026-07-11"),
        ("gpus", "GeForce GTX 770", "psu_watts", "600"),
        ("gpus", "GeForce GTX 770", "board_watts", "230"),
        ("gpus", "GeForce RTX 3090", "length_mm", "313"),
        ("gpus", "GeForce RTX 4090", "board_watts", "450"),
        ("gpu-names", "GeForce 930MX", "last_driver_branch", "580"),
        ("gpu-names", "H100", "open_required", "false"),
        ("gpu-names", "GeForce RTX 5090", "open_required", "true"),
        ("xid", 79, "nvidia_action", "RESTART_BM"),
        ("xid", 13, "application", "true"),
        ("xid", 48, "causes", "hardware"),
    ],
)
def test_spot_values(name, key, column, value):
    row = tables().row(name, key)
    assert row is not None and row[column] == value


@pytest.mark.parametrize(
    ("table_name", "key", "column"),
    [
        ("gpu-arch", "8.6", "last_driver_branch"),
        ("gpu-names", "A100-SXM4-80GB", "last_driver_branch"),
    ],
)
def test_what_is_still_supported_has_no_last_branch(table_name, key, column):
    assert tables().lookup(table_name, key, column).absent


def test_the_two_card_tables_agree():
    names = {str(row["name"]).lower(): row for row in table("gpu-names").rows}
    compared = 0
    for card in table("gpus").rows:
        name = names.get(str(card.get("reported")).lower(), {})
        for column in ("architecture", "cc", "support", "last_driver_branch", "open_module"):
            if name.get(column) and card.get(column):
                assert name[column] == card[column], (card["name"], column)
                compared += 1
    assert compared > 500
