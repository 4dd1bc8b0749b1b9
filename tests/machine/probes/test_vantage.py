"""Who looks, and from where."""

import pytest

from tests.machine.probes.answers import look, probe, values

PERSON = probe("vantage", "person")
LOGIN = probe("vantage", "login node")
PASSWD = "root:x:0:0:root:/root:/bin/bash\nana:x:1000:1000:Ana,,,:/home/ana:/bin/bash\n"
GROUP = "root:x:0:\nadm:x:4:ana\nsudo:x:27:ana\nvideo:x:44:\nana:x:1000:\n"
STATUS = "Name:\tbash\nUid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nGroups:\t44 1000 \n"
ROOT = "Name:\tbash\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t \n"


def test_an_ordinary_person_who_may_use_sudo():
    facts = values(look(PERSON, status=STATUS, passwd=PASSWD, group=GROUP, ssh={"SSH_CONNECTION": "a 1 b 22"}))
    assert facts == {
        "me.root": False,
        "me.user": "ana",
        "me.groups": ["ana", "video"],
        "me.sudo": True,
        "me.remote": True,
    }


def test_a_person_who_may_not():
    facts = values(look(PERSON, status=STATUS, passwd=PASSWD, group=GROUP.replace("sudo:x:27:ana", "sudo:x:27:anas")))
    assert facts["me.sudo"] is False and facts["me.remote"] is False


def test_root_and_the_person_behind_sudo():
    assert values(look(PERSON, status=ROOT, passwd=PASSWD, group=GROUP))["me.user"] == "root"
    behind = values(look(PERSON, status=ROOT, passwd=PASSWD, group=GROUP, sudo={"SUDO_UID": "1000"}))
    assert behind["me.user"] == "ana" and behind["me.root"] is True


def test_a_user_of_a_directory_server_has_a_number():
    status = STATUS.replace("1000", "68012")
    assert values(look(PERSON, status=status, passwd=PASSWD, group=GROUP))["me.user"] == "uid 68012"


@pytest.mark.parametrize(
    ("more", "login"),
    [
        ({}, True),
        ({"vendors": {"/sys/bus/pci/devices/0000:01:00.0/vendor": "0x10de\n"}}, False),
        ({"running": {"/proc/9/comm": "slurmd\n"}}, False),
        ({"environ": {"SLURM_JOB_ID": "7"}}, False),
        ({"which": {}}, False),
    ],
    ids=["tools alone", "a card", "a compute node", "in a job", "no tools"],
)
def test_login_node(more, login):
    given = {"which": {"sbatch": "/usr/bin/sbatch"}, "running": {"/proc/1/comm": "systemd\n"}} | more
    assert values(look(LOGIN, **given))["cluster.login_node"] is login
