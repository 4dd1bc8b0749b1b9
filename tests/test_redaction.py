"""What leaves names nobody, and the same name is always the same stand-in."""

from __future__ import annotations

from kbtui.redaction import Redactor


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


def test_versions_and_loopback_are_not_addresses():
    text = "driver 550.54.14, cuda 12.4.1.0, 127.0.0.1, bus 0000:01:00.0, libcublas.so.12.4.5.8"
    said = Redactor().text(text)
    assert "127.0.0.1" in said and "550.54.14" in said and "0000:01:00.0" in said


def test_the_same_stand_in_across_values():
    redactor = Redactor({"lab-gpu3": "host"})
    out = redactor.value({"a": ["lab-gpu3 down"], "b": {"c": "on lab-gpu3"}, "n": 3})
    assert out == {"a": ["<host-1> down"], "b": {"c": "on <host-1>"}, "n": 3}
