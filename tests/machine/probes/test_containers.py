"""Docker, NVIDIA's toolkit, CDI, Podman, and a container seen from inside."""

from tests.machine.probes.answers import INSIDE, WHOLE, fail, look, probe, states, values

DOCKER = probe("containers", "docker")
TOOLKIT = probe("containers", "container toolkit")
HERE = probe("containers", "GPUs of this container")
INFO = """\
Client: Docker Engine - Community
 Version:    27.3.1
Server:
 Containers: 3
 Server Version: 27.3.1
 Runtimes: io.containerd.runc.v2 nvidia runc
 Default Runtime: runc
 Security Options:
  seccomp
   Profile: builtin
  rootless
  cgroupns
 Docker Root Dir: /home/ana/.local/share/docker
"""
ON_PATH = {"docker": "/usr/bin/docker"}


def test_a_daemon_that_answers():
    assert values(look(DOCKER, which=ON_PATH, info=INFO)) == {
        "docker.installed": True,
        "docker.reachable": True,
        "docker.nvidia_runtime": True,
        "docker.default_runtime": "runc",
        "docker.rootless": True,
        "docker.snap": False,
    }


def test_a_daemon_that_refuses_leaves_its_file():
    refused = fail(
        "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock"
    )
    file = '{"default-runtime": "nvidia", "runtimes": {"nvidia": {"path": "nvidia-container-runtime"}}}'
    facts = look(DOCKER, which=ON_PATH, info=refused, daemon_json=file)
    assert values(facts)["docker.reachable"] is False and values(facts)["docker.nvidia_runtime"] is True
    assert values(facts)["docker.default_runtime"] == "nvidia" and facts["docker.rootless"].state == "unknown"


def test_the_running_daemon_counts_before_a_changed_file():
    info = INFO.replace(" nvidia runc", " runc")
    assert (
        values(look(DOCKER, which=ON_PATH, info=info, daemon_json='{"runtimes": {"nvidia": {}}}'))[
            "docker.nvidia_runtime"
        ]
        is False
    )


def test_a_broken_file_is_no_runtime():
    down = fail("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?")
    facts = values(look(DOCKER, which=ON_PATH, info=down, daemon_json='{"runtimes": {'))
    assert facts["docker.nvidia_runtime"] is False and facts["docker.reachable"] is False


def test_no_docker_and_snap():
    facts = look(DOCKER)
    assert facts["docker.installed"].value is False and facts["docker.nvidia_runtime"].state == "not_applicable"
    assert values(look(DOCKER, which={"docker": "/snap/bin/docker"}))["docker.snap"] is True


def test_the_toolkit_and_its_specification():
    facts = values(
        look(
            TOOLKIT,
            ctk="NVIDIA Container Toolkit CLI version 1.17.4\ncommit: 9b69590c7428470a72f2ae05f826412976af1395\n",
            cdi={"/etc/cdi/nvidia.yaml": "---\ncdiVersion: 0.5.0\ndevices: []\nkind: nvidia.com/gpu\n"},
            podman="podman version 4.9.3\n",
        )
    )
    assert facts == {
        "container_toolkit.installed": True,
        "container_toolkit.version": "1.17.4",
        "cdi.spec_present": True,
        "podman.version": "4.9.3",
    }


def test_an_old_toolkit_and_none():
    old = "cli-version: 1.13.5\nlib-version: 1.13.5\nbuild date: 2023-07-18T11:37+00:00\n"
    assert values(look(TOOLKIT, cli=old))["container_toolkit.version"] == "1.13.5"
    facts = values(look(TOOLKIT, cdi={"/etc/cdi/net.json": '{"kind": "vendor.com/net"}'}))
    assert facts["container_toolkit.installed"] is False and facts["cdi.spec_present"] is False


def test_inside_a_container():
    driver = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.163.01\n"
    given = {"/dev/nvidia0": "char 195:0 666 0:0"}
    assert values(look(HERE, devices=given, host_driver=driver, **INSIDE))["docker.gpus_requested"] is True
    assert values(look(HERE, host_driver=driver, **INSIDE))["docker.gpus_requested"] is False
    assert states(look(HERE, **INSIDE))["docker.gpus_requested"] == "unknown"
    assert states(look(HERE, devices=given, **WHOLE))["docker.gpus_requested"] == "not_applicable"
