"""Secure Boot by each of its witnesses, and the key that signed the module."""

import pytest

from tests.machine.probes.answers import REFUSED, all_refused, fail, look, probe, states, values

STATE = probe("secure_boot", "secure boot")
KEY = probe("secure_boot", "secure boot key")
SIGNED = """filename:       /lib/modules/6.8.0-57-generic/updates/dkms/nvidia.ko.zst
version:        550.163.01
license:        NVIDIA
vermagic:       6.8.0-57-generic SMP preempt mod_unload modversions
sig_id:         PKCS#7
signer:         atlas Secure Boot Module Signature key
"""
KEYS = "[key 1]\nOwner: 605dab50-e046-4300-abb6-3dd810dd8b23\n        Subject: CN={}\n"
TABLES = {"/sys/firmware/acpi": "dir 755 0:0"}


@pytest.mark.parametrize(
    ("given", "on"),
    [
        ({"mokutil": "SecureBoot enabled\n"}, True),
        ({"mokutil": "SecureBoot disabled\nPlatform is in Setup Mode\n"}, False),
        ({"mokutil": "SecureBoot enabled\nSecureBoot validation is disabled in shim\n"}, False),
        ({"variable": "\x06\0\0\0\x01"}, True),
        ({"variable": "\x06\0\0\0\0"}, False),
        ({"firmware": TABLES}, False),
        ({"mokutil": fail("EFI variables are not supported on this system\n", 255)}, False),
        ({"dmesg": "[    0.000001] secureboot: Secure boot enabled\n"}, True),
        ({"dmesg": "[    0.000001] secureboot: Secure boot disabled\n"}, False),
        ({"dmesg": "[    0.0] Kernel is locked down from EFI Secure Boot mode; see man kernel_lockdown.7\n"}, True),
        # Each is asked in turn: the log of the boot is the last.
        ({"variable": "\x06\0\0\0\x01", "dmesg": "[    0.000001] secureboot: Secure boot disabled\n"}, True),
    ],
)
def test_state(given, on):
    assert values(look(STATE, **given)) == {"secure_boot.enabled": on}


@pytest.mark.parametrize(
    "given", [{}, {"variable": REFUSED}, {"firmware": {}}, {"firmware": {"/sys/firmware/efi": "dir"}}]
)
def test_nothing_told(given):
    assert look(STATE, **given)["secure_boot.enabled"].state == "unknown"


def test_the_key():
    enrolled = KEYS.format("atlas Secure Boot Module Signature key")
    assert values(look(KEY, modinfo=SIGNED, enrolled=enrolled)) == {"secure_boot.mok_enrolled": True}
    assert values(look(KEY, modinfo=SIGNED, enrolled=KEYS.format("Canonical"))) == {"secure_boot.mok_enrolled": False}
    assert values(look(KEY, modinfo=SIGNED, enrolled="MokListRT is empty\n")) == {"secure_boot.mok_enrolled": False}


def test_a_key_of_the_kernel_itself_needs_no_enrolment():
    text = SIGNED.replace("atlas Secure Boot Module Signature key", "Canonical Ltd. Kernel Module Signing")
    line = "0c1f2e3d I------     1 perm 1f030000     0     0 asymmetri Canonical Ltd. Kernel Module Signing: 88f752: X509.rsa []\n"
    facts = look(KEY, modinfo=text, keys=line, enrolled="MokListRT is empty\n")
    assert values(facts) == {"secure_boot.mok_enrolled": True}


def test_who_may_not_see_the_kernels_keys_cannot_rule_them_out():
    text = SIGNED.replace("atlas Secure Boot Module Signature key", "Canonical Ltd. Kernel Module Signing")
    mine = "0fa1b2c3 I--Q---     2 perm 1f3f0000  1000 65534 keyring   _uid.1000: empty\n"
    facts = look(KEY, modinfo=text, keys=mine, enrolled="MokListRT is empty\n")
    assert facts["secure_boot.mok_enrolled"].state == "unknown"


def test_an_unsigned_module_has_no_key():
    text = "\n".join(SIGNED.splitlines()[:4])
    assert look(KEY, modinfo=text)["secure_boot.mok_enrolled"].state == "not_applicable"


@pytest.mark.parametrize(
    "given",
    [
        {"modinfo": fail("modinfo: ERROR: Module nvidia not found.\n")},
        {"modinfo": SIGNED},
        {"modinfo": SIGNED, "enrolled": fail("Failed to read MokListRT: Permission denied\n", 255)},
        {"modinfo": REFUSED},
    ],
)
def test_an_unseen_key_is_unknown(given):
    assert look(KEY, **given)["secure_boot.mok_enrolled"].state == "unknown"


def test_refused_is_unknown():
    for subject in (STATE, KEY):
        assert set(states(all_refused(subject)).values()) == {"unknown"}
