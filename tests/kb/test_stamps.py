"""Times of log lines, in every format that the module names."""

from __future__ import annotations

import pytest

from kbtui.kb import stamps

NOV_3 = (31 + 29 + 31 + 30 + 31 + 30 + 31 + 31 + 30 + 31 + 2) * 86400.0
AT = NOV_3 + 3 * 3600 + 12 * 60 + 9


@pytest.mark.parametrize(
    ("line", "fraction", "zone"),
    [
        ("2026-11-03 03:12:09,123 - INFO - step 81", 0.123, None),
        ("[INFO|trainer.py:88] 2026-11-03 03:12:09,123 >> step", 0.123, None),
        ("[2026-11-03T03:12:09.5+01:00] slurmd: launch", 0.5, 3600.0),
        ("2026-11-03T03:12:09+0000 gpu017 kernel: x", 0.0, 0.0),
        ("2026-11-03T03:12:09Z x", 0.0, 0.0),
        ("2026-11-03T03:12:09-05:30 x", 0.0, -19800.0),
        ("[2026-11-03 03:12:09] gpu017:4242:4300 [3] misc/socket.cc:57 NCCL WARN x", 0.0, None),
        ("11/03/2026 03:12:09 - INFO - trainer", 0.0, None),
        ("[rank3]:[E1103 03:12:09.250000000 ProcessGroupNCCL.cpp:629] x", 0.25, None),
        ("W1103 03:12:09.250000 4242 torch/distributed/elastic/x.py:897] x", 0.25, None),
        ("Nov  3 03:12:09 gpu017 kernel: NVRM: Xid", 0.0, None),
        ("[Tue Nov  3 03:12:09 2026] NVRM: Xid", 0.0, None),
        ("slurmstepd: error: *** STEP 4711.0 ON gpu017 CANCELLED AT 2026-11-03T03:12:09 ***", 0.0, None),
        ("  time      : 2026-11-03_03:12:09", 0.0, None),
    ],
)
def test_a_line_begins_with_its_time(line, fraction, zone):
    found = stamps.stamp(line.encode())
    assert found and found.at == pytest.approx(AT + fraction)
    assert found.zone == zone
    assert found.text in line


def test_a_month_of_one_digit_in_torch_lines():
    found = stamps.stamp(b"[rank0]:[E709 17:05:38.162555850 ProcessGroupNCCL.cpp:632] x")
    assert found and found.at == pytest.approx(
        (31 + 29 + 31 + 30 + 31 + 30 + 8) * 86400 + 17 * 3600 + 5 * 60 + 38.16255585
    )


@pytest.mark.parametrize(
    "line",
    [
        "[344210.113529] NVRM: Xid (PCI:0000:01:00): 79",
        "step 81 loss 2.03 09:12 left",
        "E1399 03:12:09.0 x",
        "2026-13-03 03:12:09 x",
        "x" * 200 + " 2026-11-03 03:12:09",
        "",
    ],
)
def test_what_is_no_time_of_a_line(line):
    assert stamps.stamp(line.encode()) is None


def test_a_line_without_a_time_has_that_of_a_line_above():
    data = b"2026-11-03 03:12:09 a\nTraceback\n  File\n"
    assert stamps.last(data, len(data), 10) == stamps.stamp(data)
    assert stamps.last(data, len(data), 2) is None
    assert stamps.first(b"x\n" + data, 2) == stamps.stamp(data)
    assert stamps.first(b"x\n" + data, 1) is None
