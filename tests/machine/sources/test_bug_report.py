"""nvidia-bug-report.log as a source: cut, asked, read into facts."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbtui.errors import InputError
from kbtui.machine.asks import Environ, Names, Raw, Read, Run, Which
from kbtui.machine.facts import Facts, Value
from kbtui.machine.probes import report, report_driver, report_machine, report_pci
from kbtui.machine.sources.bug_report import BugReport, matches
from kbtui.machine.sources.report_header import read_head
from kbtui.machine.sources.report_sections import SEPARATOR, cut, parts
from kbtui.machine.sweep import gather, sweep
from tests.machine.sources import reports

PROBES = [*report.PROBES, *report_pci.PROBES, *report_machine.PROBES, *report_driver.PROBES]
SHARED = Path(__file__).resolve().parents[4] / "shared" / "bugreports"


def facts(text: str) -> Facts:
    host = BugReport(text)
    return gather(host, sweep(host, PROBES)).facts


def value(store: Facts, name: str, entity: str = "") -> Value:
    return store.get(name, entity).value


def ask(text: str, *argv: str) -> Raw:
    return BugReport(text).answer(Run(argv))


@given(
    st.lists(st.sampled_from([SEPARATOR, "_" * 43, "*** /a", "*** ls: x", "Skipping a output (b)", "", "/bin/x -q"]))
)
def test_cutting_loses_no_line(rows: list[str]) -> None:
    text = "\n".join(rows)
    sections = cut(text)
    assert "".join(s.text for s in sections) == text
    for section in sections[1:]:
        assert text.split("\n")[section.line - 1] == SEPARATOR
    BugReport(text)


@given(st.text())
def test_any_text_can_be_asked(text: str) -> None:
    host = BugReport(f"{SEPARATOR}\n\n{text}\n{SEPARATOR}\n{text}")
    assert host.answer(Read("/proc/none")).status in ("unknown", "ok")
    assert host.name and host.notes


def test_each_part_says_its_line() -> None:
    text = reports.CHINESE
    rows = text.split("\n")
    bodies = [p for s in cut(text) for p in parts(s) if p.kind in ("file", "command") and p.body.strip()]
    assert len(bodies) >= 10
    for part in bodies:
        assert rows[part.line - 1] == part.body.split("\n")[0]


@pytest.mark.parametrize(
    ("date", "iso", "locale"),
    [
        ("Wed 19 May 2021 01:43:40 PM EDT", "2021-05-19T13:43:40", "en"),
        ("2025年 07月 18日 星期五 18:50:28 CST", "2025-07-18T18:50:28", "zh_CN"),
        ("mar. 30 août 2022 10:02:03 CEST", "2022-08-30T10:02:03", "fr"),
        ("do  4 sep 2015 12:01:02 CEST", "2015-09-04T12:01:02", "nl"),
        ("Чт 11 ноя 2021 10:11:12 MSK", "2021-11-11T10:11:12", "ru"),
        ("Fr 10. Sep 04:31:01 CEST 2010", "2010-09-10T04:31:01", "de"),
        ("2025. 07. 18. (금) 18:50:28 KST", "2025-07-18T18:50:28", "ko"),
        ("Thu Oct 27 08:50:11 PM -03 2022", "2022-10-27T20:50:11-03:00", "en"),
        ("yesterday", "", ""),
    ],
)
def test_dates_of_many_locales(date: str, iso: str, locale: str) -> None:
    head = read_head(f"Date: {date}\n", 1, "")
    assert (head.date, head.locale) == (iso, locale)


def test_the_offset_comes_from_the_nearest_time_stamp() -> None:
    assert BugReport(reports.CHINESE).head.date == "2021-05-29T18:10:23+08:00"
    assert BugReport(reports.NEW).head.date == "2025-08-25T14:01:02+02:00"
    assert BugReport(reports.NEW).name == "nvidia-bug-report of 2025-08-25"


def test_files_missing_ones_and_patterns() -> None:
    host = BugReport(reports.CHINESE)
    assert host.answer(Read("/etc/redhat-release")).text == "Fedora release 36 (Thirty Six)\n"
    assert host.answer(Read("/var/log/nvidia-installer.log")).status == "absent"
    assert host.answer(Read("/proc/driver/nvidia/version")).status == "absent"
    assert host.answer(Read("/proc/self/limits")).status == "unknown"
    assert "not in this bug report" in host.answer(Environ(("PATH",))).reason
    assert list(BugReport(reports.OLD).answer(Read("/proc/driver/nvidia/gpus/*/information")).files) == [
        "/proc/driver/nvidia/gpus/0/information"
    ]
    assert host.answer(Names("/dev/dri/*")).status == "unknown"
    links = BugReport(reports.NEW).answer(Names("/dev/dri/by-path/*"))
    assert links.files == {"/dev/dri/by-path/pci-0000:01:00.0-card": "link -> ../card1"}
    assert not matches("/a/b/c", "/a/*")
    assert BugReport(reports.NEW).answer(Read("/sys/module/nvidia_drm/parameters/modeset")).text == "Y\n"


def test_commands_by_program_and_arguments() -> None:
    assert ask(reports.OLD, "nvidia-smi", "-q").text.startswith("==============NVSMI")
    assert ask(reports.OLD, "nvidia-smi", "--query", "--unit").text.startswith("HIC Info")
    assert ask(reports.OLD, "uname", "-snrm").text == "Linux box 3.2.0-4-amd64 x86_64\n"
    assert ask(reports.CHINESE, "nvidia-smi", "-q").status == "absent"
    assert ask(reports.CHINESE, "xset", "-q").status == "absent"
    assert ask(reports.CHINESE, "xrandr", "--verbose").status == "absent"
    assert ask(reports.CHINESE, "gcc", "-v").ran
    assert ask(reports.CHINESE, "systemctl", "is-active", "nvidia-powerd").text == "failed\n"
    assert ask(reports.CHINESE, "systemctl", "is-active", "ssh").status == "unknown"
    assert ask(reports.NEW, "lspci", "-nnk").text.startswith("0000:00:00.0")
    assert ask(reports.NEW, "modinfo", "-F", "vermagic", "nvidia").text == "6.14.0-24-generic SMP\n"
    assert "550.144.03" in ask(reports.NEW, "journalctl", "-k", "-b", "0", "--no-pager").text
    assert "Xid" in ask(reports.NEW, "journalctl", "-b", "-1").text
    assert "Xid" not in ask(reports.NEW, "journalctl", "-b", "-0").text
    assert ask(reports.NEW, "pip", "list").status == "unknown"
    assert "--safe-mode" in ask(reports.SAFE, "nvidia-smi", "-q").reason
    assert BugReport(reports.NEW).answer(Which(("lspci", "vulkaninfo"))).files == {"lspci": "/usr/bin/lspci"}
    assert BugReport(reports.NEW).answer(Which(("docker",))).status == "unknown"


def test_the_system_and_the_board() -> None:
    assert 'PRETTY_NAME="Fedora release 36' in BugReport(reports.CHINESE).answer(Read("/etc/os-release")).text
    assert "ID=debian" in BugReport(reports.OLD).answer(Read("/etc/os-release")).text
    assert 'VERSION_ID="24.04"' in BugReport(reports.NEW).answer(Read("/etc/os-release")).text
    board = BugReport(reports.CHINESE)
    assert board.answer(Read("/sys/class/dmi/id/sys_vendor")).text == "ACME\n"
    assert board.answer(Read("/sys/class/dmi/id/chassis_type")).text == "10\n"
    assert board.answer(Read("/sys/class/dmi/id/board_name")).status == "unknown"


def test_facts_of_2013() -> None:
    seen = facts(reports.OLD)
    assert value(seen, "driver.version") == "319.49"
    assert value(seen, "driver.flavour") == "proprietary"
    assert value(seen, "gpus.count_driver") == 1
    assert value(seen, "gpu.memory_total_mib", "0000:02:00.0") == 2047
    assert value(seen, "gpu.persistence", "0000:02:00.0") is False
    assert value(seen, "gpus.clock_reasons") == ["Idle"]
    assert value(seen, "report.locale") == "nl"


def test_facts_of_a_chinese_laptop_with_nouveau() -> None:
    seen = facts(reports.CHINESE)
    key = "0000:01:00.0"
    assert (value(seen, "gpu.link_gen", key), value(seen, "gpu.link_gen_max", key)) == (1, 3)
    assert (value(seen, "gpu.link_width", key), value(seen, "gpu.link_width_max", key)) == (8, 16)
    assert value(seen, "gpu.pci_id", key) == "10de:1c8c"
    assert value(seen, "gpu.bar1_mib", key) == 256
    assert value(seen, "gpu.memory_total_mib", key) == 4096
    assert value(seen, "machine.hybrid_graphics") is True
    assert value(seen, "driver.flavour") == "nouveau"
    assert value(seen, "driver.module_loaded") is False
    assert value(seen, "gpus.count_driver") == 0
    assert value(seen, "kernel.graphics_modules") == ["i915", "nouveau"]
    assert value(seen, "iommu.enabled") is False
    assert value(seen, "nvidia_smi.works") is False
    failed = value(seen, "report.sections_failed")
    assert isinstance(failed, list) and "systemctl status nvidia-powerd.service" in failed and "xset -q" in failed


def test_facts_of_2025_with_the_table() -> None:
    seen = facts(reports.NEW)
    key = "0000:01:00.0"
    assert value(seen, "driver.version") == "570.172.08"
    assert value(seen, "driver.flavour") == "open"
    assert value(seen, "driver.cuda_version") == "12.8"
    assert value(seen, "gpus.count") == 0
    assert value(seen, "nvidia_smi.works") is False
    assert (value(seen, "gpu.link_gen_max", key), value(seen, "gpu.link_width", key)) == (4, 8)
    assert value(seen, "gpu.bar1_mib", key) == 32768
    assert value(seen, "iommu.enabled") is True
    assert value(seen, "report.xid_lines") == ["79 x2"]
    assert value(seen, "boot.xid_codes", "1") == [79]
    assert seen.get("xid.codes").state == "unknown", "an Xid of an earlier boot is not now"


def test_a_report_that_is_cut_off() -> None:
    host = BugReport(reports.CUT_OFF)
    assert not host.complete and "cut off" in host.notes[0]
    assert "cut off" in host.answer(Read("/proc/modules")).reason
    seen = facts(reports.CUT_OFF)
    assert value(seen, "report.complete") is False
    assert seen.get("driver.module_loaded").state == "unknown"


def test_safe_mode_is_said() -> None:
    seen = facts(reports.SAFE)
    assert value(seen, "report.safe_mode") is True
    assert seen.get("nvidia_smi.works").state == "unknown"
    assert any("--safe-mode" in note for note in BugReport(reports.SAFE).notes)


def test_packed_plain_damaged_and_foreign_files(tmp_path: Path) -> None:
    whole = gzip.compress(reports.NEW.encode()) + gzip.compress(b"")
    for name, data, complete in (("a", reports.NEW.encode(), True), ("b", whole, True), ("c", whole[:600], False)):
        (tmp_path / name).write_bytes(data)
        host = BugReport.open(tmp_path / name)
        assert host.head.version == 36172400
        assert host.complete is complete
    (tmp_path / "d").write_bytes(b"hello")
    with pytest.raises(InputError, match="does not begin as one"):
        BugReport.open(tmp_path / "d")
    with pytest.raises(InputError, match="cannot be read"):
        BugReport.open(tmp_path / "none")
    windows = BugReport(reports.CHINESE.replace("\n", "\r\n"))
    assert windows.complete and windows.answer(Read("/etc/redhat-release")).text.startswith("Fedora")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled bug reports are not here")
def test_labelled_reports_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks.bug_reports import GOAL, score

    right, every = score(SHARED, None)
    assert right / every >= GOAL, capsys.readouterr().out
