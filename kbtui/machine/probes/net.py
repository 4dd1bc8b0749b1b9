"""Network interfaces, RDMA devices, and what the environment tells NCCL and downloads.

/sys/class/net/eno1/{type,flags,operstate,mtu,speed}     1  0x1003  up  1500  10000
/sys/class/net/br0/uevent                                DEVTYPE=bridge
ls /sys/class/net/*                                      veth4f -> ../../devices/virtual/net/veth4f
/sys/class/infiniband/mlx5_0/ports/1/state               4: ACTIVE
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Environ, Names, Raw, Read
from kbtui.machine.probes.spec import Out, Probe

_TYPES = {"1": "ethernet", "32": "infiniband", "772": "loopback", "801": "wireless", "65534": "tunnel"}
_DEVTYPES = {
    "bridge": "bridge",
    "wlan": "wireless",
    "vlan": "vlan",
    "bond": "bond",
    "vxlan": "tunnel",
    "wwan": "wireless",
}
_VIRTUAL = (
    ("veth", "veth"),
    ("docker", "bridge"),
    ("br-", "bridge"),
    ("virbr", "bridge"),
    ("cni", "bridge"),
    ("tun", "tunnel"),
)
_IFF_UP = 1
_PROXIES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


def parse_interfaces(seen: Mapping[str, Raw], out: Out) -> None:
    """Every interface: kind, up or not, MTU, speed."""
    listing = seen["names"]
    links = {path.rpartition("/")[2]: what for path, what in listing.files.items()}
    said = {key: {p.split("/")[4]: t.strip() for p, t in seen[key].files.items()} for key in seen if key != "names"}
    kept = [name for name in links if name in said["type"]]
    out.scope("net", kept, complete=listing.ok and not listing.truncated)
    for name in kept:
        kind = _kind(name, links[name], said["type"][name], said["uevent"].get(name, ""))
        out.add("net.kind", kind, seen["type"], f"{name}: type {said['type'][name]}", entity=name)
        state, flags = said["operstate"].get(name, ""), said["flags"].get(name, "0x0")
        # Drivers that do not tell (loopback, tunnels) are "unknown" while they work.
        up = state == "up" or (state == "unknown" and bool(int(flags, 16) & _IFF_UP))
        if state:
            out.add("net.up", up, seen["operstate"], f"{name}: {state}", entity=name)
        if said["mtu"].get(name, "").isdecimal():
            out.add("net.mtu", int(said["mtu"][name]), seen["mtu"], f"{name}: {said['mtu'][name]}", entity=name)
        if said["speed"].get(name, "").isdecimal():
            out.add(
                "net.speed_mbps", int(said["speed"][name]), seen["speed"], f"{name}: {said['speed'][name]}", entity=name
            )


def _kind(name: str, link: str, number: str, uevent: str) -> str:
    devtype = re.search(r"^DEVTYPE=(\w+)", uevent, re.MULTILINE)
    if devtype and devtype[1] in _DEVTYPES:
        return _DEVTYPES[devtype[1]]
    if "/virtual/" in link and number == "1":
        return next((kind for start, kind in _VIRTUAL if name.startswith(start)), "virtual")
    return _TYPES.get(number, "other")


def parse_rdma(seen: Mapping[str, Raw], out: Out) -> None:
    """RDMA devices and ports, GPUDirect's module."""
    devices, states, modules = seen["devices"], seen["states"], seen["modules"]
    if devices.ok:
        out.add("infiniband.present", bool(devices.files), devices, "\n".join(devices.files) or "no RDMA device")
        if states.files:
            line = "\n".join(f"{p.split('/')[4]} port {p.split('/')[6]} {t.strip()}" for p, t in states.files.items())
            out.add("infiniband.port_active", any("ACTIVE" in t for t in states.files.values()), states, line)
        elif not devices.files:
            out.not_applicable("infiniband.port_active", "no RDMA device", devices)
    if modules.ok:
        loaded = re.search(r"^(?:nvidia_peermem|nv_peer_mem)\b.*", modules.text, re.MULTILINE)
        out.add("peermem.loaded", bool(loaded), modules, loaded[0] if loaded else "no nvidia_peermem")


def parse_environment(seen: Mapping[str, Raw], out: Out) -> None:
    """Variables that NCCL, torchrun and downloads read."""
    environ = seen["environ"]
    if not environ.ok:
        return
    for name, variable in (("nccl.socket_ifname", "NCCL_SOCKET_IFNAME"), ("job.master_addr", "MASTER_ADDR")):
        value = environ.files.get(variable)
        if value:
            out.add(name, value, environ, f"{variable}={value}")
        else:
            out.absent(name, environ, f"{variable} is not set")
    proxies = [v for v in _PROXIES if environ.files.get(v)]
    out.add("proxy.set", bool(proxies), environ, ", ".join(f"{v} is set" for v in proxies) or "no proxy variable")


PROBES = (
    Probe(
        "network interfaces",
        {
            "names": Names("/sys/class/net/*"),
            **{
                key: Read(f"/sys/class/net/*/{key}", cap=512)
                for key in ("type", "flags", "operstate", "mtu", "speed", "uevent")
            },
        },
        parse_interfaces,
        ("net.kind", "net.up", "net.mtu", "net.speed_mbps"),
    ),
    Probe(
        "rdma",
        {
            "devices": Names("/sys/class/infiniband/*"),
            "states": Read("/sys/class/infiniband/*/ports/*/state", cap=64),
            "modules": Read("/proc/modules"),
        },
        parse_rdma,
        ("infiniband.present", "infiniband.port_active", "peermem.loaded"),
    ),
    Probe(
        "network environment",
        {"environ": Environ(("NCCL_SOCKET_IFNAME", "MASTER_ADDR", *_PROXIES))},
        parse_environment,
        ("nccl.socket_ifname", "job.master_addr", "proxy.set"),
    ),
)
