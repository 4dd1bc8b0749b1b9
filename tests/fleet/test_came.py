"""Why a node gave no answer: by exit code and by what ssh says."""

from __future__ import annotations

import pytest

from kbtui.fleet.came import ended


@pytest.mark.parametrize(
    ("code", "errors", "state", "reason"),
    [
        (255, "ssh: connect to host gpu092 port 22: Connection refused", "unreachable", "Connection refused"),
        (255, "ssh: connect to host gpu092 port 22: Connection timed out\n", "unreachable", "Connection timed out"),
        (255, "ssh: Could not resolve hostname gpu092: Name or service not known", "unreachable",
         "Could not resolve hostname Name or service not known"),
        (255, "root@gpu092: Permission denied (publickey,password).", "refused", "Permission denied (publickey,password)"),
        (255, "Host key verification failed.", "refused", "Host key verification failed"),
        (255, "kex_exchange_identification: read: Connection reset by 10.0.0.7 port 22", "unreachable",
         "kex_exchange_identification: read: Connection reset by"),
        (69, "no stat -c there", "too_old", "no stat -c there"),
        (1, "no folder can be written for the output of one command: set TMPDIR", "failed",
         "no folder can be written for the output of one command: set TMPDIR"),
        (127, "", "failed", "the collector ended with exit code 127"),
    ],
)  # fmt: skip
def test_ends(code, errors, state, reason):
    came = ended("gpu092", code, "", errors, 1.0, 0)
    assert (came.state, came.reason) == (state, reason)


def test_an_answer_with_noise_on_standard_error_is_an_answer():
    assert ended("a", 0, "kbtui-script/1 B", "Warning: Permanently added 'a'", 1.0, 9).state == "answered"


def test_a_connection_that_breaks_off_later_is_no_unreachable_node():
    assert ended("a", 255, "kbtui-script/1 B\nhalf", "Connection to a closed by remote host.", 1.0, 9).state == "failed"
