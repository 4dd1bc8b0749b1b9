"""What follows from what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbtui.conditions import Tables
from kbtui.machine.catalogue import SPECS
from kbtui.machine.derive import derive
from kbtui.machine.facts import Fact, Facts
from tests.machine.shipped import tables


def derived(name: str, value: object, entity: str = "", **more: object) -> dict[str, object]:
    """Name to value of what follows from one fact (and from `more`, `__` for the dot); None is absent."""
    facts = Facts([Fact(name=name, value=value, entity=entity, kind="set")])
    for other, said in more.items():
        facts.add(Fact(name=other.replace("__", "."), value=said, kind="set"))
    return {f.name: f.value for f in derive(facts, tables()) if f.kind == "derived" and f.entity == entity}


OS = [
    ("ubuntu-20.04", "ubuntu", "20.04", "debian"),
    ("Ubuntu 22.04.3 LTS", "ubuntu", "22.04.3", "debian"),
    ("centos-7", "centos", "7", "fedora"),
    ("CentOS Linux release 7.9.2009 (Core)", "centos", "7.9.2009", "fedora"),
    ("arch", "arch", None, "arch"),
    ("Arch Linux", "arch", None, "arch"),
    ("fedora-34", "fedora", "34", "fedora"),
    ("Red Hat Enterprise Linux 8.6 (Ootpa)", "rhel", "8.6", "fedora"),
    ("nixos", "nixos", None, "nixos"),
    ("Debian GNU/Linux 12 (bookworm)", "debian", "12", "debian"),
    ("Linux Mint 21.2", "linuxmint", "21.2", "debian"),
    ("openSUSE Leap 15.5", "opensuse-leap", "15.5", "suse"),
    ("Pop!_OS 22.04 LTS", "pop", "22.04", "debian"),
    ("Manjaro Linux", "manjaro", None, "arch"),
    ("clear-linux", "clear-linux", None, "other"),
    ("windows-11", "windows", "11", "windows"),
    ("Rocky Linux 9.4 (Blue Onyx)", "rocky", "9.4", "fedora"),
]


@pytest.mark.parametrize(("name", "os_id", "version", "family"), OS)
def test_os_names(name, os_id, version, family):
    found = derived("os.name", name)
    assert (found["os.id"], found.get("os.version"), found["os.family"]) == (os_id, version, family)
    assert found["os.kernel"] == ("windows" if os_id == "windows" else "linux")
    assert "os.wsl" not in found


@pytest.mark.parametrize(
    ("name", "os_id", "version", "wsl"),
    [
        ("Windows 10.0.26100 + WSL2 ubuntu-22.04", "ubuntu", "22.04", 2),
        ("Windows with WSL2", None, None, 2),
        ("Windows 10.0.17763.292 + WSL ubuntu", "ubuntu", None, 1),
        ("wsl ubuntu-18.04 on windows-10", "ubuntu", "18.04", 2),
        ("WSL1 debian", "debian", None, 1),
    ],
)
def test_windows_with_linux_in_it(name, os_id, version, wsl):
    found = derived("os.name", name)
    assert (found.get("os.id"), found.get("os.version"), found["os.wsl"], found["os.kernel"]) == (
        os_id,
        version,
        wsl,
        "linux",
    )


@pytest.mark.parametrize(
    ("release", "version", "flavour", "wsl"),
    [
        ("6.8.0-45-generic", "6.8.0-45", "generic", 0),
        ("6.8.0-45-lowlatency", "6.8.0-45", "lowlatency", 0),
        ("5.6.4-rt3-xanmod1", "5.6.4", "rt", 0),
        ("6.5.0-15-generic #15 SMP PREEMPT_RT", "6.5.0-15", "rt", 0),
        ("6.7.3-xanmod1", "6.7.3", "xanmod", 0),
        ("5.5.9-zen1-2-zen", "5.5.9", "zen", 0),
        ("6.6.30-1-lts", "6.6.30-1", "lts", 0),
        ("6.10.3-hardened1-1-hardened", "6.10.3", "hardened", 0),
        ("5.15.0-1053-aws", "5.15.0-1053", "aws", 0),
        ("6.5.0-1022-azure", "6.5.0-1022", "azure", 0),
        ("6.5.0-1022-gcp", "6.5.0-1022", "gcp", 0),
        ("5.15.148-tegra", "5.15.148", "tegra", 0),
        ("5.15.167.4-microsoft-standard-WSL2", "5.15.167.4", "microsoft", 2),
        ("4.4.0-19041-Microsoft", "4.4.0-19041", "microsoft", 1),
        ("3.10.0-957.el7", "3.10.0-957", "other", 0),
        ("6.11.0-rc3", "6.11.0-rc3", "other", 0),
    ],
)
def test_kernels(release, version, flavour, wsl):
    found = derived("kernel.release", release)
    assert (found["kernel.version"], found["kernel.flavour"], found["os.wsl"]) == (version, flavour, wsl)


def test_a_bare_number_tells_no_flavour():
    assert derived("kernel.release", "7.0") == {"kernel.version": "7.0", "os.kernel": "linux"}
    assert derived("kernel.release", "newest") == {}


@pytest.mark.parametrize(
    ("version", "build", "cuda"),
    [
        ("2.6.0+cu124", "cuda", "12.4"),
        ("2.0.0+cu118", "cuda", "11.8"),
        ("1.13.1+cu92", "cuda", "9.2"),
        ("2.10.0.dev20251024+cu130", "cuda", "13.0"),
        ("2.6.0+cpu", "cpu", None),
        ("2.4.0+rocm6.1", "rocm", None),
    ],
)
def test_torch_builds(version, build, cuda):
    found = derived("torch.version", version)
    assert (found["torch.build"], found["torch.cuda_version"]) == (build, cuda)


def test_torch_without_a_local_part_tells_nothing():
    assert derived("torch.version", "2.6.0") == {}


@pytest.mark.parametrize(
    ("broken", "half"), [(["nvidia-dkms-610-open"], True), (["linux-image-6.8.0-90-generic"], False), ([], False)]
)
def test_a_driver_package_that_was_left_half_done(broken, half):
    assert derived("packages.half_installed", broken) == {"driver.half_installed": half}


def test_a_driver_has_a_branch():
    assert derived("driver.version", "550.120")["driver.branch"] == 550
    assert derived("driver.version", "570 (open)")["driver.flavour"] == "open"


def test_an_nvidia_smi_that_works_is_an_nvml_that_works():
    cards = [("gpu.temperature", 41, "0000:01:00.0"), ("gpu.model", "A100", "0000:02:00.0")]
    seen = [Fact(name=n, value=v, entity=e, kind="bundle") for n, v, e in [("nvidia_smi.works", True, ""), *cards]]
    found = derive(Facts(seen), tables())
    assert found.get("nvml.init_code").value == 0 and found.get("nvml.hung").value is False
    assert (
        found.get("gpu.lost", "0000:01:00.0").value is False
        and found.get("gpu.lost", "0000:02:00.0").state == "unknown"
    )
    hung = derive(Facts([*seen, Fact(name="nvml.hung", value=True, kind="bundle")]), tables())
    assert hung.get("nvml.init_code").state == "unknown" and hung.get("nvml.hung").value is True
    said = derive(Facts([Fact(name="nvidia_smi.works", value=True, kind="text")]), tables())
    assert said.get("nvml.init_code").state == "unknown"  # pasted output may be of another time


def test_what_a_toolkit_asks():
    found = derived("cuda.toolkit.version", "12.4.131")
    assert (found["cuda.gcc_max"], found["cuda.min_driver"]) == (13, "525.60.13")
    assert derived("cuda.toolkit.version", "10.2")["cuda.min_driver"] == "440.33"
    assert derived("torch.version", "2.0.0+cu118")["cuda.min_driver"] == "450.80.02"
    assert derived("torch.version", "2.0.0+cu118", os__kernel="windows")["cuda.min_driver"] == "452.39"
    both = derived("torch.version", "2.6.0+cu124", cuda__toolkit__version="11.2")
    assert both["cuda.min_driver"] == "525.60.13"
    assert "cuda.min_driver" not in derived("cuda.toolkit.version", "99.1")


def test_nothing_that_was_seen_is_replaced_and_the_input_stays():
    facts = Facts(
        [
            Fact(name="os.name", value="ubuntu-20.04"),
            Fact(name="os.id", value="debian", kind="live"),
            Fact(name="gpu.model", value="RTX 3090", entity="0"),
            Fact(name="gpu.cc", value="9.9", entity="0", kind="text"),
        ]
    )
    before = list(facts)
    after = derive(facts, tables())
    assert list(facts) == before
    assert after.get("os.id").value == "debian" and after.get("gpu.cc", "0").value == "9.9"
    assert not after.contradictions()


def test_a_derived_fact_keeps_the_line_it_came_from():
    line = "Driver Version: 550.120"
    facts = Facts([Fact(name="driver.version", value="550.120", raw=line, line=7, origin="nvidia-smi")])
    branch = derive(facts, tables()).get("driver.branch")
    assert (branch.kind, branch.line, branch.raw, branch.origin) == (
        "derived",
        7,
        line,
        "from driver.version (nvidia-smi)",
    )


def test_without_tables_the_rest_still_follows():
    card = Fact(name="gpu.model", value="RTX 3090", entity="0")
    facts = Facts([card, Fact(name="driver.version", value="550.120")])
    after = derive(facts, Tables())
    assert after.get("gpu.vendor", "0").value == "nvidia" and after.get("driver.branch").value == 550
    assert after.get("gpu.architecture", "0").state == "unknown"


@given(
    st.dictionaries(
        st.sampled_from(sorted(SPECS)),
        st.one_of(
            st.text(max_size=40),
            st.integers(),
            st.booleans(),
            st.lists(st.text(max_size=9), max_size=3),
        ),
        max_size=12,
    )
)
def test_any_facts_at_all(values):
    facts = Facts(Fact(name=n, value=v, entity="0" if SPECS[n].scope else "") for n, v in values.items())
    after = derive(facts, tables())
    assert {f.name for f in after} <= set(SPECS)
    assert derive(after, tables()).copy()._facts == after._facts
