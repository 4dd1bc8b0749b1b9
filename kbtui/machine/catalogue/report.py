"""Facts of an nvidia-bug-report.log itself: when and how it was made, and what it does not hold."""

from kbtui.machine.catalogue.spec import FactSpec as F

FACTS = (
    F("report.date", "text", "when the report was made, ISO with offset", "bug report", aliases=("date",)),
    F("report.script_version", "int", "version of nvidia-bug-report.sh", "bug report", aliases=("script_version",)),
    F("report.locale", "text", "language of the machine's messages: en, fr, zh_CN", "bug report", aliases=("locale",)),
    F("report.complete", "bool", "the script came to its end", "bug report"),
    F("report.safe_mode", "bool", "made with --safe-mode: nvidia-smi and X were not asked", "bug report"),
    F(
        "report.sections_skipped",
        "texts",
        "tools that were not found when the report was made, with the reason",
        "bug report",
        aliases=("skipped_sections",),
    ),
    F(
        "report.sections_failed",
        "texts",
        "sections that hold an error instead of an output",
        "bug report",
        aliases=("hung_or_failed_sections",),
    ),
    F(
        "report.xid_lines",
        "texts",
        "lines of all its logs, earlier boots included, that name an Xid: 79 x4; one event can stand in several logs",
        "bug report",
    ),
)
