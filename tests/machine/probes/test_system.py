"""Distribution, kernel, C library, init and container."""

import pytest

from tests.machine.probes.answers import REFUSED, WHOLE, all_refused, fail, look, probe, states, values

OS = probe("system", "os")
AROUND = probe("system", "surroundings")
UBUNTU = 'PRETTY_NAME="Ubuntu 24.04.2 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n'


def test_an_ordinary_system():
    facts = values(look(OS, os_release=UBUNTU, uname="Linux atlas 6.8.0-57-generic x86_64\n"))
    assert facts == {
        "os.name": "Ubuntu 24.04.2 LTS",
        "os.id": "ubuntu",
        "os.version": "24.04",
        "os.kernel": "linux",
        "os.arch": "x86_64",
        "os.wsl": 0,
        "machine.hostname": "atlas",
        "kernel.release": "6.8.0-57-generic",
    }


def test_the_copy_in_usr_lib_speaks_where_etc_has_none():
    assert values(look(OS, usr_release=UBUNTU))["os.id"] == "ubuntu"


@pytest.mark.parametrize(
    ("release", "wsl", "generation"),
    [
        ("5.15.167.4-microsoft-standard-WSL2", {}, 2),
        ("4.4.0-19041-Microsoft", {}, 1),
        ("6.6.9-mine", {"/run/WSL": "dir 755 0:0"}, 2),
        ("6.12.11-200.fc41.x86_64", {}, 0),
    ],
)
def test_windows_below(release, wsl, generation):
    assert values(look(OS, uname=f"Linux box {release} x86_64\n", wsl=wsl))["os.wsl"] == generation


def test_refused_is_unknown_everywhere():
    for subject in (OS, AROUND, probe("system", "uptime")):
        assert set(states(all_refused(subject)).values()) == {"unknown"}


def test_c_library_of_both_kinds():
    ldd = "ldd (Ubuntu GLIBC 2.39-0ubuntu8.4) 2.39\nCopyright (C) 2024 Free Software Foundation, Inc.\n"
    assert values(look(AROUND, getconf="glibc 2.39\n"))["os.glibc"] == "2.39"
    assert values(look(AROUND, ldd=ldd))["os.glibc"] == "2.39"
    musl = fail("musl libc (x86_64)\nVersion 1.2.5\nDynamic Program Loader\n")
    assert look(AROUND, ldd=musl)["os.glibc"].state == "absent"
    assert look(AROUND, getconf=REFUSED)["os.glibc"].state == "unknown"


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (WHOLE, "none"),
        ({"inside_environ": {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, **WHOLE}, "kubernetes"),
        ({"inside_cgroup": "12:memory:/docker/4f2a9c0d\n"}, "docker"),
        ({"inside_cgroup": "0::/kubepods.slice/kubepods-burstable.slice/cri-containerd-4f2a.scope\n"}, "kubernetes"),
        ({"inside_cgroup": "0::/\n", "inside_podman": {"/run/.containerenv": "file 644 0:0 0"}}, "podman"),
        ({"inside_cgroup": "0::/\n", "inside_init": "bash\n", "inside_docker": {"/.dockerenv": "file"}}, "docker"),
        ({"inside_manager": {"/run/systemd/container": "lxc\n"}, "inside_init": "systemd\n"}, "lxc"),
        ({"inside_apptainer": {"/.singularity.d": "dir 755 0:0"}, **WHOLE}, "apptainer"),
        (
            {
                "inside_cgroup": "0::/\n",
                "inside_mounts": "812 790 8:2 /var/lib/docker/containers/4f/hostname /etc/hostname rw - ext4 /dev/sda2 rw\n",
            },
            "docker",
        ),
        # A host that runs containers shows their file systems, in places of their own.
        (
            {
                "inside_mounts": "31 1 8:2 / / rw - ext4 /dev/sda2 rw\n"
                "99 31 0:52 / /var/lib/docker/overlay2/4f/merged rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l\n",
                **WHOLE,
            },
            "none",
        ),
        # Toolbox shares the host's processes, and not its file system.
        (
            {
                "inside_mounts": "812 790 0:60 / / rw - overlay overlay rw,lowerdir=/var/lib/containers/storage/overlay/l/X\n",
                **WHOLE,
            },
            "podman",
        ),
        # An image that was imported as a whole machine keeps its mark.
        ({"inside_docker": {"/.dockerenv": "file 755 0:0 0"}, **WHOLE}, "none"),
    ],
)
def test_container(given, kind):
    assert values(look(AROUND, **given))["os.container"] == kind


def test_without_a_look_nobody_says_that_there_is_no_container():
    assert look(AROUND)["os.container"].state == "unknown"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"inside_init": "systemd\n"}, "systemd"),
        ({"inside_init": "init\n", "openrc": {"/run/openrc/softlevel": "file"}}, "openrc"),
        ({"inside_init": "runit\n"}, "runit"),
        ({"inside_init": "python3\n"}, "none"),
        ({"inside_init": "init\n", "inittab": {"/etc/inittab": "file"}}, "sysvinit"),
        ({"inside_init": "init\n"}, "none"),
    ],
)
def test_init(given, name):
    assert values(look(AROUND, **given))["os.init"] == name


def test_uptime():
    assert values(look(probe("system", "uptime"), uptime="1987342.11 39000000.02\n")) == {"uptime.hours": 552.04}
