"""Interfaces, RDMA, and what the environment says of the network."""

import pytest

from tests.machine.probes.answers import look, probe, states, values

NET = probe("net", "network interfaces")
RDMA = probe("net", "rdma")
ENVIRONMENT = probe("net", "network environment")
HERE = "/sys/class/net"


def interface(name, link="../../devices/pci0000:00/net/x", **files):
    given = {"type": "1", "flags": "0x1003", "operstate": "up", "mtu": "1500"} | files
    return {"names": {f"{HERE}/{name}": f"link -> {link}"}} | {
        k: {f"{HERE}/{name}/{k}": v + "\n"} for k, v in given.items()
    }


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (interface("eno1"), "ethernet"),
        (interface("ib0", type="32"), "infiniband"),
        (interface("lo", type="772", operstate="unknown", flags="0x9"), "loopback"),
        (interface("wlp3s0", uevent="DEVTYPE=wlan\nINTERFACE=wlp3s0"), "wireless"),
        (interface("docker0", link="../../devices/virtual/net/docker0", uevent="DEVTYPE=bridge"), "bridge"),
        (interface("veth4f2a", link="../../devices/virtual/net/veth4f2a"), "veth"),
    ],
)
def test_kinds(given, kind):
    name = next(iter(given["names"])).rpartition("/")[2]
    facts = values(look(NET, **given))
    assert facts[f"net.kind[{name}]"] == kind and facts[f"net.up[{name}]"] is True and facts[f"net.mtu[{name}]"] == 1500


def test_down_has_no_speed_and_up_has():
    assert "net.speed_mbps[eno1]" not in values(look(NET, **interface("eno1", operstate="down", speed="-1")))
    facts = values(look(NET, **interface("eno1", speed="10000")))
    assert facts["net.speed_mbps[eno1]"] == 10000


def test_a_file_among_the_interfaces_is_none():
    given = interface("eno1")
    given["names"][f"{HERE}/bonding_masters"] = "file 644 0:0 4096"
    assert not [name for name in look(NET, **given) if "bonding" in name]


def test_rdma():
    port = {"/sys/class/infiniband/mlx5_0/ports/1/state": "4: ACTIVE\n"}
    device = {"/sys/class/infiniband/mlx5_0": "link -> ../.."}
    modules = "nvidia_peermem 16384 0 - Live 0x0\nnvidia 56823808 1 nvidia_peermem, Live 0x0\n"
    assert values(look(RDMA, devices=device, states=port, modules=modules)) == {
        "infiniband.present": True,
        "infiniband.port_active": True,
        "peermem.loaded": True,
    }
    down = {"/sys/class/infiniband/mlx5_0/ports/1/state": "1: DOWN\n"}
    assert values(look(RDMA, devices=device, states=down))["infiniband.port_active"] is False
    assert states(look(RDMA))["infiniband.port_active"] == "not_applicable"


def test_the_environment():
    facts = values(look(ENVIRONMENT, environ={"NCCL_SOCKET_IFNAME": "eno1", "https_proxy": "http://proxy:3128"}))
    assert facts == {"nccl.socket_ifname": "eno1", "job.master_addr": None, "proxy.set": True}


def test_a_proxys_password_is_never_kept():
    facts = look(ENVIRONMENT, environ={"https_proxy": "http://ana:secret@proxy:3128"})
    assert "secret" not in facts["proxy.set"].raw
