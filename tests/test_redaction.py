"""What leaves names nobody, and the same name is always the same stand-in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbtui.redaction import KINDS, MASK, Redactor, mask


def test_people_hosts_and_addresses_become_stand_ins():
    said = Redactor().text(
        "alice@gpu-box:~$ ls /home/alice/x\nmail alice.b@example.org from 10.1.2.3 and 10.1.2.4\n"
        "aa:bb:cc:dd:ee:ff\nGPU-12345678-abcd-abcd-abcd-1234567890ab\nJun 30 11:07:05 gpu-box kernel: NVRM: Xid 79\n"
    )
    for name in ("alice", "gpu-box", "10.1.2.3", "example.org", "aa:bb", "12345678-abcd"):
        assert name not in said
    assert said.count("<user-1>") == 2 and "<host-1>:~$" in said.replace("@", "") and "<ip-2>" in said
    assert "NVRM: Xid 79" in said


def test_secrets_are_masked_whole():
    said = Redactor().text(
        "export HF_TOKEN=hf_abcdefghijklmnopqrstuvwxyz0123\nAuthorization: Bearer abc.def.ghi\n"
        "pip --index-url https://me:s3cret@mirror.example/simple\npassword: hunter22"
    )
    for secret in ("hf_abc", "abc.def.ghi", "s3cret", "hunter22"):
        assert secret not in said
    assert said.count("<secret>") == 4


def test_the_architecture_of_a_package_is_no_name():
    log = "Upgrade: hostname:amd64 (3.23), base-passwd:amd64 (3.6.3), libc6:amd64 (2.39)\n"
    assert Redactor().text(log) == log
    assert "box9" not in Redactor().text("hostname: box9\n")


def test_the_same_stand_in_across_values():
    redactor = Redactor({"lab-gpu3": "host"})
    out = redactor.value({"a": ["lab-gpu3 down"], "b": {"c": "on lab-gpu3"}, "n": 3})
    assert out == {"a": ["<host-1> down"], "b": {"c": "on <host-1>"}, "n": 3}


LABELS = {
    "/home/dora/x": "/home/<user-1>/x",
    r"C:\Users\dora\x": r"C:\Users\<user-1>\x",
    "cd ~dora/": "cd ~<user-1>/",
    "/home/li/x": "/home/<user-1>/x",
    "dora:x:1000:1000:Dora Example,,,:/home/dora:/bin/sh": "<user-1>:x:1000:1000:<person-1>,,,:/home/<user-1>:/bin/sh",
    "video:x:44:dora,emil": "video:x:44:<user-1>,<user-2>",
    "uid=1000(dora) gid=1000(dora)": "uid=1000(<user-1>) gid=1000(<user-1>)",
    "crw-rw---- 1 dora dora 195, 0 /dev/x": "crw-rw---- 1 <user-1> <user-1> 195, 0 /dev/x",
    "USER=dora": "USER=<user-1>",
    "sudo: dora : TTY=pts/0": "sudo: <user-1> : TTY=pts/0",
    "Accepted publickey for dora from 10.2.3.4 port 22": "Accepted publickey for <user-1> from <ip-1> port 22",
    "session opened for user dora(uid=1000)": "session opened for user <user-1>(uid=1000)",
    "dora     pts/0  2026-11-25": "<user-1>     pts/0  2026-11-25",
    "Linux atlas 6.8.0-48-generic x86_64": "Linux <host-1> 6.8.0-48-generic x86_64",
    "Static hostname: atlas": "Static hostname: <host-1>",
    "2026-11-25T10:00:00+0100 atlas kernel: NVRM": "2026-11-25T10:00:00+0100 <host-1> kernel: NVRM",
    "atlas:812:830 [0] NCCL INFO": "<host-1>:812:830 [0] NCCL INFO",
    "10.2.3.4  atlas.corp.example atlas": "<ip-1>  <host-1> <host-1>",
    "search corp.example": "search <domain-1>",
    "ip-10-2-3-4 is up": "<host-1> is up",
    "dora@example.org": "<email-1>",
    "inet 192.168.1.7/24": "inet <ip-1>/24",
    "inet6 fe80::1ff:fe23:4567:890a%eth0": "inet6 <ip6-1>%eth0",
    "[2001:db8::1]:22 2001:0db8:0:0:0:0:0:1": "[<ip6-1>]:22 <ip6-1>",
    "link/ether AA:BB:CC:00:11:22 aa-bb-cc-00-11-22": "link/ether <mac-1> <mac-1>",
    "enxaabbcc001122": "enx<mac-1>",
    "node_guid: b83f:d203:00ab:cdef": "node_guid: <guid-1>",
    "Port GUID: 0xb83fd20300abcdef": "Port GUID: <guid-1>",
    "UUID: 4c4c4544-0042-3510-8052-b4c04f4d3132": "UUID: <uuid-1>",
    "GPU-12345678-abcd-abcd-abcd-1234567890ab": "<gpu-uuid-1>",
    "MIG-12345678-abcd-abcd-abcd-1234567890ab": "<gpu-uuid-1>",
    "    Serial Number                         : 1650522003820": "    Serial Number                         : <serial-1>",
    "Serial Number: PF0ABCDE": "Serial Number: <serial-1>",
    "<serial>1650522003820</serial>": "<serial><serial-1></serial>",
    "Device Serial Number 04-42-1a-ff-ff-aa-bb-cc": "Device Serial Number <serial-1>",
    "ID_SERIAL_SHORT=S5GXNX0T123": "ID_SERIAL_SHORT=<serial-1>",
    "Asset Tag: 0012345-A": "Asset Tag: <serial-1>",
    "serial, name\n1650522003820, H100": "serial, name\n<serial-1>, H100",
    "Machine ID: 0123456789abcdef0123456789abcdef": "Machine ID: <machine-1>",
    "/var/log/journal/0123456789abcdef0123456789abcdef/x": "/var/log/journal/<machine-1>/x",
    "SSID: Our Home": "SSID: <ssid-1>",
    "see /etc/NetworkManager/system-connections/Our Home.nmconnection": (
        "see /etc/NetworkManager/system-connections/<ssid-1>.nmconnection"
    ),
}


@pytest.mark.parametrize("text", LABELS)
def test_each_kind_has_its_place_and_its_label(text):
    assert Redactor().text(text) == LABELS[text]


def test_every_kind_is_shown_above():
    shown = " ".join(LABELS.values())
    assert [k for k in KINDS if f"<{k}-1>" not in shown] == [] and MASK == "<secret>"


STAYS = """\
driver 550.54.14, branch 550.120.00.12, cuda 12.4.1.0, 127.0.0.1, bus 0000:01:00.0, libcublas.so.12.4.5.8, 255.255.255.0
nvidia-cudnn-cu12==9.1.0.70 nvidia-curand-cu12        10.3.5.147
"nvidia-cudnn-cu12": ["9.1.0.70", "/opt/venv/lib/python3.11/site-packages"], "big": ["4.10.0.84", "/v/site-packages"]
ii  libcudnn8  8.9.7.29-1+cuda12.2  amd64      libcurand-12-4=10.3.5.147-1   VBIOS Version : 94.02.71.40.72
NVRM: Xid (PCI:0000:01:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation AD102 [GeForce RTX 4090] [10de:2684] (rev a1)
[    9.123456] nvidia 0000:01:00.0: enabling device (0000 -> 0003) RIP: 0010:0xffffffffc0a01234 11:07:05
uid=0(root) /root/x user@1000.service getty@tty1.service  ::1 std::vector<int> c10::Error at::native
modprobe: ERROR: could not insert 'nvidia': Required key not available
sig_key:        4B:9C:22:10:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99
SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c  MokListRT-605dab50-e046-4300-abb6-3dd810dd8b23
TOKENIZERS_PARALLELISM=false max_tokens=4096 XAUTHORITY=/run/user/1000/x SSH_AUTH_SOCK=/run/x CUDA_HOME=/usr/local/cuda
Serial Number                         : N/A
Serial: 8250/16550 driver, 32 ports, IRQ sharing enabled
Authentication token manipulation error; sudo: a password is required
Linux version 6.8.0-48-generic (buildd@lcy02-amd64-080) (x86_64-linux-gnu-gcc-13 (Ubuntu 13.2.0-23ubuntu4) 13.2.0)
passwd:         files systemd
X.Org X Server 1.21.1.11; Module class: X.Org Server, compiled for 1.21.1.4, module version = 1.0.0
Bus 002 Device 001: ID 1d6b:0003 Linux Foundation 3.0 root hub
"""


def test_an_account_on_a_host_within_a_sentence():
    for text in ("said bob@gpu-box yesterday", "zhang@server1 上面", "it ran as eve@node-07.", "(frank@gpu01)"):
        told = Redactor().text(text)
        assert "<user-1>@<host-1>" in told, told
    for text in ("spack install cuda@12.4.0", "systemd: modprobe@drm.service", "getty@tty1.service: done", "user@1000.service",
                 "nvidia/cuda@sha256:0a1b", "image cuda@sha256:0a1b", "@torch.no_grad()", "a @ b-2", "openmpi@main"):  # fmt: skip
        assert Redactor().text(text) == text


@pytest.mark.parametrize("line", STAYS.splitlines())
def test_what_names_nobody_stays_as_it_is(line):
    assert Redactor({"atlas": "host", "dora": "user"}).text(line) == line


def test_a_name_learnt_in_one_place_goes_everywhere():
    redactor = Redactor()
    redactor.learn_from("dora:x:1000:1000:Dora Example,,,:/home/dora:/bin/sh\n")
    redactor.learn_from("Linux atlas 6.8.0 x86_64")
    said = redactor.text("backup-dora vg_atlas-root ATLAS Atlas.log, says Dora Example; paintdora atlases")
    assert said == "backup-<user-1> vg_<host-1>-root <host-1> <host-1>.log, says <person-1>; paintdora atlases"


def test_a_name_that_begins_with_a_mark_is_replaced_with_its_mark():
    redactor = Redactor({"@dora": "user"})
    assert redactor.text("ask @dora, not dora") == "ask <user-1>, not dora"


def test_a_label_says_what_a_whole_text_is():
    redactor = Redactor()
    for label, text, said in [
        ("/etc/hostname", "atlas\n", "<host-1>\n"),
        ("hostname -f", "atlas.corp.example", "<host-1>"),
        ("/sys/class/dmi/id/product_serial", "PF0ABCDE\n", "<serial-1>\n"),
        ("/etc/machine-id", "0123456789abcdef0123456789abcdef\n", "<machine-1>\n"),
        ("machine.hostname", "atlas", "<host-1>"),
        ("LOGNAME", "dora", "<user-1>"),
        ("WANDB_API_KEY", "anything", "<secret>"),
        ("nvidia-smi --query-gpu=name,serial --format=csv,noheader", "H100, 1650522003820\n", "H100, <serial-2>\n"),
        ("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n", "root:x:0:0:root:/root:/bin/sh\n"),
        ("/sys/class/dmi/id/board_serial", "Not Specified", "Not Specified"),
    ]:
        assert redactor.text(text, label=label) == said, label


def test_fields_of_data_are_labels():
    said = Redactor().value(
        {
            "facts": [{"name": "machine.hostname", "value": "atlas"}, {"name": "gpu.serial", "value": "1650522003820"}],
            "user": "dora",
            "config": {"api_key": "abcdef", "path": "/home/dora"},
            "/home/dora/.bashrc": "on atlas with 1650522003820",
            "n": (1, None, True),
        }
    )
    assert said == {
        "facts": [{"name": "machine.hostname", "value": "<host-1>"}, {"name": "gpu.serial", "value": "<serial-1>"}],
        "user": "<user-1>",
        "config": {"api_key": "<secret>", "path": "/home/<user-1>"},
        "/home/<user-1>/.bashrc": "on <host-1> with <serial-1>",
        "n": [1, None, True],
    }


SECRETS = [
    "AWS_ACCESS_KEY_ID=AKIAABCDEFGHIJKLMNOP",
    "aws_secret_access_key = wJalrXUtnFEMIabc",
    "hf_abcdefghijklmnopqrstuvwx",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "github_pat_abcdefghijklmnopqrstuv",
    "sk-proj-abcdefghijklmnopqrstuvwx",
    "WANDB_API_KEY=0123456789abcdef0123456789abcdef01234567",
    "wandb login 0123456789abcdef0123456789abcdef01234567",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nabcd\nefgh\n-----END OPENSSH PRIVATE KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----\ncut off here",
    "abcd\nefgh\n-----END RSA PRIVATE KEY-----",
    "http://dora:pass1234@proxy.example:3128",
    "https://ghp123token@github.com/x",
    "Authorization: Basic ZG9yYTpwYXNz",
    "X-Api-Key: abcdef123",
    "curl --token abcdef123",
    'password="two words here"',
    "KEY=abcdef",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
    "machine api.wandb.ai\n  login user\n  password abcdefgh1",
    "dora:$6$salt$abcdefghijklmnop:19000::",
    "psk=OurHomePassword",
    '{"access_token": "abcdef123"}',
]
HIDDEN = (
    "AKIA wJal hf_a ghp_ github_pat sk-proj 0123456789abcdef0 abcd efgh cut pass1234 ghp123 ZG9y abcdef two words eyJ "
    "$6$ OurHome"
).split()


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_of_every_kind(text):
    said = mask(text)
    assert "<secret>" in said and not [h for h in HIDDEN if h in said] and mask(said) == said


WORDS = st.sampled_from(
    [*LABELS, *SECRETS, *STAYS.splitlines(), "dora", "atlas", "gpu-box", "<user-1>", "<secret>", "=", ":", "@", " ", "\n", "/home/", "user-1", "KEY="]
)  # fmt: skip
TEXTS = st.lists(WORDS | st.text(max_size=8), max_size=8).map("".join) | st.lists(WORDS, max_size=6).map("\n".join)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXTS)
def test_twice_is_once(text):
    redactor = Redactor({"atlas": "host", "dora": "user"})
    once = redactor.text(text)
    assert redactor.text(once) == once


@settings(max_examples=200, deadline=None, derandomize=True)
@given(TEXTS, TEXTS)
def test_the_same_name_has_the_same_stand_in_and_no_two_names_share_one(a, b):
    redactor = Redactor()
    redactor.learn_from(a)
    redactor.learn_from(b)
    first = redactor.text(a)
    redactor.text(b)
    assert redactor.text(a) == first
    given_out = [s for names in redactor._given.values() for s in names.values()]
    assert len(set(given_out)) == len(given_out)


@given(st.text(st.sampled_from("bcfgkvw .,;()\n"), max_size=200))
def test_text_without_private_things_is_unchanged(text):
    assert Redactor().text(text) == text


def test_a_package_version_of_five_parts_is_no_address():
    assert Redactor().text("linux-image-generic 5.15.0.125.124") == "linux-image-generic 5.15.0.125.124"
    assert Redactor().text("sshd on 10.1.2.3.") == "sshd on <ip-1>."
