"""ibstat, ibv_devinfo and ibstatus.

Sample:

    CA 'mlx5_0'
            CA type: MT4123
            Number of ports: 1
            Port 1:
                    State: Active
                    Physical state: LinkUp
                    Rate: 200
                    Link layer: InfiniBand
"""

from __future__ import annotations

from kbtui.machine.text.found import Found
from kbtui.machine.text.patterns import Pattern

_DEVICE = Pattern(r"\s*(?:CA '(\w+)'|hca_id:\s+(\w+)|Infiniband device '(\w+)')")
_STATE = Pattern(
    r"\s*(?:State|state):\s+(?:\d: )?(?:PORT_)?(Active|ACTIVE|Down|DOWN|Initializing|INIT|Polling|ARMED"
    r"|Armed)\b",
)


def parse(found: Found) -> None:
    """RDMA devices, and whether a port is up."""
    rows: list[int] = []
    states: list[tuple[str, int]] = []
    inside = False
    for at, line in enumerate(found.lines):
        if _DEVICE.match(line) if "'" in line or "hca_id" in line else None:
            inside = True
            found.add("infiniband.present", True, at)
            rows.append(at)
        elif inside and (line[:1].isspace() or not line):
            state = _STATE.match(line) if "tate:" in line else None
            if state:
                states.append((state[1].lower(), at))
            rows.append(at)
        else:
            inside = False
    if states:
        up = [at for state, at in states if state == "active"]
        found.add("infiniband.port_active", bool(up), up[0] if up else states[0][1])
    found.take_each("infiniband", [row for row in rows if found.lines[row]])
