"""Xid lines as incidents: cascades folded, cards kept apart, bursts told apart, clocks of several logs."""

from __future__ import annotations

from kbtui.machine.incidents import incidents

OFF_THE_BUS = """\
[344210.113521] NVRM: GPU at PCI:0000:01:00: GPU-00000000-0000-0000-0000-000000000001
[344210.113529] NVRM: Xid (PCI:0000:01:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.
[344210.113534] NVRM: GPU 0000:01:00.0: GPU has fallen off the bus.
[344210.114400] NVRM: Xid (PCI:0000:01:00): 45, pid=4242, Ch 00000010
[344210.115002] NVRM: Xid (PCI:0000:01:00): 154, GPU recovery action changed from 0x0 (None) to 0x2 (Node Reboot Required)
[344211.000000] NVRM: Xid (PCI:0000:02:00): 74, pid='<unknown>', name=<unknown>, NVLink: fatal error detected on link 3
[344211.500000] NVRM: Xid (PCI:0000:02:00): 45, pid=4242, Ch 00000008
"""


def shape(text: str) -> list[tuple[int, str, tuple[int, ...], int]]:
    return [(i.root, i.gpu, i.followers, i.xids) for i in incidents(text.splitlines())]


def test_a_cascade_is_one_incident():
    (one,) = incidents(OFF_THE_BUS.splitlines())
    assert (one.root, one.gpu, one.followers, one.xids) == (79, "0000:01:00.0", (45, 154, 74), 5)
    assert one.gpus == ("0000:01:00.0", "0000:02:00.0")
    assert one.began == "344210.113529" and one.seconds == 1.386
    assert one.lines == (2, 4, 5, 6, 7)
    assert "fallen off the bus" in one.raw


def line(at: float, code: int, bus: str = "0000:01:00", words: str = "pid=7, name=python3") -> str:
    return f"[{at:12.6f}] NVRM: Xid (PCI:{bus}): {code}, {words}\n"


def test_a_programs_fault_and_what_stopped_with_it():
    text = line(10, 31) + line(10.1, 43) + line(10.2, 45)
    assert shape(text) == [(31, "0000:01:00.0", (43, 45), 3)]


def test_the_log_may_print_the_consequence_first():
    text = line(10, 45) + line(10.01, 43) + line(10.02, 13)
    assert shape(text) == [(13, "0000:01:00.0", (45, 43), 3)]


def test_repeats_count_once():
    assert shape("".join(line(i, 31) for i in range(100))) == [(31, "0000:01:00.0", (), 100)]


def test_a_silence_of_three_minutes_ends_a_burst():
    near, far = line(0, 31) + line(179, 31), line(0, 31) + line(181, 31)
    assert len(incidents(near.splitlines())) == 1
    assert len(incidents(far.splitlines())) == 2
    assert len(incidents(near.splitlines(), gap=100)) == 2


def test_two_cards_with_two_faults_are_two_incidents():
    text = line(10, 31) + line(10.5, 48, "0000:41:00") + line(10.6, 63, "0000:41:00") + line(10.7, 43)
    assert shape(text) == [(31, "0000:01:00.0", (43,), 2), (48, "0000:41:00.0", (63,), 2)]


def test_a_programs_fault_explains_nothing_on_another_card():
    assert shape(line(1, 31) + line(2, 43, "0000:41:00")) == [(31, "0000:01:00.0", (), 1), (43, "0000:41:00.0", (), 1)]


def test_a_jobs_channels_are_cleaned_up_on_every_card_but_advice_is_one_cards_own():
    assert shape(line(1, 31) + line(2, 45, "0000:41:00")) == [(31, "0000:01:00.0", (45,), 2)]
    assert [i.root for i in incidents((line(1, 31) + line(2, 154, "0000:41:00")).splitlines())] == [31, 154]


def test_a_memory_error_and_what_is_done_about_it():
    text = line(1, 63) + line(1.1, 94) + line(1.2, 45) + line(1.3, 154)
    assert shape(text) == [(63, "0000:01:00.0", (94, 45, 154), 4)]


def test_memory_errors_of_two_cards_are_two_incidents():
    text = line(1, 48) + line(1.5, 63, "0000:41:00") + line(2, 94, "0000:41:00")
    assert shape(text) == [(48, "0000:01:00.0", (), 1), (63, "0000:41:00.0", (94,), 2)]


def test_the_fabric_complains_from_every_card():
    text = line(1, 149) + line(1.1, 149, "0000:41:00") + line(1.2, 145, "0000:81:00") + line(2, 43, "0000:81:00")
    assert shape(text) == [(149, "0000:01:00.0", (145, 43), 4)]


def test_a_processor_that_stopped():
    text = line(1, 119) + line(8, 119) + line(9, 154) + line(10, 119, "0000:41:00")
    assert [i.root for i in incidents(text.splitlines())] == [119, 119], "each card has its own"


def test_consequences_alone_still_make_an_incident():
    assert shape(line(5, 45) + line(5.1, 154)) == [(45, "0000:01:00.0", (154,), 2)]


def test_clocks_of_several_logs():
    words = "kernel: NVRM: Xid (PCI:0000:01:00): 31, pid=7"
    for stamps in (
        ("2026-11-25T03:12:09+0000 box ", "2026-11-25T03:16:09+0000 box "),
        ("2026-11-25T03:12:09.123456+01:00 box ", "2026-11-25T03:16:09.123456+01:00 box "),
        ("Feb 29 23:58:00 box ", "Mar  1 00:02:00 box "),
        ("[Wed Nov 25 03:12:09 2026] ", "[Wed Nov 25 03:16:09 2026] "),
    ):
        found = incidents([stamp + words for stamp in stamps])
        assert len(found) == 2, stamps
        assert found[0].began and found[0].began in stamps[0]
    new_year = incidents([f"Dec 31 23:59:00 box {words}", f"Jan  1 00:00:00 box {words}"])
    assert len(new_year) == 2, "a clock that jumps back begins another"


def test_lines_without_a_time_belong_together():
    text = "NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.\nNVRM: Xid (0000:01:00): 154, GPU recovery\n"
    (one,) = incidents(text.splitlines())
    assert (one.root, one.followers, one.began, one.seconds) == (79, (154,), "", 0.0)


def test_what_is_no_xid_of_a_card():
    text = "nvidia-nvswitch3: SXid (PCI:0000:c4:00.0): 12028, Non-fatal\nXid 79 in the forum\nNVRM: Xid (garbage): 79\n"
    assert incidents(text.splitlines()) == []
    assert incidents([]) == []
    assert incidents(["Feb 30 25:61:00 box kernel: NVRM: Xid (PCI:0000:01:00): 31, x"])[0].began == ""
